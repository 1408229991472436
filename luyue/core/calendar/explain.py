"""Why a deadline is what it is: the sum, one line a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from luyue.core.calendar.counting import Pauses, elapsed_through
from luyue.core.calendar.day_ends import DayEnds
from luyue.core.calendar.day_table import DayKind
from luyue.core.calendar.instants import DAY_S, FOREVER, date_of, epoch_s, instant_at
from luyue.core.calendar.intervals import Interval, clip, length, subtract, union
from luyue.core.calendar.timeline import AROUND_THE_CLOCK, Timeline
from luyue.core.calendar.timetable import WHOLE_DAY, Windows
from luyue.core.calendar.within import Due, Within
from luyue.core.records import dataclass

Note = Literal["start", "counted", "not-counted", "paused", "due"]


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one date adds to the sum.

    counted: seconds, or with `Explanation.unit` "day" the number the day has in the count (1, 2, …; 0 when it does not count).
    A window past midnight adds to the date it opened on. paused_s: what pauses took from the date, in open seconds (natural
    seconds for day counts). note: the first that fits of start, due, paused, counted, not-counted; `due_here` also says so on the
    start's own line. known: whether the date's kind has been published.
    """

    date: date
    kind: DayKind
    name: str | None
    windows: Windows
    counted: int
    paused_s: int
    note: Note
    due_here: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """A deadline with its day-by-day sum. total: what has been counted, seconds or days by `unit`. source: of the day kinds used."""

    start: datetime
    within: Within
    due: Due
    lines: tuple[DayLine, ...]
    total: int
    unit: Literal["s", "day"]
    source: str


@dataclass(frozen=True, slots=True)
class _Sum:
    """One day's part before it is put into words: number of the day, what it adds, what pauses took, whether its end was lost."""

    day: int
    counted: int
    paused_s: int
    due_here: bool
    lost: bool = False


def explained(timeline: Timeline, start: datetime, within: Within, due_s: int | None, provisional: bool, pauses: Pauses) -> Explanation:
    """The sum behind a deadline already computed; without one, the sum up to where the counting stopped."""
    start_s = epoch_s(start)
    start_day = timeline.wall.day_at(start_s)
    by_day = within.counted in ("workdays_end", "days_end")
    if within.amount == 0:
        sums = [_Sum(start_day, 0, 0, True)]
    elif within.in_hours:
        sums = list(_sums_of_hours(timeline, within.hours or AROUND_THE_CLOCK, start_s, due_s, pauses))
    elif by_day:
        sums = list(_sums_of_days(timeline, within, start_s, due_s, pauses))
    else:
        sums = list(_sums_of_shift(timeline, within, start_s, due_s, pauses))
    lines = tuple(_line(timeline, within, one, start_day) for one in sums)
    total = max((line.counted for line in lines), default=0) if by_day else sum(line.counted for line in lines)
    return Explanation(
        start=instant_at(start_s, timeline.zone),
        within=within,
        due=Due(None if due_s is None else instant_at(due_s, timeline.zone), provisional),
        lines=lines,
        total=total,
        unit="day" if by_day else "s",
        source=_source(timeline, lines),
    )


def _sums_of_hours(timeline: Timeline, hours: str, start_s: int, due_s: int | None, pauses: Pauses) -> Iterator[_Sum]:
    stop_s = _stop_s(timeline, start_s, due_s, pauses)
    start_day = timeline.wall.day_at(start_s)
    taken: list[Interval] = []
    # A window that opened on one of the two days before may still be open at the start.
    for day in range(start_day - 2, _last_day(timeline, start_s, due_s, pauses) + 1):
        own = subtract(union(timeline.windows_s(hours, day)), taken)
        taken = union([*taken, *own])
        stretches = clip(own, start_s, stop_s)
        counted = subtract(stretches, pauses)
        due_here = due_s is not None and bool(counted) and counted[-1][1] == due_s
        if day >= start_day or stretches:
            yield _Sum(day, length(counted), length(stretches) - length(counted), due_here)


