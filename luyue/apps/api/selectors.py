"""Who calls."""

from __future__ import annotations

from luyue.apps.api.actions import token_hash
from luyue.apps.api.models import ApiClient
from luyue.apps.journal.statements import select


def client_of(token: str) -> int | None:
    """The id of the client whose token this is, unless it was taken back."""
    for number, disabled_at in select(ApiClient, ("id", "disabled_at"), token_hash=token_hash(token)):
        return None if disabled_at else int(number)
    return None
