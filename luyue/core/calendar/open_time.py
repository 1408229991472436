"""Open time compiled once: when N seconds of it have passed, and how much of it lies between two instants.

All numbers are epoch seconds. Two bucket tables find the interval of an instant, and of an amount of open time, without searching:
each cell is no wider than the shortest distance between two interval ends, so it holds at most one of them and one comparison
settles it. Where that would need too large a table the same questions are answered by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import EPOCH, FOREVER, epoch_s, instant_at
from luyue.core.calendar.intervals import Interval, clip, union

if TYPE_CHECKING:
    from luyue.core.calendar.batch import OpenTimeBatch

# Above this many cells a table costs more memory and compile time than it saves.
_MOST_CELLS = 1 << 18
_SECOND = EPOCH.resolution * 1_000_000


class OpenTime:
    """The open instants of one timetable on one calendar, from `begin_s` up to `end_s`.

    due_s(start_s, seconds) -> int: the first instant at or after the start by which `seconds` of open time have passed (clock
    semantics 2); 0 gives the start itself. BeyondTable when the start precedes the table or the count runs past its end,
    CalendarError for a negative amount. It is an attribute, not a method: a closure over the tables, the leanest path there is.
    """

    due_s: Callable[[int, int], int]

    def __init__(self, intervals: Iterable[Interval], begin_s: int, end_s: int, zone: tzinfo) -> None:
        self.begin_s, self.end_s, self.zone = begin_s, end_s, zone
        self.intervals = union(clip(intervals, begin_s, end_s))
        self.opens = [start for start, _ in self.intervals]
        self.closes = [end for _, end in self.intervals]
        # Open seconds passed by each closing, and before each opening.
        self.passed = list(accumulate(end - start for start, end in self.intervals))
        self.before = [0, *self.passed[:-1]] if self.passed else []
        self.total_s = self.passed[-1] if self.passed else 0
        self.due_s = self._compile()

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

    def due(self, start: datetime, seconds: int) -> datetime:
        """`due_s` for aware datetimes; the answer is in the calendar's zone."""
        if start.tzinfo is None:
            epoch_s(start)  # says what is wrong
        return datetime.fromtimestamp(self.due_s((start - EPOCH) // _SECOND, seconds), self.zone)

    def elapsed_s(self, start: datetime, to: datetime) -> int:
        return self.between_s(epoch_s(start), epoch_s(to))

    @cached_property
    def batch(self) -> OpenTimeBatch:
        """The same answers for NumPy arrays."""
        from luyue.core.calendar.batch import OpenTimeBatch

        return OpenTimeBatch(self)

    # -- compiling -------------------------------------------------------------------------------------------------------------

    def cells(self) -> tuple[int, list[int], int, list[int]] | None:
        """(shift, first interval not closed by each cell of time, shift, first interval that reaches each cell of open time).

        A cell is 2**shift seconds. None when the tables would be too large, or there is nothing to find.
        """
        if not self.opens:
            return None
        time_shift = _shift([close - self.begin_s for close in self.closes], self.end_s - self.begin_s)
        open_shift = _shift(self.passed, self.total_s)
        if time_shift is None or open_shift is None:
            return None
        starts = range(self.begin_s, self.end_s + 1, 1 << time_shift)
        amounts = range(0, self.total_s + 1, 1 << open_shift)
        return time_shift, _first(self.closes, starts, strictly=True), open_shift, _first(self.passed, amounts, strictly=False)

    def _compile(self) -> Callable[[int, int], int]:
        cells = self.cells()
        return self._by_bisection() if cells is None else self._by_cells(*cells)

    def _by_cells(self, time_shift: int, unclosed: list[int], open_shift: int, reaching: list[int]) -> Callable[[int, int], int]:
        begin_s, refuse = self.begin_s, self._refuse
        closes = [*self.closes, FOREVER]
        opens = [*self.opens, FOREVER]
        # Added to an instant inside interval i this gives open time passed, and taken from it the instant again.
        leads = [*(b - o for b, o in zip(self.before, self.opens, strict=True)), self.total_s - FOREVER]
        passed, lags = self.passed, [o - b for b, o in zip(self.before, self.opens, strict=True)]

        def due_s(start_s: int, seconds: int) -> int:
            cell = (start_s - begin_s) >> time_shift
            if cell < 0 or seconds <= 0:
                return refuse(start_s, seconds)
            try:
                i = unclosed[cell]
                if start_s >= closes[i]:
                    i += 1
                opening = opens[i]
                target = (start_s if start_s > opening else opening) + leads[i] + seconds
                i = reaching[target >> open_shift]
                if target > passed[i]:
                    i += 1
                return target + lags[i]
            except IndexError:
                return refuse(start_s, seconds)

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
            f"{self._text(at_s)} is outside this calendar, which covers {self._text(self.begin_s)} to {self._text(self.end_s)}. "
            "Extend the day table.",
            "before" if at_s < self.begin_s else "after",
        )

    def _text(self, at_s: int) -> str:
        return instant_at(at_s, self.zone).isoformat()


def _shift(ends: Sequence[int], width: int) -> int | None:
    """The widest cell, as a power of two, that cannot hold two of the ends; None when there would be too many cells."""
    nearest = min((b - a for a, b in zip(ends, ends[1:], strict=False)), default=width + 1)
    shift = max(0, nearest.bit_length() - 1)
    return shift if width >> shift < _MOST_CELLS else None


def _first(ends: Sequence[int], cells: range, *, strictly: bool) -> list[int]:
    """For each cell the first index whose end is at (strictly: after) the cell's start or later."""
    search = bisect_right if strictly else bisect_left
    return [search(ends, start) for start in cells]
