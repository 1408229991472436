"""Ends of days as single instants that count one each (clock semantics 7 and 9)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

from luyue.core.calendar.counting import Pauses
from luyue.core.calendar.errors import BeyondTable
from luyue.core.calendar.instants import FOREVER


class DayEnds:
    """The ends of the days that count, in the order they happen.

    by_day: day number to the instant its day ends, at 24:00 or at its close. Two days can end out of turn only when one closes
    past midnight, up to 48:00.
    """

    def __init__(self, by_day: Mapping[int, int], end_s: int) -> None:
        self.by_day = by_day
        self.end_s = end_s
        self.ends = sorted(by_day.values())

    def after(self, day: int, midnight_s: int) -> DayEndsAfter:
        """Only the days later than `day`, whose own 24:00 edge is `midnight_s`: the start day is never counted."""
        own_end_s = self.by_day.get(day, midnight_s)
        uncounted = bisect_left(self.ends, own_end_s) if own_end_s > midnight_s else -1
        return DayEndsAfter(self.ends, uncounted, self.end_s)

    def first_unpaused(self, at_s: int, pauses: Pauses) -> int | None:
        """The first end at or after an instant that is not lost to a pause; None when an open pause loses all the rest."""
        i = bisect_left(self.ends, at_s)
        for pause_from, pause_to in pauses:
            if i < len(self.ends) and pause_from < self.ends[i] <= pause_to:
                if pause_to >= FOREVER:
                    return None
                i = bisect_right(self.ends, pause_to)
        if i >= len(self.ends):
            raise BeyondTable("The deadline lies beyond this calendar. Extend the day table.")
        return self.ends[i]


class DayEndsAfter:
    """The ends of days later than a start day, as a `Measure`: an end counts in (from, to], so a pause just before it loses it."""

    def __init__(self, ends: list[int], uncounted: int, end_s: int) -> None:
        self._ends = ends
        self._uncounted = uncounted
        self.end_s = end_s

    def between_s(self, from_s: int, to_s: int, /) -> int:
        low, high = bisect_right(self._ends, from_s), bisect_right(self._ends, to_s)
        return high - low - (low <= self._uncounted < high)

    def due_s(self, start_s: int, amount: int, /) -> int:
        low = bisect_right(self._ends, start_s)
        i = low + amount - 1
        if low <= self._uncounted <= i:
            i += 1
        if i >= len(self._ends):
            raise BeyondTable("The deadline lies beyond this calendar. Extend the day table.")
        return self._ends[i]


def day_ends(ends: Iterable[tuple[int, int]], begin_s: int, end_s: int) -> DayEnds:
    """From (day number, end) pairs; ends outside (begin, end] are left out."""
    return DayEnds({day: at_s for day, at_s in ends if begin_s < at_s <= end_s}, end_s)
