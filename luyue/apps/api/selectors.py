"""Who calls."""

from __future__ import annotations

from luyue.apps.api.actions import token_hash
from luyue.apps.api.models import ApiClient


def client_of(token: str) -> ApiClient | None:
    return ApiClient.objects.filter(token_hash=token_hash(token), disabled_at=None).first()
