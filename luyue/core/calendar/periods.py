"""Days, weeks, months, quarters and years of the calendar sheet."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from luyue.core.records import dataclass

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """`name` is 2026-03-04, 2026-W10, 2026-03, 2026-Q1, 2026-H1 or 2026; begins and ends at local midnight, the end excluded."""

    name: str
    begins_on: date
    ends_on: date

    def begins_at(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.begins_on, datetime.min.time(), zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.ends_on, datetime.min.time(), zone)


def period_of(kind: str, on: date) -> Period:
    """The period of this kind that holds the date. kind: day week month quarter half-year year."""
    if kind == "day":
        return Period(on.isoformat(), on, _days_on(on, 1))
    if kind == "week":
        begins = _days_on(on, -on.weekday())
        year, week, _ = on.isocalendar()
        return Period(f"{year}-W{week:02}", begins, _days_on(begins, 7))
    size = _MONTHS[kind]
    first = (on.month - 1) // size * size + 1
    begins = date(on.year, first, 1)
    ends = date(on.year + (first + size > 12), (first + size - 1) % 12 + 1, 1)
    part = (first - 1) // size + 1
    names = {"month": f"{on.year}-{on.month:02}", "quarter": f"{on.year}-Q{part}", "half-year": f"{on.year}-H{part}", "year": str(on.year)}
    return Period(names[kind], begins, ends)


def period_before(kind: str, period: Period) -> Period:
    return period_of(kind, _days_on(period.begins_on, -1))


def _days_on(on: date, days: int) -> date:
    """A date on the calendar sheet; deadlines are the calendar's matter, not this one's."""
    return date.fromordinal(on.toordinal() + days)
