"""A promise's measure: how much, of what, and what comes out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from luyue.core.calendar.errors import CalendarError
from luyue.core.records import dataclass

Unit = Literal["min", "h", "working day", "day"]
Counted = Literal["workdays_end", "workdays_shift", "days_end"]
DayEnd = Literal["24:00", "close"]
_SECONDS = {"min": 60, "h": 3600}
_COUNTINGS = {"working day": ("workdays_end", "workdays_shift"), "day": ("days_end",)}


@dataclass(frozen=True, slots=True)
class Within:
    """`15 min` of some hours, or a number of days counted in one of the three ways (language 1.2, clock semantics 5 to 7).

    hours: timetable id or `around-the-clock`; with a day count only for `day_ends: close`. counted: only with a day count.
    rolls: whether `days_end` moves off days that are no workdays (Civil Code 203).
    """

    amount: int
    unit: Unit
    hours: str | None = None
    counted: Counted | None = None
    day_ends: DayEnd = "24:00"
    rolls: bool = True

    @property
    def in_hours(self) -> bool:
        """Whether time is counted, not days."""
        return self.unit in _SECONDS

    @property
    def seconds(self) -> int:
        """The amount in seconds. CalendarError for a day count."""
        if not self.in_hours:
            raise CalendarError(f"{self.amount} {self.unit} is a count of days and has no length in seconds.")
        return self.amount * _SECONDS[self.unit]

    def check(self) -> None:
        """CalendarError when the parts do not go together; nothing is assumed for a missing one."""
        said = f"{self.amount} {self.unit}"
        if self.amount < 0:
            raise CalendarError(f"{said}: an amount is 0 or more.")
        if self.in_hours:
            if not self.hours:
                raise CalendarError(f"{said}: name the hours, a timetable or around-the-clock.")
            if self.counted:
                raise CalendarError(f"{said}: only a number of days is `counted`. Leave it out.")
            return
        if self.unit not in _COUNTINGS:
            raise CalendarError(f"{said}: the units are min, h, working day and day.")
        if self.counted not in _COUNTINGS[self.unit]:
            raise CalendarError(f"{said}: say how it is counted, {' or '.join(_COUNTINGS[self.unit])}.")
        if self.day_ends == "close" and self.counted != "workdays_end":
            raise CalendarError(f"{said}: only workdays_end can end at close.")
        if self.day_ends == "close" and not self.hours:
            raise CalendarError(f"{said}: to end at close, name the timetable in `hours`.")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch [from, to) of instants, such as a pause; `to_at` None while it is open."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline; acting at `at` itself is in time. None: an open pause leaves no deadline, or the hours never come.

    provisional: it lies beyond the days that have been published and may still move later (clock semantics 12).
    """

    at: datetime | None
    provisional: bool = False
