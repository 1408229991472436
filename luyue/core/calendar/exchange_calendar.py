"""The calendars of the clock exchange format, read from a row and compiled for the years asked about.

Such a calendar has no horizon: its working week goes on for ever and its exceptions are all there are. So tables are compiled for
the years the rows need and widened when a row needs more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from luyue.core.calendar.day_table import MONDAY_TO_FRIDAY, DayKind, DayTable, zone_info
from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.instants import FOREVER, epoch_s, instant_at
from luyue.core.calendar.reigns import Revision
from luyue.core.calendar.timeline import Timeline
from luyue.core.calendar.timetable import Timetable, Window, Windows, clock_s

Row = Mapping[str, Any]
T = TypeVar("T")
SERVICE, WORKDAY = "service", "workday"
# Whole centuries of tables are compiled only for rows that really reach so far.
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200


class ExchangeCalendar:
    """One calendar of the format, laid out for as many years as have been asked about so far."""

    def __init__(self, said: object) -> None:
        self.revisions = _revisions(said)
        mentioned = [on.year for revision in self.revisions for on in _dates_of(revision)]
        mentioned += [revision.from_at.year for revision in self.revisions if revision.from_at]
        self._years = (min(mentioned), max(mentioned)) if mentioned else None
        self._timeline: Timeline | None = None

    def ask(self, question: Callable[[Timeline], T], *instants_s: int) -> T:
        """Answer a question whose instants these are. BeyondTable when it would need a year after 2200."""
        timeline = self._covering(instants_s)
        while True:
            try:
                return question(timeline)
            except BeyondTable:
                first, last = timeline.first_on.year, timeline.last_on.year
                if last >= _LATEST_YEAR:
                    raise BeyondTable(f"The answer lies after the year {_LATEST_YEAR}, where calendars end.") from None
                timeline = self._lay_out(first, min(_LATEST_YEAR, last + max(1, last - first)))

    def _covering(self, instants_s: tuple[int, ...]) -> Timeline:
        timeline = self._timeline
        if timeline is not None and all(timeline.begin_s <= at_s < timeline.end_s for at_s in instants_s):
            return timeline
        zone = zone_info(self.revisions[-1].days.zone)
        asked = [instant_at(at_s, zone).year for at_s in instants_s]
        known = [*(self._years or ()), *([timeline.first_on.year, timeline.last_on.year] if timeline else ())]
        # A year more on both sides: most deadlines fall into the next one, and the year's first hours belong to the one before.
        return self._lay_out(min([*known, *(year - 1 for year in asked)]), max([*known, *(year + 1 for year in asked)]))

    def _lay_out(self, first: int, last: int) -> Timeline:
        if first < _EARLIEST_YEAR or last > _LATEST_YEAR:
            raise CalendarError(f"Calendars reach from {_EARLIEST_YEAR} to {_LATEST_YEAR}; this row needs {first} to {last}.")
        self._timeline = Timeline(self.revisions, date(first, 1, 1), date(last, 12, 31))
        return self._timeline


def _revisions(said: object) -> list[Revision]:
    if not isinstance(said, dict):
        raise CalendarError("calendar must be an object.")
    if "revisions" not in said:
        return [_revision(said, None)]
    if not isinstance(said["revisions"], list):
        raise CalendarError("calendar.revisions must be a list of {from, calendar}.")
    revisions = []
    for one in said["revisions"]:
        if not isinstance(one, dict) or not isinstance(one.get("calendar"), dict):
            raise CalendarError("calendar.revisions must be a list of {from, calendar}.")
        start = one.get("from")
        from_s = None if start is None else read_instant_s(start, "a revision's from")
        revisions.append(_revision(one["calendar"], None if from_s is None else instant_at(from_s, UTC)))
    return sorted(revisions, key=lambda revision: -FOREVER if revision.from_at is None else epoch_s(revision.from_at))


def _revision(said: Row, from_at: datetime | None) -> Revision:
    workweek = said.get("workweek", list(MONDAY_TO_FRIDAY))
    if not isinstance(workweek, list) or any(not isinstance(day, int) for day in workweek):
        raise CalendarError(f"calendar.workweek is {workweek!r}. Write weekday numbers, 0 = Monday.")
    zone = said.get("tz")
    if not isinstance(zone, str):
        raise CalendarError("calendar.tz is missing. Write e.g. Asia/Shanghai.")
    kinds = dict.fromkeys(_dates(said, "holidays"), DayKind.PUBLIC_HOLIDAY)
    # Make-up dates win over holidays; on a day of the working week they are that day again.
    for on in _dates(said, "workdays"):
        kinds[on] = DayKind.WORKDAY if on.weekday() in workweek else DayKind.MAKEUP_WORKDAY
    days = DayTable(zone, kinds, tuple(workweek), digest="exchange")
    work, off = _windows(said, "work_windows"), _windows(said, "off_windows")
    hours = {kind: work if kind.is_worked else off for kind in DayKind}
    weekdays = {_weekday(day): _read_windows(of, "weekday_windows") for day, of in part_of(said, "weekday_windows", dict, {}).items()}
    dates = {_date(on, "dates"): _read_windows(of, f"dates {on}") for on, of in part_of(said, "dates", dict, {}).items()}
    scopes = {scope: Timetable(scope, hours, dates, weekdays, worked_only=scope == WORKDAY) for scope in (SERVICE, WORKDAY)}
    return Revision(from_at, days, scopes)


def _dates_of(revision: Revision) -> list[date]:
    return [*revision.days.kinds, *revision.timetables[SERVICE].dates]


def _dates(said: Row, key: str) -> list[date]:
    return [_date(one, key) for one in part_of(said, key, list, [])]


def _date(said: object, where: str) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise CalendarError(f"calendar.{where}: {said!r} is no date. Write YYYY-MM-DD.") from None


def _weekday(said: str) -> int:
    if said not in tuple("0123456"):
        raise CalendarError(f"calendar.weekday_windows: {said!r} is no weekday. Write 0 (Monday) to 6 (Sunday).")
    return int(said)


def _windows(said: Row, key: str) -> Windows:
    return _read_windows(said.get(key, []), key)


def _read_windows(said: object, where: str) -> Windows:
    if not isinstance(said, list) or any(not isinstance(window, list) or len(window) != 2 for window in said):
        raise CalendarError(f'calendar.{where} must be a list of windows, e.g. [["09:00", "21:00"]].')
    try:
        return tuple(Window(clock_s(opens), clock_s(closes)) for opens, closes in said)
    except CalendarError as error:
        raise CalendarError(f"calendar.{where}: {error}") from None


def read_instant_s(said: object, where: str) -> int:
    """Epoch seconds of an ISO instant with its offset. CalendarError for anything else."""
    try:
        return epoch_s(datetime.fromisoformat(str(said)))
    except CalendarError as error:
        raise CalendarError(f"{where}: {error}") from None
    except ValueError:
        raise CalendarError(f"{where} is {said!r}. Write an instant with its offset, e.g. 2026-03-10T10:00:00+08:00.") from None


def part_of(said: Row, key: str, kind: type[T], default: T | None = None) -> T:
    """A value of the given kind; the default stands in for a missing one, else CalendarError."""
    part = said.get(key)
    if part is None:
        part = default
    if not isinstance(part, kind):
        raise CalendarError(f"`{key}` is missing or no {'list' if kind is list else 'object'}.")
    return part
