"""PL203: promises that may leave less time on duty than the work takes, by the author's word or by what settled cases took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from luyue.core.calendar import Agenda, CalendarError, DayTable, Within
from luyue.core.calendar.instants import epoch_s, instant_at
from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.staffing import begun, duties, owed_by_teams, year
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.quantities import Quantity
from luyue.core.regulation.rules import AROUND_THE_CLOCK, ClockRule, TaskRule, Team, TimetableRule

_A_MINUTE = timedelta(minutes=1)
_ENOUGH = 10  # settled promises from which on a median says something


def check(book: Book) -> Iterator[Problem]:
    if book.agenda is None or book.days is None or book.is_broken(ClockRule, TaskRule, Team, TimetableRule):
        return
    for rule, key, team in owed_by_teams(book):
        within, needed = rule.target, _needed(book, rule)
        if needed is None or not isinstance(within, Within) or not book.can_count(within):
            continue
        found = least_on_duty(book.agenda, book.days, within, team.staffed)
        if found is None or not 0 < found[2] < needed[0]:  # nobody there at all is PL202
            continue
        start, due, left_s = found
        words: Words = {"clock": f'{rule.kind} "{rule.id}"', "clock_zh": rule.label.zh, "team": team.id, "team_zh": team.label.zh}
        words |= {"start": f"{start:%Y-%m-%d %H:%M}", "due": f"{due:%Y-%m-%d %H:%M}", "basis": needed[1], "basis_zh": needed[2]}
        words |= {"left": _said(left_s), "left_zh": _said(left_s, "zh"), "needed": _said(needed[0]), "needed_zh": _said(needed[0], "zh")}
        yield book.report("too-little-time", rule, key, second=team, shown_by=begun(book, rule, start), **words)


def _needed(book: Book, rule: ClockRule | TaskRule) -> tuple[int, str, str] | None:
    """(seconds the work takes, where that is known from, the same in Chinese): the author's word before what was observed."""
    if rule.effort_s:
        return rule.effort_s, "as its `effort` says", "按 effort 所写"
    took = book.lived.took.get((rule.kind, rule.id))
    if took is None or took.n_settled < _ENOUGH:
        return None
    return took.median_s, f"the median of {took.n_settled} settled ones", f"已办结 {took.n_settled} 件的中位数"


def least_on_duty(agenda: Agenda, days: DayTable, within: Within, staffed: str) -> tuple[datetime, datetime, int] | None:
    """(start, deadline, seconds on duty in between) where those are fewest within a published year; None where nothing can be counted.

    Starting a little later loses time on duty while the team is there, and wins some while it is not, unless the deadline jumps ahead. So
    the worst starts are the closings, and the last ones before such a jump: before midnight for a count of days, and where the deadline is
    a closing of the promise's own hours.
    """
    measure = Within(1, "h", staffed)
    least: tuple[datetime, datetime, int] | None = None
    for start in _worst_starts(agenda, days, within, staffed):
        try:
            due = agenda.due(start, within).at
            left_s = None if due is None else agenda.elapsed_s(start, due, measure)
        except CalendarError:
            continue
        if due is not None and left_s is not None and (least is None or left_s < least[2]):
            least = start, due, left_s
    return least


def _worst_starts(agenda: Agenda, days: DayTable, within: Within, staffed: str) -> Iterator[datetime]:
    if staffed != AROUND_THE_CLOCK:
        yield from (closes for _, closes in duties(agenda, days, staffed))
    if not within.in_hours or staffed == AROUND_THE_CLOCK:
        yield from (at - _A_MINUTE for at in year(days))
    if within.in_hours and within.hours not in (None, staffed, AROUND_THE_CLOCK):
        yield from _due_at_closing(agenda, days, within)


def _due_at_closing(agenda: Agenda, days: DayTable, within: Within) -> Iterator[datetime]:
    assert within.hours is not None
    open_time = agenda.open_time(within.hours)
    for _, closes in duties(agenda, days, within.hours):
        try:
            start_s = open_time.due_s(open_time.begin_s, max(0, open_time.passed_s(epoch_s(closes)) - within.seconds))
            yield instant_at(open_time.next_opening_s(start_s) or start_s, agenda.zone)
        except CalendarError:
            continue


def _said(seconds: int, language: str = "en") -> str:
    hours, minutes = divmod(seconds // 60, 60)
    parts = [Quantity(Decimal(amount), "min").say(language) for amount in (hours * 60, minutes) if amount]
    return " ".join(parts) or Quantity(Decimal(0), "min").say(language)
