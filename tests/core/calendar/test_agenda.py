"""Promises as regulations make them, on the Chinese calendar of 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from luyue.core.calendar import Agenda, CalendarError, DayKind, DayTable, Revision, Span, Timetable, Window, Within
from tests.core.calendar.calendars import NIGHT, SERVICE, agenda, at, cn, hours, windows

MINUTES_15 = Within(15, "min", "service-hours")
WORKDAYS_3 = Within(3, "working day", counted="workdays_end")


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        # The examples of the requirements: the eve of a make-up Saturday, a holiday's close, a make-up morning.
        ("2026-02-13 20:55", MINUTES_15, "2026-02-14 09:10"),
        ("2026-02-15 17:50", MINUTES_15, "2026-02-16 10:05"),
        ("2026-10-10 08:00", Within(1, "h", "desk-hours"), "2026-10-10 10:00"),
        ("2026-09-25 10:00", Within(1, "working day", counted="workdays_end"), "2026-09-29 00:00"),
        ("2026-09-30 10:00", Within(2, "working day", counted="workdays_end"), "2026-10-10 00:00"),
        ("2026-02-12 10:00", WORKDAYS_3, "2026-02-25 00:00"),
        # Edges: opening counts at once, a landing on closing is due there.
        ("2026-03-10 09:00", MINUTES_15, "2026-03-10 09:15"),
        ("2026-03-10 20:45", MINUTES_15, "2026-03-10 21:00"),
        ("2026-03-10 21:00", MINUTES_15, "2026-03-11 09:15"),
        ("2026-03-10 11:50", Within(11, "min", "desk-hours"), "2026-03-10 13:31"),
        # The spill of Friday's night shift belongs to Friday, in a weekend's first hours.
        ("2026-03-14 01:30", Within(31, "min", "night-hours"), "2026-03-14 22:01"),
        # Natural time.
        ("2026-02-16 22:00", Within(24, "h", "around-the-clock"), "2026-02-17 22:00"),
        # Day counts and their readings.
        ("2026-03-13 10:15", Within(1, "working day", "service-hours", "workdays_end", "close"), "2026-03-16 21:00"),
        ("2026-03-13 10:15", Within(1, "working day", counted="workdays_shift"), "2026-03-16 10:15"),
        ("2026-03-14 10:15", Within(1, "working day", counted="workdays_shift"), "2026-03-17 00:00"),
        ("2026-03-10 10:00", Within(4, "day", counted="days_end"), "2026-03-17 00:00"),
        ("2026-03-10 10:00", Within(4, "day", counted="days_end", rolls=False), "2026-03-15 00:00"),
        ("2026-03-14 10:00", Within(0, "working day", counted="workdays_end"), "2026-03-14 10:00"),
    ],
)
def test_a_promise_is_due_when_the_regulation_says(start, within, due):
    assert agenda().due(at(start), within).at == at(due)


def test_a_workday_on_which_nobody_opens_ends_at_midnight_when_it_should_end_at_close():
    inventory = hours("service-hours", ("09:00-21:00",), dates={date(2026, 3, 16): ()})
    found = Agenda(cn(), {"service-hours": inventory}).due(at("2026-03-13 10:15"), Within(1, "working day", "service-hours", "workdays_end", "close"))
    assert found.at == at("2026-03-17 00:00")


@pytest.mark.parametrize(
    ("within", "pause", "due"),
    [
        (MINUTES_15, ("2026-03-10 10:05", "2026-03-10 10:25"), "2026-03-10 10:35"),
        (MINUTES_15, ("2026-03-10 10:15", None), "2026-03-10 10:15"),
        (MINUTES_15, ("2026-03-10 10:14", None), None),
        (MINUTES_15, ("2026-03-10 21:00", "2026-03-11 09:00"), "2026-03-10 10:15"),
        (WORKDAYS_3, ("2026-03-11 23:00", "2026-03-12 00:00"), "2026-03-17 00:00"),
        (WORKDAYS_3, ("2026-03-12 00:00", "2026-03-12 20:00"), "2026-03-14 00:00"),
        (WORKDAYS_3, ("2026-03-12 10:00", None), None),
        (Within(4, "day", counted="days_end"), ("2026-03-16 10:00", "2026-03-17 10:00"), "2026-03-18 00:00"),
        (Within(1, "working day", counted="workdays_shift"), ("2026-03-10 12:00", "2026-03-10 18:00"), "2026-03-11 16:00"),
        (Within(24, "h", "around-the-clock"), ("2026-03-10 21:00", "2026-03-11 09:00"), "2026-03-11 22:00"),
    ],
)
def test_a_pause_moves_a_deadline_only_by_what_it_takes_from_its_own_hours(within, pause, due):
    span = Span(at(pause[0]), at(pause[1]) if pause[1] else None)
    assert agenda().due(at("2026-03-10 10:00"), within, [span]).at == (at(due) if due else None)


def test_overlapping_pauses_count_once():
    spans = [Span(at("2026-03-10 10:05"), at("2026-03-10 10:20")), Span(at("2026-03-10 10:10"), at("2026-03-10 10:25"))]
    assert agenda().due(at("2026-03-10 10:00"), MINUTES_15, spans).at == at("2026-03-10 10:35")


def test_time_used_and_time_left_are_in_the_clauses_own_hours():
    start, night = at("2026-03-10 20:50"), at("2026-03-11 03:00")
    assert agenda().elapsed_s(start, night, MINUTES_15) == 600
    assert agenda().left_s(start, night, MINUTES_15) == 300
    assert agenda().left_s(start, at("2026-03-11 09:10"), MINUTES_15) == -300
    assert agenda().elapsed_s(night, start, MINUTES_15) == -600
    assert agenda().left_s(start, night, WORKDAYS_3) == (at("2026-03-14 00:00") - night).total_seconds()
    assert agenda().elapsed_s(start, night, WORKDAYS_3) == (night - start).total_seconds()


def test_during_an_open_pause_what_remains_stands_still():
    start, pause = at("2026-03-10 10:00"), [Span(at("2026-03-10 10:05"))]
    assert [agenda().left_s(start, at(now), MINUTES_15, pause) for now in ("2026-03-10 10:06", "2026-03-12 10:00")] == [600, 600]


def test_a_pause_after_the_deadline_does_not_shorten_the_lateness():
    start, pause = at("2026-03-10 10:00"), [Span(at("2026-03-10 10:20"), at("2026-03-10 10:40"))]
    assert agenda().left_s(start, at("2026-03-10 10:45"), MINUTES_15, pause) == -1800


@pytest.mark.parametrize(
    ("within", "percent", "pauses", "warned"),
    [
        (MINUTES_15, 80, (), "2026-03-11 09:02"),
        (MINUTES_15, 50, (), "2026-03-10 20:57:30"),
        (MINUTES_15, 80, (Span(at("2026-03-10 20:55"), at("2026-03-11 09:30")),), "2026-03-11 09:37"),
        (MINUTES_15, 80, (Span(at("2026-03-10 20:55")),), None),
        (MINUTES_15, 30, (Span(at("2026-03-10 20:55")),), "2026-03-10 20:54:30"),
        (Within(24, "h", "around-the-clock"), 50, (), "2026-03-11 08:50"),
        # A day count is shared out over natural time: 75 h 10 min until 24:00 on Friday, half of it is 37 h 35 min.
        (WORKDAYS_3, 50, (), "2026-03-12 10:25"),
        (WORKDAYS_3, 50, (Span(at("2026-03-12 10:00")),), None),
    ],
)
def test_a_warning_comes_when_its_share_of_the_promise_is_used(within, percent, pauses, warned):
    assert agenda().at_share(at("2026-03-10 20:50"), within, percent, pauses) == (at(warned) if warned else None)


def test_open_or_not_and_when_next():
    assert agenda().is_open(at("2026-02-17 10:00"), "service-hours")
    assert not agenda().is_open(at("2026-02-17 18:00"), "service-hours")
    assert agenda().is_open(at("2026-02-17 03:00"), "around-the-clock")
    assert agenda().next_opening(at("2026-02-17 18:00"), "service-hours") == at("2026-02-18 10:00")
    assert agenda().next_opening(at("2026-02-17 12:00"), "service-hours") == at("2026-02-17 12:00")
    assert agenda().next_opening(at("2026-02-17 12:00"), "closed") is None
    assert agenda().windows_on(date(2026, 2, 14), "service-hours") == windows("09:00-21:00")
    assert agenda().windows_on(date(2026, 2, 14), "around-the-clock") == windows("00:00-24:00")
    assert agenda().kind_on(date(2026, 2, 14)) is DayKind.MAKEUP_WORKDAY
    assert agenda().name_on(date(2026, 10, 1)) == "国庆节"


def test_a_calendar_revised_while_a_clock_runs_keeps_what_has_accrued():
    """A typhoon day, declared at 12:00 of the day itself: the morning counts, the afternoon does not."""
    typhoon = DayTable("Asia/Shanghai", {**cn().kinds, date(2026, 3, 10): DayKind.REST_DAY}, known_until=cn().known_until)
    worked = {"desk-hours": hours("desk-hours", ("09:00-12:00", "13:00-18:00"))}
    revised = Agenda.revised([Revision(None, cn(), worked), Revision(at("2026-03-10 12:00"), typhoon, worked)])
    promise = Within(4, "h", "desk-hours")
    assert Agenda(cn(), worked).due(at("2026-03-10 09:00"), promise).at == at("2026-03-10 14:00")
    assert revised.due(at("2026-03-10 09:00"), promise).at == at("2026-03-11 10:00")
    assert revised.elapsed_s(at("2026-03-10 09:00"), at("2026-03-11 00:00"), promise) == 3 * 3600
    assert revised.due(at("2026-03-09 09:00"), Within(1, "working day", counted="workdays_end")).at == at("2026-03-12 00:00")


@pytest.mark.parametrize(
    "within",
    [
        Within(15, "min"),
        Within(15, "min", "service-hours", "workdays_end"),
        Within(2, "working day"),
        Within(2, "working day", counted="days_end"),
        Within(2, "day", counted="workdays_end"),
        Within(2, "working day", counted="workdays_end", day_ends="close"),
        Within(2, "working day", "service-hours", "workdays_shift", "close"),
        Within(-1, "min", "service-hours"),
        Within(2, "week", counted="days_end"),  # type: ignore[arg-type]
        Within(15, "min", "lunch-hours"),
    ],
)
def test_a_promise_that_does_not_fit_together_is_refused(within):
    with pytest.raises(CalendarError):
        agenda().due(at("2026-03-10 10:00"), within)


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(CalendarError, match="no UTC offset"):
        agenda().due(datetime(2026, 3, 10, 10), MINUTES_15)  # noqa: DTZ001
    with pytest.raises(CalendarError, match="ends before it begins"):
        agenda().due(at("2026-03-10 10:00"), MINUTES_15, [Span(at("2026-03-10 11:00"), at("2026-03-10 10:30"))])


def test_a_fraction_of_a_second_is_cut_off():
    assert agenda().due(at("2026-03-10 10:00") + timedelta(microseconds=999_999), MINUTES_15).at == at("2026-03-10 10:15")


@pytest.mark.parametrize("said", ["09:00", "9-21", "09:00-23:59", "21:00-09:00", "09:00-48:01", "09:60-10:00", "09:00-09:00"])
def test_a_window_that_is_none_is_refused(said):
    with pytest.raises(CalendarError):
        Window.parse(said)


def test_a_timetable_prefers_the_dates_own_windows_then_the_weekdays_then_the_kinds():
    friday = Timetable("t", SERVICE.open, dates={date(2026, 3, 13): windows("10:00-12:00")}, weekdays={4: windows("09:00-17:00")})
    assert friday.windows(date(2026, 3, 13), DayKind.WORKDAY) == windows("10:00-12:00")
    assert friday.windows(date(2026, 3, 20), DayKind.WORKDAY) == windows("09:00-17:00")
    assert friday.windows(date(2026, 6, 19), DayKind.PUBLIC_HOLIDAY) == windows("10:00-18:00")
    assert friday.windows(date(2026, 3, 19), DayKind.WORKDAY) == windows("09:00-21:00")


# -- the wall clock ------------------------------------------------------------------------------------------------------------


def new_york(*said: str) -> Agenda:
    days = DayTable("America/New_York", {}, workweek=(0, 1, 2, 3, 4, 5, 6), known_until=date(2026, 12, 31))
    return Agenda(days, {"hours": hours("hours", said)})


@pytest.mark.parametrize(
    ("said", "start", "amount", "due"),
    [
        # 8 March 2026: 02:00 becomes 03:00, so a window 01:30-05:00 lasts two and a half hours.
        (("01:30-05:00",), "2026-03-08T00:00:00-05:00", Within(150, "min", "hours"), "2026-03-08T05:00:00-04:00"),
        # A window that lies in the gap does not happen.
        (("02:15-02:45",), "2026-03-08T00:00:00-05:00", Within(1, "min", "hours"), "2026-03-09T02:16:00-04:00"),
        # An opening in the gap happens at its end.
        (("02:30-04:00",), "2026-03-08T00:00:00-05:00", Within(1, "min", "hours"), "2026-03-08T03:01:00-04:00"),
        # 1 November 2026: 02:00 becomes 01:00. A window inside the repeated hour happens once, in its first pass.
        (("01:15-01:45",), "2026-11-01T00:00:00-04:00", Within(31, "min", "hours"), "2026-11-02T01:16:00-05:00"),
        (("01:15-01:45",), "2026-11-01T01:20:00-05:00", Within(1, "min", "hours"), "2026-11-02T01:16:00-05:00"),
        # A window over the repeated hour is an hour longer.
        (("01:30-05:00",), "2026-11-01T00:00:00-04:00", Within(270, "min", "hours"), "2026-11-01T05:00:00-05:00"),
    ],
)
def test_windows_are_read_by_a_clock_that_is_never_set_back(said, start, amount, due):
    assert new_york(*said).due(datetime.fromisoformat(start), amount).at == datetime.fromisoformat(due)


def test_the_same_time_of_day_is_meant_by_the_wall_also_over_a_change_of_the_clock():
    found = new_york("09:00-17:00").due(datetime.fromisoformat("2026-03-07T10:15:00-05:00"), Within(2, "working day", counted="workdays_shift"))
    assert found.at == datetime.fromisoformat("2026-03-09T10:15:00-04:00")


def test_the_night_shift_of_a_make_up_day_counts_into_the_feast_that_follows():
    """14 February 2026 is worked until 02:00 of the first day of the Spring Festival, which opens at 22:00."""
    found = Agenda(cn(), {"night-hours": NIGHT}).due(at("2026-02-15 01:00"), Within(61, "min", "night-hours"))
    assert found.at == at("2026-02-15 22:01")
