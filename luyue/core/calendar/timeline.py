"""A calendar laid out on the axis of instants: which revision rules when, and the tables compiled from it.

Instant t is judged by the revision in force at t (clock semantics 11), so every table is cut from each revision's own reign and
joined. All instants here are epoch seconds; `None` for an answer means that it never comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date

from luyue.core.calendar.counting import NATURAL, Measure, Pauses, due_through, elapsed_through
from luyue.core.calendar.day_ends import DayEnds, day_ends
from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import DAY_S, FOREVER, date_of, day_number
from luyue.core.calendar.intervals import Interval
from luyue.core.calendar.open_time import OpenTime
from luyue.core.calendar.reigns import Reign, Revision, kind_of, kinds_to_come, lay_reigns, windows_by_day
from luyue.core.calendar.wall_clock import wall_clock

AROUND_THE_CLOCK = "around-the-clock"


class Timeline:
    """Deadlines and elapsed time between two dates, both included. Tables are compiled on first use and kept."""

    def __init__(self, revisions: Sequence[Revision], first_on: date, last_on: date) -> None:
        self.reigns = lay_reigns(revisions)
        self.first_on, self.last_on = first_on, last_on
        self.wall = wall_clock(self.reigns[-1].days.zone, first_on, last_on)
        self.zone = self.wall.zone
        self.first_day, self.last_day = day_number(first_on), day_number(last_on)
        self.begin_s = self.wall.edge_s(self.first_day * DAY_S)
        self.end_s = self.wall.edge_s((self.last_day + 1) * DAY_S)
        self._open_times: dict[str, OpenTime] = {}
        self._workday_time: OpenTime | None = None
        self._ends: dict[tuple[str, str | None], DayEnds] = {}

    # -- deadlines and elapsed time --------------------------------------------------------------------------------------------

    def due_in_hours_s(self, timetable: str, start_s: int, seconds: int, pauses: Pauses = ()) -> int | None:
        """Seconds of a timetable's hours (clock semantics 2, 4). None also when it never opens again."""
        open_time = self.open_time(timetable)
        return self._due(open_time, start_s, seconds, pauses, lambda: self._opens_no_more(timetable))

    def due_natural_s(self, start_s: int, seconds: int, pauses: Pauses = ()) -> int | None:
        return due_through(NATURAL, start_s, seconds, pauses)

    def due_workdays_shift_s(self, start_s: int, n: int, pauses: Pauses = ()) -> int | None:
        """N days of workdays' wall time: the same time of day, N workdays later (clock semantics 7)."""
        if n == 0:
            return start_s
        self._check(start_s)
        reading = self.wall.reading_s
        worked = [(reading(a), reading(b) if b < FOREVER else b) for a, b in pauses]
        due = self._due(self.workday_time(), reading(start_s), n * DAY_S, worked, self._works_no_more)
        return None if due is None else self.wall.edge_s(due)

    def due_workdays_end_s(self, start_s: int, n: int, close_of: str | None = None, pauses: Pauses = ()) -> int | None:
        """The N-th workday after the start day: its 24:00, or its last closing by the timetable `close_of`."""
        if n == 0:
            return start_s
        measure, midnight_s = self._after(self.workday_ends(close_of), start_s)
        return self._due(measure, midnight_s, n, pauses, self._works_no_more)

    def due_days_end_s(self, start_s: int, n: int, rolls: bool = True, pauses: Pauses = ()) -> int | None:
        """The end of the N-th natural day after the start day; off workdays it rolls to the next workday's end."""
        if n == 0:
            return start_s
        measure, midnight_s = self._after(self.all_day_ends(), start_s)
        due = due_through(measure, midnight_s, n, pauses)
        if due is None or not rolls:
            return due
        try:
            return self.workday_ends().first_unpaused(due, pauses)
        except BeyondTable:
            if self._works_no_more():
                return None
            raise

    def elapsed_in_hours_s(self, timetable: str, from_s: int, to_s: int, pauses: Pauses = ()) -> int:
        return elapsed_through(self.open_time(timetable), from_s, to_s, pauses)

    def elapsed_natural_s(self, from_s: int, to_s: int, pauses: Pauses = ()) -> int:
        return elapsed_through(NATURAL, from_s, to_s, pauses)

    def elapsed_workdays_shift_s(self, from_s: int, to_s: int, pauses: Pauses = ()) -> int:
        """Seconds of workdays' wall time."""
        self._check(from_s, to_s)
        reading = self.wall.reading_s
        worked = [(reading(a), reading(min(b, self.end_s))) for a, b in pauses if a < self.end_s]
        return elapsed_through(self.workday_time(), reading(from_s), reading(to_s), worked)

    def elapsed_ends(self, ends: DayEnds, from_s: int, to_s: int, pauses: Pauses = ()) -> int:
        """How many of the days' ends after the start day have passed; negative when `to` is earlier."""
        if to_s < from_s:
            return -self.elapsed_ends(ends, to_s, from_s, pauses)
        measure, midnight_s = self._after(ends, from_s)
        self._check(to_s)
        return elapsed_through(measure, midnight_s, to_s, pauses) if to_s > midnight_s else 0

    # -- tables ----------------------------------------------------------------------------------------------------------------

    def open_time(self, timetable: str) -> OpenTime:
        """CalendarError when a revision has no such timetable."""
        known = self._open_times.get(timetable)
        if known is not None:
            return known
        if timetable == AROUND_THE_CLOCK:
            stretches: Iterable[Interval] = [(self.begin_s, self.end_s)]
        else:
            self._check_timetable(timetable)
            stretches = self._open_stretches(timetable)
        compiled = OpenTime(stretches, self.begin_s, self.end_s, self.zone, self.wall.fixed_offset_s)
        return self._open_times.setdefault(timetable, compiled)

    def workday_time(self) -> OpenTime:
        """Whole workdays, on the axis of wall seconds instead of instants."""
        if self._workday_time is None:
            self._workday_time = self._compile_workday_time()
        return self._workday_time

    def workday_ends(self, close_of: str | None = None) -> DayEnds:
        key = ("workdays", close_of)
        if key not in self._ends:
            if close_of is not None:
                self._check_timetable(close_of)
            plain = close_of is None and self._plain_offset_s is not None
            ends = self._plain_workday_ends() if plain else self._each_workday_end(close_of)
            self._ends[key] = day_ends(ends, self.begin_s, self.end_s)
        return self._ends[key]

    def all_day_ends(self) -> DayEnds:
        key = ("days", None)
        if key not in self._ends:
            numbers = range(self.first_day, self.last_day + 1)
            if (offset_s := self._plain_offset_s) is not None:
                ends = ((day, (day + 1) * DAY_S - offset_s) for day in numbers)
            else:
                ends = ((day, self.midnight_s(day + 1)) for day in numbers if self.day_exists(day))
            self._ends[key] = day_ends(ends, self.begin_s, self.end_s)
        return self._ends[key]

    def midnight_s(self, day: int) -> int:
        """The edge at which a day begins."""
        return self.wall.edge_s(day * DAY_S)

    def day_exists(self, day: int) -> bool:
        """False for a date a zone left out when it changed sides of the date line."""
        return self.midnight_s(day) < self.midnight_s(day + 1)

    def reign_at(self, at_s: int) -> Reign:
        return next(reign for reign in reversed(self.reigns) if reign.from_s <= at_s)

    def windows_s(self, timetable: str, day: int) -> list[Interval]:
        """The stretches in which the windows of one date are open, cut to the reigns that say so."""
        if timetable == AROUND_THE_CLOCK:
            return [(self.midnight_s(day), self.midnight_s(day + 1))]
        return [stretch for reign in self.reigns for stretch in self._reign_stretches(reign, timetable, range(day, day + 1))]

    # -- compiling -------------------------------------------------------------------------------------------------------------

    @property
    def _plain_offset_s(self) -> int | None:
        """The offset from UTC where one revision rules all the time in a zone that never changes its clocks; else None."""
        return self.wall.fixed_offset_s if len(self.reigns) == 1 else None

    def _plain_workday_ends(self) -> Iterator[tuple[int, int]]:
        offset_s, days = self._plain_offset_s, self.reigns[0].days
        assert offset_s is not None
        worked = [days.plain_kind(date_of(4 + weekday)).is_worked for weekday in range(7)]  # 1970-01-05 was a Monday
        special = {day_number(on): kind.is_worked for on, kind in days.kinds.items()}
        for day in range(self.first_day - 1, self.last_day + 1):
            if special.get(day, worked[(day + 3) % 7]):
                yield day, (day + 1) * DAY_S - offset_s

    def _open_stretches(self, timetable: str) -> Iterator[Interval]:
        # A window reaches two days on at most, so the two days before the table still have a say in it.
        for reign in self.reigns:
            first = max(self.first_day - 2, self._day_or(reign.from_s, self.first_day) - 2)
            last = min(self.last_day, self._day_or(reign.until_s, self.last_day))
            yield from self._reign_stretches(reign, timetable, range(first, last + 1))

    def _reign_stretches(self, reign: Reign, timetable: str, days: range) -> Iterator[Interval]:
        if (offset_s := self._plain_offset_s) is not None:
            for day, windows in windows_by_day(reign.days, reign.timetables[timetable], days):
                midnight_s = day * DAY_S - offset_s
                for window in windows:
                    yield midnight_s + window.opens_s, midnight_s + window.closes_s
            return
        edge_s, from_s, until_s = self.wall.edge_s, reign.from_s, reign.until_s
        for day, windows in windows_by_day(reign.days, reign.timetables[timetable], days):
            midnight = day * DAY_S
            for window in windows:
                opens, closes = max(edge_s(midnight + window.opens_s), from_s), min(edge_s(midnight + window.closes_s), until_s)
                if opens < closes:
                    yield opens, closes

    def _compile_workday_time(self) -> OpenTime:
        reading = self.wall.reading_s
        stretches: list[Interval] = []
        for reign in self.reigns:
            starts = reading(max(reign.from_s, self.begin_s))
            ends = reading(min(reign.until_s, self.end_s))
            for day in range(self.first_day, self.last_day + 1):
                if kind_of(reign.days, day).is_worked:
                    stretches.append((max(day * DAY_S, starts), min((day + 1) * DAY_S, ends)))
        return OpenTime(stretches, reading(self.begin_s), reading(self.end_s), UTC)

    def _each_workday_end(self, close_of: str | None) -> Iterator[tuple[int, int]]:
        """The revision in force as a day ends, which is where it ends for that revision, decides whether it was a workday."""
        for day in range(self.first_day - 1, self.last_day + 1):
            if not self.day_exists(day):
                continue
            for reign in self.reigns:
                at_s = max(self._day_end_s(reign, day, close_of), reign.from_s)
                if at_s <= reign.until_s:
                    if kind_of(reign.days, day).is_worked:
                        yield day, at_s
                    break

    def _day_end_s(self, reign: Reign, day: int, close_of: str | None) -> int:
        kind = kind_of(reign.days, day)
        if close_of is None or not kind.is_worked:
            return self.midnight_s(day + 1)
        windows = reign.timetables[close_of].windows(date_of(day), kind)
        # A workday on which nobody opens has no close: it ends with the day.
        last = max((window.closes_s for window in windows), default=DAY_S)
        return self.wall.edge_s(day * DAY_S + last)

    # -- small print -----------------------------------------------------------------------------------------------------------

    def _after(self, ends: DayEnds, start_s: int) -> tuple[Measure, int]:
        self._check(start_s)
        day = self.wall.day_at(start_s)
        midnight_s = self.midnight_s(day + 1)
        return ends.after(day, midnight_s), midnight_s

    def _due(self, measure: Measure, start_s: int, amount: int, pauses: Pauses, no_more: Callable[[], bool]) -> int | None:
        try:
            return due_through(measure, start_s, amount, pauses)
        except BeyondTable as error:
            if not error.before and no_more():
                return None
            raise

    def _opens_no_more(self, timetable: str) -> bool:
        """Whether a timetable provably stays closed after the table: not even a kind of day still to be published would open it."""
        last = self.reigns[-1]
        hours = last.timetables[timetable] if timetable != AROUND_THE_CLOCK else None
        if hours is None or last.from_s > self.end_s or any(on > self.last_on for on in hours.dates):
            return False
        return not any(hours.usual(weekday, kind) for weekday, kind in kinds_to_come(last.days, self.last_on))

    def _works_no_more(self) -> bool:
        last = self.reigns[-1]
        return last.from_s <= self.end_s and not any(kind.is_worked for _, kind in kinds_to_come(last.days, self.last_on))

    def _day_or(self, at_s: int, default: int) -> int:
        return self.wall.day_at(at_s) if self.begin_s <= at_s <= self.end_s else default

    def _check(self, *instants_s: int) -> None:
        for at_s in instants_s:
            if not self.begin_s <= at_s < self.end_s:
                reach = f"{self.first_on} to {self.last_on}"
                raise BeyondTable(f"The instant is outside this calendar, which covers {reach}. Extend the day table.", before=at_s < self.begin_s)

    def _check_timetable(self, timetable: str) -> None:
        for reign in self.reigns:
            if timetable not in reign.timetables:
                known = ", ".join(sorted(reign.timetables)) or "none"
                raise CalendarError(f"There is no timetable '{timetable}'. Known: {known}, and {AROUND_THE_CLOCK}.")
