"""Random rows of the exchange format that look for trouble: changes of the clock, edges of windows, pauses, revisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
FIRST, DAYS = date(2025, 1, 1), 3 * 365
ZONES = (
    "Asia/Shanghai", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca",
    "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana", "Pacific/Chatham", "UTC",
)  # fmt: skip
WINDOWS = (
    [["09:00", "21:00"]], [["10:00", "18:00"]], [["09:00", "12:00"], ["13:30", "18:00"]], [["00:00", "24:00"]], [],
    [["20:00", "26:00"]], [["22:00", "30:00"]], [["01:30", "05:00"]], [["02:15", "02:45"]], [["01:15", "01:45"], ["02:00", "03:00"]],
    [["00:00", "00:30"], ["23:30", "24:00"]], [["00:10", "48:00"]], [["18:00", "48:00"]], [["08:00", "08:01"], ["08:02", "08:05"]],
    [["12:00", "14:00"], ["13:00", "15:00"]], [["23:45", "24:30"]],
)  # fmt: skip
WEEKS = ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [6, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6], [5, 6], [2], [])


def calendar(random: Random) -> Row:
    zone = random.choice(ZONES)
    if random.random() < 0.7:
        return plain(random, zone)
    froms = sorted(moment(random, zone) for _ in range(random.randint(1, 2)))
    parts = [{"from": None, "calendar": plain(random, zone)}]
    # Most revisions change little, as in life; some change everything.
    for at in froms:
        after = plain(random, zone) if random.random() < 0.4 else parts[-1]["calendar"] | {"holidays": some_dates(random, 40)}
        parts.append({"from": iso(at, random, zone), "calendar": after})
    return parts[0]["calendar"] if len(set(froms)) < len(froms) else {"revisions": parts}


def plain(random: Random, zone: str) -> Row:
    said: Row = {
        "tz": zone,
        "workweek": random.choice(WEEKS),
        "holidays": some_dates(random, 60),
        "workdays": some_dates(random, 25),
        "work_windows": random.choice(WINDOWS),
        "off_windows": random.choice(WINDOWS),
    }
    if random.random() < 0.3:
        said["weekday_windows"] = {str(day): random.choice(WINDOWS) for day in random.sample(range(7), 2)}
    if random.random() < 0.3:
        said["dates"] = {on: random.choice(WINDOWS) for on in some_dates(random, 20)}
    return said


def some_dates(random: Random, most: int) -> list[str]:
    """Single dates and runs of them."""
    dates = set()
    for _ in range(random.randint(0, most) // 3):
        first = FIRST + timedelta(days=random.randrange(DAYS))
        dates |= {(first + timedelta(days=i)).isoformat() for i in range(random.choice((1, 1, 3, 8)))}
    return sorted(dates)


def deadline_row(random: Random, said: Row) -> Row:
    zone = zone_of(said)
    start = moment(random, zone)
    return {
        "calendar": said,
        "start": iso(start, random, zone),
        "duration": duration(random),
        "pauses": pauses(random, start, zone),
    }


def elapsed_row(random: Random, said: Row) -> Row:
    zone = zone_of(said)
    start = moment(random, zone)
    end = start + random.choice((1, 1, 1, -1)) * length(random) if random.random() < 0.8 else moment(random, zone)
    measure = random.choice(({"kind": "business", "scope": "service"}, {"kind": "business", "scope": "workday"}, {"kind": "natural"}, {"kind": "workdays_end"}))
    return {
        "calendar": said,
        "from": iso(start, random, zone),
        "to": iso(end, random, zone),
        "measure": measure,
        "pauses": pauses(random, min(start, end), zone),
    }


def duration(random: Random) -> Row:
    kind = random.choice(("business", "business", "business", "natural", "workdays_shift", "workdays_end", "workdays_end", "days_end"))
    if kind in ("business", "natural"):
        amount = {"minutes": random.choice((0, 1, 5, 15, 60, 240, 480, 720, 1440, random.randrange(6_000)))}
        if random.random() < 0.2:
            amount = {"seconds": random.choice((0, 1, 59, 3601, random.randrange(400_000)))}
        scope = {"scope": random.choice(("service", "service", "workday"))} if kind == "business" else {}
        return {"kind": kind, **amount, **scope}
    end = {"end": random.choice(("24:00", "close"))} if kind == "workdays_end" else {}
    return {"kind": kind, "n": random.choice((0, 1, 1, 2, 3, 5, 7, 15, 30)), **end}


def pauses(random: Random, start: int, zone: str) -> list[list[str | None]]:
    result: list[list[str | None]] = []
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 4))):
        since = start + random.choice((1, 1, 1, -1)) * length(random) // random.choice((1, 4, 20))
        if random.random() < 0.3:
            since = midnight_near(since, zone)
        until = since + random.choice((0, 1, 60, length(random), length(random)))
        if random.random() < 0.3:
            until = max(since, midnight_near(until, zone))
        result.append([iso(since, random, zone), None if random.random() < 0.08 else iso(until, random, zone)])
    return result


def length(random: Random) -> int:
    return random.choice((60, 3600, 6 * 3600, 86_400, 3 * 86_400, 20 * 86_400)) * random.randint(1, 4) + random.choice((0, 0, 1, -1, 60))


def moment(random: Random, zone: str) -> int:
    """An instant: often near a change of the clock, often on an edge of some window, sometimes anywhere."""
    if random.random() < 0.45 and (changes := changes_of(zone)):
        return random.choice(changes) + random.choice((-86_400, 0, 0, 86_400)) + random.randint(-150, 150) * 60 + random.choice((0, 0, 1, -1))
    on = FIRST + timedelta(days=random.randrange(20, DAYS - 20))
    wall = datetime(on.year, on.month, on.day, random.randrange(24), random.choice((0, 0, 15, 30, 45, 59)), tzinfo=ZoneInfo(zone))
    return int(wall.timestamp()) + random.choice((0, 0, 0, 1, -1, 7))


_CHANGES: dict[str, list[int]] = {}


def changes_of(zone: str) -> list[int]:
    """Hours in which the zone changes its offset."""
    if zone not in _CHANGES:
        begin = int(datetime(FIRST.year, 1, 20, tzinfo=UTC).timestamp())
        hours = range(begin, begin + (DAYS - 40) * 86_400, 3600)
        offsets = [datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset() for at in hours]
        _CHANGES[zone] = [at for at, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after]
    return _CHANGES[zone]


def midnight_near(at: int, zone: str) -> int:
    wall = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(hour=0, minute=0, second=0)
    return int(wall.timestamp())


def iso(at: int, random: Random, zone: str) -> str:
    """The same instant is written with the zone's offset or another one."""
    return datetime.fromtimestamp(at, UTC if random.random() < 0.15 else ZoneInfo(zone)).isoformat()


def zone_of(said: Row) -> str:
    return str(said["revisions"][0]["calendar"]["tz"] if "revisions" in said else said["tz"])
