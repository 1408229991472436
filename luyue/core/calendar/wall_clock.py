"""The wall clock of a zone that is never set back (clock semantics 8).

An edge is the first instant whose wall clock shows a time or later: in a gap it jumps to the gap's end, in a repeated hour it is
the first of the two. So edges never go back, windows never invert, and a window happens once.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from luyue.core.calendar.day_table import zone_info
from luyue.core.calendar.instants import DAY_S, FOREVER, day_number

# Zones are at most 14 hours from UTC and windows reach two days on, so a table's rules are read this much further on both sides.
_MARGIN_DAYS = 4


class WallClock:
    """Edges and readings in one zone, exact for instants between the two days and their neighbours.

    Readings are "wall seconds": seconds since 1970-01-01 00:00 as the wall shows them, so a date's midnight is a multiple of 86,400.
    """

    def __init__(self, zone: ZoneInfo, first_day: int, last_day: int) -> None:
        self.zone = zone
        starts, offsets = _offsets(zone, (first_day - _MARGIN_DAYS) * DAY_S, (last_day + _MARGIN_DAYS) * DAY_S)
        self._starts = starts
        self._offsets = offsets
        ends = [start + offset for start, offset in zip(starts[1:], offsets, strict=False)]
        # The highest reading reached before each change of offset; the clock does not fall below it afterwards.
        self._peaks = list(accumulate(ends, max))

    @property
    def fixed_offset_s(self) -> int | None:
        """The offset from UTC where the zone has only one between the two days."""
        return self._offsets[0] if len(self._offsets) == 1 else None

    def edge_s(self, wall_s: int) -> int:
        """The first instant (epoch seconds) whose wall clock shows `wall_s` or later."""
        piece = bisect_right(self._peaks, wall_s)
        return max(self._starts[piece], wall_s - self._offsets[piece])

    def reading_s(self, at_s: int) -> int:
        """What the clock that is never set back shows at an instant: it stands still through a repeated hour."""
        piece = bisect_right(self._starts, at_s) - 1
        reading = at_s + self._offsets[piece]
        return max(reading, self._peaks[piece - 1]) if piece else reading

    def day_at(self, at_s: int) -> int:
        """Number of the day whose midnight edge is the latest at or before an instant."""
        day = self.reading_s(at_s) // DAY_S
        while self.edge_s(day * DAY_S) > at_s:
            day -= 1
        return day


@lru_cache(maxsize=64)
def wall_clock(zone: str, first_on: date, last_on: date) -> WallClock:
    return WallClock(zone_info(zone), day_number(first_on), day_number(last_on))


def _offsets(zone: ZoneInfo, from_s: int, to_s: int) -> tuple[list[int], list[int]]:
    """Instants from which an offset holds, and the offsets; the first holds for all earlier time."""
    starts, offsets = [-FOREVER], [_offset_s(zone, from_s)]
    at, standing = datetime.fromtimestamp, datetime.fromtimestamp(from_s, zone).utcoffset()
    for day_s in range(from_s, to_s, DAY_S):
        if at(day_s + DAY_S, zone).utcoffset() == standing:
            continue
        standing = at(day_s + DAY_S, zone).utcoffset()
        while _offset_s(zone, day_s + DAY_S) != offsets[-1]:
            # Halve the day until the first second of another offset is found; a day with two changes takes two rounds.
            low, high = max(day_s, starts[-1]), day_s + DAY_S
            while high - low > 1:
                middle = (low + high) // 2
                if _offset_s(zone, middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            starts.append(high)
            offsets.append(_offset_s(zone, high))
    return starts, offsets


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def tzdata_version() -> str:
    """Release of the time zone database package, e.g. `2026a`; empty where only the machine's own is present."""
    try:
        import tzdata
    except ImportError:
        return ""
    return str(tzdata.IANA_VERSION)
