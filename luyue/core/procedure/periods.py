"""Which periods owe their task, and when what a period calls for is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from luyue.core.calendar import Agenda, Within
from luyue.core.calendar.periods import Period, period_before, period_of
from luyue.core.clockwork import utc
from luyue.core.regulation.rules import Every, InPeriod, ReportRule, TaskRule

__all__ = ["Period", "due_in", "ended_periods", "owed_periods", "period_before", "period_of"]

_MOST_OWED = 400


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
