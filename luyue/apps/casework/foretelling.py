"""What an edition or a calendar would do to the open cases, before anybody decides: read in a few questions, nothing is written.

The same sums as the act itself (`core.procedure.foretell`), so what is foretold is what happens to a case that nobody touches meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader
from luyue.apps.cases.selectors import cases_for
from luyue.apps.clocks.models import ClockSpan
from luyue.apps.regulation.models import CalendarRevision, Edition, Move
from luyue.apps.regulation.models import Rulebook as RulebookRow
from luyue.apps.regulation.selectors import CALENDAR, compiled, editions_of, newest_calendars, rulebook_for
from luyue.core.calendar import CalendarError
from luyue.core.clockwork import ClockState, PauseSpan
from luyue.core.procedure import Foretold, Gone, Standing, foretell, gone
from luyue.core.procedure.index import index_of
from luyue.core.procedure.rebase import team_ids
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval, Checklist, Procedure, TaskRule, Team
from luyue.core.regulation.succession import continued


@dataclass(frozen=True, slots=True)
class CaseForetold:
    """One open case and what would become of it: `moves` change a promise, `gone` keeps it where it is."""

    id: int
    number: str
    kind: str
    subject: str
    moves: tuple[Foretold, ...] = ()
    gone: tuple[Gone, ...] = ()

    @property
    def late_at_once(self) -> bool:
        return any(one.late_at_once for one in self.moves)


@dataclass
class RuleForetold:
    """One promise over all cases."""

    rule: str
    earlier: int = 0
    later: int = 0
    firm: int = 0
    late_at_once: int = 0


@dataclass
class Preview:
    """cases: only those with a change or an obstacle, by number. n_open: all that would be asked to move."""

    n_open: int = 0
    cases: list[CaseForetold] = field(default_factory=list)
    rules: dict[str, RuleForetold] = field(default_factory=dict)

    @property
    def changed(self) -> list[CaseForetold]:
        return [one for one in self.cases if one.moves and not one.gone]

    @property
    def late(self) -> list[CaseForetold]:
        return [one for one in self.changed if one.late_at_once]

    @property
    def stuck(self) -> list[CaseForetold]:
        return [one for one in self.cases if one.gone]


def foretell_edition(regulation: str, edition: str, book: Rulebook, now: datetime) -> Preview:
    """What it would do to move every open case on an older edition of this regulation to `book` now."""
    return _foretold([(row, _continued(row, book, now)) for row in affected(Move.EDITION, regulation, edition)], now)


def foretell_calendar(name: str, source: str, now: datetime) -> Preview:
    """What a calendar's text would do to every open case that is counted by this calendar."""
    revision = CalendarRevision(name=name, digest="", source=source)
    return _foretold([(row, _continued(row, on_calendar(row, revision), now)) for row in affected(Move.CALENDAR, name, "")], now)


def visible(reader: Reader, cases: Sequence[CaseForetold]) -> list[CaseForetold]:
    """Those of the cases that this reader may open."""
    seen = set(cases_for(reader).filter(pk__in=[one.id for one in cases]).values_list("pk", flat=True))
    return [one for one in cases if one.id in seen]


def affected(cause: str, name: str, text: str) -> list[RulebookRow]:
    """Rulebooks of open cases that hold an older edition of `name`, or its calendar in another revision, the oldest first."""
    used = RulebookRow.objects.filter(pk__in=Case.objects.filter(is_open__in=[True]).values("rulebook_id").distinct()).order_by("id")
    return [row for row in used if any(_is_older(cause, source, name, text) for source in row.sources)]


def _is_older(cause: str, source: Sequence[str], name: str, text: str) -> bool:
    if cause == Move.CALENDAR:
        return source[0] == CALENDAR + name and source[2] != text
    return source[0] == name and source[1] < text


def on_calendar(row: RulebookRow, revision: CalendarRevision) -> Rulebook:
    """The texts of a rulebook on another revision of one of its calendars. raises CannotCompile."""
    return compiled(editions_of(row), calendars_with(revision))


def calendars_with(revision: CalendarRevision) -> list[CalendarRevision]:
    return [*(one for one in newest_calendars() if one.name != revision.name), revision]


def n_on_older(regulation: str, edition: Edition) -> int:
    """How many open cases still run under an older edition."""
    rows = affected(Move.EDITION, regulation, str(edition.edition))
    return Case.objects.filter(is_open__in=[True], rulebook__in=rows).count()


def _continued(row: RulebookRow, book: Rulebook, now: datetime) -> Rulebook | None:
    try:
        return continued(rulebook_for(row), book, now)
    except CalendarError:
        return None


