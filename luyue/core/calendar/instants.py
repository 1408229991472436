"""Aware datetimes to whole epoch seconds and back: the only door between the two."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from luyue.core.calendar.errors import CalendarError

DAY_S = 86_400
# Later than any instant of a calendar; the end of a pause that is still open.
FOREVER = 1 << 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()


def epoch_s(instant: datetime) -> int:
    """Whole UTC seconds since 1970 (clock semantics 13); a fraction of a second is cut off. CalendarError for a naive datetime."""
    if instant.tzinfo is None:
        raise CalendarError(f"{instant.isoformat()} has no UTC offset. Give an aware instant, e.g. {instant.isoformat()}+08:00.")
    since = instant - EPOCH
    return since.days * DAY_S + since.seconds


def instant_at(at_s: int, zone: tzinfo) -> datetime:
    """The instant as the zone's own wall clock and offset. CalendarError beyond the year 9999."""
    try:
        return datetime.fromtimestamp(at_s, zone)
    except (OverflowError, ValueError, OSError):
        raise CalendarError(f"{at_s} seconds since 1970 is no date a calendar can hold (years 1 to 9999).") from None


def day_number(on: date) -> int:
    """Days since 1970-01-01; its wall-clock midnight is this number times 86,400."""
    return on.toordinal() - EPOCH_ORDINAL


def date_of(day: int) -> date:
    return date.fromordinal(day + EPOCH_ORDINAL)
