"""What must hold for every calendar, start, amount and pause (clock semantics, "Properties")."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from luyue.core.calendar.counting import NATURAL
from luyue.core.calendar.errors import BeyondTable
from luyue.core.calendar.exchange_calendar import SERVICE, WORKDAY, ExchangeCalendar
from luyue.core.calendar.instants import FOREVER
from luyue.core.calendar.intervals import union
from luyue.core.calendar.timeline import Timeline
from tests.core.calendar import random_rows

many = settings(deadline=None, max_examples=60)
some = settings(deadline=None, max_examples=25)

_KEPT: dict[int, Timeline] = {}


def timeline_of(seed: int) -> Timeline:
    """Calendars of the sweep, laid out once each."""
    if seed not in _KEPT:
        said = random_rows.calendar(Random(seed))
        _KEPT[seed] = Timeline(ExchangeCalendar(said).revisions, date(2024, 6, 1), date(2028, 12, 31))
    return _KEPT[seed]


timelines = st.integers(0, 23).map(timeline_of)
scopes = st.sampled_from((SERVICE, WORKDAY))
starts = st.builds(
    lambda seed, zone: random_rows.moment(Random(seed), zone), st.integers(0, 10**9), st.sampled_from(("America/New_York", "Asia/Shanghai", "Europe/Berlin"))
)
amounts = st.integers(0, 300_000)
numbers = st.integers(0, 12)
stretches = st.lists(st.tuples(starts, st.integers(0, 900_000)).map(lambda one: (one[0], one[0] + one[1])), max_size=3).map(union)


def due_or_none(timeline, scope, start, amount, pauses=()):
    """Deadlines beyond the table say nothing here."""
    try:
        return timeline.due_in_hours_s(scope, start, amount, pauses)
    except BeyondTable:
        return None


@given(timelines, scopes, starts, amounts, stretches)
@many
def test_exactly_the_amount_passes_until_a_deadline(timeline, scope, start, amount, pauses):
    due = due_or_none(timeline, scope, start, amount, pauses)
    assume(due is not None and amount)
    assert timeline.elapsed_in_hours_s(scope, start, due, pauses) == amount
    assert timeline.elapsed_in_hours_s(scope, start, due - 1, pauses) == amount - 1


@given(timelines, scopes, starts, amounts, amounts)
@many
def test_two_promises_in_a_row_end_when_their_sum_ends(timeline, scope, start, first, second):
    middle = due_or_none(timeline, scope, start, first)
    assume(middle is not None)
    assert due_or_none(timeline, scope, middle, second) == due_or_none(timeline, scope, start, first + second)


@given(timelines, scopes, starts, st.integers(0, 400_000), amounts, amounts, stretches)
@many
def test_starting_later_or_promising_more_never_ends_earlier(timeline, scope, start, later, amount, more, pauses):
    due = due_or_none(timeline, scope, start, amount, pauses)
    assume(due is not None)
    after = due_or_none(timeline, scope, start + later, amount, pauses)
    longer = due_or_none(timeline, scope, start, amount + more, pauses)
    assert after is None or after >= due
    assert longer is None or longer >= due


@given(timelines, starts, st.integers(0, 400_000), numbers, numbers, stretches, st.sampled_from(("24:00", "close", "shift", "days")))
@many
def test_day_counts_are_monotone_in_start_and_number(timeline, start, later, n, more, pauses, counted):
    due = day_count(timeline, start, n, pauses, counted)
    after, longer = day_count(timeline, start + later, n, pauses, counted), day_count(timeline, start, n + more, pauses, counted)
    assume(due is not None)
    assert due >= start
    # A number of 0 is the start itself, so only real counts can be compared with a later start.
    assert after is None or after >= due
    assert longer is None or longer >= due


def day_count(timeline, start, n, pauses, counted):
    try:
        if counted == "shift":
            return timeline.due_workdays_shift_s(start, n, pauses)
        if counted == "days":
            return timeline.due_days_end_s(start, n, True, pauses)
        return timeline.due_workdays_end_s(start, n, SERVICE if counted == "close" else None, pauses)
    except BeyondTable:
        return None


@given(timelines, starts, numbers)
@many
def test_without_pauses_the_shift_never_ends_later_than_the_end_of_the_day(timeline, start, n):
    shift, end = day_count(timeline, start, n, (), "shift"), day_count(timeline, start, n, (), "24:00")
    assume(shift is not None and end is not None)
    assert shift <= end


@given(timelines, scopes, starts, amounts, stretches, st.integers(0, 900_000), st.sampled_from(("hours", "24:00", "close", "shift", "days")))
@many
def test_splitting_a_pause_changes_nothing(timeline, scope, start, amount, pauses, at, counted):
    # The parts touch and are left apart on purpose: `union` would only join them again.
    split = [(a, b) for whole in pauses for a, b in ((whole[0], min(whole[1], whole[0] + at)), (min(whole[1], whole[0] + at), whole[1])) if a < b]
    if counted == "hours":
        assert due_or_none(timeline, scope, start, amount, split) == due_or_none(timeline, scope, start, amount, pauses)
    else:
        n = amount % 10
        assert day_count(timeline, start, n, split, counted) == day_count(timeline, start, n, pauses, counted)


@given(timelines, scopes, starts, amounts, stretches)
@many
def test_a_pause_that_starts_at_the_deadline_or_later_changes_nothing(timeline, scope, start, amount, pauses):
    due = due_or_none(timeline, scope, start, amount, pauses)
    assume(due is not None)
    assert due_or_none(timeline, scope, start, amount, union([*pauses, (due, FOREVER)])) == due


@given(timelines, starts, numbers, st.sampled_from(("24:00", "close", "shift", "days")))
@many
def test_a_pause_that_starts_at_the_deadline_changes_no_day_count(timeline, start, n, counted):
    due = day_count(timeline, start, n, (), counted)
    assume(due is not None)
    assert day_count(timeline, start, n, [(due, FOREVER)], counted) == due


@given(timelines, scopes, starts, amounts, stretches, st.tuples(starts, st.integers(0, 900_000)))
@many
def test_one_more_pause_never_makes_a_deadline_earlier(timeline, scope, start, amount, pauses, more):
    due = due_or_none(timeline, scope, start, amount, pauses)
    after = due_or_none(timeline, scope, start, amount, union([*pauses, (more[0], more[0] + more[1])]))
    assert due is None or after is None or after >= due


@given(st.integers(0, 10**6), starts, amounts, numbers, st.integers(0, 1000))
@some
def test_closing_one_more_day_never_makes_a_deadline_earlier(seed, start, amount, n, day):
    """A day taken out of the working week and out of its hours, in the plain calendars of the sweep."""
    said = random_rows.plain(Random(seed), "America/New_York")
    on = (date(2025, 1, 1) + timedelta(days=day)).isoformat()
    closed = said | {
        "holidays": [*said["holidays"], on],
        "workdays": [one for one in said["workdays"] if one != on],
        "dates": said.get("dates", {}) | {on: []},
    }
    before, after = (Timeline(ExchangeCalendar(one).revisions, date(2024, 6, 1), date(2028, 12, 31)) for one in (said, closed))
    for scope in (SERVICE, WORKDAY):
        due, later = due_or_none(before, scope, start, amount), due_or_none(after, scope, start, amount)
        assert due is None or later is None or later >= due
    for counted in ("24:00", "close", "shift", "days"):
        due, later = day_count(before, start, n, (), counted), day_count(after, start, n, (), counted)
        assert due is None or later is None or later >= due


@given(timelines, scopes, starts, starts, starts, stretches)
@many
def test_elapsed_time_is_signed_and_adds_up(timeline, scope, first, second, third, pauses):
    def elapsed(a, b):
        return timeline.elapsed_in_hours_s(scope, a, b, pauses)

    assert elapsed(first, second) + elapsed(second, third) == elapsed(first, third)
    assert elapsed(first, second) == -elapsed(second, first)
    assert timeline.elapsed_natural_s(first, third) == third - first


@given(timelines, starts)
@many
def test_an_edge_of_the_wall_clock_is_the_first_instant_showing_it(timeline, at):
    """Reading and edge belong together, also in gaps and repeated hours."""
    wall = timeline.wall
    reading = wall.reading_s(at)
    assert wall.edge_s(reading) >= at or wall.reading_s(at - 1) == reading
    assert wall.reading_s(wall.edge_s(reading)) >= reading
    assert wall.reading_s(at + 1) >= reading
    assert timeline.midnight_s(wall.day_at(at)) <= at < timeline.midnight_s(wall.day_at(at) + 1)


@given(starts, st.integers(0, 10**7))
@many
def test_natural_time_is_plain_addition(start, seconds):
    assert NATURAL.due_s(start, seconds) - start == seconds
