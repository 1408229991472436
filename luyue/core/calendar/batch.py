"""Open time for arrays, in the answers of the scalar `OpenTime.due_s`, bit for bit.

Where all hours begin and end on a common grid, say on full half hours, each cell of it is wholly open or wholly closed: one look into a
table turns an instant into open time passed, and one look into another turns it back. Elsewhere the same is found by bisection.

Rows are worked in chunks small enough to stay in the processor's cache, through buffers that are used again.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.records import dataclass

if TYPE_CHECKING:
    from luyue.core.calendar.open_time import OpenTime

Seconds = NDArray[np.int64]
_CHUNK = 16_384
# A start plus an amount, both counted from the table's begin, fits into 32 bits for tables of up to 34 years; twice the open time, too.
_NARROW_LIMIT = 2**30
_MOST_CELLS = 1 << 18  # above this many the tables no longer stay in the processor's cache


@dataclass(frozen=True, slots=True)
class _Grid:
    """width: seconds of a cell.

    passed: for each cell of time twice the open seconds passed when it begins, and 1 more when it is open.
    closed: for each cell of open time the closed seconds that lie before its end.
    """

    width: Any
    passed: NDArray[Any]
    closed: NDArray[Any]


class OpenTimeBatch:
    """`due_s` and `between_s` of one compiled `OpenTime` for whole columns of int64 epoch seconds."""

    def __init__(self, open_time: OpenTime) -> None:
        self._scalar = open_time
        self._begin, self._end, self._total = open_time.begin_s, open_time.end_s, open_time.total_s
        self._dtype: Any = np.int32 if self._end - self._begin < _NARROW_LIMIT else np.int64
        after = self._end - self._begin
        # One row more than there are intervals, so that "after the last" has a place. All instants count from the table's begin.
        self._opens = self._column([*(start - self._begin for start in open_time.opens), after])
        self._closes = self._column([*(close - self._begin for close in open_time.closes), after])
        self._leads = self._column([*open_time.before, self._total]) - self._opens
        self._passed = self._column([*open_time.passed, self._total])
        self._grid = self._on_grid(open_time)

    def due_s(self, starts_s: Seconds, seconds: Seconds | int) -> Seconds:
        """Deadlines of all rows; `seconds` is one amount for all or one a row.

        BeyondTable when any row leaves the table, CalendarError when an amount is negative: the whole call fails then.
        """
        starts = np.ascontiguousarray(starts_s, np.int64)
        amounts = np.asarray(seconds, np.int64)
        if amounts.ndim and amounts.shape != starts.shape:
            raise CalendarError(f"{amounts.shape[0]} amounts for {starts.shape[0]} starts. Give one for all, or one a row.")
        out = np.empty(starts.shape, np.int64)
        work = _Buffers(min(_CHUNK, len(starts)), self._dtype)
        for low in range(0, len(starts), _CHUNK):
            rows = slice(low, low + _CHUNK)
            self._chunk(starts[rows], amounts[rows] if amounts.ndim else amounts, out[rows], work)
        return out

    def between_s(self, from_s: Seconds, to_s: Seconds) -> Seconds:
        """Open seconds in [from, to) of all rows, negative where `to` is earlier."""
        return self._passed_s(np.asarray(to_s, np.int64)) - self._passed_s(np.asarray(from_s, np.int64))

    def _passed_s(self, at_s: Seconds) -> Seconds:
        if at_s.size:
            self._check_instants(int(at_s.min()), int(at_s.max()))
        at = at_s - self._begin
        i = np.searchsorted(self._closes[:-1], at, side="right")
        passed: Seconds = np.maximum(at, self._opens[i]).astype(np.int64) + self._leads[i]
        return passed

    def _chunk(self, starts: Seconds, amounts: Seconds, out: Seconds, work: _Buffers) -> None:
        self._check_instants(int(starts.min()), int(starts.max()))
        least, most = int(amounts.min()), int(amounts.max())
        if least < 0:
            raise CalendarError(f"{least} seconds cannot be counted forward. Give amounts of 0 or more.")
        if most > self._total:
            raise self._past_end()
        at, cell, found = work.of(len(starts))
        np.subtract(starts, self._begin, out=at, casting="unsafe")
        self._to_passed(at, cell, found)
        np.add(at, amounts, out=at, casting="unsafe")
        if at.max() > self._total and (at[np.broadcast_to(amounts > 0, at.shape)] > self._total).any():
            raise self._past_end()
        self._to_instants(at, cell, found)
        np.add(at, self._begin, out=out, casting="unsafe")
        if least == 0:
            # Nothing to count gives the start itself, even outside hours.
            np.copyto(out, starts, where=amounts == 0)

    def _to_passed(self, at: NDArray[Any], cell: NDArray[Any], found: NDArray[Any]) -> None:
        """Instants into the open seconds passed by then, in place; `cell` and `found` are room to work in."""
        if self._grid is None:
            i = np.searchsorted(self._closes[:-1], at, side="right")
            np.maximum(at, self._opens[i], out=at)
            at += self._leads[i]
            return
        # Every index is inside its table: starts have been checked, so "wrap" is never used and only the cheapest mode.
        np.floor_divide(at, self._grid.width, out=cell)
        self._grid.passed.take(cell, out=found, mode="wrap")
        cell *= self._grid.width
        at -= cell
        np.bitwise_and(found, 1, out=cell)
        at *= cell
        found >>= 1
        at += found

    def _to_instants(self, passed: NDArray[Any], cell: NDArray[Any], found: NDArray[Any]) -> None:
        """Open seconds into the first instants by which they have passed, in place. For 0 the answer means nothing."""
        if self._grid is None:
            i = np.searchsorted(self._passed[:-1], passed, side="left")
            passed -= self._leads[i]
            return
        # An amount that fills a cell is reached at the end of this cell, not at the begin of the next.
        np.subtract(passed, 1, out=cell)
        np.floor_divide(cell, self._grid.width, out=cell)
        passed += self._grid.closed.take(cell, out=found, mode="wrap")

    def _on_grid(self, open_time: OpenTime) -> _Grid | None:
        """None when the edges have no wide common measure, or nothing is open."""
        width = gcd(self._end - self._begin, *(edge - self._begin for interval in open_time.intervals for edge in interval))
        cells = (self._end - self._begin) // width if width else 0
        if not open_time.intervals or cells >= _MOST_CELLS:
            return None
        is_open = np.zeros(cells + 1, np.bool_)
        for opens, closes in open_time.intervals:
            is_open[(opens - self._begin) // width : (closes - self._begin) // width] = True
        before = np.zeros(cells + 1, self._dtype)
        np.cumsum(is_open[:-1], out=before[1:])
        opening = np.flatnonzero(is_open).astype(self._dtype)
        closed = opening - np.arange(len(opening), dtype=self._dtype)
        return _Grid(self._dtype(width), 2 * width * before + is_open, width * closed)

    def _check_instants(self, low: int, high: int) -> None:
        for at_s in (low, high):
            if not self._begin <= at_s <= self._end:
                self._scalar.passed_s(at_s)  # says what is wrong

    def _past_end(self) -> BeyondTable:
        return BeyondTable("A deadline of the batch lies beyond this calendar. Extend the day table.")

    def _column(self, values: list[int]) -> NDArray[Any]:
        return np.array(values, self._dtype)


class _Buffers:
    """Room for one chunk of rows, used again for every chunk."""

    def __init__(self, rows: int, dtype: Any) -> None:
        self._columns = [np.empty(rows, dtype) for _ in range(3)]

    def of(self, rows: int) -> list[NDArray[Any]]:
        return [column[:rows] for column in self._columns]
