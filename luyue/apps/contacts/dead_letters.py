"""Messages that could not be sent after every try, and the second chance somebody gives them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from luyue.apps.contacts.models import Outbox
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User


def dead_letters(limit: int = 200) -> QuerySet[Outbox]:
    """The latest first, with their case."""
    return Outbox.objects.exclude(dead_at=None).select_related("case").order_by("-dead_at")[:limit]


def revive(letter_id: UUID, by: User, now: datetime | None = None) -> bool:
    """Put a dead letter back in line with all its tries; False when it is not dead (any more). Its id, and so its Message-ID, stays."""
    now = now or timezone.now()

    def work() -> bool:
        revived = Outbox.objects.filter(pk=letter_id).exclude(dead_at=None).update(
            dead_at=None, done_at=None, attempts=0, due_at=now, lease_until=None, error=""
        )  # fmt: skip
        if revived:
            effects = [{"letter": str(letter_id)}]
            append(ORG, name="letter.revived", action="revive", actor=f"staff:{by.pk}", at=now, entered_at=now, effects=effects)
        return bool(revived)

    return write(work)
