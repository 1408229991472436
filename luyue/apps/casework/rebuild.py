"""The journal read again: do the rows say what the entries say, and would today's code decide the same?

`check` folds the effects of every entry and compares with the rows. `rebuild` writes the rows anew where they differ. `recompute` is
another question: it decides every act again with today's code, from the words still there, and shows where it would come out otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luyue.apps.cases import search
from luyue.apps.cases.models import Answer, Case, CaseTeam
from luyue.apps.cases.readers import Customer as CustomerReader
from luyue.apps.cases.readers import Link, Reader, Staff, System, actor_of
from luyue.apps.cases.selectors import STREAM, stream_of
from luyue.apps.casework import findable, rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.projection import Rows, rows_of
from luyue.apps.casework.recording import MOVE, OPEN, OWN, PERIOD, PINNED, REPINNED, SETTLE
from luyue.apps.casework.subjects import subject_of
from luyue.apps.clocks import tallies
from luyue.apps.clocks.models import Clock, ClockSpan, Timer
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.regulation.models import Rulebook as RulebookRow
from luyue.apps.regulation.selectors import rulebook_by_digest, rulebook_for
from luyue.apps.tasks.models import Task
from luyue.core.procedure import decide, dump_effect, fold, load_effect, open_case, rebase, settle
from luyue.core.procedure.state import Actor, CaseState, Invalid, Refused, TimerState
from luyue.core.regulation.rulebook import Rulebook

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where row and journal part: `where` is table.key.column."""

    number: str
    where: str
    stored: str
    folded: str

    def __str__(self) -> str:
        return f"{self.number} {self.where}: row {self.stored}, journal {self.folded}"


def check(numbers: Iterable[str] | None = None) -> Iterator[Difference]:
    """Every place where the rows of a case do not say what its journal says; none is as it should be."""
    for case in _cases(numbers):
        yield from differences(case)
    if numbers is None:
        yield from _missing_cases()


def rebuild(numbers: Iterable[str] | None = None) -> int:
    """Write the rows anew of every case whose rows differ, and of cases whose row is gone; how many."""
    if numbers is None:
        for number in _numbers_without_row():
            write(lambda number=number: _insert_again(number))
    changed = 0
    for case in _cases(numbers):
        changed += write(lambda case=case: _write_again(case))
    return changed


def index_again() -> None:
    """The search index anew, from the words as they are stored. Reads no journal; a second for some ten thousand cases."""
    write(search.index_again)


def differences(case: Case) -> Iterator[Difference]:
    """Where the rows of one case differ from its journal."""
    state, head, pinned = folded(case.number)
    book = rulebook_for(case.rulebook)
    if pinned.get("rulebook") not in (None, case.rulebook.digest):
        yield Difference(case.number, "case.rulebook", case.rulebook.digest, str(pinned["rulebook"]))
    customer = f"customer:{case.customer_id}" if case.customer_id else None
    if pinned.get("customer") != customer:
        yield Difference(case.number, "case.customer", str(customer), str(pinned.get("customer")))
    if (case.head_seq, case.head_hash) != head:
        yield Difference(case.number, "case.head", f"{case.head_seq} {case.head_hash[:12]}", f"{head[0]} {head[1][:12]}")
    stored, told = stored_rows(case), rows_of(state, book)
    for table in Rows._fields:
        yield from _parted(case.number, table, _plain(getattr(stored, table)), _plain(getattr(told, table)))
    lines, said = (search.words_of(case.pk) or "").split("\n"), findable.expected(case, book).split("\n")
    if sorted(lines) != sorted(said):
        # Their number, not the words: a report of differences is no place for what a customer said.
        yield Difference(case.number, "words", f"{len(lines)} passages", f"{len(said)} passages")
    if pinned.get("moved"):
        books = dict(Clock.objects.filter(case=case).values_list("key", "rulebook__digest"))
        judged = judged_by(case.number)
        yield from _parted(case.number, "clocks.rulebook", books, {key: judged.get(key, "nothing") for key in books})


