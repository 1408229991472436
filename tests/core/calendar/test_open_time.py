"""The compiled tables: bucket tables, bisection and NumPy give the same answers, and refuse the same questions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import numpy as np
import pytest

from luyue.core.calendar import BeyondTable, CalendarError, OpenTime
from luyue.core.calendar import batch as batch_module
from luyue.core.calendar import open_time as open_time_module
from luyue.core.calendar.exchange_calendar import SERVICE, WORKDAY, ExchangeCalendar
from luyue.core.calendar.timeline import Timeline
from tests.core.calendar import random_rows
from tests.core.calendar.calendars import agenda, at

TABLES = [
    Timeline(ExchangeCalendar(random_rows.calendar(Random(seed))).revisions, date(2025, 1, 1), date(2027, 12, 31)).open_time(scope)
    for seed in range(12)
    for scope in (SERVICE, WORKDAY)
]
TABLES = [table for table in TABLES if table.opens]


def by_bisection(table: OpenTime, monkeypatch) -> OpenTime:
    monkeypatch.setattr(open_time_module, "_MOST_CELLS", 0)
    monkeypatch.setattr(batch_module, "_MOST_CELLS", 0)
    other = OpenTime(table.intervals, table.begin_s, table.end_s, table.zone)
    assert other.cells() is None
    return other


def questions(table: OpenTime, count: int) -> list[tuple[int, int]]:
    """Starts anywhere and on edges; amounts that land anywhere and on edges, all inside the table."""
    random = Random(1)
    asked = []
    for _ in range(count):
        start = random.choice((random.randrange(table.begin_s, table.end_s), random.choice(table.opens), random.choice(table.closes)))
        start = max(table.begin_s, start + random.choice((0, 0, 1, -1)))
        left = table.total_s - table.passed_s(min(start, table.end_s))
        to_an_end = random.choice(table.passed) - table.passed_s(min(start, table.end_s))
        amount = random.choice((random.randint(0, left), max(0, to_an_end), max(0, to_an_end - 1)))
        asked.append((min(start, table.end_s), amount))
    return asked


@pytest.mark.parametrize("table", TABLES)
def test_bucket_tables_bisection_and_arrays_give_the_same_answers(table, monkeypatch):
    asked = questions(table, 400)
    other = by_bisection(table, monkeypatch)
    expected = [other.due_s(start, amount) for start, amount in asked]
    assert [table.due_s(start, amount) for start, amount in asked] == expected
    starts, amounts = (np.array(column) for column in zip(*asked, strict=True))
    assert table.batch.due_s(starts, amounts).tolist() == expected
    assert other.batch.due_s(starts, amounts).tolist() == expected
    shuffled = np.roll(starts, 1)
    assert table.batch.between_s(starts, shuffled).tolist() == [table.between_s(int(a), int(b)) for a, b in zip(starts, shuffled, strict=True)]


@pytest.mark.parametrize("table", TABLES)
def test_datetimes_are_answered_alike_before_and_after_the_tables_are_made(table):
    asked = questions(table, 300)
    cold = OpenTime(table.intervals, table.begin_s, table.end_s, table.zone)
    for zone in (table.zone, UTC):
        for start, amount in asked:
            start_at = datetime.fromtimestamp(start, zone).replace(microsecond=7)
            due_at = table.due(start_at, amount)
            assert due_at == cold.due(start_at, amount)
            assert due_at.astimezone(UTC) == datetime.fromtimestamp(table.due_s(start, amount), UTC)
            assert due_at.tzinfo is table.zone


def test_a_batch_over_many_chunks_equals_the_scalar_path():
    table = agenda().open_time("service-hours")
    random = np.random.default_rng(2)
    starts = table.begin_s + random.integers(0, (table.end_s - table.begin_s) * 9 // 10, 70_001)
    amounts = random.integers(0, 90_000, len(starts))
    assert table.batch.due_s(starts, amounts).tolist() == list(map(table.due_s, starts.tolist(), amounts.tolist()))
    assert table.batch.due_s(starts, 900).tolist() == [table.due_s(start, 900) for start in starts.tolist()]
    assert table.batch.due_s(starts[:0], 900).tolist() == []


def test_a_table_longer_than_32_bits_of_seconds_is_counted_in_64():
    table = OpenTime([(start, start + 3600) for start in range(0, 4 * 10**9, 86_400)], 0, 4 * 10**9, UTC)
    starts = np.array([0, 5, 3 * 10**9, 10**9 + 12_345])
    assert table.batch.due_s(starts, 7200).tolist() == [table.due_s(start, 7200) for start in starts.tolist()]


def test_questions_outside_the_table_are_refused_one_by_one_and_in_batches():
    table = agenda().open_time("service-hours")
    for start, amount, error in (
        (table.begin_s - 1, 60, BeyondTable),
        (table.end_s - 60, 86_400, BeyondTable),
        (table.end_s + 1, 60, BeyondTable),
        (table.begin_s, table.total_s + 1, BeyondTable),
        (table.begin_s, 2**40, BeyondTable),
        (table.begin_s, -1, CalendarError),
    ):
        with pytest.raises(error):
            table.due_s(start, amount)
        with pytest.raises(error):
            table.batch.due_s(np.array([table.begin_s + 86_400, start]), np.array([60, amount]))
    assert table.due_s(table.begin_s, table.total_s) == table.closes[-1]
    with pytest.raises(CalendarError, match="2 amounts for 1 starts"):
        table.batch.due_s(np.array([table.begin_s]), np.array([1, 2]))


def test_the_datetime_path_gives_the_same_deadline_in_the_calendars_zone():
    table = agenda().open_time("service-hours")
    start = at("2026-02-13 20:55")
    assert table.due(start, 900) == table.due(start.astimezone(table.zone), 900) == at("2026-02-14 09:10")
    assert table.due(start, 900).tzinfo is table.zone
    assert table.elapsed_s(start, at("2026-02-14 09:10")) == 900
    with pytest.raises(CalendarError, match="no UTC offset"):
        table.due(datetime(2026, 2, 13, 20, 55), 900)  # noqa: DTZ001