def _sums_of_days(timeline: Timeline, within: Within, start_s: int, due_s: int | None, pauses: Pauses) -> Iterator[_Sum]:
    working = within.counted == "workdays_end"
    ends = timeline.workday_ends(within.hours if within.day_ends == "close" else None) if working else timeline.all_day_ends()
    start_day = timeline.wall.day_at(start_s)
    midnight_s = timeline.midnight_s(start_day + 1)
    measure = ends.after(start_day, midnight_s)
    for day in range(start_day, _due_day(timeline, ends, start_s, due_s, pauses) + 1):
        end_s = ends.by_day.get(day) if day > start_day else None
        lost = end_s is not None and any(a < end_s <= b for a, b in pauses)
        number = 0 if end_s is None or lost else elapsed_through(measure, midnight_s, end_s, pauses)
        due_here = end_s is not None and end_s == due_s
        yield _Sum(day, number if number <= within.amount else 0, _paused_s(timeline, day, start_s, pauses), due_here, lost)


def _sums_of_shift(timeline: Timeline, within: Within, start_s: int, due_s: int | None, pauses: Pauses) -> Iterator[_Sum]:
    reading, worked_time = timeline.wall.reading_s, timeline.workday_time()
    stop_s = reading(_stop_s(timeline, start_s, due_s, pauses))
    worked = [(reading(a), reading(min(b, timeline.end_s))) for a, b in pauses if a < timeline.end_s]
    left = within.amount * DAY_S
    last_day = _last_day(timeline, start_s, due_s, pauses)
    for day in range(timeline.wall.day_at(start_s), last_day + 1):
        from_s, to_s = max(day * DAY_S, reading(start_s)), min((day + 1) * DAY_S, stop_s)
        # The last reading may jump past the amount where the clock is set forward.
        counted = min(left, elapsed_through(worked_time, from_s, to_s, worked)) if from_s < to_s else 0
        left -= counted
        yield _Sum(day, counted, _paused_s(timeline, day, start_s, pauses), due_s is not None and day == last_day)


def _line(timeline: Timeline, within: Within, part: _Sum, start_day: int) -> DayLine:
    on = date_of(part.day)
    reign = timeline.reign_at(timeline.midnight_s(part.day + 1) - 1)
    kind = reign.days.kinds.get(on) or reign.days.plain_kind(on)
    windows: Windows = ()
    if within.hours == AROUND_THE_CLOCK:
        windows = WHOLE_DAY
    elif within.hours:
        windows = reign.timetables[within.hours].windows(on, kind)
    note: Note = "not-counted"
    if part.day == start_day:
        note = "start"
    elif part.due_here:
        note = "due"
    elif part.lost or (part.paused_s and not part.counted):
        note = "paused"
    elif part.counted:
        note = "counted"
    name = reign.days.names.get(on)
    return DayLine(on, kind, name, windows, part.counted, part.paused_s, note, part.due_here, on <= reign.days.known_until)


def _stop_s(timeline: Timeline, start_s: int, due_s: int | None, pauses: Pauses) -> int:
    """Where the sum ends: at the deadline, or without one with the day the open pause begins."""
    if due_s is not None:
        return due_s
    if pauses and pauses[-1][1] >= FOREVER:
        return timeline.midnight_s(timeline.wall.day_at(max(start_s, pauses[-1][0])) + 1)
    return start_s


def _last_day(timeline: Timeline, start_s: int, due_s: int | None, pauses: Pauses) -> int:
    # A deadline at the end of a day still belongs to that day.
    return timeline.wall.day_at(max(start_s, _stop_s(timeline, start_s, due_s, pauses) - 1))


def _due_day(timeline: Timeline, ends: DayEnds, start_s: int, due_s: int | None, pauses: Pauses) -> int:
    last = _last_day(timeline, start_s, due_s, pauses)
    # A close past midnight is the end of an earlier day.
    return next((day for day in range(last, last - 3, -1) if ends.by_day.get(day) == due_s), last)


def _paused_s(timeline: Timeline, day: int, start_s: int, pauses: Pauses) -> int:
    return length(clip(pauses, max(start_s, timeline.midnight_s(day)), timeline.midnight_s(day + 1)))


def _source(timeline: Timeline, lines: tuple[DayLine, ...]) -> str:
    """Each source once, in the order of the years."""
    if not lines:
        return ""
    years = range(lines[0].date.year, lines[-1].date.year + 1)
    days = timeline.reigns[-1].days
    return "；".join(dict.fromkeys(filter(None, (days.source_of(year) for year in years))))
