"""A case under one rulebook after another: hours counted stay counted, what is foretold is what happens, what is gone is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from luyue.core.calendar import Agenda, CalendarError, DayKind, DayTable, Timetable, Window, Within
from luyue.core.clockwork import ClockState, PauseSpan, resume
from luyue.core.procedure import Gone, fold, foretell, gone, rebase, standing_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.succession import continued, grace_ends_at
from tests.core.procedure.desk import Desk, local
from tests.core.procedure.small_book import PAUSES, clock, hours, minutes, small_book, task, working_days

DAY = "2026-03-04"  # a Wednesday
RULES = (
    clock("solve", "case.received", "work.done", minutes(240)),
    clock("days", "case.received", "work.done", working_days(2)),
    clock("natural", "case.received", "work.done", hours(30)),
)


def with_hours(book: Rulebook, opens: str, digest: str = "other") -> Rulebook:
    days = book.agenda.timeline.reigns[-1].days
    return replace(book, digest=digest, agenda=Agenda(days, {"service-hours": Timetable("service-hours", {DayKind.WORKDAY: (Window.parse(opens),)})}))


def case(at: str = "20:00") -> Desk:
    desk = Desk(small_book(*RULES))
    desk.open(at=f"{DAY} {at}")
    return desk


def test_hours_that_were_counted_stay_counted() -> None:
    desk = case("20:00")  # one of four hours is used by 21:00
    later = with_hours(desk.book, "13:00-17:00")
    now = local("2026-03-05 08:00")
    joined = continued(desk.book, later, now)
    state = fold(desk.state, rebase(desk.book, desk.state, now, joined).effects, seq=2, action="move", actor="system", entered_at=now)
    solve = next(one for one in state.clocks.values() if one.rule == "solve")
    assert desk.clock("solve").due_at == local("2026-03-05 12:00")
    assert solve.due_at == local("2026-03-05 16:00"), "three hours are left from 13:00 on"
    assert solve.promised_at == solve.told_at == local("2026-03-05 12:00")
    assert rebase(desk.book, desk.state, now, later).effects != rebase(desk.book, desk.state, now, joined).effects, "else the hour before would be lost"


def test_the_same_hours_make_no_rulebook_of_their_own_and_a_chain_keeps_every_reign() -> None:
    book = case().book
    same, second, third = replace(book, digest="same"), with_hours(book, "13:00-17:00", "b"), with_hours(book, "08:00-12:00", "c")
    assert continued(book, same, local("2026-03-05 08:00")) is same
    joined = continued(book, second, local("2026-03-05 08:00"))
    again = continued(joined, third, local("2026-03-06 08:00"))
    assert len({book.digest, second.digest, third.digest, joined.digest, again.digest}) == 5
    assert [len(one.agenda.timeline.reigns) for one in (joined, again)] == [2, 3]
    assert again.agenda.is_open(local("2026-03-05 14:00"), "service-hours")
    assert not again.agenda.is_open(local("2026-03-06 14:00"), "service-hours")
    assert continued(book, second, local("2026-03-05 08:00")).digest == joined.digest
    berlin = DayTable(zone="Europe/Berlin", kinds={}, known_until=date(2027, 1, 1))
    with pytest.raises(CalendarError):
        continued(book, replace(book, agenda=Agenda(berlin, {})), local("2026-03-05 08:00"))


@pytest.mark.parametrize("opens", ["09:00-21:00", "13:00-17:00", "09:00-10:00", "00:00-24:00"])
@pytest.mark.parametrize("minute", ["08:00", "11:59", "12:00", "12:01"])
def test_what_is_foretold_is_what_happens(opens: str, minute: str) -> None:
    desk = case()
    now = local(f"2026-03-05 {minute}")
    after = continued(desk.book, with_hours(desk.book, opens), now)
    told = {one.clock.key: one.moved for one in (foretell(clock, after, now) for clock in desk.state.clocks.values()) if one is not None}
    state = fold(desk.state, rebase(desk.book, desk.state, now, after).effects, seq=2, action="move", actor="system", entered_at=now)
    for key, before in desk.state.clocks.items():
        ended = state.clocks[key]
        if ended.state == "missed":
            assert key not in told
        else:
            expected = told.get(key, before)
            assert (ended.due_at, ended.promised_at, ended.provisional) == (expected.due_at, expected.promised_at, expected.provisional)
            assert ended.due_at is None or ended.due_at >= now, "no revision makes a promise late at once"


def test_a_date_told_gives_way_to_a_pause_and_to_nothing_else() -> None:
    rule = clock("solve", "case.received", "work.done", hours(4), pauses=PAUSES)
    agenda = small_book(rule).agenda
    paused = ClockState(
        "solve#1", "solve", "one", "desk", "paused", local(f"{DAY} 09:00"), None, promised_at=local(f"{DAY} 12:00"), left_s=3600,
        pauses=(PauseSpan(local(f"{DAY} 10:00"), None),),
    )  # fmt: skip
    turned = resume(paused, rule, None, agenda, local(f"{DAY} 10:30"))
    assert turned is not None
    assert (turned.clock.due_at, turned.clock.promised_at) == (local(f"{DAY} 13:30"), local(f"{DAY} 12:30"))


def test_what_a_case_rests_on_and_the_next_text_has_not() -> None:
    desk = case()
    assert gone(standing_of(desk.state), desk.book) == ()
    assert gone(standing_of(desk.state), small_book(*RULES[:2], task("more", "case.received"))) == (Gone("clock", "natural"),)
    moved_on = replace(desk.state, stage="waiting", teams=("desk", "fourth/lead"), kind="matter")
    assert gone(standing_of(moved_on), desk.book) == (Gone("stage", "waiting"), Gone("team", "fourth"))
    assert gone(standing_of(replace(desk.state, kind="other")), desk.book) == (Gone("procedure", "other"),)


@pytest.mark.parametrize(
    ("first_day", "ends"),
    [(date(2026, 3, 4), "2026-03-05 24:00"), (date(2026, 3, 6), "2026-03-09 24:00"), (date(2026, 2, 13), "2026-02-14 24:00"), (date(2026, 2, 14), "2026-02-24 24:00")],
)  # fmt: skip
def test_the_grace_ends_with_the_next_working_day(first_day: date, ends: str) -> None:
    assert grace_ends_at(first_day, case().book.agenda) == local(ends)
    assert Within(1, "working day", None, "workdays_end").amount == 1
