"""When something is due and what sets it off: the parts that promises share."""

from __future__ import annotations

from luyue.core.calendar import Within
from luyue.core.records import dataclass


@dataclass(frozen=True, slots=True)
class DueFrom:
    """The deadline is data: the instant field of the form that records the start fact."""

    field: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A visible hole in the text: shown everywhere, never adopted."""


@dataclass(frozen=True, slots=True)
class InPeriod:
    """Due inside or after the period: `end`, or n working days after it."""

    working_days_after: int | None = None  # None = end of the period


Target = Within | DueFrom | InPeriod | Blank


@dataclass(frozen=True, slots=True)
class OnFact:
    """Set off by a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Every:
    """Set off by the beginning of each period."""

    period: str


@dataclass(frozen=True, slots=True)
class AfterRepeats:
    """Set off by `times` cases agreeing in `same` within a rolling window of `days`."""

    of: str
    same: tuple[str, ...]
    times: int
    days: int


@dataclass(frozen=True, slots=True)
class AheadOf:
    """Set off `lead_times` before the instant in a field."""

    field: str
    lead_times: tuple[Within, ...]


@dataclass(frozen=True, slots=True)
class PastOf:
    """Set off `lag_times` after the instant in a field."""

    field: str
    lag_times: tuple[Within, ...]


Trigger = OnFact | Every | AfterRepeats | AheadOf | PastOf


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of what a programme picks: a share in percent, or a least number."""

    of: str  # cases customers contacts
    share: int | None = None  # percent
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """So many times in so many days."""

    times: int
    days: int
