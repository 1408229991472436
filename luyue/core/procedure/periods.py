"""Days, weeks, months and quarters of the calendar sheet, and when what a period calls for is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from luyue.core.calendar import Agenda, Within
from luyue.core.clockwork import utc
from luyue.core.regulation.rules import Every, InPeriod, ReportRule, TaskRule

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_MOST_OWED = 400


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


def ended_periods(kind: str, since: date, today: date, at_most: int) -> list[Period]:
    """Periods that began on `since` or later and are over today, the newest `at_most` of them, oldest first."""
    found: list[Period] = []
    period = period_before(kind, period_of(kind, today))
    while period.begins_on >= since and len(found) < at_most:
        found.insert(0, period)
        period = period_before(kind, period)
    return found


def owed_periods(rule: TaskRule, zone: ZoneInfo, now: datetime, last: datetime | None) -> list[Period]:
    """The periods whose task is owed: by `catch_up` only the present one, every one since `last` was opened, or none that begins unnoticed."""
    if not isinstance(rule.trigger, Every):
        return []
    kind = rule.trigger.period
    today = now.astimezone(zone).date()
    present = period_of(kind, today)
    if rule.catch_up == "skip":
        return [present] if today == present.begins_on else []
    if rule.catch_up != "each" or last is None:
        return [present]
    owed = [present]
    while owed[0].begins_at(zone) > last and len(owed) < _MOST_OWED:
        owed.insert(0, period_before(kind, owed[0]))
    return owed[1:] if len(owed) > 1 else owed


def due_in(rule: TaskRule | ReportRule, period: Period, agenda: Agenda) -> datetime | None:
    """When the work of this period is due, in UTC: counted from its beginning, at its end, or some working days after it."""
    zone = agenda.zone
    if isinstance(rule.target, Within):
        due = agenda.due(period.begins_at(zone), rule.target).at
    elif isinstance(rule.target, InPeriod):
        due = period.ends_at(zone)
        if rule.target.working_days_after is not None:
            last_day = due - timedelta(seconds=1)  # not a promise: the count starts on the period's last day, which does not count
            due = agenda.due(last_day, Within(rule.target.working_days_after, "working day", None, "workdays_end")).at
    else:
        return None
    return utc(due) if due else None


def _days_on(on: date, days: int) -> date:
    """A date on the calendar sheet; deadlines are the calendar's matter, not this one's."""
    return date.fromordinal(on.toordinal() + days)
