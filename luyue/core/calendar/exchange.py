"""The clock exchange format: one row in, one row out, with the whole calendar inside the row (docs/calendar.md)."""

from __future__ import annotations

import marshal
from typing import Any

from luyue.core.calendar.counting import Pauses
from luyue.core.calendar.errors import CalendarError
from luyue.core.calendar.exchange_calendar import SERVICE, WORKDAY, ExchangeCalendar, Row, part_of, read_instant_s
from luyue.core.calendar.instants import FOREVER, instant_at
from luyue.core.calendar.intervals import union
from luyue.core.calendar.timeline import Timeline

_MOST_CALENDARS = 256


class Exchange:
    """Answers rows; equal calendars are compiled once."""

    def __init__(self) -> None:
        self._calendars: dict[bytes, ExchangeCalendar] = {}

    def deadline(self, row: Row) -> dict[str, Any]:
        """`{id, deadline}` of a row `{id, calendar, start, duration, pauses}`. CalendarError when the row cannot be read."""
        start_s = read_instant_s(row.get("start"), "start")
        duration = part_of(row, "duration", dict)
        pauses = _pauses(row)
        calendar = self._calendar(row)

        def due(timeline: Timeline) -> str | None:
            due_s = _due_s(timeline, start_s, duration, pauses)
            return None if due_s is None else instant_at(due_s, timeline.zone).isoformat()

        return {"id": row.get("id"), "deadline": calendar.ask(due, start_s)}

    def elapsed(self, row: Row) -> dict[str, Any]:
        """`{id, elapsed, unit}` of a row `{id, calendar, from, to, measure, pauses}`. CalendarError when the row cannot be read."""
        from_s, to_s = read_instant_s(row.get("from"), "from"), read_instant_s(row.get("to"), "to")
        measure = part_of(row, "measure", dict)
        pauses = _pauses(row)
        elapsed, unit = self._calendar(row).ask(lambda timeline: _elapsed(timeline, from_s, to_s, measure, pauses), from_s, to_s)
        return {"id": row.get("id"), "elapsed": elapsed, "unit": unit}

    def _calendar(self, row: Row) -> ExchangeCalendar:
        said = part_of(row, "calendar", dict)
        # The bytes of the content are a key at a tenth of the price of canonical JSON; another order of keys is merely compiled again.
        key = marshal.dumps(said, 2)
        calendar = self._calendars.get(key)
        if calendar is None:
            if len(self._calendars) >= _MOST_CALENDARS:
                self._calendars.clear()
            calendar = self._calendars[key] = ExchangeCalendar(said)
        return calendar


def _due_s(timeline: Timeline, start_s: int, duration: Row, pauses: Pauses) -> int | None:
    kind = duration.get("kind")
    if kind == "business":
        return timeline.due_in_hours_s(_scope(duration), start_s, _seconds(duration), pauses)
    if kind == "natural":
        return timeline.due_natural_s(start_s, _seconds(duration), pauses)
    if kind == "workdays_shift":
        return timeline.due_workdays_shift_s(start_s, _number(duration, "n"), pauses)
    if kind == "workdays_end":
        return timeline.due_workdays_end_s(start_s, _number(duration, "n"), _close_of(duration), pauses)
    if kind == "days_end":
        return timeline.due_days_end_s(start_s, _number(duration, "n"), True, pauses)
    raise CalendarError(f"duration.kind is {kind!r}. Write business, natural, workdays_shift, workdays_end or days_end.")


def _elapsed(timeline: Timeline, from_s: int, to_s: int, measure: Row, pauses: Pauses) -> tuple[int, str]:
    kind = measure.get("kind")
    if kind == "business":
        return timeline.elapsed_in_hours_s(_scope(measure), from_s, to_s, pauses), "seconds"
    if kind == "natural":
        return timeline.elapsed_natural_s(from_s, to_s, pauses), "seconds"
    if kind == "workdays_shift":
        return timeline.elapsed_workdays_shift_s(from_s, to_s, pauses), "seconds"
    if kind == "workdays_end":
        return timeline.elapsed_ends(timeline.workday_ends(_close_of(measure)), from_s, to_s, pauses), "workdays"
    if kind == "days_end":
        return timeline.elapsed_ends(timeline.all_day_ends(), from_s, to_s, pauses), "days"
    raise CalendarError(f"measure.kind is {kind!r}. Write business, natural, workdays_shift, workdays_end or days_end.")


def _scope(said: Row) -> str:
    scope = said.get("scope", SERVICE)
    if scope not in (SERVICE, WORKDAY):
        raise CalendarError(f"scope is {scope!r}. Write {SERVICE} or {WORKDAY}.")
    return str(scope)


def _close_of(said: Row) -> str | None:
    end = said.get("end", "24:00")
    if end not in ("24:00", "close"):
        raise CalendarError(f"end is {end!r}. Write 24:00 or close.")
    return SERVICE if end == "close" else None


def _seconds(duration: Row) -> int:
    if "seconds" in duration:
        return _number(duration, "seconds")
    return _number(duration, "minutes") * 60


def _number(said: Row, key: str) -> int:
    number = said.get(key)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise CalendarError(f"duration.{key} is {number!r}. Write a whole number of 0 or more.")
    return number


def _pauses(row: Row) -> Pauses:
    said = row.get("pauses") or ()
    if not said:
        return ()
    if not isinstance(said, list) or any(not isinstance(pause, list) or len(pause) != 2 for pause in said):
        raise CalendarError("pauses must be a list of [from, to]; `to` is null while the pause is open.")
    stretches = []
    for start, end in said:
        from_s = read_instant_s(start, "a pause's from")
        to_s = FOREVER if end is None else read_instant_s(end, "a pause's to")
        if to_s < from_s:
            raise CalendarError(f"The pause from {start} ends before it begins, at {end}.")
        stretches.append((from_s, to_s))
    return union(stretches)
