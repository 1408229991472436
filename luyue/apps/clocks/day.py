"""A person's day: what he and his teams owe next, and what was kept today.

Asked at every look at the first page, so the statements are written out: each queue along its own index, cut before it is joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.clocks.models import Clock
from luyue.apps.clocks.promises import is_soon, language, left_of, source_of
from luyue.apps.clocks.selectors import pauses_of
from luyue.apps.journal.shapes import instant_of, read_as
from luyue.apps.journal.statements import ask, select_raw
from luyue.apps.regulation.selectors import rulebook_by_digest
from luyue.core.calendar import Within
from luyue.core.procedure.actors import team_of
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import ClockState, PauseSpan
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ClockRule, Procedure, Rule

GROUPS = ("overdue", "soon", "today", "waiting", "followup", "later")
_WAITING_SHOWN = 50
KEPT_SHOWN = 200
_MOST_KNOWN = 2_000
_actions_known: dict[tuple, tuple[tuple[str, str], ...]] = {}  # the same few stages come up in every row
_CLOCK = ("key", "rule", "clause", "owed_by", "state", "started_at", "due_at", "team", "provisional", "left_s")  # what a row shows of a promise


class DayCase(NamedTuple):
    """The columns of a case that a row shows."""

    id: int
    number: str
    kind: str
    stage: str
    subject: str
    digest: str  # of its rulebook
    waiting_since: datetime | None
    holder_id: int | None
    owner_id: int | None
    holder_name: str | None
    holder_username: str | None
    customer: str | None
    classed: str | None = None  # `field=value` of its classification, when that was asked for


@dataclass(frozen=True, slots=True)
class DayRow:
    """One case in a person's day, with the promise that is owed next. The promise's names are those of `ClockLine`.

    What only a drawn row needs is worked out when it is asked for: of a long day most rows are only counted.
    """

    case: DayCase
    clock: ClockState | None
    book: Rulebook
    terms: ClockRule | None  # of the promise
    group: str
    is_soon: bool
    is_mine: bool
    reader: Staff
    now: datetime
    words: str  # the reader's language
    also: tuple[str, ...] = ()  # tasks of his beside that promise, the first due first: `task/<id>`

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def subject(self) -> str:
        return self.case.subject

    @property
    def waiting_since(self) -> datetime | None:
        return self.case.waiting_since

    @property
    def customer(self) -> str:
        return self.case.customer or ""

    @property
    def holder(self) -> str:
        return self.case.holder_name or self.case.holder_username or ""

    @property
    def procedure(self) -> Procedure:
        return self.book.procedure(self.case.kind)

    @property
    def kind_label(self) -> str:
        return self.procedure.label.say(self.words)

    @property
    def stage_label(self) -> str:
        stage = self.procedure.stages.get(self.case.stage)
        return stage.say(self.words) if stage else self.case.stage

    @property
    def _is_held(self) -> bool:
        """By him, or by somebody he stands in for."""
        return self.case.holder_id in self.reader.persons

    @property
    def next_actions(self) -> tuple[tuple[str, str], ...]:
        """(id, label) of the first two actions of the stage that somebody of the reader's teams may do; what else they need is asked then."""
        key = (self.book.digest, self.case.kind, self.case.stage, self.reader.teams, self.reader.posts, self._is_held, self.words)
        found = _actions_known.get(key)
        if found is None:
            if len(_actions_known) > _MOST_KNOWN:
                _actions_known.clear()
            found = _actions_known[key] = tuple(self._open_actions())[:2]
        return found

    def _open_actions(self) -> Sequence[tuple[str, str]]:
        own = self.reader.teams | self.reader.posts | {"everyone", "routed-teams"} | ({"holder"} if self._is_held else set())
        rules = self.book.actions_of(self.case.kind)
        return [(rule.id, rule.label.say(self.words)) for rule in rules if self.case.stage in rule.from_ and own & set(rule.by)]

    # The promise; all of it empty for a case that owes none

    @property
    def rule(self) -> str:
        return self.clock.rule if self.clock else ""

    @property
    def source(self) -> Rule | None:
        return source_of(self.book, self.rule) if self.rule else None

    @property
    def label(self) -> str:
        source = self.source
        return source.label.say(self.words) if source else self.rule

    @property
    def tasks(self) -> tuple[str, ...]:
        """What else he owes in this case, by name."""
        return tuple(found.label.say(self.words) for one in self.also if (found := source_of(self.book, one)) is not None)

    @property
    def regulation(self) -> str:
        source = self.source
        return source.regulation if source else ""

    @property
    def clause(self) -> str:
        return self.clock.clause if self.clock else ""

    @property
    def state(self) -> str:
        return self.clock.state if self.clock else ""

    @property
    def due_at(self) -> datetime | None:
        return self.clock.due_at if self.clock else None

    @property
    def started_at(self) -> datetime | None:
        return self.clock.started_at if self.clock else None

    @property
    def provisional(self) -> bool:
        return bool(self.clock and self.clock.provisional)

    @property
    def pauses(self) -> tuple[PauseSpan, ...]:
        return self.clock.pauses if self.clock else ()

    @property
    def within(self) -> Within | None:
        return self.terms.target if self.terms and isinstance(self.terms.target, Within) else None

    @property
    def hours(self) -> str:
        within = self.within
        return (within.hours or "") if within else ""

    @property
    def counted(self) -> str:
        within = self.within
        return (within.counted or "") if within else ""

    @property
    def left_s(self) -> int | None:
        return left_of(self.clock, self.book, self.within, self.now) if self.clock else None


