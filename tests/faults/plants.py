"""Wrong orders and missing guards, planted on purpose: the checker must find each of them, or its silence proves nothing.

Each plant patches the loaded program in the children it is forked into; the product itself has no switch for being wrong.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.faults.company import NOW


def _pause() -> None:
    """Wide enough for a kill to fall into; the right order has no such place at all."""
    time.sleep(random.uniform(0.03, 0.2))


def _alone(work: Callable[[], Any]) -> Any:
    """Commit what was done so far, then run `work` by itself: what a second transaction would do."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
            _pause()
            cursor.execute("BEGIN IMMEDIATE")
    else:
        connection.connection.commit()
        _pause()
    return work()


def effect_then_mark() -> None:
    """Announcements are committed first, the entry and its rows afterwards."""
    from luyue.apps.casework import letters, recording
    from luyue.apps.contacts.models import Announcement

    right = recording.record

    def wrong(case: Any, book: Any, old: Any, step: Any, act: Any, body: Any) -> Any:
        from luyue.apps.journal.models import Entry

        first = Entry.objects.order_by("-id").first()
        for notice in (one for one in step.effects if type(one).__name__ == "NoticeDue"):
            for one in notice.recipients:
                if one != "customer":
                    Announcement(case=case, entry=first, kind="missed", about=uuid.uuid4().hex, recipient=one, at=act.at).save()
        said = letters.Announcement.objects.bulk_create
        letters.Announcement.objects.bulk_create = lambda rows: None
        try:
            entry, state = _alone(lambda: right(case, book, old, step, act, body))
        finally:
            letters.Announcement.objects.bulk_create = said
        Announcement.objects.filter(entry=first, case=case).update(entry=entry)
        return entry, state

    _everywhere(right, wrong)


def mark_then_effect() -> None:
    """Entry and rows are committed first, what they say aloud afterwards."""
    from luyue.apps.casework import letters

    right = letters.say
    letters.say = lambda *arguments: _alone(lambda: right(*arguments))


def ack_before_commit() -> None:
    """The client is told while the transaction is still open."""
    from luyue.apps.journal import transaction
    from tests.faults import children

    right_write, right_handle, right_serve = transaction.write, children.handle, children.serve
    told: dict[str, Any] = {}

    def write(work: Callable[[], Any]) -> Any:
        def early() -> Any:
            result = work()
            if told.get("answers") and hasattr(result, "is_new"):
                os.write(told["answers"], (json.dumps({"ok": result.case.number}) + "\n").encode())
                told["done"] = True
                time.sleep(0.05)
            return result

        return right_write(early)

    def handle(request: dict[str, Any], desk: Any) -> dict[str, Any]:
        told["done"] = False
        answer = right_handle(request, desk)
        return {"told": True} if told["done"] else answer

    def serve(requests: int, answers: int) -> None:
        told["answers"] = answers
        right_serve(requests, answers)

    _everywhere(right_write, write)
    children.handle, children.serve = handle, serve


def no_contact_key() -> None:
    """A repeated request is taken for a new one."""
    from luyue.apps.casework import intake

    right = intake.open_case
    intake.open_case = lambda one: right(replace(one, external_id=f"{one.external_id}~{uuid.uuid4().hex[:8]}"))


def head_behind() -> None:
    """The case's row learns in a transaction of its own where its journal ends."""
    from luyue.apps.cases.models import Case
    from luyue.apps.casework import rows

    right = rows.write_difference

    def wrong(case: Any, old: Any, new: Any, head_seq: int, head_hash: str) -> None:
        right(case, old, new, case.head_seq, case.head_hash)
        _alone(lambda: Case.objects.filter(pk=case.pk).update(head_seq=head_seq, head_hash=head_hash))

    rows.write_difference = wrong


def entry_then_rows() -> None:
    """The entry is committed before the rows that show it."""
    from luyue.apps.casework import rows

    right = rows.write_difference
    rows.write_difference = lambda *arguments: _alone(lambda: right(*arguments))


def mark_then_send() -> None:
    """A letter is marked as sent before it leaves."""
    from luyue.apps.contacts import outbox

    right = outbox.channel_of

    class Late:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def send(self, letter: Any) -> str:
            from luyue.apps.contacts.models import Outbox

            Outbox.objects.filter(pk=letter.id).update(done_at=NOW)
            _pause()
            return right(self.kind).send(letter)

    outbox.channel_of = Late


def new_id_every_time() -> None:
    """A letter gets another id at each attempt, so nobody can see that it is the same."""
    from luyue.apps.contacts import channels, outbox

    right = channels.letter_of
    outbox.letter_of = lambda row: replace(right(row), id=str(uuid.uuid4()))


def wrong_clock() -> None:
    """Deadlines are an hour off, now and then."""
    from luyue.apps.casework import projection

    right = projection._clock_row

    def wrong(clock: Any, *rest: Any) -> dict[str, Any]:
        row = right(clock, *rest)
        if row["due_at"] and random.random() < 0.1:
            row["due_at"] += timedelta(hours=1)
        return row

    projection._clock_row = wrong


def storm_after_downtime() -> None:
    """Every rung that passed meanwhile speaks."""
    from luyue.core.procedure.flow import Flow

    def wrong(self: Any, about: str, notice: Any) -> None:
        self.spoken.setdefault(about, []).append(notice)

    Flow.speak = wrong


def timers_forgotten() -> None:
    """Timers go in a transaction of their own, before what they owe is done."""
    from luyue.apps.casework import ticker
    from luyue.apps.clocks.models import Timer

    right = ticker.settle_case

    def wrong(case_id: int, now: Any) -> bool:
        owed = list(Timer.objects.filter(case_id=case_id, due_at__lt=now))
        Timer.objects.filter(pk__in=[one.pk for one in owed]).delete()
        _pause()
        Timer.objects.bulk_create(owed)
        return right(case_id, now)

    ticker.settle_case = wrong


def number_outside() -> None:
    """Case numbers are given out in a transaction of their own."""
    from luyue.apps.casework import intake

    right = intake.next_number

    def wrong(prefix: str, year: int) -> str:
        number = right(prefix, year)
        _alone(lambda: None)
        return number

    intake.next_number = wrong


def _everywhere(right: Any, wrong: Any) -> None:
    """Replace a function in every module that has imported it by name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("luyue.") and getattr(module, right.__name__, None) is right:
            setattr(module, right.__name__, wrong)


PLANTS: dict[str, Callable[[], None]] = {
    plant.__name__.replace("_", "-"): plant
    for plant in (
        effect_then_mark, mark_then_effect, ack_before_commit, no_contact_key, head_behind, entry_then_rows, mark_then_send,
        new_id_every_time, wrong_clock, storm_after_downtime, timers_forgotten, number_outside,
    )
}  # fmt: skip
