"""Small changes of a contact's surroundings that are no act of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from luyue.apps.cases.readers import Staff
from luyue.apps.contacts.selectors import announcements_to
from luyue.apps.journal.transaction import write


def mark_seen(reader: Staff, ids: Iterable[int], now: datetime) -> int:
    """Mark announcements to this person as seen; others' ids are passed over. How many changed."""
    return write(lambda: announcements_to(reader).filter(pk__in=list(ids), seen_at=None).update(seen_at=now))