@dataclass(frozen=True, slots=True)
class MyDay:
    """`rows` by what is due first, those that wait for the customer behind; `counts` of the rows by group; `is_cut` when there are more."""

    rows: tuple[DayRow, ...]
    counts: Mapping[str, int]
    is_cut: bool


def my_day(reader: Staff, now: datetime, limit: int = 60, class_fields: Mapping[str, str] | None = None) -> MyDay:
    """What this person and his teams owe, the most urgent first. At most four questions to the store, but for a rulebook met the first time.

    class_fields  by kind of case the field that says its class, for `DayCase.classed`.
    """
    me, found = reader.user.pk, _queues(reader, limit, class_fields or {})
    cases = {case.id: case for _due_at, case in found}
    promises, tasks = _next_promises(cases, reader)
    books = {digest: rulebook_by_digest(digest) for digest in {case.digest for case in cases.values()}}
    day_ends, words = _midnight(now) + timedelta(days=1), language()  # not a promise: the row's group only
    rows = []
    for case in cases.values():
        clock, book = promises.get(case.id), books[case.digest]
        terms = index_of(book).terms.get(clock.rule) if clock else None
        soon = bool(clock and is_soon(clock, terms, book, now))
        group = _group(case, clock, soon, now, day_ends)
        rows.append(DayRow(case, clock, book, terms, group, soon, case.holder_id == me, reader, now, words, tasks.get(case.id, ())))
    counts = dict.fromkeys(GROUPS, 0)
    for row in rows:
        counts[row.group] += 1
    return MyDay(tuple(rows), counts, is_cut=sum(due_at is not None for due_at, _ in found) >= limit)


def kept_today(reader: Staff, now: datetime) -> list[datetime]:
    """When promises of his cases were kept since local midnight, by his teams or by nobody in particular."""
    teams = sorted(reader.teams)
    if not teams:
        return []
    stored = connection.ops.adapt_datetimefield_value
    rows = ask(_kept_statement(len(teams)), [stored(_midnight(now)), stored(now), *teams, *teams, KEPT_SHOWN])
    return [at for (value,) in rows if (at := instant_of(value)) is not None]


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _queues(reader: Staff, limit: int, class_fields: Mapping[str, str]) -> list[tuple[datetime | None, DayCase]]:
    """(due, case): the `limit` first due of his teams and of what he holds, or whoever he stands in for.

    Behind them, without a due, what waits for its customer.
    """
    teams = sorted(reader.teams)
    values: list[Any] = [one for team in teams for one in (team, True, limit)] + [one for person in reader.persons for one in (person, True, limit)]
    values += [one for team in teams for one in (team, _WAITING_SHOWN)]
    values += [limit, *(word for pair in sorted(class_fields.items()) for word in pair)]
    rows = ask(_queue_statement(len(teams), len(reader.persons), len(class_fields)), values)
    return [(due_at, DayCase(*columns[:6], instant_of(columns[6]), *columns[7:])) for due_at, *columns in rows]


