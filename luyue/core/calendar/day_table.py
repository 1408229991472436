"""What kind of day a date is. Kind and opening hours are two different facts (clock semantics 14)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.records import dataclass, field

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
# A table says nothing about years nobody has published, but plain weekdays carry a provisional deadline this much further.
_YEARS_BEYOND_KNOWN = 3
# A table that is known for ever still has to be compiled for some years.
_FOR_EVER = (2020, 2039)


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKEUP_WORKDAY = "makeup_workday"
    REST_DAY = "rest_day"
    PUBLIC_HOLIDAY = "public_holiday"

    @property
    def is_worked(self) -> bool:
        return self is DayKind.WORKDAY or self is DayKind.MAKEUP_WORKDAY


@dataclass(frozen=True, eq=False)
class DayTable:
    """Day kinds of one zone: a plain working week and the dates that differ from it.

    kinds: the exceptions only. workweek: weekdays worked, 0 = Monday. names: feast of a date, in the people's language.
    known_until: last date whose kind has been published; later deadlines are provisional (clock semantics 12).
    first_on, last_on: the days that may be asked for at all; beyond them every question is a `BeyondTable` error.
    source: where the exceptions come from; sources: the same by year, where it differs. digest: sha256 of the content.
    Two tables are equal when their digests are.
    """

    zone: str
    kinds: Mapping[date, DayKind]
    workweek: tuple[int, ...] = MONDAY_TO_FRIDAY
    names: Mapping[date, str] = field(default_factory=dict)
    known_until: date = date.max
    source: str = ""
    digest: str = ""
    first_on: date | None = None
    last_on: date | None = None
    sources: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone_info(self.zone)
        if any(day not in range(7) for day in self.workweek):
            raise CalendarError(f"workweek {list(self.workweek)}: weekdays are 0 (Monday) to 6 (Sunday).")
        first, last = _FOR_EVER
        if self.kinds:
            first, last = min(self.kinds).year, max(last, max(self.kinds).year)
        if self.known_until != date.max:
            first, last = min(first, self.known_until.year), self.known_until.year + _YEARS_BEYOND_KNOWN
        if self.first_on is None:
            object.__setattr__(self, "first_on", date(first, 1, 1))
        if self.last_on is None:
            object.__setattr__(self, "last_on", date(last, 12, 31))
        if not self.digest:
            object.__setattr__(self, "digest", _digest(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DayTable) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def begins_on(self) -> date:
        assert self.first_on is not None
        return self.first_on

    @property
    def ends_on(self) -> date:
        assert self.last_on is not None
        return self.last_on

    def kind(self, on: date) -> DayKind:
        """BeyondTable outside `first_on` to `last_on`. After `known_until` it is the plain week, and so provisional."""
        if not self.begins_on <= on <= self.ends_on:
            reach = f"{self.begins_on} to {self.ends_on}"
            raise BeyondTable(f"{on} is outside this calendar, which covers {reach}. Extend the day table.", before=on < self.begins_on)
        return self.kinds.get(on) or self.plain_kind(on)

    def plain_kind(self, on: date) -> DayKind:
        """The kind by the working week alone."""
        return DayKind.WORKDAY if on.weekday() in self.workweek else DayKind.REST_DAY

    def is_known(self, on: date) -> bool:
        """Whether the date's kind has been published."""
        return self.begins_on <= on <= self.known_until

    def source_of(self, year: int) -> str:
        """Where the day kinds of a year come from; empty when nothing has been published for it."""
        return self.sources.get(year) or (self.source if year <= self.known_until.year else "")


def zone_info(zone: str) -> ZoneInfo:
    """CalendarError for a name the time zone database does not have."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError(f"Time zone '{zone}' is unknown. Write a name of the IANA list, e.g. Asia/Shanghai.") from None


def weekdays(zone: str = "Asia/Shanghai", first_on: date = date(2020, 1, 1), last_on: date = date(2039, 12, 31)) -> DayTable:
    """The built-in table `weekdays`: plain Monday to Friday, no feasts, known for as long as it reaches."""
    return DayTable(zone=zone, kinds={}, known_until=last_on, source="Monday to Friday", first_on=first_on, last_on=last_on)


def _digest(table: DayTable) -> str:
    content = {
        "zone": table.zone,
        "workweek": sorted(table.workweek),
        "kinds": {on.isoformat(): str(kind) for on, kind in table.kinds.items()},
        "names": {on.isoformat(): name for on, name in table.names.items()},
        "known_until": table.known_until.isoformat(),
        "first_on": table.begins_on.isoformat(),
        "last_on": table.ends_on.isoformat(),
        "source": table.source,
        "sources": {str(year): source for year, source in table.sources.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
