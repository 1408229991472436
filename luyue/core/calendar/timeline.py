"""A calendar laid out on the axis of instants: which revision rules when, and the tables compiled from it.

Instant t is judged by the revision in force at t (clock semantics 11), so every table is cut from each revision's own reign and
joined. All instants here are epoch seconds; `None` for an answer means that it never comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from luyue.core.calendar.counting import NATURAL, Measure, Pauses, due_through, elapsed_through
from luyue.core.calendar.day_ends import DayEnds, day_ends
from luyue.core.calendar.day_table import DayKind, DayTable
from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import DAY_S, FOREVER, date_of, day_number, epoch_s
from luyue.core.calendar.intervals import Interval
from luyue.core.calendar.open_time import OpenTime
from luyue.core.calendar.timetable import Timetable, Windows
from luyue.core.calendar.wall_clock import wall_clock

AROUND_THE_CLOCK = "around-the-clock"
T = TypeVar("T")


@dataclass(frozen=True)
class Revision:
    """A day table with its timetables, in force from an instant on (None: always was) until the next revision."""

    from_at: datetime | None
    days: DayTable
    timetables: Mapping[str, Timetable]


@dataclass(frozen=True, slots=True)
class Reign:
    """The stretch [from, until) of instants a revision rules."""

    from_s: int
    until_s: int
    days: DayTable
    timetables: Mapping[str, Timetable]


class Timeline:
    """Deadlines and elapsed time between two dates, both included. Tables are compiled on first use and kept."""

    def __init__(self, revisions: Sequence[Revision], first_on: date, last_on: date) -> None:
        self.reigns = _reigns(revisions)
        self.first_on, self.last_on = first_on, last_on
        self.wall = wall_clock(self.reigns[-1].days.zone, first_on, last_on)
        self.zone = self.wall.zone
        self.first_day, self.last_day = day_number(first_on), day_number(last_on)
        self.begin_s = self.wall.edge_s(self.first_day * DAY_S)
        self.end_s = self.wall.edge_s((self.last_day + 1) * DAY_S)
        self._tables: dict[tuple[str, str | None], object] = {}

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
        if timetable == AROUND_THE_CLOCK:
            return self._table("always", None, lambda: OpenTime([(self.begin_s, self.end_s)], self.begin_s, self.end_s, self.zone))
        self._check_timetable(timetable)
        return self._table("open", timetable, lambda: OpenTime(self._open_stretches(timetable), self.begin_s, self.end_s, self.zone))

    def workday_time(self) -> OpenTime:
        """Whole workdays, on the axis of wall seconds instead of instants."""
        return self._table("worked", None, self._compile_workday_time)

    def workday_ends(self, close_of: str | None = None) -> DayEnds:
        if close_of is not None:
            self._check_timetable(close_of)
        return self._table("workday ends", close_of, lambda: day_ends(self._workday_ends(close_of), self.begin_s, self.end_s))

    def all_day_ends(self) -> DayEnds:
        def ends() -> Iterator[tuple[int, int]]:
            for day in range(self.first_day, self.last_day + 1):
                if self.day_exists(day):
                    yield day, self.midnight_s(day + 1)

        return self._table("day ends", None, lambda: day_ends(ends(), self.begin_s, self.end_s))

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

    def _open_stretches(self, timetable: str) -> Iterator[Interval]:
        # A window reaches two days on at most, so the two days before the table still have a say in it.
        for reign in self.reigns:
            first = max(self.first_day - 2, self._day_or(reign.from_s, self.first_day) - 2)
            last = min(self.last_day, self._day_or(reign.until_s, self.last_day))
            yield from self._reign_stretches(reign, timetable, range(first, last + 1))

    def _reign_stretches(self, reign: Reign, timetable: str, days: range) -> Iterator[Interval]:
        edge_s, from_s, until_s = self.wall.edge_s, reign.from_s, reign.until_s
        for day, windows in _windows_by_day(reign.days, reign.timetables[timetable], days):
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
                if _kind(reign.days, day).is_worked:
                    stretches.append((max(day * DAY_S, starts), min((day + 1) * DAY_S, ends)))
        return OpenTime(stretches, reading(self.begin_s), reading(self.end_s), UTC)

    def _workday_ends(self, close_of: str | None) -> Iterator[tuple[int, int]]:
        """The revision in force as a day ends, which is where it ends for that revision, decides whether it was a workday."""
        for day in range(self.first_day - 1, self.last_day + 1):
            if not self.day_exists(day):
                continue
            for reign in self.reigns:
                at_s = max(self._day_end_s(reign, day, close_of), reign.from_s)
                if at_s <= reign.until_s:
                    if _kind(reign.days, day).is_worked:
                        yield day, at_s
                    break

    def _day_end_s(self, reign: Reign, day: int, close_of: str | None) -> int:
        kind = _kind(reign.days, day)
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
            if error.side == "after" and no_more():
                return None
            raise

    def _opens_no_more(self, timetable: str) -> bool:
        """Whether a timetable provably stays closed after the table: not even a kind of day still to be published would open it."""
        last = self.reigns[-1]
        hours = last.timetables[timetable] if timetable != AROUND_THE_CLOCK else None
        if hours is None or last.from_s > self.end_s or any(on > self.last_on for on in hours.dates):
            return False
        return not any(hours.usual(weekday, kind) for weekday, kind in _kinds_to_come(last.days, self.last_on))

    def _works_no_more(self) -> bool:
        last = self.reigns[-1]
        return last.from_s <= self.end_s and not any(kind.is_worked for _, kind in _kinds_to_come(last.days, self.last_on))

    def _day_or(self, at_s: int, default: int) -> int:
        return self.wall.day_at(at_s) if self.begin_s <= at_s <= self.end_s else default

    def _check(self, *instants_s: int) -> None:
        for at_s in instants_s:
            if not self.begin_s <= at_s < self.end_s:
                side = "before" if at_s < self.begin_s else "after"
                raise BeyondTable(f"The instant is outside this calendar, which covers {self.first_on} to {self.last_on}. "
                                  "Extend the day table.", side)  # fmt: skip

    def _check_timetable(self, timetable: str) -> None:
        for reign in self.reigns:
            if timetable not in reign.timetables:
                known = ", ".join(sorted(reign.timetables)) or "none"
                raise CalendarError(f"There is no timetable '{timetable}'. Known: {known}, and {AROUND_THE_CLOCK}.")

    def _table(self, name: str, of: str | None, compiled: Callable[[], T]) -> T:
        key = (name, of)
        if key not in self._tables:
            self._tables[key] = compiled()
        return self._tables[key]  # type: ignore[return-value]


def _reigns(revisions: Sequence[Revision]) -> list[Reign]:
    if not revisions or revisions[0].from_at is not None:
        raise CalendarError("A calendar with revisions needs a first one without a beginning (`from: null`).")
    froms = [-FOREVER, *(epoch_s(revision.from_at) for revision in revisions[1:] if revision.from_at is not None)]
    if len(froms) != len(revisions) or any(a >= b for a, b in zip(froms, froms[1:], strict=False)):
        raise CalendarError("Revisions must stand in the order they come into force, each at its own instant.")
    if len({revision.days.zone for revision in revisions}) > 1:
        raise CalendarError("All revisions of a calendar must share one time zone.")
    untils = [*froms[1:], FOREVER]
    return [Reign(a, b, r.days, r.timetables) for a, b, r in zip(froms, untils, revisions, strict=True)]


def _kind(days: DayTable, day: int) -> DayKind:
    on = date_of(day)
    return days.kinds.get(on) or days.plain_kind(on)


def _windows_by_day(days: DayTable, timetable: Timetable, numbers: range) -> Iterator[tuple[int, Windows]]:
    """The windows of each day, without looking up what the plain week already says."""
    plain = [timetable.usual(weekday, days.plain_kind(date_of(4 + weekday))) for weekday in range(7)]  # 1970-01-05 was a Monday
    special = {
        day_number(on): timetable.windows(on, days.kinds.get(on) or days.plain_kind(on)) for on in {*days.kinds, *timetable.dates}
    }
    for day in numbers:
        windows = special.get(day)
        yield day, plain[(day + 3) % 7] if windows is None else windows


def _kinds_to_come(days: DayTable, after: date) -> Iterator[tuple[int, DayKind]]:
    """(weekday, kind) of days that may still follow: any kind while years are unpublished, else what the plain week has."""
    for weekday in range(7):
        if days.known_until <= after:
            yield from ((weekday, kind) for kind in DayKind)
        else:
            yield weekday, days.plain_kind(date_of(4 + weekday))
