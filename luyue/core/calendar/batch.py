"""Open time for arrays: the scalar path of `OpenTime.due_s`, step for step, over NumPy columns.

Rows are worked in chunks small enough to stay in the processor's cache. The answers are the scalar ones, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from luyue.core.calendar.errors import BeyondTable, CalendarError

if TYPE_CHECKING:
    from luyue.core.calendar.open_time import OpenTime

Seconds = NDArray[np.int64]
_CHUNK = 16_384
# Offsets from the table's begin fit into 32 bits for 68 years; half the width is half the memory traffic.
_NARROW_LIMIT = 2**31 - 1


class OpenTimeBatch:
    """`due_s` and `between_s` of one compiled `OpenTime` for whole columns of int64 epoch seconds."""

    def __init__(self, open_time: OpenTime) -> None:
        self._scalar = open_time
        self._begin, self._end, self._total = open_time.begin_s, open_time.end_s, open_time.total_s
        # The comparison `start >= close` and the sum below must not overflow: a start plus an amount is at most twice the span.
        self._narrow: Any = np.int32 if 2 * (self._end - self._begin) < _NARROW_LIMIT else np.int64
        begin = self._begin
        self._closes = self._column([close - begin for close in open_time.closes], self._end - begin + 1)
        self._opens = self._column([start - begin for start in open_time.opens], self._end - begin + 1)
        before = [*open_time.before, self._total]
        self._leads = np.array([b - o for b, o in zip(before, self._opens.tolist(), strict=True)], self._narrow)
        self._passed = self._column(open_time.passed, self._total + 1)
        self._cells = open_time.cells()
        if self._cells is not None:
            _, unclosed, _, reaching = self._cells
            self._unclosed = np.array(unclosed, np.intp)
            self._reaching = np.array(reaching, np.intp)

    def due_s(self, starts_s: Seconds, seconds: Seconds | int) -> Seconds:
        """Deadlines of all rows; `seconds` is one amount for all or one a row.

        BeyondTable when any row leaves the table, CalendarError when an amount is negative: the whole call fails, as each row would.
        """
        starts = np.ascontiguousarray(starts_s, np.int64)
        amounts = np.broadcast_to(np.asarray(seconds, np.int64), starts.shape)
        self._check(starts, amounts)
        out = np.empty(starts.shape, np.int64)
        chunk: Callable[[Seconds, Seconds], Seconds] = self._chunk_by_search if self._cells is None else self._chunk_by_cells
        for low in range(0, len(starts), _CHUNK):
            rows = slice(low, low + _CHUNK)
            out[rows] = chunk(starts[rows], amounts[rows])
        return out

    def between_s(self, from_s: Seconds, to_s: Seconds) -> Seconds:
        """Open seconds in [from, to) of all rows, negative where `to` is earlier."""
        return self._passed_s(np.asarray(to_s, np.int64)) - self._passed_s(np.asarray(from_s, np.int64))

    def _passed_s(self, at_s: Seconds) -> Seconds:
        if at_s.size and not (self._begin <= at_s.min() and at_s.max() <= self._end):
            raise BeyondTable("An instant of the batch is outside this calendar. Extend the day table.")
        at = at_s - self._begin
        i = np.searchsorted(self._closes[:-1], at, side="right")
        return np.maximum(at, self._opens[i]).astype(np.int64) + self._leads[i]

    def _check(self, starts: Seconds, amounts: Seconds) -> None:
        if not starts.size:
            return
        least = int(amounts.min())
        if least < 0:
            raise CalendarError(f"{least} seconds cannot be counted forward. Give amounts of 0 or more.")
        low, high = int(starts.min()), int(starts.max())
        for edge in (low, high):
            if not self._begin <= edge <= self._end:
                self._scalar.passed_s(edge)  # says what is wrong
        if int(amounts.max()) > self._total:
            raise self._past_end()

    def _chunk_by_cells(self, starts: Seconds, amounts: Seconds) -> Seconds:
        assert self._cells is not None
        time_shift, _, open_shift, _ = self._cells
        at = (starts - self._begin).astype(self._narrow)
        i = self._unclosed.take(at >> time_shift)
        i += at >= self._closes.take(i)
        target = np.maximum(at, self._opens.take(i))
        target += self._leads.take(i)
        target += amounts.astype(self._narrow)
        if target.max() > self._total:
            self._refuse(starts, amounts, target)
        j = self._reaching.take(target >> open_shift, mode="clip")
        j += target > self._passed.take(j)
        return self._finish(starts, amounts, target, j)

    def _chunk_by_search(self, starts: Seconds, amounts: Seconds) -> Seconds:
        at = (starts - self._begin).astype(self._narrow)
        i = np.searchsorted(self._closes[:-1], at, side="right")
        target = np.maximum(at, self._opens[i]) + self._leads[i] + amounts.astype(self._narrow)
        if target.max() > self._total:
            self._refuse(starts, amounts, target)
        j = np.searchsorted(self._passed[:-1], target, side="left")
        return self._finish(starts, amounts, target, j)

    def _finish(self, starts: Seconds, amounts: Seconds, target: NDArray[Any], j: NDArray[Any]) -> Seconds:
        target -= self._leads.take(j)
        out: Seconds = target.astype(np.int64)
        out += self._begin
        if not amounts.all():
            # Nothing to count gives the start itself, even outside hours.
            np.copyto(out, starts, where=amounts == 0)
        return out

    def _refuse(self, starts: Seconds, amounts: Seconds, target: NDArray[Any]) -> None:
        if ((target > self._total) & (amounts > 0)).any():
            raise self._past_end()

    def _past_end(self) -> BeyondTable:
        return BeyondTable("A deadline of the batch lies beyond this calendar. Extend the day table.")

    def _column(self, values: list[int], sentinel: int) -> NDArray[Any]:
        """One more row than intervals, so that "after the last" has a place."""
        return np.array([*values, sentinel], self._narrow)