def folded(number: str) -> tuple[CaseState, tuple[int, str], Mapping[str, Any]]:
    """(state, (seq, hash) of the last entry, what the opening pinned) of a case, from its entries alone."""
    state, head, pinned = CaseState(), (0, ""), {}
    for entry in Entry.objects.filter(stream=STREAM + number).order_by("seq"):
        effects = []
        for effect in json.loads(entry.effects):
            if effect["effect"] == PINNED:
                pinned = effect
            elif effect["effect"] == REPINNED:
                pinned = {**pinned, "rulebook": effect["rulebook"], "moved": True}
            elif effect["effect"] not in OWN:
                effects.append(load_effect(effect))
        state = fold(state, effects, seq=entry.seq, action=entry.action, actor=entry.actor, entered_at=entry.entered_at)
        head = (entry.seq, entry.hash)
    return state, head, pinned


def judged_by(number: str) -> dict[str, str]:
    """Digest of the rulebook by clock key: that of the case while the clock was open, for good once it is settled."""
    found: dict[str, str] = {}
    is_open: dict[str, bool] = {}
    book = ""
    for entry in Entry.objects.filter(stream=STREAM + number).order_by("seq"):
        for effect in json.loads(entry.effects):
            if effect["effect"] in (PINNED, REPINNED):
                book = str(effect.get("rulebook") or "")
                found |= {key: book for key, runs in is_open.items() if runs}
            elif effect["effect"] == "clock":
                clock = load_effect(effect).clock  # type: ignore[union-attr]
                found[clock.key] = book if clock.is_open or clock.key not in found or is_open[clock.key] else found[clock.key]
                is_open[clock.key] = clock.is_open
    return found


def entry_with_state(number: str, seq: int) -> tuple[CaseState, CaseState, list[Any]]:
    """(state before, state after, effects) of one entry of a case, from its journal alone."""
    before, effects = CaseState(), []
    after = before
    for entry in Entry.objects.filter(stream=STREAM + number, seq__lte=seq).order_by("seq"):
        effects = [load_effect(one) for one in json.loads(entry.effects) if one["effect"] not in OWN]
        before = after
        after = fold(before, effects, seq=entry.seq, action=entry.action, actor=entry.actor, entered_at=entry.entered_at)
    return before, after, effects


def stored_rows(case: Case) -> Rows:
    """The rows as the tables have them, in the shape `rows_of` gives."""
    pauses: dict[str, tuple] = {}
    for key, *span in ClockSpan.objects.filter(clock__case=case, kind=ClockSpan.PAUSE).order_by("id").values_list("clock__key", "from_at", "to_at", "reason"):
        pauses[key] = (*pauses.get(key, ()), tuple(span))
    runs: dict[str, tuple] = {}
    for key, *span in ClockSpan.objects.filter(clock__case=case, kind=ClockSpan.RUN).order_by("id").values_list("clock__key", "team", "from_at", "to_at"):
        runs[key] = (*runs.get(key, ()), tuple(span))
    answers: dict[str, tuple] = {}
    for row in Answer.objects.filter(case=case).order_by("id").values("field", "text", "amount", "at"):
        name = row.pop("field")
        answers[name] = (*answers.get(name, ()), row)
    return Rows(
        case={name: getattr(case, name) for name in _CASE},
        teams={row.pop("team"): row for row in CaseTeam.objects.filter(case=case).values("team", *_TEAM)},
        clocks={row.pop("key"): row for row in Clock.objects.filter(case=case).values("key", *_CLOCK)},
        pauses=pauses,
        runs=runs,
        timers=tuple(TimerState(*row) for row in Timer.objects.filter(case=case).values_list("clock", "kind", "rung", "due_at")),
        tasks={row.pop("key"): row for row in Task.objects.filter(case=case).values("key", *_TASK)},
        answers=answers,
    )


_CASE = (
    "kind", "stage", "is_open", "channel", "customer_kind", "holder_id", "owner_id", "received_at", "closed_at", "next_due_at",
    "waiting_since", "merged_into", "hand_overs", "memo",
)  # fmt: skip
_CLOCK = (
    "rule", "regulation", "clause", "owed_by", "team", "state", "started_at", "due_at", "promised_at", "provisional", "settled_at",
    "left_s", "warned", "rungs", "corrected_by", "cause", "cause_by", "is_owed",
)  # fmt: skip
_TEAM = ("is_routed", "is_open", "next_due_at", "waiting_since")
_TASK = ("rule", "regulation", "clause", "by", "state", "opened_at", "due_at", "done_at", "tries", "blocks", "about")


