"""What must hold after any number of kills. Each check names every place where it does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.company import FINAL

LATER = 1_000  # more findings than this say nothing new


def findings(acks: list[dict[str, Any]], data: Path) -> list[str]:
    """Every broken promise of the store, as `check: what`."""
    checks = (
        acked_is_stored(acks), opened_once(), chain_verifies(), rows_match_journal(), said_exactly_once(), sent_at_least_once(data),
        nothing_is_owed(), deadlines_recompute(), no_storm(), numbers_have_no_gap(), store_is_whole(),
    )  # fmt: skip
    found: list[str] = []
    for check in checks:
        for one in check:
            found.append(one)
            if len(found) >= LATER:
                return found
    return found


def acked_is_stored(acks: list[dict[str, Any]]) -> Iterator[str]:
    """What the client was told is there, as it was told."""
    from luyue.apps.contacts.models import Contact
    from luyue.apps.journal.models import Entry

    opened = dict(Contact.objects.filter(channel="email").values_list("external_id", "case__number"))
    entries = {once: [stream, seq] for once, stream, seq in Entry.objects.exclude(once=None).values_list("once", "stream", "seq")}
    for ack in acks:
        stored = opened.get(ack["key"]) if ack["do"] == "open" else entries.get(ack["key"])
        if stored != ack["ok"]:
            yield f"acked: {ack['do']} {ack['key']} was acknowledged as {ack['ok']}, the store has {stored}"


def opened_once() -> Iterator[str]:
    """One contact, one case; and no case without its contact."""
    from luyue.apps.cases.models import Case
    from luyue.apps.contacts.models import Contact

    keys = Counter(key.partition("~")[0] for key in Contact.objects.filter(direction="in").values_list("external_id", flat=True))
    for key, times in keys.items():
        if times > 1:
            yield f"once: the contact {key} opened {times} cases"
    for number in Case.objects.exclude(contacts__direction="in").values_list("number", flat=True):
        yield f"once: {number} has no contact"


def chain_verifies() -> Iterator[str]:
    from luyue.apps.cases.selectors import row_heads
    from luyue.apps.journal.verify import verify

    for finding in verify(row_heads()).findings:
        yield f"chain: {finding}"


def rows_match_journal() -> Iterator[str]:
    from luyue.apps.casework.rebuild import check

    for difference in check():
        yield f"rows: {difference}"


def said_exactly_once() -> Iterator[str]:
    """Each recipient of each notice in the journal has one announcement, and no announcement came from nowhere."""
    from luyue.apps.contacts.models import Announcement
    from luyue.apps.journal.models import Entry

    wanted: Counter[tuple[int, str]] = Counter()
    for entry_id, effects in Entry.objects.values_list("id", "effects"):
        for effect in json.loads(effects):
            if effect.get("effect") == "notice":
                wanted.update((entry_id, one) for one in effect["recipients"] if one != "customer")
    said = Counter(Announcement.objects.values_list("entry_id", "recipient"))
    for key in wanted.keys() | said.keys():
        if wanted[key] != said[key]:
            yield f"said: entry {key[0]} owes {key[1]} {wanted[key]} announcements, he has {said[key]}"


def sent_at_least_once(data: Path) -> Iterator[str]:
    """Every letter of the journal is in the outbox once and left; what left is in the outbox under its own id."""
    from luyue.apps.contacts.models import Outbox
    from luyue.apps.journal.models import Entry

    wanted: Counter[tuple[str, int]] = Counter()
    for stream, seq, effects in Entry.objects.values_list("stream", "seq", "effects"):
        for effect in json.loads(effects):
            if effect.get("effect") == "notice" and "customer" in effect["recipients"]:
                wanted[stream.removeprefix("case:"), seq] += 1
    letters = list(Outbox.objects.values_list("id", "case__number", "payload", "done_at", "dead_at", "notice"))
    rule_letters = [row for row in letters if not row[5].startswith("act/")]
    have = Counter((number, json.loads(payload)["entry"]) for _, number, payload, *_ in rule_letters)
    for key in wanted.keys() | have.keys():
        if wanted[key] != have[key]:
            yield f"letters: entry {key} owes {wanted[key]} letters, the outbox has {have[key]}"
    sent = {line.split("<")[1].split("@")[0] for line in _message_ids(data)}
    for letter_id, number, _, done_at, dead_at, _ in letters:
        if done_at is None and dead_at is None:
            yield f"letters: {letter_id} of {number} still waits"
        elif done_at is not None and str(letter_id) not in sent:
            yield f"letters: {letter_id} of {number} is marked as sent and never left"
    for letter_id in sent - {str(row[0]) for row in letters}:
        yield f"letters: {letter_id} left and is not in the outbox"


def _message_ids(data: Path) -> Iterator[str]:
    for path in (data / "letters").glob("*.log"):
        for line in path.read_text(errors="replace").splitlines():
            if line.startswith("Message-ID:"):
                yield line


def nothing_is_owed() -> Iterator[str]:
    """At the end of time no timer waits and no promise runs past its deadline."""
    from luyue.apps.clocks.models import Clock, Timer

    for timer in Timer.objects.filter(due_at__lt=FINAL):
        yield f"owed: timer {timer.clock} {timer.kind} of case {timer.case_id} was never fired"
    for clock in Clock.objects.filter(state="running", due_at__lt=FINAL):
        yield f"owed: clock {clock.key} of case {clock.case_id} runs past its deadline"


def deadlines_recompute() -> Iterator[str]:
    """Every deadline is what the calendar gives for its start and its pauses."""
    from luyue.apps.cases.models import Case
    from luyue.apps.casework import rows
    from luyue.apps.clocks.promises import spans_of
    from luyue.apps.regulation.selectors import rulebook_for
    from luyue.core.calendar import Within
    from luyue.core.procedure.index import index_of

    for case in Case.objects.select_related("rulebook"):
        book = rulebook_for(case.rulebook)
        for clock in rows.load(case).clocks.values():
            terms = index_of(book).terms[clock.rule]
            if isinstance(terms.target, Within) and clock.state in ("running", "missed"):
                due = book.agenda.due(clock.started_at, terms.target, spans_of(clock.pauses)).at
                if due != clock.due_at:
                    yield f"due: {case.number} {clock.key} is due {clock.due_at}, the calendar says {due}"


def no_storm() -> Iterator[str]:
    """Of one clock only the latest instant speaks in one entry: after downtime nobody hears every rung."""
    from luyue.apps.journal.models import Entry

    for stream, seq, effects in Entry.objects.values_list("stream", "seq", "effects"):
        spoken: dict[str, set[str]] = {}
        for effect in json.loads(effects):
            if effect.get("effect") == "notice" and effect["notice"].startswith("ladder/"):
                spoken.setdefault(effect["about"], set()).add(effect["at"])
        for about, instants in spoken.items():
            if len(instants) > 1:
                yield f"storm: {stream}#{seq} speaks {len(instants)} times of {about}"


def numbers_have_no_gap() -> Iterator[str]:
    from luyue.apps.cases.models import Case, NumberSeries

    for series in NumberSeries.objects.all():
        numbers = set(Case.objects.filter(number__startswith=f"{series.prefix}-{series.year}-").values_list("number", flat=True))
        for number in range(1, series.last + 1):
            if f"{series.prefix}-{series.year}-{number:06}" not in numbers:
                yield f"number: {series.prefix}-{series.year}-{number:06} was given out and has no case"


def store_is_whole() -> Iterator[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for pragma in ("integrity_check", "foreign_key_check"):
            cursor.execute(f"PRAGMA {pragma}")
            for row in cursor.fetchall():
                if row[0] != "ok":
                    yield f"store: {pragma}: {row}"
