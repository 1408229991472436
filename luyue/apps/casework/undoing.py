"""What an undo asks about the entry it takes back: the case before and after it, out of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.casework.rebuild import entry_with_state


def entry(case: Case | None, about: Mapping[str, Any]) -> object:
    """(state before, state after, effects) of the entry with this number; None for a case that is only being opened."""
    return entry_with_state(case.number, int(about["seq"])) if case is not None else None
