"""The day-by-day sum behind a deadline."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from luyue.core.calendar import DayKind, Span, Within
from tests.core.calendar import random_rows
from tests.core.calendar.calendars import agenda, at


def told(explanation):
    """(day, note, counted, feast) of each line, the way the page shows them."""
    return [(line.date.strftime("%m-%d"), line.note, line.counted, line.name) for line in explanation.lines]


def test_three_working_days_over_the_spring_festival():
    why = agenda().explain(at("2026-02-13 20:35"), Within(3, "working day", counted="workdays_end"))
    assert told(why) == [
        ("02-13", "start", 0, None),
        ("02-14", "counted", 1, None),
        *[(f"02-{day}", "not-counted", 0, "春节") for day in range(15, 24)],
        ("02-24", "counted", 2, None),
        ("02-25", "due", 3, None),
    ]
    assert why.lines[1].kind is DayKind.MAKEUP_WORKDAY
    assert (why.total, why.unit, why.due.at) == (3, "day", at("2026-02-26 00:00"))
    assert why.source == "国办发明电〔2025〕7号（2025-11-04）"


def test_minutes_of_service_hours_over_a_night():
    why = agenda().explain(at("2026-03-10 20:50"), Within(15, "min", "service-hours"))
    assert told(why) == [("03-10", "start", 600, None), ("03-11", "due", 300, None)]
    assert [str(line.windows[0]) for line in why.lines] == ["09:00-21:00"] * 2
    assert (why.total, why.unit) == (900, "s")


def test_a_promise_kept_within_the_day_is_due_on_the_line_of_its_start():
    why = agenda().explain(at("2026-03-10 10:00"), Within(15, "min", "service-hours"))
    assert [(line.note, line.due_here, line.counted) for line in why.lines] == [("start", True, 900)]


def test_a_pause_is_shown_on_the_days_it_takes_from():
    pause = Span(at("2026-03-10 20:55"), at("2026-03-12 09:30"))
    why = agenda().explain(at("2026-03-10 20:50"), Within(15, "min", "service-hours"), [pause])
    assert [(line.note, line.counted, line.paused_s) for line in why.lines] == [("start", 300, 300), ("paused", 0, 43_200), ("due", 600, 1800)]


def test_a_day_whose_end_was_lost_to_a_pause_says_paused():
    pause = Span(at("2026-03-11 18:00"), at("2026-03-12 08:00"))
    why = agenda().explain(at("2026-03-10 10:00"), Within(2, "working day", counted="workdays_end"), [pause])
    assert told(why) == [("03-10", "start", 0, None), ("03-11", "paused", 0, None), ("03-12", "counted", 1, None), ("03-13", "due", 2, None)]


def test_an_open_pause_ends_the_sum_where_it_begins():
    why = agenda().explain(at("2026-03-10 10:00"), Within(3, "working day", counted="workdays_end"), [Span(at("2026-03-12 10:00"))])
    assert told(why) == [("03-10", "start", 0, None), ("03-11", "counted", 1, None), ("03-12", "paused", 0, None)]
    assert (why.due.at, why.total) == (None, 1)


def test_the_last_day_of_a_natural_count_may_be_followed_by_days_it_rolls_over():
    why = agenda().explain(at("2026-03-10 10:00"), Within(4, "day", counted="days_end"))
    assert told(why) == [
        ("03-10", "start", 0, None), ("03-11", "counted", 1, None), ("03-12", "counted", 2, None), ("03-13", "counted", 3, None),
        ("03-14", "counted", 4, None), ("03-15", "not-counted", 0, None), ("03-16", "due", 0, None),
    ]  # fmt: skip


def test_a_shift_adds_up_wall_time():
    why = agenda().explain(at("2026-03-13 18:00"), Within(1, "working day", counted="workdays_shift"))
    assert told(why) == [
        ("03-13", "start", 6 * 3600, None),
        ("03-14", "not-counted", 0, None),
        ("03-15", "not-counted", 0, None),
        ("03-16", "due", 18 * 3600, None),
    ]


def test_a_window_past_midnight_adds_to_the_day_it_opened_on():
    why = agenda().explain(at("2026-03-14 01:30"), Within(31, "min", "night-hours"))
    assert told(why) == [("03-13", "counted", 1800, None), ("03-14", "start", 60, None)]
    assert why.lines[1].due_here


def test_a_line_of_an_unpublished_year_is_marked():
    why = agenda().explain(at("2026-12-31 20:50"), Within(15, "min", "service-hours"))
    assert [line.known for line in why.lines] == [True, False]
    assert why.due.provisional


def test_nothing_to_count_is_one_line():
    why = agenda().explain(at("2026-03-14 10:00"), Within(0, "working day", counted="workdays_end"))
    assert [(line.note, line.due_here) for line in why.lines] == [("start", True)]


@pytest.mark.parametrize(
    "within",
    [
        Within(40, "h", "service-hours"),
        Within(90, "min", "desk-hours"),
        Within(20, "h", "night-hours"),
        Within(72, "h", "around-the-clock"),
        Within(5, "working day", counted="workdays_shift"),
        Within(7, "working day", counted="workdays_end"),
        Within(7, "working day", "night-hours", "workdays_end", "close"),
        Within(10, "day", counted="days_end"),
    ],
)
def test_every_sum_comes_to_the_promise_and_is_due_on_one_line(within):
    random = Random(5)
    for _ in range(40):
        start_s = random_rows.moment(random, "Asia/Shanghai")
        pauses = random_rows.pauses(random, start_s, "Asia/Shanghai")
        spans = [Span(at(since, ""), at(until, "")) for since, until in pauses if until is not None]
        start = datetime.fromtimestamp(start_s, UTC)
        why = agenda().explain(start, within, spans)
        assert why.due == agenda().due(start, within, spans)
        assert why.total == (within.amount if why.unit == "day" else within.seconds if within.in_hours else within.amount * 86_400)
        assert [line.due_here for line in why.lines].count(True) == 1
        dates = [line.date for line in why.lines]
        assert dates == sorted(set(dates))
