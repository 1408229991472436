"""One case as a report sees it: plain data, out of a case's state or out of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from luyue.core.procedure.actors import team_of
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import CaseState
from luyue.core.procedure.vocabulary import SURVEY_SENT
from luyue.core.regulation.rulebook import Rulebook

# Contacts that show that the first answer was not all: the customer writes or calls again, presses, turns it down, or has to be asked.
MORE_CONTACTS = frozenset({"contact.received", "customer.replied", "customer.nudged", "customer.refused", "customer.asked", "case.reopened"})


@dataclass(frozen=True, slots=True)
class Window:
    """What a report looks at: from `begins_at` on, before `ends_at`; both aware."""

    begins_at: datetime
    ends_at: datetime

    def has(self, at: datetime | None) -> bool:
        return at is not None and self.begins_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock that came to a verdict. `team` is the department that owed it, "" when it was owed by whoever held the case."""

    regulation: str
    clause: str
    rule: str
    team: str
    is_kept: bool
    settled_at: datetime
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """A task the company owes without a case, such as an inspection every month: by when, and when it was done."""

    rule: str
    due_at: datetime
    done_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        return self.done_at is not None and self.done_at <= self.due_at


@dataclass(frozen=True, slots=True)
class Matter:
    """`answers` are closed values by field, several for `choices`; `amounts` numbers and money by field.

    hand_overs    when departments got the work or gave it away.
    opened_cases  procedures of the cases opened from this one.
    asked         surveys its customer was sent: the form, and when.
    came_back     when the customer said something more, pressed, turned it down or had to be asked.
    """

    number: str
    kind: str
    received_at: datetime
    closed_at: datetime | None = None
    responded_at: datetime | None = None
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    hand_overs: tuple[datetime, ...] = ()
    opened_cases: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    asked: tuple[tuple[str, datetime], ...] = ()
    came_back: tuple[datetime, ...] = ()


def matter_of(number: str, state: CaseState, book: Rulebook, opened_cases: tuple[str, ...] = ()) -> Matter:
    """A case's state as a report sees it. ValueError for a state that was never opened."""
    if state.received_at is None:
        raise ValueError(f"{number} was never opened, so no report can count it.")
    index = index_of(book)
    handing = index.handing_facts(state.kind)
    responded = next((fact.at for fact in state.facts if fact.name == "case.responded"), None)
    promises = []
    for clock in state.clocks.values():
        rule = index.terms.get(clock.rule)
        if rule is not None and clock.state in ("kept", "missed") and clock.settled_at is not None:
            team = clock.team or team_of(clock.owed_by)
            owing = team if team in index.teams else ""
            verdict = clock.state == "kept"
            promises.append(Promise(rule.regulation, clock.clause, clock.rule, owing, verdict, clock.settled_at, bool(clock.corrected_by)))
    answers, amounts = _values(state, book)
    answers["channel"] = (state.channel,)
    return Matter(
        number, state.kind, state.received_at, state.closed_at, responded, answers, amounts,
        tuple(fact.at for fact in state.facts if fact.name in handing), opened_cases, tuple(promises),
        tuple((str(fact.payload.get("form")), fact.at) for fact in state.facts if fact.name == SURVEY_SENT),
        tuple(fact.at for fact in state.facts if fact.name in MORE_CONTACTS),
    )  # fmt: skip


def _values(state: CaseState, book: Rulebook) -> tuple[dict[str, tuple[str, ...]], dict[str, Decimal]]:
    answers: dict[str, tuple[str, ...]] = {}
    amounts: dict[str, Decimal] = {}
    for name, value in state.fields.items():
        known = book.fields.get(name)
        if known is not None and known.kind in ("number", "money"):
            amounts[name] = Decimal(str(value))
        elif value is not None:
            answers[name] = tuple(str(one) for one in value) if isinstance(value, tuple | list) else (str(value),)
    return answers, amounts
