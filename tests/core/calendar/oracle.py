"""A second, slow reading of the clock semantics, to hold the calendar against. It shares no code and no tables with it.

It knows only wall clocks: an edge is found by looking at the clock minute by minute, days are walked one at a time, intervals are
plain lists. Rows are those of the exchange format; instants are epoch seconds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
DAY = 86_400
EPOCH_DAY = date(1970, 1, 1).toordinal()
END_OF_TIME = 10**12
LONGEST_DAYS = 1300
# No row names a date as late as this, so two weeks of it are what all later ones are like.
AFTER_ALL_DATES = 2_000_000_000


def deadline(row: Row, calendar: Calendar | None = None) -> int | None:
    """The deadline's epoch seconds, or None where there is none. `calendar` is the row's, where the caller has read it already."""
    calendar, duration = calendar or Calendar(row["calendar"]), row["duration"]
    start, pauses = seconds_of(row["start"]), pauses_of(row)
    kind = duration["kind"]
    if kind in ("business", "natural"):
        amount = duration["seconds"] if "seconds" in duration else duration["minutes"] * 60
        if amount == 0:
            return start
        if kind == "natural":
            return spend([(start, END_OF_TIME)], start, amount, pauses)
        return business_deadline(calendar, start, amount, duration["scope"], pauses)
    n = duration["n"]
    if n == 0:
        return start
    if kind == "workdays_shift":
        return shifted(calendar, start, n, pauses)
    if kind == "workdays_end":
        return nth_tick(calendar, start, n, duration.get("end", "24:00"), pauses)
    return natural_days_end(calendar, start, n, pauses)


def elapsed(row: Row, calendar: Calendar | None = None) -> int:
    calendar, measure = calendar or Calendar(row["calendar"]), row["measure"]
    start, end, pauses = seconds_of(row["from"]), seconds_of(row["to"]), pauses_of(row)
    if end < start:
        return -elapsed(row | {"from": row["to"], "to": row["from"]}, calendar)
    if measure["kind"] == "natural":
        return total(without([(start, end)], pauses))
    if measure["kind"] == "business":
        days = (end - start) // DAY + 6
        return total(without(cut(calendar.open_stretches(start, days, measure["scope"]), start, end), pauses))
    first = calendar.date_at(start)
    days = (end - start) // DAY + 3
    ticks = [calendar.tick(first + timedelta(days=i), "24:00") for i in range(1, days)]
    return sum(1 for tick in ticks if tick is not None and tick <= end and not lost(tick, pauses))


# -- calendars -----------------------------------------------------------------------------------------------------------------


class Calendar:
    """One or more revisions; each question about an instant goes to the revision in force then."""

    def __init__(self, said: Row) -> None:
        revisions = said.get("revisions", [{"from": None, "calendar": said}])
        froms = [-END_OF_TIME if one["from"] is None else seconds_of(one["from"]) for one in revisions]
        self.parts = list(zip(froms, [*froms[1:], END_OF_TIME], [Part(one["calendar"]) for one in revisions], strict=True))
        self.tz = self.parts[0][2].tz
        # Days worked out already; the rows of one calendar ask for the same ones.
        self._open: dict[tuple[date, str], list[tuple[int, int]]] = {}
        self._ticks: dict[tuple[date, str], int | None] = {}

    def date_at(self, at: int) -> date:
        """The date whose midnight, by the clock never set back, is the last one at or before the instant."""
        on = datetime.fromtimestamp(at, ZoneInfo(self.tz)).date() + timedelta(days=1)
        while edge(self.tz, on, 0) > at:
            on -= timedelta(days=1)
        return on

    def part_before(self, at: int) -> Part:
        """The revision in force in the last second before an instant."""
        return next(part for start, end, part in self.parts if start < at <= end)

    def open_stretches(self, start: int, days: int, scope: str) -> list[tuple[int, int]]:
        first = self.date_at(start) - timedelta(days=3)
        stretches = []
        for i in range(days + 3):
            stretches += self.open_on(first + timedelta(days=i), scope)
        return joined(stretches)

    def open_on(self, on: date, scope: str) -> list[tuple[int, int]]:
        if (on, scope) not in self._open:
            stretches = []
            for since, until, part in self.parts:
                for opens, closes in part.windows(on, scope):
                    stretches += cut([(edge(self.tz, on, opens), edge(self.tz, on, closes))], since, until)
            self._open[on, scope] = stretches
        return self._open[on, scope]

    def tick(self, on: date, end: str) -> int | None:
        """When a workday ends, or None when it is none. The revision whose end of day comes while it rules decides."""
        if (on, end) not in self._ticks:
            self._ticks[on, end] = self._tick(on, end)
        return self._ticks[on, end]

    def _tick(self, on: date, end: str) -> int | None:
        for since, until, part in self.parts:
            closing = 24 * 60
            if end == "close" and part.is_workday(on):
                closing = max((closes for _, closes in part.windows(on, "service")), default=24 * 60)
            over = max(edge(self.tz, on, closing), since)
            if over <= until:
                return over if part.is_workday(on) else None
        raise AssertionError("the last revision rules for ever")


class Part:
    def __init__(self, said: Row) -> None:
        self.said, self.tz = said, said["tz"]
        self.holidays, self.workdays = ({date.fromisoformat(on) for on in said[key]} for key in ("holidays", "workdays"))
        self.work, self.off = read(said["work_windows"]), read(said["off_windows"])
        self.weekdays = {int(day): read(windows) for day, windows in said.get("weekday_windows", {}).items()}
        self.dates = {date.fromisoformat(on): read(windows) for on, windows in said.get("dates", {}).items()}

    def is_workday(self, on: date) -> bool:
        return on in self.workdays or (on not in self.holidays and on.weekday() in self.said["workweek"])

    def windows(self, on: date, scope: str) -> list[tuple[int, int]]:
        """Minutes after midnight."""
        worked = self.is_workday(on)
        if scope == "workday" and not worked:
            return []
        usual = self.weekdays.get(on.weekday(), self.work) if worked else self.off
        return self.dates.get(on, usual)


def read(windows: list[list[str]]) -> list[tuple[int, int]]:
    return [(minutes(opens), minutes(closes)) for opens, closes in windows]


# -- the wall clock ------------------------------------------------------------------------------------------------------------


def edge(tz: str, on: date, minute: int) -> int:
    """First instant whose wall clock shows that many minutes after the date's midnight, or later."""
    return _edge(tz, on.toordinal() * 1440 + minute)


