"""Letters leave after commit: claimed for a while, sent, marked. At least once; the letter's id lets the other side see a repeat.

A worker that dies between sending and marking has sent a letter that is sent again when its lease runs out, under the same id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, close_old_connections
from django.db.models import F, Q
from django.utils import timezone

from luyue.apps.contacts.channels import ChannelDown, NotNow, Undeliverable, channel_of, letter_of
from luyue.apps.contacts.models import Outbox
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.transaction import StoreBusy, write

log = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(seconds=90)  # not a promise: how long a worker may take to send; the mail server is given up after 20 s
FIRST_RETRY = timedelta(seconds=30)  # not a promise: doubles with each attempt
LONGEST_RETRY = timedelta(hours=2)  # not a promise: no mail server wants to be asked more often, none less
ATTEMPTS = 24  # a day and a half of a mail server that is down
POLL_S = 1.0

# Told what became of a letter, in a transaction of its own; casework hangs in here to journal it.
Told = Callable[[Outbox, bool, datetime], None]
_listeners: list[Told] = []


def when_settled(told: Told) -> None:
    """Call `told(letter, was_sent, now)` when a letter has left or was given up."""
    if told not in _listeners:
        _listeners.append(told)


def deliver_due(now: datetime | None = None) -> int:
    """Try every letter that is due; the number of those that left."""
    down: set[str] = set()
    sent = 0
    for letter_id, kind in _due(now or timezone.now()):
        if kind not in down:
            result = _deliver(letter_id, now)
            sent += result == "sent"
            if result == "down":
                down.add(kind)  # the others of this kind would only wait for the same time-out
    return sent


def run_forever(stop: threading.Event) -> None:
    """Deliver until asked to stop; a store that is away for a moment is waited for."""
    while not stop.is_set():
        try:
            worked = deliver_due()
        except (OperationalError, StoreBusy) as error:
            log.warning("outbox.store-away", extra={"error": str(error)})
            worked = 0
            stop.wait(POLL_S)
        close_old_connections()
        if not worked:
            stop.wait(POLL_S)


def _due(now: datetime) -> list[tuple[UUID, str]]:
    waiting = Outbox.objects.filter(done_at=None, dead_at=None, due_at__lte=now)
    free = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=now)).order_by("due_at")
    return list(free.values_list("id", "kind")[:BATCH])


def _deliver(letter_id: UUID, fixed_now: datetime | None) -> str:
    """sent | later | dead | down | taken"""
    now = fixed_now or timezone.now()
    lease = now + LEASE
    if not write(lambda: _claim(letter_id, now, lease)):
        return "taken"
    failpoint("outbox.claimed")
    row = Outbox.objects.select_related("case").get(pk=letter_id)
    try:
        address = channel_of(row.kind).send(letter_of(row))
    except Undeliverable as error:
        _settle(row, lease, fixed_now, error=str(error), is_dead=True)
        return "dead"
    except ChannelDown as error:
        _settle(row, lease, fixed_now, error=str(error), is_dead=row.attempts >= ATTEMPTS)
        return "down"
    except NotNow as error:
        _settle(row, lease, fixed_now, error=str(error), is_dead=row.attempts >= ATTEMPTS)
        return "later"
    except Exception as error:
        # A letter that cannot even be tried must not stop those behind it; it is tried again, then shown to people.
        log.exception("outbox.failed", extra={"letter": str(letter_id)})
        _settle(row, lease, fixed_now, error=f"{type(error).__name__}: {error}", is_dead=row.attempts >= ATTEMPTS)
        return "later"
    failpoint("outbox.sent")
    _settle(row, lease, fixed_now, address=address)
    return "sent"


def _claim(letter_id: UUID, now: datetime, lease: datetime) -> bool:
    free = Outbox.objects.filter(pk=letter_id, done_at=None, dead_at=None).filter(Q(lease_until=None) | Q(lease_until__lt=now))
    return free.update(lease_until=lease, attempts=F("attempts") + 1) == 1


def _settle(row: Outbox, lease: datetime, fixed_now: datetime | None, *, address: str = "", error: str = "", is_dead: bool = False) -> None:
    """Mark what became of it, unless the lease was lost to another worker meanwhile; then tell who listens."""
    now = fixed_now or timezone.now()
    changes: dict[str, object] = {"lease_until": None, "error": error[:300]}
    if is_dead:
        changes["dead_at"] = now
    elif error:
        changes["due_at"] = now + min(FIRST_RETRY * 2 ** (row.attempts - 1), LONGEST_RETRY)
    else:
        changes |= {"done_at": now, "recipient": address[:200]}

    def work() -> None:
        mine = Outbox.objects.filter(pk=row.pk, lease_until=lease, done_at=None, dead_at=None)
        if mine.update(**changes) and (is_dead or not error):
            for told in _listeners:
                told(row, not is_dead, now)

    write(work)
    failpoint("outbox.marked")


def bounced(letter_id: UUID, words: str, now: datetime) -> Outbox | None:
    """Mark a letter that left and came back, inside the caller's transaction; None when it is no letter of ours or came back before."""
    left = Outbox.objects.filter(pk=letter_id, bounced_at=None)
    if not left.update(bounced_at=now, error=words[:300]):
        return None
    return Outbox.objects.select_related("case").get(pk=letter_id)


def send_again(letter_id: UUID, now: datetime) -> bool:
    """Give a dead letter another round of attempts, when somebody has put right what kept it; False when it is not dead."""
    dead = Outbox.objects.filter(pk=letter_id, dead_at__isnull=False)
    return write(lambda: dead.update(dead_at=None, bounced_at=None, due_at=now, attempts=0, lease_until=None, error="")) == 1
