"""Time passing: timers that are owed are settled, periods begin, heads are anchored (design §1.7).

Which worker looks, and when, changes no verdict: the core judges by event times. Claim and effect are one transaction, so a worker that
dies has either done a case's timers or not touched them; no lease, no fencing.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from luyue.apps.cases.selectors import row_heads
from luyue.apps.casework import moving, periods, rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.perform import lock, not_before
from luyue.apps.casework.recording import SETTLE, Act, record
from luyue.apps.clocks.models import Timer
from luyue.apps.journal import anchors
from luyue.apps.journal.actions import ORG
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Anchor, Entry
from luyue.apps.journal.transaction import StoreBusy, write
from luyue.apps.regulation.selectors import CannotCompile, NothingInForce, rulebook_by_id
from luyue.core.clockwork import utc
from luyue.core.procedure import settle

log = logging.getLogger(__name__)

POLL_S = 0.5
BATCH = 200
PERIODS_EVERY_S = 60.0
ANCHOR_EVERY = timedelta(hours=1)  # not a promise: so much of the journal may be rewritten unseen at most
_FIRST_REST_S, _LONGEST_REST_S = 30.0, 3600.0

# Cases whose timers cannot be settled: case -> (rest until, how long). They must not stop the others, and are tried again.
_resting: dict[int, tuple[float, float]] = {}


def run_due(now: datetime | None = None) -> int:
    """Settle every case that has timers owed; the number of cases settled. With `now` given, time stands still at it."""
    settled = 0
    while batch := _owed(utc(now or timezone.now())):
        progress = 0
        for case_id in batch:
            progress += _settle_safely(case_id, now)
        settled += progress
        if not progress or len(batch) < BATCH:
            break
    return settled


def _owed(now: datetime) -> list[int]:
    """Cases with timers before `now`, the longest owed first; read without locks. At `now` itself a deadline is still kept."""
    resting = [case_id for case_id, (until, _) in _resting.items() if until > time.monotonic()]
    timers = Timer.objects.filter(due_at__lt=now)
    if resting:
        timers = timers.exclude(case_id__in=resting)
    return list(dict.fromkeys(timers.order_by("due_at").values_list("case_id", flat=True)[: BATCH * 3]))[:BATCH]


def _settle_safely(case_id: int, now: datetime | None) -> bool:
    try:
        done = settle_case(case_id, now or timezone.now())
    except (OperationalError, StoreBusy):
        raise
    except Exception:
        rest = min(_resting.get(case_id, (0.0, _FIRST_REST_S / 2))[1] * 2, _LONGEST_REST_S)
        _resting[case_id] = (time.monotonic() + rest, rest)
        log.exception("ticker.case-failed", extra={"case": case_id, "rest_s": rest})
        return False
    _resting.pop(case_id, None)
    return done


def settle_case(case_id: int, now: datetime) -> bool:
    """Everything this case's timers owe by `now`, as one entry; False when another worker has it or nothing is owed."""

    def work() -> bool:
        case = lock(case_id, skip_locked=True)
        if case is None:
            return False
        failpoint("ticker.locked")
        state = rows.load(case)
        at = not_before(state, utc(now))
        book = rulebook_by_id(case.rulebook_id)
        step = settle(book, state, at, world_of(case))
        if not step.effects:
            return False
        record(case, book, state, step, Act(SETTLE, "system", at, at), {})
        failpoint("ticker.recorded")
        return True

    return write(work)


def anchor_if_due(now: datetime) -> bool:
    """Anchor all heads when the last anchor is an hour old."""
    last = Anchor.objects.order_by("-id").values_list("at", flat=True).first()
    if last is not None and now - last < ANCHOR_EVERY:
        return False
    anchors.anchor(all_heads(), now)
    return True


def all_heads() -> anchors.Heads:
    """Where every stream ends: cases by their rows, the company's own by its last entry."""
    heads = row_heads()
    org = Entry.objects.filter(stream=ORG).order_by("-seq").values_list("seq", "hash").first()
    return heads | ({ORG: org} if org else {})


def run_forever(stop: threading.Event) -> None:
    """Tick until asked to stop; a store that is away for a moment is waited for."""
    periods_at = 0.0
    while not stop.is_set():
        settled = 0
        try:
            settled = run_due() + moving.run_due(at_most=moving.BATCH)
            if time.monotonic() >= periods_at:
                _once_a_minute()
                periods_at = time.monotonic() + PERIODS_EVERY_S
        except (OperationalError, StoreBusy) as error:
            log.warning("ticker.store-away", extra={"error": str(error)})
            stop.wait(POLL_S)
        close_old_connections()
        if not settled:
            stop.wait(POLL_S)


def _once_a_minute() -> None:
    now = timezone.now()
    try:
        periods.run(now)
    except (NothingInForce, CannotCompile) as error:
        log.warning("periods.nothing-in-force", extra={"error": str(error)})
    anchor_if_due(now)
