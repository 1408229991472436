"""The calendar against the oracle, on a sample of the rows the sweep runs, and the oracle against the definitions themselves."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from luyue.core.calendar.day_ends import DayEnds
from luyue.core.calendar.wall_clock import WallClock
from tests.core.calendar import oracle, random_rows
from tests.core.calendar.sweep import disagreements

ROWS = 3_000


def test_the_calendar_and_the_oracle_agree():
    seen: Counter[str] = Counter()
    assert list(disagreements(ROWS, seed=7, seen=seen, per_calendar=150)) == []
    assert len(seen) == 13  # every kind of question, with and without a deadline


def test_a_start_day_that_is_counted_would_be_seen(monkeypatch):
    monkeypatch.setattr(DayEnds, "after", lambda self, day, midnight_s: _original_after(self, day - 1, midnight_s - 86_400))
    assert list(disagreements(300, seed=7))


def test_a_clock_that_is_set_back_would_be_seen(monkeypatch):
    monkeypatch.setattr(random_rows, "ZONES", ("America/New_York", "Europe/Berlin"))
    monkeypatch.setattr(random_rows, "WINDOWS", ([["01:30", "05:00"]], [["01:15", "01:45"], ["02:15", "03:00"]]))
    assert not list(disagreements(200, seed=7, per_calendar=20))
    monkeypatch.setattr(WallClock, "edge_s", _edge_of_the_later_hour)
    assert list(disagreements(200, seed=7, per_calendar=20))


def test_the_oracle_agrees_with_counting_every_single_minute():
    """Open or not is asked of each minute by the definition alone: some window of some date is open then, by the revision in force."""
    random = Random(3)
    compared = 0
    while compared < 60:
        row = random_rows.deadline_row(random, random_rows.calendar(random))
        duration = row["duration"]
        if duration["kind"] != "business" or not 0 < duration.get("minutes", 0) <= 480:
            continue
        calendar = oracle.Calendar(row["calendar"])
        start = oracle.seconds_of(row["start"])
        pauses = oracle.pauses_of(row)
        if start % 60 or any(edge % 60 for pause in pauses for edge in pause if edge < oracle.END_OF_TIME):
            continue
        counted = walk(calendar, start, duration["minutes"], duration["scope"], pauses, limit_days=3)
        if counted is not None:
            compared += 1
            assert oracle.deadline(row) == counted


def walk(calendar: oracle.Calendar, start: int, minutes: int, scope: str, pauses: list[tuple[int, int]], limit_days: int) -> int | None:
    for at in range(start, start + limit_days * 86_400, 60):
        minutes -= is_open(calendar, at, scope) and not any(since <= at < until for since, until in pauses)
        if minutes == 0:
            return at + 60
    return None


def is_open(calendar: oracle.Calendar, at: int, scope: str) -> bool:
    part = next(part for since, until, part in calendar.parts if since <= at < until)
    today = calendar.date_at(at)
    dates = [today.fromordinal(today.toordinal() - back) for back in range(3)]
    edge = oracle.edge
    return any(edge(calendar.tz, on, opens) <= at < edge(calendar.tz, on, closes) for on in dates for opens, closes in part.windows(on, scope))


_original_after = DayEnds.after
_original_edge_s = WallClock.edge_s


def _edge_of_the_later_hour(self: WallClock, wall_s: int) -> int:
    """The fault: in a repeated hour the second pass is taken."""
    edge = _original_edge_s(self, wall_s)
    return edge + 3600 if _original_edge_s(self, wall_s + 3600) > edge + 3600 else edge


@pytest.mark.parametrize("stamp", ["2026-03-10T10:00:00+08:00", "2026-03-10T02:00:00Z"])
def test_the_oracle_reads_instants_by_their_own_offset(stamp):
    assert oracle.seconds_of(stamp) == 1_773_108_000