def _foretold(passages: Iterable[tuple[RulebookRow, Rulebook | None]], now: datetime) -> Preview:
    preview = Preview()
    for row, after in passages:
        known = {case[0]: CaseForetold(*case) for case in _rows("c.id, c.number, c.kind, c.subject FROM cases_case c WHERE {open}", row)}
        preview.n_open += len(known)
        moves: dict[int, list[Foretold]] = defaultdict(list)
        stuck: Mapping[int, tuple[Gone, ...]] = {one: (Gone("calendar", ""),) for one in known}
        if after is not None:
            stuck = dict(_stuck(row, rulebook_for(row), after))
            for case_id, clock in _running(row):
                told = foretell(clock, after, now)
                if told is not None:
                    moves[case_id].append(told)
        for case_id in sorted({*moves, *stuck} & known.keys()):
            one = known[case_id]
            preview.cases.append(CaseForetold(one.id, one.number, one.kind, one.subject, tuple(moves.get(case_id, ())), stuck.get(case_id, ())))
            if case_id not in stuck:
                _count(preview.rules, moves[case_id])
    return preview


def _count(rules: dict[str, RuleForetold], moves: Iterable[Foretold]) -> None:
    for one in moves:
        rule = rules.setdefault(one.clock.rule, RuleForetold(one.clock.rule))
        rule.earlier += one.is_earlier
        rule.later += one.is_later
        rule.firm += one.becomes_firm
        rule.late_at_once += one.late_at_once


# ------------------------------------------------------------------------------------------------ reading many cases

_CLOCK = ("key", "rule", "clause", "owed_by", "team", "started_at", "due_at", "promised_at", "provisional")


def _rows(statement: str, row: RulebookRow, more: Sequence[object] = ()) -> list[tuple]:
    """Plain rows; `{open}` stands for: open, and pinned to this rulebook."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + statement.format(open="c.is_open AND c.rulebook_id = %s"), [row.pk, *more])
        return list(cursor.fetchall())


def _running(row: RulebookRow) -> Iterator[tuple[int, ClockState]]:
    """(case, clock) of everything that runs towards a deadline."""
    pauses: dict[int, list[PauseSpan]] = defaultdict(list)
    statement = "s.clock_id, s.from_at, s.to_at, s.reason FROM clocks_clockspan s JOIN clocks_clock k ON k.id = s.clock_id"
    statement += " JOIN cases_case c ON c.id = k.case_id WHERE {open} AND k.state = 'running' AND s.kind = %s ORDER BY s.id"
    for clock_id, from_at, to_at, reason in _rows(statement, row, [ClockSpan.PAUSE]):
        pauses[clock_id].append(PauseSpan(_aware(from_at), _aware(to_at) if to_at else None, reason))
    columns = ", ".join(f"k.{name}" for name in _CLOCK)
    statement = f"c.id, k.id, {columns} FROM clocks_clock k JOIN cases_case c ON c.id = k.case_id"
    statement += " WHERE {open} AND k.state = 'running' AND k.due_at IS NOT NULL ORDER BY k.id"
    for case_id, clock_id, key, rule, clause, owed_by, team, started_at, due_at, promised_at, provisional in _rows(statement, row):
        yield case_id, ClockState(
            key=key, rule=rule, clause=clause, owed_by=owed_by, state="running", started_at=_aware(started_at), due_at=_aware(due_at), team=team,
            promised_at=_aware(promised_at) if promised_at else None, provisional=bool(provisional), pauses=tuple(pauses.get(clock_id, ())),
        )  # fmt: skip


def _aware(at: datetime) -> datetime:
    """SQLite keeps instants in UTC without an offset."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _stuck(row: RulebookRow, before: Rulebook, after: Rulebook) -> Iterator[tuple[int, tuple[Gone, ...]]]:
    """Cases that rest on something the new text does not have. Where a text lost nothing, nobody is asked."""
    if not _loses(before, after):
        return
    clocks = _by_case(_rows("DISTINCT c.id, k.rule FROM clocks_clock k JOIN cases_case c ON c.id = k.case_id WHERE {open}", row))
    tasks = _by_case(_rows("DISTINCT c.id, t.rule FROM tasks_task t JOIN cases_case c ON c.id = t.case_id WHERE {open}", row))
    for case_id, kind, stage, memo in _rows("c.id, c.kind, c.stage, c.memo FROM cases_case c WHERE {open}", row):
        told = json.loads(memo)
        standing = Standing(
            kind=kind, stage=stage, clocks=clocks.get(case_id, frozenset()), tasks=tasks.get(case_id, frozenset()),
            approvals=frozenset(one[0] for one in told["approvals"]), checklists=frozenset(one[0] for one in told["ticks"]),
            teams=team_ids([*told["teams"], *told["routed"]]),
        )  # fmt: skip
        found = gone(standing, after)
        if found:
            yield case_id, found


def _by_case(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for case_id, rule in pairs:
        found[case_id].add(rule)
    return {case_id: frozenset(rules) for case_id, rules in found.items()}


def _loses(before: Rulebook, after: Rulebook) -> bool:
    """Whether anything a case can rest on is in the old text and not in the new one."""
    if index_of(before).terms.keys() - index_of(after).terms.keys():
        return True
    if any(before.all(kind).keys() - after.all(kind).keys() for kind in (TaskRule, Approval, Checklist, Team)):
        return True
    there = after.all(Procedure)
    return any(name not in there or rule.stages.keys() - there[name].stages.keys() for name, rule in before.all(Procedure).items())
