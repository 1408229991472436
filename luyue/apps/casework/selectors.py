"""Everything one case's page shows, and why a deadline is what it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader, Staff, System, actor_of
from luyue.apps.cases.selectors import Brief, NotFound, case_for, cases_for, cases_of_customer, stream_of
from luyue.apps.casework import rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.projection import is_owed
from luyue.apps.casework.recording import MOVE
from luyue.apps.clocks.promises import ClockLine, language, line_of, source_of, spans_of, spoken
from luyue.apps.clocks.selectors import line_order
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.selectors import masked_addresses_of
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.statements import load, select
from luyue.apps.people.models import User
from luyue.apps.regulation.selectors import rulebook_for
from luyue.core.calendar import Explanation, Within
from luyue.core.procedure import Offer, offered
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.checklists import subjects, tick_item
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, Checklist, Label, Procedure
from luyue.core.regulation.text import Clause

_INTERNAL = frozenset(
    {
        *("note", "hear-stranger", "settle", "take", "assign", "tick", "link", "approve", "refuse-approval"),
        *("try-task", "cancel-task", "correct-clock", "explain-miss", "undo", MOVE),
    }
)
_OTHERS_SHOWN = 5
_OWN_ACTS = {
    MOVE: Label("改按新版制度", "Moved to the new text"),
    "merge": Label("并入另一工单", "Merge into another case"),
    "absorb": Label("并入重复工单", "Take over a duplicate"),
}


@dataclass(frozen=True, slots=True)
class StageStep:
    id: str
    label: str
    state: str  # done | now | ahead
    entered_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry as people read it. kind: in | out | note for words, fact for an act, system for what only time did.

    text and body are "" and {} once erased. stage: the stage this entry entered. turns: (cause, clock key, rule) of clocks it moved.
    """

    seq: int
    at: datetime
    entered_at: datetime
    kind: str
    action: str
    actor: str
    who: str
    name: str
    label: str
    channel: str
    text: str
    body: Mapping[str, Any]
    stage: str
    turns: tuple[tuple[str, str, str], ...]
    attachments: tuple[Attachment, ...]
    is_erased: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    key: str
    rule: str
    label: str
    regulation: str
    clause: str
    by: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    tries: tuple[datetime, ...]
    blocks: tuple[str, ...]
    form: str
    checklist: str
    letters: tuple[str, ...] = ()  # ids of the letters that did not arrive
    resent: tuple[str, ...] = ()  # of these, the ones sent to another address since


@dataclass(frozen=True, slots=True)
class ItemLine:
    id: str
    label: str
    evidence: str
    required: bool
    asked: bool
    allows: tuple[str, ...]
    subject: str
    result: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    id: str
    label: str
    regulation: str
    clause: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer in the reader's view: addresses masked; `reveal.reveal_addresses` shows and journals them."""

    id: int
    name: str
    kind: str
    contact_person: str
    account_number: str
    phone: str
    email: str
    n_open: int
    n_cases: int
    others: tuple[Brief, ...]  # the newest of his other cases


@dataclass(frozen=True, slots=True)
class LinkLine:
    number: str
    kind: str  # opened-from, duplicate … as the link says
    outward: bool  # from this case to the other
    subject: str
    case_kind: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    case: Case
    book: Rulebook
    state: CaseState
    procedure: Procedure
    stages: tuple[StageStep, ...]
    clocks: tuple[ClockLine, ...]
    timeline: tuple[TimelineRow, ...]
    tasks: tuple[TaskLine, ...]
    offers: tuple[Offer, ...]
    checklists: tuple[ChecklistLine, ...]
    attachments: tuple[Attachment, ...]
    letters: tuple[Outbox, ...]
    links: tuple[LinkLine, ...]
    customer: CustomerCard | None


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """`explanation` is None for a promised date: there is nothing to count."""

    clock: ClockLine
    sentence: str
    clause: Clause | None
    explanation: Explanation | None


def case_page(reader: Reader, number: str, now: datetime) -> CasePage:
    """Everything the page of one case needs, in at most twenty questions to the store. Customers get no internal rows.

    raises  NotFound.
    """
    case = case_for(reader, number)
    book = rulebook_for(case.rulebook)
    state = rows.load(case)
    inside = isinstance(reader, Staff | System)
    files = _files(case, inside=inside)
    offers = offered(book, state, actor_of(reader, book, now), now, world_of(case))
    return CasePage(
        case=case,
        book=book,
        state=state,
        procedure=book.procedure(state.kind),
        stages=_stages(state, book),
        clocks=clock_lines(state, book, now),
        timeline=_timeline(case, book, files, inside=inside),
        tasks=_tasks(state, book) if inside else (),
        offers=offers,
        checklists=_checklists(state, book, offers) if inside else (),
        attachments=tuple(files),
        letters=tuple(load(Outbox, order=("created_at", "id"), case_id=case.pk)) if inside else (),
        links=_links(reader, case) if inside else (),
        customer=_customer(reader, case) if inside else None,
    )


