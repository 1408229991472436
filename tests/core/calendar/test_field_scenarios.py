"""Deadlines of the field: what other systems got wrong, each through the `luyue clock` command (tests/scenarios.tsv names them)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luyue.core.calendar import DayKind
from luyue.site.commands.clock import main
from tests.core.calendar.calendars import cn

ROOT = Path(__file__).parents[3]
LUNCH = [["09:00", "12:00"], ["13:00", "21:00"]]


@cache
def _china() -> dict[str, Any]:
    kinds = {on: kind for on, kind in cn().kinds.items() if on.year in (2026, 2027)}
    off = [str(on) for on, kind in kinds.items() if not kind.is_worked]
    made_up = [str(on) for on, kind in kinds.items() if kind == DayKind.MAKEUP_WORKDAY]
    return {"tz": "Asia/Shanghai", "workweek": [0, 1, 2, 3, 4], "holidays": off, "workdays": made_up}


def calendar(name: str) -> dict[str, Any]:
    """A service hours, B workdays only, L with lunch, 24 natural; places with their own hours as `New York 09:00-17:00`."""
    own = {
        "A": {**_china(), "work_windows": [["09:00", "21:00"]], "off_windows": [["10:00", "18:00"]]},
        "B": {**_china(), "work_windows": [["09:00", "21:00"]], "off_windows": []},
        "B, 03-16 off": {**_china(), "holidays": [*_china()["holidays"], "2026-03-16"], "work_windows": [["09:00", "21:00"]], "off_windows": []},
        "L": {**_china(), "work_windows": LUNCH, "off_windows": []},
        "night": {**_china(), "work_windows": [["21:00", "26:00"]], "off_windows": [["21:00", "26:00"]]},
    }
    if name in own:
        return own[name]
    place, _, hours = name.rpartition(" ")
    opens, _, closes = hours.partition("-")
    zone = {"New York": "America/New_York", "Sydney": "Australia/Sydney"}[place]
    every_day = hours.startswith("00:00")
    return {
        "tz": zone, "workweek": [0, 1, 2, 3, 4], "holidays": [], "workdays": [], "work_windows": [[opens, closes]],
        "off_windows": [[opens, closes]] if every_day else [],
    }  # fmt: skip


def business(minutes: float) -> dict[str, Any]:
    return {"kind": "business", "seconds": round(minutes * 60), "scope": "service"}


def natural(hours: int) -> dict[str, Any]:
    return {"kind": "natural", "minutes": hours * 60}


def workdays(n: int, end: str = "close") -> dict[str, Any]:
    return {"kind": "workdays_end", "n": n, "end": end}


H = 60
# scenario, calendar, start, duration, pauses, deadline; local times of Shanghai unless an offset stands behind them
DUE: list[tuple[str, str, str, dict[str, Any], list[tuple[str, str | None]], str | None]] = [
    ("S1-B", "B", "2026-03-13 20:30", business(2 * H), [], "2026-03-16 10:30"),
    ("S1-A", "A", "2026-03-13 20:30", business(2 * H), [], "2026-03-14 11:30"),
    ("S2", "A", "2026-03-13 22:00", business(10 * H), [], "2026-03-15 12:00"),
    ("S3", "B", "2026-02-13 19:00", business(4 * H), [], "2026-02-14 11:00"),
    ("S4-B", "B", "2026-02-14 15:00", business(24 * H), [], "2026-02-25 15:00"),
    ("S4-A", "A", "2026-02-14 15:00", business(24 * H), [], "2026-02-17 12:00"),
    ("S5-Fri", "B", "2026-02-13 10:00", workdays(3), [], "2026-02-25 21:00"),
    ("S5-Sat", "B", "2026-02-14 10:00", workdays(3), [], "2026-02-26 21:00"),
    ("S6-B", "B", "2026-09-30 18:00", business(8 * H), [], "2026-10-08 14:00"),
    ("S6-A", "A", "2026-09-30 18:00", business(8 * H), [], "2026-10-01 15:00"),
    ("S7-3", "B", "2026-09-30 09:30", workdays(3), [], "2026-10-10 21:00"),
    ("S7-7", "B", "2026-09-30 09:30", workdays(7), [], "2026-10-15 21:00"),
    ("S8", "B", "2026-09-20 20:00", business(2 * H), [], "2026-09-21 10:00"),
    ("S9", "B", "2026-04-30 17:00", business(44 * H), [], "2026-05-09 13:00"),
    ("S10", "B", "2026-04-30 17:00", workdays(5), [], "2026-05-11 21:00"),
    ("S11", "B", "2026-03-13 20:30", business(30), [], "2026-03-13 21:00"),
    ("S12", "B", "2026-03-13 21:00", business(12 * H), [], "2026-03-16 21:00"),
    ("S13", "B", "2026-03-13 20:59:59", business(2 / 60), [], "2026-03-16 09:00:01"),
    ("S14", "L", "2026-03-16 11:00", business(4 * H), [], "2026-03-16 16:00"),
    ("S15", "B", "2026-03-13 20:30", natural(24), [], "2026-03-14 20:30"),
    ("S16", "B", "2026-03-13 23:59:30", natural(36), [], "2026-03-15 11:59:30"),
    ("S17-before", "B", "2026-03-16 10:00", business(8 * H), [], "2026-03-16 18:00"),
    ("S17", "B", "2026-03-16 10:00", business(8 * H), [("2026-03-16 14:00", "2026-03-17 11:30")], "2026-03-17 15:30"),
    ("S18", "B", "2026-03-13 15:00", business(8 * H), [("2026-03-13 21:00", "2026-03-16 09:00")], "2026-03-16 11:00"),
    ("S19", "B", "2026-03-13 19:00", business(8 * H), [("2026-03-13 20:00", "2026-03-16 10:00")], "2026-03-16 17:00"),
    ("S20", "B", "2026-03-16 10:00", business(8 * H), [("2026-03-16 14:00", None)], None),
    ("S21", "B", "2026-03-16 10:00", business(1 * H),
     [("2026-03-16 10:00:05", "2026-03-16 10:00:20"), ("2026-03-16 10:00:40", "2026-03-16 10:30:00")], "2026-03-16 11:29:35"),
    ("S23", "B", "2026-03-16 15:00", business(4 * H), [], "2026-03-16 19:00"),  # anchored at the change, the default of the language
    ("S24", "B", "2026-03-16 10:00", business(8 * H), [("2026-03-16 12:00", "2026-03-16 14:00")], "2026-03-16 20:00"),
    ("S26", "B", "2026-03-16 10:00", business(8 * H), [("2026-03-16 15:00", "2026-03-17 16:00")], "2026-03-17 19:00"),
    ("S28", "B", "2026-03-13 19:50", business(2 * H), [], "2026-03-16 09:50"),
    ("S34-promise", "B", "2026-03-13 18:00", business(8 * H), [], "2026-03-16 14:00"),
    ("S34-rebased", "B, 03-16 off", "2026-03-13 18:00", business(8 * H), [], "2026-03-17 14:00"),
    ("S37-final", "B", "2026-12-28 10:00", workdays(2), [], "2026-12-30 21:00"),
    ("S41", "night", "2026-03-13 23:00", business(6 * H), [], "2026-03-15 00:00"),
    ("S42", "New York 00:00-24:00", "2026-03-07 12:00-05:00", business(24 * H), [], "2026-03-08 13:00-04:00"),
    ("S43", "New York 09:00-17:00", "2026-03-06 15:00-05:00", business(10 * H), [], "2026-03-09 17:00-04:00"),
    ("S44", "New York 00:00-06:00", "2026-11-01 00:00-04:00", business(6 * H), [], "2026-11-01 05:00-05:00"),
    ("S45", "New York 00:00-06:00", "2026-03-08 00:00-05:00", business(6 * H), [], "2026-03-09 01:00-04:00"),
    ("S46", "Sydney 09:00-17:00", "2026-04-03 16:00+11:00", business(4 * H), [], "2026-04-06 12:00+10:00"),
    ("S47", "B", "2026-03-13 13:30+00:00", business(2 * H), [], "2026-03-16 11:00"),
    ("S48", "B", "2026-03-13 18:30+06:00", business(2 * H), [], "2026-03-16 10:30"),  # the clerk in Urumqi writes his own wall time
    ("S49", "B", "2026-03-17 10:40", business(4 * H), [], "2026-03-17 14:40"),
    ("S55-hours", "A", "2026-03-13 17:20", natural(48), [], "2026-03-15 17:20"),
    ("S55-days", "B", "2026-03-13 17:20", workdays(3), [], "2026-03-18 21:00"),
]  # fmt: skip


def instant(text: str | None, offset: str = "+08:00") -> str | None:
    if text is None:
        return None
    day, _, time = text.partition(" ")
    zoned = "+" in time or "-" in time
    clock, sign = (time, "") if not zoned else (time[: time.index("+" if "+" in time else "-")], time[time.index("+" if "+" in time else "-") :])
    return f"{day}T{clock}{':00' if clock.count(':') == 1 else ''}{sign or offset}"


def row(scenario: str, name: str, start: str, duration: dict[str, Any], pauses: list[tuple[str, str | None]]) -> str:
    spans = [[instant(begins), instant(ends)] for begins, ends in pauses]
    return json.dumps({"id": scenario, "calendar": calendar(name), "start": instant(start), "duration": duration, "pauses": spans})


def answers(lines: str, *options: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    assert main(list(options), io.StringIO(lines + "\n"), out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(("scenario", "name", "start", "duration", "pauses", "due"), DUE, ids=[one[0] for one in DUE])
def test_the_deadline_is(scenario: str, name: str, start: str, duration: dict[str, Any], pauses: list[tuple[str, str | None]], due: str | None) -> None:
    assert answers(row(scenario, name, start, duration, pauses)) == [{"id": scenario, "deadline": instant(due)}]


@pytest.mark.parametrize(
    ("scenario", "begins", "ends", "minutes"),
    [
        ("S17", "2026-03-16 14:00", "2026-03-17 11:30", 9.5 * H),
        ("S18", "2026-03-13 21:00", "2026-03-16 09:00", 0),
        ("S49", "2026-03-16 20:00", "2026-03-17 10:40", 160),
    ],
)
def test_the_time_used_is(scenario: str, begins: str, ends: str, minutes: float) -> None:
    asked = {
        "id": scenario, "calendar": calendar("B"), "from": instant(begins), "to": instant(ends), "pauses": [],
        "measure": {"kind": "business", "scope": "service"},
    }  # fmt: skip
    (found,) = answers(json.dumps(asked), "--elapsed")
    assert found["elapsed"] * {"seconds": 1, "minutes": 60}[found["unit"]] == minutes * 60


def test_a_calendar_with_no_open_time_at_all_ends_in_no_deadline_and_in_no_endless_loop() -> None:
    """S39."""
    shut = {**_china(), "work_windows": [], "off_windows": []}
    asked = {"id": "S39", "calendar": shut, "start": instant("2026-03-13 09:00"), "duration": business(60), "pauses": []}
    (found,) = answers(json.dumps(asked))
    assert found.get("deadline") is None


def test_the_same_rows_give_the_same_bytes_in_another_process_with_another_zone_and_hash_seed() -> None:
    """S58."""
    lines = "\n".join(row(*one[:5]) for one in DUE) + "\n"
    found = set()
    for zone, seed in (("UTC", "0"), ("America/New_York", "4711")):
        told = subprocess.run(
            [sys.executable, "-m", "luyue.site.cli", "clock"], input=lines, capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        found.add(told.stdout)
    assert len(found) == 1
    assert len(found.pop().splitlines()) == len(DUE)
