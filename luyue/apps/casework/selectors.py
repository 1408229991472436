"""Everything one case's page shows, and why a deadline is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader, Staff, System, actor_of
from luyue.apps.cases.selectors import Brief, NotFound, case_for, cases_for, cases_of_customer
from luyue.apps.casework import rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.projection import is_owed
from luyue.apps.casework.timeline import TimelineRow, timeline_of
from luyue.apps.clocks.promises import ClockLine, language, line_of, source_of, spans_of, spoken
from luyue.apps.clocks.selectors import line_order
from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.selectors import masked_addresses_of
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.statements import load
from luyue.apps.regulation.selectors import rulebook_for
from luyue.core.calendar import Explanation, Within
from luyue.core.procedure import Offer, offered
from luyue.core.procedure.checklists import subjects, tick_item
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Checklist, Procedure
from luyue.core.regulation.text import Clause

_OTHERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StageStep:
    id: str
    label: str
    state: str  # done | now | ahead
    entered_at: datetime | None


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
        timeline=timeline_of(case, book, files, inside=inside),
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