def explain(reader: Reader, number: str, key: str, now: datetime) -> ClockExplanation:
    """Why a clock's deadline is what it is, day by day. raises NotFound, also for a clock the case does not have."""
    case = case_for(reader, number)
    state, book = rows.load(case), rulebook_for(case.rulebook)
    clock = state.clocks.get(key)
    if clock is None:
        raise NotFound(key)
    terms = index_of(book).terms.get(clock.rule)
    rule = source_of(book, clock.rule)
    told = None
    if terms is not None and isinstance(terms.target, Within):
        told = book.agenda.explain(clock.started_at, terms.target, spans_of(clock.pauses))
    line = line_of(clock, book, now, is_owed=is_owed(clock, state, book))
    return ClockExplanation(line, spoken(book, clock.rule, language()), book.clause_of(rule) if rule else None, told)


def _files(case: Case, *, inside: bool) -> list[Attachment]:
    """Files of a case the reader is known to see; customers get no internal ones but their own."""
    found = load(Attachment, order=("uploaded_at", "id"), case_id=case.pk)
    return found if inside else [one for one in found if one.from_customer or not one.internal]


def clock_lines(state: CaseState, book: Rulebook, now: datetime) -> tuple[ClockLine, ...]:
    lines = (line_of(clock, book, now, is_owed=is_owed(clock, state, book)) for clock in state.clocks.values())
    return tuple(sorted(lines, key=line_order))


def _stages(state: CaseState, book: Rulebook) -> tuple[StageStep, ...]:
    """In the order of the text; a stage is done when it was entered and is not the present one."""
    entered: dict[str, datetime] = {}
    for fact in state.facts:
        if fact.name == "stage.entered":
            entered[str(fact.payload.get("stage"))] = fact.at
    steps = []
    for stage, label in book.procedure(state.kind).stages.items():
        standing = "now" if stage == state.stage else "done" if stage in entered else "ahead"
        steps.append(StageStep(stage, label.say(language()), standing, entered.get(stage)))
    return tuple(steps)


def _timeline(case: Case, book: Rulebook, files: Iterable[Attachment], *, inside: bool) -> tuple[TimelineRow, ...]:
    entries = [_Entry(*row) for row in select(Entry, _Entry._fields, order="seq", stream=stream_of(case))]
    within = ("entry_id", [one.id for one in entries])
    bodies = {row[0]: row[1:] for row in select(EntryBody, ("entry_id", "body", "erased_at"), order="entry_id", within=within)}
    contacts = {row[0]: _Contact(*row[1:]) for row in select(Contact, ("entry_id", *_Contact._fields), case_id=case.pk)}
    by_entry: dict[int, list[Attachment]] = {}
    for file in files:
        by_entry.setdefault(file.entry_id, []).append(file)
    names = _names({one.actor for one in entries}, case)
    found = (_row(one, *bodies[one.id], contacts.get(one.id), by_entry.get(one.id, []), names, book) for one in entries if one.id in bodies)
    return tuple(row if inside else _outward(row) for row in found if inside or row.action not in _INTERNAL)


class _Entry(NamedTuple):
    id: int
    seq: int
    name: str
    action: str
    actor: str
    at: datetime
    entered_at: datetime
    effects: str


class _Contact(NamedTuple):
    direction: str
    channel: str
    text: str


def _row(
    entry: _Entry, body: str, erased_at: datetime | None, contact: _Contact | None, files: list[Attachment], names: Mapping[str, str], book: Rulebook
) -> TimelineRow:
    effects = json.loads(entry.effects)
    words = json.loads(body) if body else {}
    kind = contact.direction if contact else "system" if entry.actor == "system" else "note" if entry.action == "note" else "fact"
    return TimelineRow(
        seq=entry.seq,
        at=entry.at,
        entered_at=entry.entered_at,
        kind=kind,
        action=entry.action,
        actor=entry.actor,
        who=names.get(entry.actor, entry.actor),
        name=entry.name,
        label=_label(entry.action, book),
        channel=contact.channel if contact else "",
        text=(contact.text if contact else str(words.get("text") or "")) if erased_at is None else "",
        body=words,
        stage=next((one["stage"] for one in effects if one["effect"] == "stage"), ""),
        turns=tuple((one["cause"], one["clock"]["key"], one["clock"]["rule"]) for one in effects if one["effect"] == "clock"),
        attachments=tuple(files),
        is_erased=erased_at is not None,
    )


