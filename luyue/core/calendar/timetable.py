"""When a company is open: windows of a day, by day kind, by weekday and by date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from luyue.core.calendar.day_table import DayKind
from luyue.core.calendar.errors import CalendarError
from luyue.core.calendar.instants import DAY_S
from luyue.core.records import dataclass, field

_LATEST_S = 2 * DAY_S
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Half-open [opens, closes), in seconds of wall clock after the midnight of the date it opens on; the close up to 48:00."""

    opens_s: int
    closes_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_s < self.closes_s <= _LATEST_S:
            raise CalendarError(f"Window {self}: it must close after it opens, and by 48:00. Past midnight count on: 20:00-26:00 closes at 02:00 the next day.")

    def __str__(self) -> str:
        return f"{clock_text(self.opens_s)}-{clock_text(self.closes_s)}"

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read `09:00-21:00`. CalendarError for another form, a close before the open, or 23:59 (clock semantics 1)."""
        opens, dash, closes = text.partition("-")
        if not dash:
            raise CalendarError(f"Window '{text}': write open and close with a dash, e.g. 09:00-21:00.")
        if closes == "23:59":
            raise CalendarError(f"Window '{text}': windows are half-open, the end of the day is 24:00. Write {opens}-24:00.")
        return cls(clock_s(opens), clock_s(closes))


def clock_s(text: str) -> int:
    """`HH:MM` (to 48:00) as seconds after midnight. CalendarError for anything else."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(f"Time of day {text!r}: write HH:MM, up to 48:00.")
    return int(match[1]) * 3600 + int(match[2]) * 60


def clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


Windows = tuple[Window, ...]
WHOLE_DAY: Windows = (Window(0, DAY_S),)


@dataclass(frozen=True)
class Timetable:
    """Opening hours: a date's own windows, else those of the weekday (workdays only), else those of the day kind.

    open: windows by day kind; a missing kind is closed. dates: windows of one date, its kind unchanged.
    weekdays: windows of workdays and make-up workdays that fall on a weekday (0 = Monday), in place of `open`.
    worked_only: the scope `workday` of clock semantics 4, only windows of days that are worked, whatever else is said.
    """

    id: str
    open: Mapping[DayKind, Windows]
    dates: Mapping[date, Windows] = field(default_factory=dict)
    weekdays: Mapping[int, Windows] = field(default_factory=dict)
    worked_only: bool = False

    def windows(self, on: date, kind: DayKind) -> Windows:
        """The windows that open on a date of this kind, in the order written."""
        if self.worked_only and not kind.is_worked:
            return ()
        if on in self.dates:
            return self.dates[on]
        return self.usual(on.weekday(), kind)

    def usual(self, weekday: int, kind: DayKind) -> Windows:
        """The windows of such a day when its date has none of its own."""
        if not kind.is_worked:
            return () if self.worked_only else self.open.get(kind, ())
        if weekday in self.weekdays:
            return self.weekdays[weekday]
        return self.open.get(kind, ())
