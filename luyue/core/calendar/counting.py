"""Counting through pauses, whatever is counted: open seconds, natural seconds, ends of days.

Pauses are half-open stretches of epoch seconds, sorted and disjoint (`intervals.union`); an open one ends at FOREVER.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import FOREVER
from luyue.core.calendar.intervals import Interval

Pauses = Sequence[Interval]


class Measure(Protocol):
    """Something that only grows with time. `end_s`: the last instant it can answer for."""

    end_s: int

    def between_s(self, from_s: int, to_s: int, /) -> int:
        """The amount that passes in the stretch. What happens at one instant counts when the instant is in (from, to]."""

    @property
    def due_s(self) -> Reach: ...


class Reach(Protocol):
    def __call__(self, start_s: int, seconds: int, /) -> int:
        """First instant at or after the start by which the amount has passed; BeyondTable when the table ends before."""


class Natural:
    """Absolute time, blind to hours, holidays and changes of the wall clock (clock semantics 6)."""

    end_s = FOREVER - 1

    def between_s(self, from_s: int, to_s: int, /) -> int:
        return to_s - from_s

    def due_s(self, start_s: int, seconds: int, /) -> int:
        return start_s + seconds


NATURAL = Natural()


def due_through(measure: Measure, start_s: int, amount: int, pauses: Pauses) -> int | None:
    """First instant t at or after the start with `amount` counted in [start, t) outside the pauses (clock semantics 2 and 9).

    None when an open pause begins before that. Amount 0 gives the start. BeyondTable as the measure says.
    """
    if amount < 0:
        raise CalendarError(f"An amount of {amount} cannot be counted forward. Give 0 or more.")
    if amount == 0:
        return start_s
    at_s = start_s
    for pause_from, pause_to in pauses:
        if pause_to <= at_s:
            continue
        if pause_from > at_s:
            counted = measure.between_s(at_s, min(pause_from, measure.end_s))
            # A landing exactly where a pause begins is not moved by it.
            if counted >= amount or pause_from > measure.end_s:
                break
            amount -= counted
        if pause_to >= FOREVER:
            return None
        at_s = pause_to
        if at_s > measure.end_s:
            raise BeyondTable("A pause runs past the end of this calendar. Extend the day table.")
    return measure.due_s(at_s, amount)


def elapsed_through(measure: Measure, from_s: int, to_s: int, pauses: Pauses) -> int:
    """What is counted in [from, to) outside the pauses; negative when `to` is earlier."""
    if to_s < from_s:
        return -elapsed_through(measure, to_s, from_s, pauses)
    counted = measure.between_s(from_s, to_s)
    for pause_from, pause_to in pauses:
        a, b = max(pause_from, from_s), min(pause_to, to_s)
        if a < b:
            counted -= measure.between_s(a, b)
    return counted