def is_inside(row: TimelineRow) -> bool:
    """Whether this entry is none of the customer's business: a note, or an act among colleagues."""
    return row.kind == "note" or row.action in _INTERNAL


def _outward(row: TimelineRow) -> TimelineRow:
    """What a customer may read of an entry: words that passed between us, and that something was done; never a form filled inside."""
    return row if row.kind in ("in", "out") else replace(row, who="", text="", body={}, turns=(), actor="")


def _label(action: str, book: Rulebook) -> str:
    rule = book.all(ActionRule).get(action)
    if rule is not None:
        return rule.label.say(language())
    label = ACTS[action].label if action in ACTS else _OWN_ACTS.get(action)
    return label.say(language()) if label else ""


def _names(actors: Iterable[str], case: Case) -> dict[str, str]:
    """Actor -> name, for everybody in one question."""
    staff = {actor: int(actor[6:]) for actor in actors if actor.startswith("staff:") and actor[6:].isdecimal()}
    known = {number: name or username for number, name, username in select(User, ("id", "name", "username"), within=("id", sorted(staff.values())))}
    names = {actor: known[number] for actor, number in staff.items() if number in known}
    customer = case.customer.name if case.customer else ""
    return names | {actor: customer for actor in actors if actor.startswith(("customer:", "link:"))}


def _tasks(state: CaseState, book: Rulebook) -> tuple[TaskLine, ...]:
    """Open ones first, by deadline."""
    lines = []
    for task in state.tasks.values():
        rule, clock = book.task(task.rule), state.clocks.get(f"task/{task.key}")
        lines.append(
            TaskLine(
                task.key, task.rule, rule.label.say(language()), rule.regulation, task.clause, task.by, task.state, task.opened_at,
                clock.due_at if clock else None, task.done_at, task.tries, task.blocks, rule.form, rule.checklist, task.letters,
                task.resent,
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.state != "open", line.due_at is None, line.due_at, line.key)))


def _checklists(state: CaseState, book: Rulebook, offers: Iterable[Offer]) -> tuple[ChecklistLine, ...]:
    """Those of the actions offered now and of open tasks, and any that was begun."""
    index = index_of(book)
    wanted = [rule.checklist for offer in offers if offer.kind == "action" and (rule := index.action(state.kind, offer.action))]
    wanted += [book.task(task.rule).checklist for task in state.tasks.values() if task.state == "open"]
    wanted += [checklist for checklist, _ in state.ticks]
    return tuple(_checklist(book.get(Checklist, name), state) for name in dict.fromkeys(wanted) if name)


def _checklist(rule: Checklist, state: CaseState) -> ChecklistLine:
    view = {**state.fields, "kind": state.kind, "channel": state.channel, "customer_kind": state.customer_kind, "stage": state.stage}
    items = []
    for subject in subjects(rule, state):
        for item in rule.items:
            tick = state.ticks.get((rule.id, tick_item(item.id, subject)))
            items.append(
                ItemLine(
                    item.id, item.label.say(language()), item.evidence, item.required, item.when.holds(view), item.allows, subject,
                    tick.result if tick else "", tick.by if tick else "", tick.at if tick else None,
                )
            )  # fmt: skip
    return ChecklistLine(rule.id, rule.label.say(language()), rule.regulation, rule.clause, tuple(items))


def _links(reader: Reader, case: Case) -> tuple[LinkLine, ...]:
    """Linked cases the reader may see; the others are not even counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_case_id, kind, 1 FROM cases_caselink WHERE from_case_id = %s"
            " UNION ALL SELECT from_case_id, kind, 0 FROM cases_caselink WHERE to_case_id = %s ORDER BY 3 DESC",
            [case.pk, case.pk],
        )
        linked = [(one, kind, bool(outward)) for one, kind, outward in cursor.fetchall()]
    if not linked:
        return ()
    seen = cases_for(reader).in_bulk([case_id for case_id, _, _ in linked])
    return tuple(
        LinkLine(seen[one].number, kind, outward, seen[one].subject, seen[one].kind, seen[one].is_open) for one, kind, outward in linked if one in seen
    )


def _customer(reader: Staff | System, case: Case) -> CustomerCard | None:
    customer = case.customer
    if customer is None:
        return None
    shown = masked_addresses_of(customer)
    cases = cases_of_customer(reader, customer.pk)
    return CustomerCard(
        customer.pk, customer.name, customer.kind, customer.contact_person, customer.account_number, shown.phone, shown.email,
        n_open=sum(one.is_open for one in cases), n_cases=len(cases),
        others=tuple(islice((one for one in cases if one.id != case.pk), _OTHERS_SHOWN)),
    )  # fmt: skip
