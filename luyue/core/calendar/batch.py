"""Open time for arrays: the scalar path of `OpenTime.due_s`, step for step, over NumPy columns.

Rows are worked in chunks small enough to stay in the processor's cache, through buffers that are used again. The answers are the
scalar ones, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from luyue.core.calendar.errors import BeyondTable, CalendarError

if TYPE_CHECKING:
    from luyue.core.calendar.open_time import OpenTime

Seconds = NDArray[np.int64]
_CHUNK = 16_384
# A start plus an amount, both counted from the table's begin, fits into 32 bits for tables of up to 34 years.
_NARROW_LIMIT = 2**30


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
        self._cells = open_time.cells()
        if self._cells is not None:
            stretches, reaching = np.array(self._cells.stretches, np.intp), np.array(self._cells.reaching, np.intp)
            self._cell_opens, self._cell_closes = self._opens[stretches], self._closes[stretches]
            self._cell_leads = self._leads[stretches]
            self._cell_passed, self._reaching = self._passed[reaching], reaching

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
        at, found, flags, i, cell = work.of(len(starts))
        np.subtract(starts, self._begin, out=at, casting="unsafe")
        if self._cells is None:
            i = np.searchsorted(self._closes[:-1], at, side="right")
            np.maximum(at, self._opens[i], out=at)
            at += self._leads[i]
        else:
            # Every index is inside its table: starts have been checked, so "wrap" is never used and only the cheapest mode.
            np.right_shift(at, self._cells.time_shift, out=cell)
            np.maximum(at, self._cell_opens.take(cell, out=found, mode="wrap"), out=at)
            np.minimum(at, self._cell_closes.take(cell, out=found, mode="wrap"), out=at)
            at += self._cell_leads.take(cell, out=found, mode="wrap")
        np.add(at, amounts, out=at, casting="unsafe")
        if at.max() > self._total and (at[np.broadcast_to(amounts > 0, at.shape)] > self._total).any():
            raise self._past_end()
        if self._cells is None:
            i = np.searchsorted(self._passed[:-1], at, side="left")
        else:
            np.right_shift(at, self._cells.open_shift, out=cell)
            self._reaching.take(cell, out=i, mode="wrap")
            np.greater(at, self._cell_passed.take(cell, out=found, mode="wrap"), out=flags)
            i += flags
        at -= self._leads.take(i, out=found, mode="wrap")
        np.add(at, self._begin, out=out, casting="unsafe")
        if least == 0:
            # Nothing to count gives the start itself, even outside hours.
            np.copyto(out, starts, where=amounts == 0)

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
        self._at, self._found, self._flags = np.empty(rows, dtype), np.empty(rows, dtype), np.empty(rows, np.bool_)
        self._i, self._cell = np.empty(rows, np.intp), np.empty(rows, np.intp)

    def of(self, rows: int) -> tuple[NDArray[Any], ...]:
        return self._at[:rows], self._found[:rows], self._flags[:rows], self._i[:rows], self._cell[:rows]
