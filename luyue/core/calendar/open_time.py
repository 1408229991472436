"""Open time compiled once: when N seconds of it have passed, and how much of it lies between two instants.

All numbers are epoch seconds. Two bucket tables find the interval of an instant, and of an amount of open time, without searching:
a cell of time is no wider than the shortest closed stretch, so it meets at most one interval; a cell of open time is no wider than
the shortest interval, so it holds at most one end. One comparison settles the rest. Where that would need too large a table the same
questions are answered by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from itertools import accumulate, repeat
from typing import TYPE_CHECKING

from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import DAY_S, epoch_s, instant_at
from luyue.core.calendar.intervals import Interval, clip, union
from luyue.core.records import dataclass

if TYPE_CHECKING:
    from luyue.core.calendar.batch import OpenTimeBatch

# Above this many cells a table costs more memory and compile time than it saves.
_FEW = 200  # questions after which the tables are worth their making
_MOST_CELLS = 1 << 19
_MINUTES = [timedelta(minutes=minute) for minute in range(1440)]
_SECONDS = [timedelta(seconds=second) for second in range(60)]


@dataclass(frozen=True, slots=True)
class Cells:
    """Bucket tables; a cell is 2**shift seconds wide.

    stretches: for each cell of time the first interval that closes after the cell begins (their number when none does).
    reaching: for each cell of open time the first interval whose end reaches the cell's begin.
    """

    time_shift: int
    stretches: list[int]
    open_shift: int
    reaching: list[int]


class OpenTime:
    """The open instants of one timetable on one calendar, from `begin_s` up to `end_s`.

    due_s(start_s, seconds) -> int: the first instant at or after the start by which `seconds` of open time have passed (clock
    semantics 2); 0 gives the start itself. BeyondTable when the start precedes the table or the count runs past its end,
    CalendarError for a negative amount.
    due(start, seconds) -> datetime: the same for aware datetimes; the answer is in the calendar's zone.

    Both are attributes, not methods: closures over the tables, the leanest path there is.
    """

    due_s: Callable[[int, int], int]
    due: Callable[[datetime, int], datetime]

    def __init__(self, intervals: Iterable[Interval], begin_s: int, end_s: int, zone: tzinfo, fixed_offset_s: int | None = None) -> None:
        """fixed_offset_s: the zone's offset where it is the same all through the table, which makes `due` cheaper."""
        self.begin_s, self.end_s, self.zone = begin_s, end_s, zone
        # Two datetimes of one zone are subtracted by their wall clocks; from this one that gives epoch seconds without a look-up.
        self._epoch_here = None if fixed_offset_s is None else datetime(1970, 1, 1, tzinfo=zone) + timedelta(seconds=fixed_offset_s)
        self.intervals = union(clip(intervals, begin_s, end_s))
        self.opens = [start for start, _ in self.intervals]
        self.closes = [end for _, end in self.intervals]
        # Open seconds passed by each closing, and before each opening.
        self.passed = list(accumulate(end - start for start, end in self.intervals))
        self.before = [0, *self.passed[:-1]] if self.passed else []
        self.total_s = self.passed[-1] if self.passed else 0
        self.due_s, self.due = self._warming(), self._due

    # -- seconds ---------------------------------------------------------------------------------------------------------------

    def passed_s(self, at_s: int) -> int:
        """Open seconds from the table's begin to an instant. BeyondTable outside the table."""
        if not self.begin_s <= at_s <= self.end_s:
            raise self._beyond(at_s)
        i = bisect_right(self.closes, at_s)
        if i == len(self.opens):
            return self.total_s
        return self.before[i] + max(0, at_s - self.opens[i])

    def between_s(self, from_s: int, to_s: int) -> int:
        """Open seconds in [from, to); negative when `to` is earlier."""
        return self.passed_s(to_s) - self.passed_s(from_s)

    def is_open_s(self, at_s: int) -> bool:
        if not self.begin_s <= at_s < self.end_s:
            raise self._beyond(at_s)
        i = bisect_right(self.closes, at_s)
        return i < len(self.opens) and self.opens[i] <= at_s

    def next_opening_s(self, at_s: int) -> int | None:
        """The instant itself when open, else the next opening; None when the table holds none any more."""
        if not self.begin_s <= at_s < self.end_s:
            raise self._beyond(at_s)
        i = bisect_right(self.closes, at_s)
        return max(at_s, self.opens[i]) if i < len(self.opens) else None

    # -- instants --------------------------------------------------------------------------------------------------------------

    def elapsed_s(self, start: datetime, to: datetime) -> int:
        return self.between_s(epoch_s(start), epoch_s(to))

    @cached_property
    def batch(self) -> OpenTimeBatch:
        """The same answers for NumPy arrays."""
        from luyue.core.calendar.batch import OpenTimeBatch

        return OpenTimeBatch(self)

    # -- compiling -------------------------------------------------------------------------------------------------------------

    def cells(self) -> Cells | None:
        """The bucket tables; None when they would be too large, or there is nothing to find."""
        if not self.opens:
            return None
        gaps = (later - earlier for earlier, later in zip(self.closes, self.opens[1:], strict=False))
        time_shift = _shift(gaps, self.end_s - self.begin_s)
        open_shift = _shift((end - start for start, end in self.intervals), self.total_s)
        if time_shift is None or open_shift is None:
            return None
        stretches: list[int] = []
        for i, close in enumerate(self.closes):
            # Every cell that begins before this closing, and after the one before it.
            stretches += repeat(i, -((self.begin_s - close) >> time_shift) - len(stretches))
        stretches += repeat(len(self.closes), ((self.end_s - self.begin_s) >> time_shift) + 1 - len(stretches))
        reaching: list[int] = []
        for i, passed in enumerate(self.passed):
            reaching += repeat(i, (passed >> open_shift) + 1 - len(reaching))
        return Cells(time_shift, stretches, open_shift, reaching)

    def _warming(self) -> Callable[[int, int], int]:
        """Bisection for the first few questions: the tables cost more than a check asks in its whole life."""
        bisect, left = self._by_bisection(), _FEW

        def due_s(start_s: int, seconds: int) -> int:
            nonlocal left
            left -= 1
            if left == 0:
                self.due_s = self._compile()
                self.due = self._by_days()
            return bisect(start_s, seconds)

        return due_s

    def _compile(self) -> Callable[[int, int], int]:
        cells = self.cells()
        return self._by_bisection() if cells is None else self._by_cells(cells)

    def _by_cells(self, cells: Cells) -> Callable[[int, int], int]:
        begin_s, total_s, refuse = self.begin_s, self.total_s, self._refuse
        time_shift, open_shift = cells.time_shift, cells.open_shift
        # Added to an instant inside interval i a lead gives open time passed; taken away again, the instant.
        leads = [b - o for b, o in zip(self.before, self.opens, strict=True)]
        around = [*zip(self.opens, self.closes, leads, strict=True), (self.end_s, self.end_s, total_s - self.end_s)]
        back = list(zip(self.passed, leads, [*leads[1:], 0], strict=True))
        instants = [around[i] for i in cells.stretches]
        amounts = [back[i] for i in cells.reaching]

        def due_s(start_s: int, seconds: int) -> int:
            if seconds <= 0 or start_s < begin_s:
                return refuse(start_s, seconds)
            try:
                opening, closing, lead = instants[(start_s - begin_s) >> time_shift]
                if start_s < opening:
                    target = opening + lead + seconds
                elif start_s > closing:
                    target = closing + lead + seconds
                else:
                    target = start_s + lead + seconds
                passed, lead, next_lead = amounts[target >> open_shift]
            except IndexError:
                return refuse(start_s, seconds)
            if target <= passed:
                return target - lead
            if target > total_s:
                return refuse(start_s, seconds)
            return target - next_lead

        return due_s

    def _by_bisection(self) -> Callable[[int, int], int]:
        def due_s(start_s: int, seconds: int) -> int:
            if seconds <= 0:
                return self._refuse(start_s, seconds)
            target = self.passed_s(start_s) + seconds
            i = bisect_left(self.passed, target)
            if i == len(self.passed):
                return self._refuse(start_s, seconds)
            return target + self.opens[i] - self.before[i]

        return due_s

    def _due(self, start: datetime, seconds: int) -> datetime:
        return datetime.fromtimestamp(self.due_s(epoch_s(start), seconds), self.zone)

    def _by_days(self) -> Callable[[datetime, int], datetime]:
        """In a zone of one offset an instant is the begin of its UTC day and so many minutes more: both are at hand, no zone need be asked."""
        if self._epoch_here is None:
            return self._due
        zone, epoch, due_s, first = self.zone, self._epoch_here, self.due_s, self.begin_s // DAY_S
        days = [epoch + timedelta(day) for day in range(first, self.end_s // DAY_S + 1)]

        def due(start: datetime, seconds: int) -> datetime:
            if start.tzinfo is zone:
                # Two datetimes of one zone are subtracted by their wall clocks.
                since = start - epoch
                due_at = due_s(since.days * DAY_S + since.seconds, seconds)
            else:
                due_at = due_s(epoch_s(start), seconds)
            minute = due_at // 60
            return days[minute // 1440 - first] + _MINUTES[minute % 1440] + _SECONDS[due_at % 60]

        return due

    def _refuse(self, start_s: int, seconds: int) -> int:
        """What the lean path leaves aside: nothing to count, or no answer."""
        if seconds == 0:
            return start_s
        if seconds < 0:
            raise CalendarError(f"{seconds} seconds cannot be counted forward. Give an amount of 0 or more.")
        if not self.begin_s <= start_s <= self.end_s:
            raise self._beyond(start_s)
        raise BeyondTable(f"The deadline lies beyond this calendar, which ends at {self._text(self.end_s)}. Extend the day table.")

    def _beyond(self, at_s: int) -> BeyondTable:
        return BeyondTable(
            f"{self._text(at_s)} is outside this calendar, which covers {self._text(self.begin_s)} to {self._text(self.end_s)}. Extend the day table.",
            before=at_s < self.begin_s,
        )

    def _text(self, at_s: int) -> str:
        return instant_at(at_s, self.zone).isoformat()


def _shift(distances: Iterable[int], width: int) -> int | None:
    """The widest cell, as a power of two, that is no wider than any of the distances; None when there would be too many cells."""
    shift = max(0, min(distances, default=width + 1).bit_length() - 1)
    return shift if width >> shift < _MOST_CELLS else None