def _plain(value: Any) -> Any:
    """Comparable whatever order the store gave: mappings by key, timers as a set."""
    if isinstance(value, tuple) and all(isinstance(one, TimerState) for one in value):
        return {f"{one.clock} {one.kind} {one.rung}": str(one.due_at) for one in value}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return str(value)


def _parted(number: str, where: str, stored: Any, told: Any) -> Iterator[Difference]:
    if isinstance(stored, dict) and isinstance(told, dict):
        for key in sorted(stored.keys() | told.keys()):
            yield from _parted(number, f"{where}.{key}", stored.get(key, "nothing"), told.get(key, "nothing"))
    elif stored != told:
        yield Difference(number, where, str(stored)[:200], str(told)[:200])


def _cases(numbers: Iterable[str] | None) -> Iterator[Case]:
    found = Case.objects.select_related("rulebook").order_by("id")
    yield from (found.filter(number__in=list(numbers)) if numbers is not None else found).iterator(chunk_size=BATCH)


def _numbers_without_row() -> list[str]:
    streams = Entry.objects.filter(stream__startswith=STREAM, seq=1).values_list("stream", flat=True)
    known = set(Case.objects.values_list("number", flat=True))
    return sorted(number for stream in streams.iterator() if (number := stream.removeprefix(STREAM)) not in known)


def _missing_cases() -> Iterator[Difference]:
    for number in _numbers_without_row():
        yield Difference(number, "case", "nothing", "a case")


