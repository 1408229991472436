"""One clock at a time: when it is due, when it is late, what a pause costs, and what never changes again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luyue.core import clockwork
from luyue.core.calendar import Agenda, DayKind, DayTable
from luyue.core.clockwork import ClockState, Turn
from luyue.core.regulation.rules import ClockRule, DueFrom, Pauses, Step
from tests.core.procedure.desk import local
from tests.core.procedure.small_book import clock, hours, ladder, minutes, small_book, working_days

AGENDA = small_book().agenda
LADDER = ladder("standard", Step(at="missed", notify=("owner",)), Step(after=minutes(240), notify=("desk/lead",)), Step(after=hours(24)))
PAUSES = Pauses("customer.asked", "customer.replied", working_days(3))
QUALITY = clock("quality", "case.transferred", "objection.investigated", hours(24), pauses=PAUSES, warn_at=(50, 80))
REPLY = clock("reply", "case.received", "case.responded", minutes(60), warn_at=(50, 80))


def begun(rule: ClockRule, at: str, due_at: str = "") -> Turn:
    return clockwork.start(rule, LADDER, AGENDA, key="k#1", at=local(at), owed_by="desk", due_at=local(due_at) if due_at else None)


def must(turn: Turn | None) -> Turn:
    assert turn is not None
    return turn


def stopped(clock: ClockState, rule: ClockRule, at: str) -> Turn:
    return must(clockwork.stop(clock, rule, LADDER, AGENDA, local(at)))


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        (REPLY, "2026-03-04 09:00", "2026-03-04 10:00"),
        (REPLY, "2026-09-25 17:30", "2026-09-26 10:30"),
        (REPLY, "2026-03-04 20:30", "2026-03-05 09:30"),
        (QUALITY, "2026-09-30 16:00", "2026-10-01 16:00"),
        (clock("fee", "a.b", "c.d", working_days(1)), "2026-09-30 10:00", "2026-10-08 24:00"),
        (clock("test", "a.b", "c.d", working_days(3)), "2026-02-12 15:00", "2026-02-24 24:00"),
    ],
)
def test_a_clock_is_due_when_the_regulation_says(rule: ClockRule, start: str, due: str) -> None:
    assert begun(rule, start).clock.due_at == local(due)


@pytest.mark.parametrize(
    ("acted", "verdict"),
    [("2026-03-04 09:59:59", "kept"), ("2026-03-04 10:00", "kept"), ("2026-03-04 10:00:01", "missed")],
)
def test_exactly_at_the_deadline_is_in_time_and_a_second_later_is_late(acted: str, verdict: str) -> None:
    assert stopped(begun(REPLY, "2026-03-04 09:00").clock, REPLY, acted).clock.state == verdict


def test_a_miss_is_settled_at_the_deadline_however_late_somebody_looks() -> None:
    missed = stopped(begun(REPLY, "2026-03-04 09:00").clock, REPLY, "2026-03-09 10:00")
    assert missed.clock.settled_at == local("2026-03-04 10:00")


@pytest.mark.parametrize("end", ["kept", "missed", "withdrawn"])
def test_a_settled_clock_never_moves_again(end: str) -> None:
    clock_ = begun(QUALITY, "2026-03-04 09:00").clock
    ends = {
        "kept": lambda: stopped(clock_, QUALITY, "2026-03-04 12:00"),
        "missed": lambda: must(clockwork.miss(clock_, QUALITY, LADDER, AGENDA)),
        "withdrawn": lambda: must(clockwork.withdraw(clock_, local("2026-03-04 12:00"))),
    }
    settled = ends[end]().clock
    assert settled.state == end
    later = local("2026-03-04 13:00")
    assert clockwork.stop(settled, QUALITY, LADDER, AGENDA, later) is None
    assert clockwork.miss(settled, QUALITY, LADDER, AGENDA) is None
    assert clockwork.withdraw(settled, later) is None
    assert clockwork.pause(settled, QUALITY, AGENDA, later) is None
    assert clockwork.resume(settled, QUALITY, LADDER, AGENDA, later) is None
    assert clockwork.warn(settled, (), 50) is None
    assert clockwork.move(settled, QUALITY, LADDER, AGENDA, later) is None


def test_warnings_come_at_their_share_of_the_promise_once_each() -> None:
    turn = begun(REPLY, "2026-03-04 09:00")
    assert [(timer.kind, timer.rung, timer.due_at) for timer in turn.timers] == [
        ("warn", 50, local("2026-03-04 09:30")),
        ("warn", 80, local("2026-03-04 09:48")),
        ("due", 0, local("2026-03-04 10:00")),
    ]
    warned = must(clockwork.warn(turn.clock, turn.timers, 50))
    assert [timer.rung for timer in warned.timers] == [80, 0]
    assert clockwork.warn(warned.clock, warned.timers, 50) is None


def test_rungs_are_counted_from_the_miss_not_from_when_it_is_noticed() -> None:
    missed = must(clockwork.miss(begun(REPLY, "2026-03-04 09:00").clock, REPLY, LADDER, AGENDA))
    assert [(timer.rung, timer.due_at) for timer in missed.timers] == [(1, local("2026-03-04 14:00")), (2, local("2026-03-05 10:00"))]
    climbed = must(clockwork.climb(missed.clock, missed.timers, 1))
    assert climbed.clock.rungs == (1,)
    assert [timer.rung for timer in climbed.timers] == [2]
    assert clockwork.climb(climbed.clock, climbed.timers, 1) is None


def test_a_pause_of_eighteen_hours_moves_a_natural_clock_by_eighteen() -> None:
    paused = must(clockwork.pause(begun(QUALITY, "2026-03-10 10:00").clock, QUALITY, AGENDA, local("2026-03-10 15:00"), "customer.asked"))
    assert (paused.clock.due_at, paused.clock.left_s) == (None, 19 * 3600)
    resumed = must(clockwork.resume(paused.clock, QUALITY, LADDER, AGENDA, local("2026-03-11 09:00")))
    assert resumed.clock.due_at == local("2026-03-12 04:00")
    assert resumed.clock.left_s is None


def test_a_pause_outside_hours_does_not_move_a_business_clock() -> None:
    rule = clock("desk", "a.b", "c.d", minutes(120), pauses=PAUSES)
    turn = begun(rule, "2026-03-04 20:00")
    paused = must(clockwork.pause(turn.clock, rule, AGENDA, local("2026-03-04 21:00")))
    resumed = must(clockwork.resume(paused.clock, rule, LADDER, AGENDA, local("2026-03-05 09:00")))
    assert resumed.clock.due_at == turn.clock.due_at == local("2026-03-05 10:00")


def test_a_pause_starting_at_the_deadline_changes_nothing() -> None:
    turn = begun(QUALITY, "2026-03-10 10:00")
    assert clockwork.pause(turn.clock, QUALITY, AGENDA, local("2026-03-11 10:00")) is None


def test_the_cap_is_measured_in_its_own_hours() -> None:
    paused = must(clockwork.pause(begun(QUALITY, "2026-03-10 10:00").clock, QUALITY, AGENDA, local("2026-03-10 15:00")))
    assert [(timer.kind, timer.due_at) for timer in paused.timers] == [("cap", local("2026-03-13 24:00"))]


def test_pauses_share_one_cap() -> None:
    rule = clock("long", "a.b", "c.d", hours(100), pauses=Pauses("x.y", "y.z", hours(10)))
    turn = begun(rule, "2026-03-02 09:00")
    once = must(clockwork.pause(turn.clock, rule, AGENDA, local("2026-03-02 10:00")))
    again = must(clockwork.resume(once.clock, rule, LADDER, AGENDA, local("2026-03-02 16:00")))
    twice = must(clockwork.pause(again.clock, rule, AGENDA, local("2026-03-03 10:00")))
    assert twice.timers[0].due_at == local("2026-03-03 14:00")
    spent = must(clockwork.resume(twice.clock, rule, LADDER, AGENDA, local("2026-03-03 14:00")))
    assert spent.clock.due_at == local("2026-03-06 23:00")
    assert clockwork.pause(spent.clock, rule, AGENDA, local("2026-03-04 10:00")) is None


def test_a_promise_done_while_paused_is_kept() -> None:
    paused = must(clockwork.pause(begun(QUALITY, "2026-03-10 10:00").clock, QUALITY, AGENDA, local("2026-03-10 15:00")))
    kept = stopped(paused.clock, QUALITY, "2026-03-12 15:00").clock
    assert kept.state == "kept"
    assert kept.pauses[-1].to_at == local("2026-03-12 15:00")


def test_a_promised_date_is_the_deadline_and_the_date_told() -> None:
    rule = clock("promise", "promise.made", "feedback.given", DueFrom("promised_at"), warn_at=(80,), pauses=PAUSES)
    turn = begun(rule, "2026-03-09 10:00", "2026-03-10 10:00")
    assert turn.clock.due_at == turn.clock.promised_at == local("2026-03-10 10:00")
    assert turn.timers[0].due_at == local("2026-03-10 05:12")
    assert clockwork.pause(turn.clock, rule, AGENDA, local("2026-03-09 12:00")) is None


def test_the_date_told_never_moves_later_but_the_deadline_may() -> None:
    rule = clock("days", "a.b", "c.d", working_days(2))
    before = begun(rule, "2026-03-05 10:00").clock
    days = DayTable(zone="Asia/Shanghai", kinds={local("2026-03-09 00:00").date(): DayKind.REST_DAY}, known_until=local("2027-01-01 00:00").date())
    after = must(clockwork.move(before, rule, LADDER, Agenda(days, {}), local("2026-03-06 09:00"))).clock
    assert before.due_at == local("2026-03-09 24:00")
    assert after.due_at == local("2026-03-10 24:00")
    assert after.promised_at == local("2026-03-09 24:00")


def test_a_deadline_beyond_the_published_calendar_is_provisional_and_never_shortened() -> None:
    rule = clock("days", "a.b", "c.d", working_days(5))
    turn = begun(rule, "2026-12-30 10:00")
    assert turn.clock.provisional
    known = DayTable(
        zone="Asia/Shanghai",
        kinds={local("2027-01-02 00:00").date(): DayKind.MAKEUP_WORKDAY},
        known_until=local("2027-12-31 00:00").date(),
        first_on=local("2026-01-01 00:00").date(),
    )
    moved = clockwork.move(turn.clock, rule, LADDER, Agenda(known, {}), local("2026-12-31 09:00"))
    assert must(moved).clock.due_at == turn.clock.due_at
    assert not must(moved).clock.provisional


def test_no_revision_makes_a_promise_late_at_once() -> None:
    rule = clock("days", "a.b", "c.d", working_days(2))
    before = begun(rule, "2026-03-05 10:00").clock
    days = DayTable(zone="Asia/Shanghai", kinds={local("2026-03-07 00:00").date(): DayKind.MAKEUP_WORKDAY}, known_until=local("2027-01-01 00:00").date())
    assert must(clockwork.move(before, rule, LADDER, Agenda(days, {}), local("2026-03-07 09:00"))).clock.due_at == local("2026-03-07 24:00")
    assert clockwork.move(before, rule, LADDER, Agenda(days, {}), local("2026-03-08 09:00")) is None


def test_only_a_fact_within_the_deadline_overturns_a_miss() -> None:
    missed = must(clockwork.miss(begun(REPLY, "2026-03-04 09:00").clock, REPLY, LADDER, AGENDA)).clock
    assert clockwork.corrected(missed, "staff:2", local("2026-03-04 10:00:01")) is None
    assert clockwork.corrected(missed, "staff:2", local("2026-03-04 08:59")) is None
    kept = must(clockwork.corrected(missed, "staff:2", local("2026-03-04 10:00"))).clock
    assert (kept.state, kept.corrected_by) == ("kept", "staff:2")


def test_instants_are_cut_to_whole_seconds_and_must_be_aware() -> None:
    assert clockwork.utc(local("2026-03-04 09:00") + timedelta(microseconds=900_000)) == local("2026-03-04 09:00")
    with pytest.raises(ValueError, match="no UTC offset"):
        clockwork.utc(local("2026-03-04 09:00").replace(tzinfo=None))