@lru_cache(maxsize=200_000)
def _edge(tz: str, minute: int) -> int:
    guess = (minute - EPOCH_DAY * 1440) * 60
    if steady(tz, guess // DAY):
        return guess - offset(tz, guess)
    return first_showing(tz, guess)


@lru_cache(maxsize=100_000)
def first_showing(tz: str, wall: int) -> int:
    """Looks at the clock every minute from before any zone could show `wall`, then at the seconds of that minute."""
    day = (wall - 15 * 3600) // DAY
    while not any(shown >= wall for shown in shown_each_minute(tz, day)):
        day += 1
    at = day * DAY + 60 * next(i for i, shown in enumerate(shown_each_minute(tz, day)) if shown >= wall)
    return next(second for second in range(at - 60, at + 1) if second + offset(tz, second) >= wall)


@lru_cache(maxsize=100_000)
def never_back(tz: str, at: int) -> int:
    """What a clock that is never set back shows: the highest it has shown in the last day, or was just about to show."""
    shown = at + offset(tz, at)
    if steady(tz, at // DAY):
        return shown
    minutes_of_two_days = [*shown_each_minute(tz, at // DAY - 1), *shown_each_minute(tz, at // DAY)]
    # A minute that is over had come to its end when the next one began.
    return max(shown, *(one + 60 for one in minutes_of_two_days[: DAY // 60 + at % DAY // 60]))


@lru_cache(maxsize=2_000)
def shown_each_minute(tz: str, utc_day: int) -> list[int]:
    """What the wall shows at each minute of a UTC day."""
    return [at + offset(tz, at) for at in range(utc_day * DAY, (utc_day + 1) * DAY, 60)]


@lru_cache(maxsize=100_000)
def steady(tz: str, utc_day: int) -> bool:
    """Whether the zone keeps its offset for some days around; no zone changes it back within hours."""
    return len({offset(tz, utc_day * DAY + hour * 3600) for hour in range(-24, 49, 12)}) == 1


def offset(tz: str, at: int) -> int:
    ahead = datetime.fromtimestamp(at, ZoneInfo(tz)).utcoffset() or timedelta()
    return ahead.days * DAY + ahead.seconds


# -- counting ------------------------------------------------------------------------------------------------------------------


def business_deadline(calendar: Calendar, start: int, amount: int, scope: str, pauses: list[tuple[int, int]]) -> int | None:
    days = 20
    while True:
        # Stretches of the last days are not complete yet, since later windows may touch them: leave them to the next round.
        sure_until = start + (days - 2) * DAY
        found = spend(cut(calendar.open_stretches(start, days, scope), start, sure_until), start, amount, pauses)
        if found is not None:
            return found
        if any(until == END_OF_TIME and since < sure_until for since, until in pauses):
            return None
        if days > LONGEST_DAYS and not calendar.open_stretches(AFTER_ALL_DATES, 15, scope):
            return None
        days *= 3


def spend(stretches: list[tuple[int, int]], start: int, amount: int, pauses: list[tuple[int, int]]) -> int | None:
    for since, until in without(cut(stretches, start, END_OF_TIME), pauses):
        if until - since >= amount:
            return since + amount
        amount -= until - since
    return None


def shifted(calendar: Calendar, start: int, n: int, pauses: list[tuple[int, int]]) -> int | None:
    """Walks the face of the clock instead of instants: each workday is 24 hours of it."""
    tz = calendar.tz

    def face(at: int) -> int:
        return at if abs(at) >= END_OF_TIME else never_back(tz, at)

    position, left = face(start), n * DAY
    paused = [(face(since), face(until)) for since, until in pauses]
    parts = [(face(since), face(until), part) for since, until, part in calendar.parts]
    midnight = position // DAY * DAY
    for _ in range(LONGEST_DAYS):
        on = date(1970, 1, 1) + timedelta(days=midnight // DAY)
        worked = [(since, until) for since, until, part in parts if part.is_workday(on)]
        today = [stretch for since, until in worked for stretch in cut([(max(midnight, position), midnight + DAY)], since, until)]
        for since, until in without(joined(today), paused):
            if until - since >= left:
                return first_showing(tz, since + left)
            left -= until - since
        midnight += DAY
    return None


def nth_tick(calendar: Calendar, start: int, n: int, end: str, pauses: list[tuple[int, int]]) -> int | None:
    """Sorts the ends of all later workdays, since one closing past midnight may come after the next day's."""
    first = calendar.date_at(start)
    days = n * 2 + 30
    while True:
        ticks = [calendar.tick(first + timedelta(days=i), end) for i in range(1, days)]
        kept = sorted(tick for tick in ticks if tick is not None and not lost(tick, pauses))
        # Days not looked at yet all end after they begin.
        if len(kept) >= n and kept[n - 1] <= edge(calendar.tz, first + timedelta(days=days), 0):
            return kept[n - 1]
        if days > LONGEST_DAYS:
            return None
        days *= 3


def natural_days_end(calendar: Calendar, start: int, n: int, pauses: list[tuple[int, int]]) -> int | None:
    on = calendar.date_at(start)
    counted = 0
    for _ in range(LONGEST_DAYS):
        on += timedelta(days=1)
        end = edge(calendar.tz, on, 24 * 60)
        if lost(end, pauses):
            continue
        counted += 1
        if counted >= n and calendar.part_before(end).is_workday(on):
            return end
    return None


def lost(tick: int, pauses: list[tuple[int, int]]) -> bool:
    return any(since <= tick - 1 < until for since, until in pauses)


# -- lists of stretches --------------------------------------------------------------------------------------------------------


def joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for since, until in sorted(stretches):
        if since >= until:
            continue
        if result and result[-1][1] >= since:
            result[-1] = (result[-1][0], max(until, result[-1][1]))
        else:
            result.append((since, until))
    return result


def cut(stretches: list[tuple[int, int]], since: int, until: int) -> list[tuple[int, int]]:
    return [(max(a, since), min(b, until)) for a, b in stretches if max(a, since) < min(b, until)]


def without(stretches: list[tuple[int, int]], pauses: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for since, until in pauses:
        if since < until:
            stretches = [piece for a, b in stretches for piece in ((a, min(b, since)), (max(a, until), b)) if piece[0] < piece[1]]
    return stretches


def total(stretches: list[tuple[int, int]]) -> int:
    return sum(b - a for a, b in stretches)


def pauses_of(row: Row) -> list[tuple[int, int]]:
    return [(seconds_of(since), END_OF_TIME if until is None else seconds_of(until)) for since, until in row["pauses"]]


def seconds_of(said: str) -> int:
    return int(datetime.fromisoformat(said).timestamp())


def minutes(clock: str) -> int:
    hours, minute = clock.split(":")
    return int(hours) * 60 + int(minute)