def _write_again(case: Case) -> bool:
    """Under the case's lock, so that nothing is decided on half-written rows."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("rulebook").get(pk=case.pk)
    if not any(differences(locked)):
        return False
    state, head, pinned = folded(locked.number)
    if pinned.get("rulebook") not in (None, locked.rulebook.digest):
        locked.rulebook = RulebookRow.objects.get(digest=pinned["rulebook"])
        Case.objects.filter(pk=locked.pk).update(rulebook=locked.rulebook)
    told = rows_of(state, rulebook_for(locked.rulebook))
    tallies.add(stored_rows(locked).clocks, {})
    for model in (CaseTeam, Timer, Task, Answer):
        model.objects.filter(case=locked).delete()
    ClockSpan.objects.filter(clock__case=locked).delete()
    Clock.objects.filter(case=locked).delete()
    rows.write_first(locked, told)
    _judge_again(locked)
    customer = str(pinned.get("customer") or "").removeprefix("customer:")
    Case.objects.filter(pk=locked.pk).update(**told.case, head_seq=head[0], head_hash=head[1], customer_id=int(customer) if customer else None)
    search.put(locked.pk, findable.expected(locked, rulebook_for(locked.rulebook)))
    return True


def _judge_again(case: Case) -> None:
    """Clocks settled before the case moved go back to the rulebook that judged them."""
    for key, digest in judged_by(case.number).items():
        if digest and digest != case.rulebook.digest:
            Clock.objects.filter(case=case, key=key).update(rulebook=RulebookRow.objects.get(digest=digest))


def _insert_again(number: str) -> None:
    """The row of a case that the journal tells of; its subject comes from the words of the first entry, unless they were erased."""
    state, head, pinned = folded(number)
    row = RulebookRow.objects.get(digest=pinned["rulebook"])
    told = rows_of(state, rulebook_for(row))
    customer = str(pinned.get("customer") or "").removeprefix("customer:")
    body = EntryBody.objects.get(entry__stream=STREAM + number, entry__seq=1).body
    words = json.loads(body) if body else {}
    case = Case(
        number=number, subject=subject_of(words.get("_text", ""), words, rulebook_for(row)), rulebook=row, link_hash=pinned.get("link"),
        customer_id=int(customer) if customer else None, head_seq=head[0], head_hash=head[1], **told.case,
    )  # fmt: skip
    case.save(force_insert=True)
    rows.write_first(case, told)
    search.put(case.pk, findable.expected(case, rulebook_for(row)))
    _judge_again(case)


# ------------------------------------------------------------------------------------------------ recompute


def recompute(numbers: Iterable[str] | None = None) -> Iterator[Difference]:
    """Decide every act again with today's code and the pinned rulebook; each effect that comes out otherwise.

    Runs in transactions that are rolled back. Acts whose words were erased are passed over. A person's teams and skills are today's, and
    so are other rooms' answers: a difference here is a question, not a fault.
    """
    for case in _cases(numbers):
        with transaction.atomic():
            yield from _recomputed(case)
            transaction.set_rollback(True)


def _recomputed(case: Case) -> Iterator[Difference]:
    book, state = _first_book(case), CaseState()
    bodies = EntryBody.objects.filter(entry__stream=stream_of(case)).select_related("entry").order_by("entry__seq")
    for body in bodies:
        entry = body.entry
        effects_told = json.loads(entry.effects)
        known = [effect for effect in effects_told if effect["effect"] not in OWN]
        if entry.action == MOVE:
            moved_to = rulebook_by_digest(next(effect["rulebook"] for effect in effects_told if effect["effect"] == REPINNED))
            step = rebase(book, state, entry.entered_at, moved_to, world_of(case))
            yield from _compared(case, entry, known, [dump_effect(effect) for effect in step.effects])
            book = moved_to
        elif body.erased_at is None and entry.action not in (PERIOD, "erase", "merge", "absorb"):
            yield from _compared(case, entry, known, _decided(case, book, state, entry, json.loads(body.body)))
        effects = [load_effect(effect) for effect in known]
        state = fold(state, effects, seq=entry.seq, action=entry.action, actor=entry.actor, entered_at=entry.entered_at)


def _first_book(case: Case) -> Rulebook:
    """The rulebook the case was opened under."""
    first = Entry.objects.filter(stream=stream_of(case), seq=1).values_list("effects", flat=True).first()
    pinned = next((effect for effect in json.loads(first or "[]") if effect["effect"] == PINNED), {})
    return rulebook_by_digest(pinned["rulebook"]) if pinned.get("rulebook") else rulebook_for(case.rulebook)


def _decided(case: Case, book: Rulebook, state: CaseState, entry: Entry, words: dict[str, Any]) -> list[dict[str, Any]] | str:
    """The effects today's code gives, or the words of its refusal."""
    data = {name: value for name, value in words.items() if name != "_text"}
    actor = _actor(case, book, entry)
    try:
        if entry.action == SETTLE:
            step = settle(book, state, entry.entered_at, world_of(case))
        elif entry.action == OPEN:
            opened = next(effect for effect in json.loads(entry.effects) if effect["effect"] == "opened")
            step = open_case(
                book, opened["kind"], actor, channel=opened["channel"], customer_kind=opened["customer_kind"], data=data, at=entry.at,
                now=entry.entered_at, world=world_of(None), complete=False,
            )  # fmt: skip
        else:
            step = decide(book, state, entry.action, actor, data, at=entry.at, now=entry.entered_at, world=world_of(case))
    except (Invalid, Refused) as error:
        return str(error)
    return [dump_effect(effect) for effect in step.effects]


def _actor(case: Case, book: Rulebook, entry: Entry) -> Actor:
    kind, _, rest = entry.actor.partition(":")
    reader: Reader = System()
    if kind == "staff" and (user := User.objects.filter(pk=rest).first()):
        reader = Staff(user)
    elif kind == "customer" and (customer := Customer.objects.filter(pk=rest).first()):
        reader = CustomerReader(customer)
    elif kind == "link":
        reader = Link(case)
    actor = actor_of(reader, book, entry.entered_at)
    return Actor(entry.actor, actor.actors, actor.skills)


def _compared(case: Case, entry: Entry, known: list[dict[str, Any]], found: list[dict[str, Any]] | str) -> Iterator[Difference]:
    where = f"entry {entry.seq} {entry.action}"
    if isinstance(found, str):
        yield Difference(case.number, where, f"{len(known)} effects", f"refused: {found}")
        return
    if len(known) != len(found):
        yield Difference(case.number, where, f"{len(known)} effects", f"{len(found)} effects")
    for number, (one, other) in enumerate(zip(known, found, strict=False)):
        if json.loads(json.dumps(one)) != json.loads(json.dumps(other)):
            yield Difference(case.number, f"{where} effect {number}", json.dumps(one, ensure_ascii=False), json.dumps(other, ensure_ascii=False))
