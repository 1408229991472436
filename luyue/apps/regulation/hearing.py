"""Before a revision binds, people may have to be heard. Whoever keeps the tasks of the company hangs in here what that means (`site/wiring.py`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from luyue.apps.regulation.models import Draft

_Tell = Callable[[Draft, datetime], None]
_Require = Callable[[str, int | None, datetime], None]
_PROPOSED: list[_Tell] = []
_DISCARDED: list[_Tell] = []
_REQUIRED: list[_Require] = []


def heard_by(*, proposed: _Tell, discarded: _Tell, required: _Require) -> None:
    """What is done in the transaction of putting a draft forward, and of putting it aside; `required` refuses an adoption nobody was heard about."""
    _PROPOSED[:], _DISCARDED[:], _REQUIRED[:] = [proposed], [discarded], [required]


def proposed(draft: Draft, now: datetime) -> None:
    for tell in _PROPOSED:
        tell(draft, now)


def discarded(draft: Draft, now: datetime) -> None:
    for tell in _DISCARDED:
        tell(draft, now)


def require(regulation: str, draft_id: int | None, now: datetime) -> None:
    """raises Refused `hearing`."""
    for refuse in _REQUIRED:
        refuse(regulation, draft_id, now)
