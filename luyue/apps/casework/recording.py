"""One decided step into the store: its entry, the rows that change, what it says and what it does in other rooms.

`perform`, `intake` and the ticker decide in their own way and all end here, so that whatever changes a case leaves the same trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import stream_of
from luyue.apps.casework import findable, letters, rows
from luyue.apps.casework.doors import WRITERS, Writing
from luyue.apps.casework.projection import Rows, rows_of
from luyue.apps.clocks.models import Clock
from luyue.apps.journal import actions as journal
from luyue.apps.journal import chain
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import insert_one, update
from luyue.core.procedure import Step, dump_effect, fold
from luyue.core.procedure.state import CaseState, Effect, FactRecorded, NoticeDue, RoomEffect
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Notice, OnFact

OPEN, SETTLE, PERIOD = "open-case", "settle", "period"  # acts of the program itself, as entries name them
MOVE = "move-rulebook"  # the act that takes a case over to another rulebook
PINNED = "pinned"  # in an opening: what the case's row is pinned to
REPINNED = "repinned"  # in a move: the rulebook the case runs under from this entry on
ERASED = "erased"  # one body that was erased
OWN = (PINNED, REPINNED, ERASED)  # effects that are no part of the case's state, so the core does not know them
_DERIVED = ("stage.entered", "clock.", "task.opened")  # never what an entry is named after


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what when, for the entry."""

    action: str
    actor: str
    at: datetime
    entered_at: datetime
    once: str | None = None


class First(NamedTuple):
    """What follows from the opening of a case alone: worked out before the store is held."""

    state: CaseState
    rows: Rows
    content: journal.Content


def first(book: Rulebook, step: Step, act: Act, body: Mapping[str, Any]) -> First:
    state = _folded(CaseState(), step, act)
    return First(state, rows_of(state, book), _content(step, body))


def record_first(
    case: Case, book: Rulebook, known: First, step: Step, act: Act, body: Mapping[str, Any], pinned: Mapping[str, Any]
) -> tuple[Entry, CaseState]:
    """Insert a new case with its first entry. `case` is filled in but for what follows from the state; its row does not exist yet."""
    state, new, content = known
    case.head_seq, case.head_hash = 0, chain.START
    entry = _append(case, step, act, content.led_by({"effect": PINNED, **pinned}))
    for name, value in new.case.items():
        setattr(case, name, value)
    case.head_seq, case.head_hash = entry.seq, entry.hash
    case.pk = insert_one(Case, vars(case))
    case._state.adding = False
    failpoint("record.case")
    rows.write_first(case, new)
    findable.begin(case, book, body)
    _say_and_write(case, state, book, entry, step, body, act)
    return entry, state


def record(case: Case, book: Rulebook, old: CaseState, step: Step, act: Act, body: Mapping[str, Any]) -> tuple[Entry, CaseState]:
    """Add an entry to a locked case and bring its rows up to it."""
    state = _folded(old, step, act)
    entry = _append(case, step, act, _content(step, body))
    failpoint("record.entry")
    before: Rows = rows_of(old, book)
    rows.write_difference(case, before, rows_of(state, book), entry.seq, entry.hash)
    if body:
        findable.add(case, findable.passages(body, book))
    failpoint("record.rows")
    _say_and_write(case, state, book, entry, step, body, act)
    return entry, state


def record_move(case: Case, before: Rulebook, after: tuple[int, Rulebook], old: CaseState, step: Step, act: Act, body: Mapping[str, Any]) -> Entry:
    """Add the entry by which a locked case goes over to another rulebook (id and compiled), and bring its rows up to it.

    Clocks that are settled keep the rulebook they were judged by.
    """
    row_id, book = after
    state = _folded(old, step, act)
    entry = _append(case, step, act, _content(step, body).led_by({"effect": REPINNED, "rulebook": book.digest, "before": before.digest}))
    failpoint("record.entry")
    update(Case, {"rulebook_id": row_id}, id=case.pk)
    case.rulebook_id = row_id
    for key, clock in state.clocks.items():
        if clock.is_open:
            update(Clock, {"rulebook_id": row_id}, case_id=case.pk, key=key)
    rows.write_difference(case, rows_of(old, before), rows_of(state, book), entry.seq, entry.hash)
    if _kinds(before) == _kinds(book):
        findable.add(case, findable.passages(body, book))
    else:
        findable.renew(case, book)
    failpoint("record.rows")
    _say_and_write(case, state, book, entry, step, body, act)
    return entry


def _kinds(book: Rulebook) -> dict[str, str]:
    """What decides which answers are words to be found."""
    return {name: field.kind for name, field in book.fields.items()}


def _folded(old: CaseState, step: Step, act: Act) -> CaseState:
    return fold(old, step.effects, seq=old.head_seq + 1, action=act.action, actor=act.actor, entered_at=act.entered_at)


def _content(step: Step, body: Mapping[str, Any]) -> journal.Content:
    return journal.content_of([dump_effect(effect) for effect in step.effects], body)


def _append(case: Case, step: Step, act: Act, content: journal.Content) -> Entry:
    return journal.append(
        stream_of(case),
        name=name_of(step.effects, act.action),
        action=act.action,
        actor=act.actor,
        at=act.at,
        entered_at=act.entered_at,
        content=content,
        once=act.once,
        head=(case.head_seq, case.head_hash),
    )


def name_of(effects: Iterable[Effect], action: str) -> str:
    """The fact an entry is about: the first its actor recorded; `case.settled` for what only time did."""
    if action == SETTLE:
        return "case.settled"
    for effect in effects:
        if isinstance(effect, FactRecorded) and not effect.by and not effect.name.startswith(_DERIVED):
            return effect.name
    return f"act.{action}"


def _say_and_write(case: Case, state: CaseState, book: Rulebook, entry: Entry, step: Step, body: Mapping[str, Any], act: Act) -> None:
    notices = [effect for effect in step.effects if isinstance(effect, NoticeDue)]
    notices += _sampled(case, state, book, step.effects)
    if notices:
        letters.say(case, state, book, entry, notices, body, act.entered_at)
        failpoint("record.letters")
    writing = Writing(case, state, book, entry, body, act.entered_at)
    for effect in step.effects:
        if isinstance(effect, RoomEffect) and effect.name in WRITERS:
            WRITERS[effect.name](writing, effect.data)


def _sampled(case: Case, state: CaseState, book: Rulebook, effects: Iterable[Effect]) -> list[NoticeDue]:
    """Notices that go to a share of cases only: the case's number decides, so nobody can choose."""
    rules = [rule for rule in book.all(Notice).values() if rule.sample and rule.sample.share and isinstance(rule.trigger, OnFact)]
    if not rules:
        return []
    known = {**state.fields, "kind": state.kind, "channel": state.channel, "customer_kind": state.customer_kind, "stage": state.stage}
    found = []
    for effect in effects:
        for rule in rules:
            if isinstance(effect, FactRecorded) and effect.name == rule.trigger.fact and rule.applies_to.holds({**known, **effect.payload}):
                if letters.is_in_sample(case.number, rule.id, rule.sample.share):
                    channels = tuple(state.channel if channel == "as-received" else channel for channel in rule.channels)
                    found.append(NoticeDue(rule.id, rule.recipients, channels, "", effect.at))
    return found