@cache
def _queue_statement(n_teams: int, n_persons: int, n_fields: int) -> str:
    """No sort over all open cases. Written out, because Django cannot say a limit inside a union on SQLite."""
    by_due = "AND is_open = %s AND next_due_at IS NOT NULL ORDER BY next_due_at LIMIT %s"
    due = f"SELECT case_id, next_due_at FROM cases_caseteam WHERE team = %s {by_due}"
    held = f"SELECT id AS case_id, next_due_at FROM cases_case WHERE holder_id = %s {by_due}"
    waits = (
        "SELECT case_id, CAST(NULL AS timestamptz) AS next_due_at FROM cases_caseteam WHERE team = %s AND waiting_since IS NOT NULL"
        " ORDER BY waiting_since LIMIT %s"
    )
    parts = " UNION ALL ".join(f"SELECT * FROM ({part}) AS q{number}" for number, part in enumerate([due] * n_teams + [held] * n_persons + [waits] * n_teams))
    pairs = ", ".join(["(%s, %s)"] * n_fields)
    answer = "SELECT a.field || '=' || a.text FROM cases_answer a WHERE a.case_id = c.id"
    classed = f"({answer} AND (c.kind, a.field) IN (VALUES {pairs}) LIMIT 1)" if n_fields else "NULL"
    return (
        f"WITH found AS (SELECT case_id, MIN(next_due_at) AS due_at FROM ({parts}) AS parts GROUP BY case_id),"
        " due AS (SELECT case_id, due_at FROM found WHERE due_at IS NOT NULL ORDER BY due_at, case_id LIMIT %s)"
        f" SELECT q.due_at, c.id, c.number, c.kind, c.stage, c.subject, r.digest, {read_as('c.waiting_since')}, c.holder_id, c.owner_id, h.name,"
        f" h.username, k.name, {classed} FROM (SELECT * FROM due UNION ALL SELECT * FROM found WHERE due_at IS NULL) AS q JOIN cases_case c ON c.id = q.case_id"
        " JOIN regulation_rulebook r ON r.id = c.rulebook_id LEFT JOIN people_user h ON h.id = c.holder_id"
        " LEFT JOIN customers_customer k ON k.id = c.customer_id ORDER BY q.due_at IS NULL, q.due_at, c.waiting_since, c.id"
    )


@cache
def _kept_statement(n_teams: int) -> str:
    """Along the index of what was settled when; then whether he may see the case."""
    teams = ", ".join(["%s"] * n_teams)
    return (
        f"SELECT {read_as('k.settled_at')} FROM clocks_clock k WHERE k.state = 'kept' AND k.settled_at >= %s AND k.settled_at <= %s"
        f" AND k.team IN ('', {teams}) AND EXISTS (SELECT 1 FROM cases_caseteam t WHERE t.case_id = k.case_id AND t.team IN ({teams}))"
        " ORDER BY k.settled_at LIMIT %s"
    )


def _next_promises(cases: Mapping[int, DayCase], reader: Staff) -> tuple[dict[int, ClockState], dict[int, tuple[str, ...]]]:
    """Of each case the promise owed first: by the reader or his teams if they owe one, else by anybody. Then the tasks they owe beside it."""
    chosen: dict[int, tuple[tuple, tuple]] = {}
    tasks: dict[int, list[tuple[tuple, str]]] = {}
    rows, back = select_raw(Clock, ("case_id", "id", *_CLOCK), within=("case_id", list(cases)), is_owed=True)
    for row in rows:  # instants as the store has them: they have the same order
        case_id, _clock_id, key, rule, _clause, owed_by, _state, _started_at, due_at, team, *_rest = row
        rank = (not _owes(owed_by, team, cases[case_id], reader), due_at is None, due_at, key)
        if case_id not in chosen or rank < chosen[case_id][0]:
            chosen[case_id] = (rank, row)
        if not rank[0] and rule.startswith("task/"):
            tasks.setdefault(case_id, []).append((rank, rule))
    beside = {case_id: tuple(rule for rank, rule in sorted(found) if rank != chosen[case_id][0]) for case_id, found in tasks.items()}
    firsts = [back(row) for _rank, row in chosen.values()]
    pauses = pauses_of([clock_id for _case_id, clock_id, *_ in firsts])
    return {case_id: ClockState(**dict(zip(_CLOCK, values, strict=True)), pauses=pauses.get(clock_id, ())) for case_id, clock_id, *values in firsts}, beside


def _owes(owed_by: str, team: str, case: DayCase, reader: Staff) -> bool:
    if owed_by == "holder":
        return case.holder_id in reader.persons
    if owed_by == "owner":
        return case.owner_id in reader.persons
    return (team or team_of(owed_by)) in reader.teams


def _group(case: DayCase, clock: ClockState | None, soon: bool, now: datetime, day_ends: datetime) -> str:
    if clock and clock.due_at and now > clock.due_at:
        return "overdue"
    if soon:
        return "soon"
    if case.waiting_since or clock is None or clock.state == "paused":
        return "waiting"
    if clock.rule.startswith("task/"):
        return "followup"
    return "today" if clock.due_at and clock.due_at <= day_ends else "later"
