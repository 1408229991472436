"""PL106, PL202: clocks against the hours people are there, and clocks that count in two ways at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf

from luyue.core.calendar import Agenda, DayKind, DayTable, Window, Within
from luyue.core.calendar.day_table import zone_info
from luyue.core.calendar.instants import DAY_S
from luyue.core.regulation.book import Book
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import AROUND_THE_CLOCK, ClockRule, TaskRule, Team, TimetableRule

_DAYS_TRIED = 400  # a year and every feast in it


def check(book: Book) -> Iterator[Problem]:
    yield from _mixed(book)
    if book.agenda is None or book.days is None or book.is_broken(ClockRule, TaskRule, Team):
        return
    verdicts: dict[tuple[str, Within], tuple[datetime, datetime] | None] = {}
    for rule, key, team in owed_by_teams(book):
        within = rule.target
        staffed = book.all(TimetableRule).get(team.staffed)
        if staffed is None or not isinstance(within, Within) or not book.can_count(within) or within.hours == staffed.id:
            continue
        if (staffed.id, within) not in verdicts:
            verdicts[staffed.id, within] = _never_there(book, within, staffed)
        found = verdicts[staffed.id, within]
        if found is not None:
            words: Words = {"clock": f'{rule.kind} "{rule.id}"', "clock_zh": rule.label.zh, "team": team.id, "team_zh": team.label.zh}
            words |= {"start": f"{found[0]:%Y-%m-%d %H:%M}", "due": f"{found[1]:%Y-%m-%d %H:%M}"}
            yield book.report("unstaffed-throughout", rule, key, second=team, shown_by=begun(book, rule, found[0]), **words)


def owed_by_teams(book: Book) -> Iterator[tuple[ClockRule | TaskRule, str, Team]]:
    """(promise, the key that says who owes it, the team) of the whole book; what a role owes, such as the holder, is left out."""
    owed: list[tuple[ClockRule | TaskRule, str, str]] = [(one, "owed_by", one.owed_by) for one in book.all(ClockRule).values()]
    owed += [(one, "by", one.by) for one in book.all(TaskRule).values()]
    teams = book.all(Team)
    for rule, key, actor in owed:
        if (team := teams.get(actor.partition("/")[0])) is not None:
            yield rule, key, team


def begun(book: Book, rule: ClockRule | TaskRule, start_at: datetime) -> Witness | None:
    """A case in which the promise begins, opened at that instant."""
    begins = rule.starts_at if isinstance(rule, ClockRule) else getattr(rule.trigger, "fact", "")
    return next((Witness(one, (), begins, start_at=start_at) for one in world_of(book).procedures_of(rule.applies_to)), None)


def absences(agenda: Agenda, days: DayTable, timetable: str) -> Iterator[tuple[datetime, datetime]]:
    """From each closing to the next opening, over a published year: the starts for which least time is staffed."""
    closed: datetime | None = None
    for opens, closes in duties(agenda, days, timetable):
        if closed is not None and closed < opens:
            yield closed, opens
        closed = closes if closed is None else max(closed, closes)


def duties(agenda: Agenda, days: DayTable, timetable: str) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing of each window of a published year."""
    for midnight in year(days):
        for window in agenda.windows_on(midnight.date(), timetable):
            yield midnight + timedelta(seconds=window.opens_s), midnight + timedelta(seconds=window.closes_s)


def year(days: DayTable) -> Iterator[datetime]:
    """The midnights of a published year, some time before the published days end, so that a promise begun on the last one ends on known days."""
    last = min(days.known_until, days.ends_on) - timedelta(days=60)
    for number in range(_DAYS_TRIED, -1, -1):
        yield datetime.combine(last - timedelta(days=number), datetime.min.time(), tzinfo=zone_info(days.zone))


def _never_there(book: Book, within: Within, staffed: TimetableRule) -> tuple[datetime, datetime] | None:
    """A start and its deadline with nobody on duty in between. Starting at a closing is the worst there is."""
    assert book.agenda is not None
    assert book.days is not None
    if _clearly_there(book, within, staffed):
        return None
    for closed, opens in absences(book.agenda, book.days, staffed.id):
        if within.hours == AROUND_THE_CLOCK and (opens - closed).total_seconds() < within.seconds:
            continue
        due = book.due_at(closed, within)
        if due is not None and due <= opens:
            return closed, due
    return None


def _clearly_there(book: Book, within: Within, staffed: TimetableRule) -> bool:
    """Cheap certainties: a day count holds a staffed workday, and hours inside the team's own are always staffed."""
    if within.hours == AROUND_THE_CLOCK:
        return not staffed.dates and within.seconds > _longest_absence_s(staffed)
    if not within.in_hours:
        return all(staffed.open.get(kind) for kind in DayKind if kind.is_worked) and not staffed.dates
    hours = book.all(TimetableRule).get(within.hours or "")
    if hours is None or hours.dates or staffed.dates:
        return False
    return all(_inside(windows, staffed.open.get(kind, ())) for kind, windows in hours.open.items())


def _longest_absence_s(staffed: TimetableRule) -> float:
    """No absence is longer: from the earliest last closing of any kind of day to the latest opening, or between windows of one day."""
    kinds = [sorted(staffed.open.get(kind, ())) for kind in DayKind]
    if not all(kinds):
        return inf
    overnight = DAY_S - min(windows[-1].closes_s for windows in kinds) + max(windows[0].opens_s for windows in kinds)
    return max([overnight, *(late.opens_s - early.closes_s for windows in kinds for early, late in pairwise(windows))])


def _inside(inner: Sequence[Window], outer: Sequence[Window]) -> bool:
    return all(any(wide.opens_s <= one.opens_s and one.closes_s <= wide.closes_s for wide in outer) for one in inner)


def _mixed(book: Book) -> Iterator[Problem]:
    """PL106: the cap of a pause counted otherwise than its clock; lawful, but odd to read."""
    for clock in book.all(ClockRule).values():
        within = clock.target
        if clock.pauses is None or not isinstance(within, Within):
            continue
        cap = clock.pauses.cap
        if cap.in_hours != within.in_hours or (cap.in_hours and cap.hours != within.hours):
            words: Words = {"one": f'clock "{clock.id}"', "one_zh": clock.label.zh, "two": "its pause", "two_zh": "它的暂停"}
            words |= {"hours_one": _hours(within), "hours_two": _hours(cap)}
            words |= {"hours_one_zh": _hours(within, "zh"), "hours_two_zh": _hours(cap, "zh")}
            yield book.report("mixed-clocks", clock, "pauses", "cap", **words)


def _hours(within: Within, language: str = "en") -> str:
    if within.in_hours:
        around = {"en": "natural hours", "zh": "自然小时"}
        return around[language] if within.hours == AROUND_THE_CLOCK else str(within.hours)
    names = {"working day": ("working days", "工作日"), "day": ("days", "自然日")}
    return names[within.unit][language == "zh"]
