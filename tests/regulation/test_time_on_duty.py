"""PL202, PL203 and PL405 work out instants: here they are held against trying every half hour of a year, and against the machinery itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import pytest

from luyue.core.calendar import Agenda, DayKind, DayTable, Timetable, Window, Within, load_day_table
from luyue.core.calendar.instants import epoch_s
from luyue.core.procedure import settle
from luyue.core.procedure.fold import fold
from luyue.core.procedure.state import NoticeDue
from luyue.core.procedure.witnesses import enact, play
from luyue.core.regulation import Problem, Rulebook, compile_drafts, read_regulation
from luyue.core.regulation.checks import staffing
from luyue.core.regulation.checks.effort import least_on_duty
from luyue.core.regulation.checks.staffing import year
from luyue.core.regulation.lived import Lived, Took
from tests.regulation.reading import HERE, LAW, SHIPPED, calendars, draft

HALF_AN_HOUR = timedelta(minutes=30)


def hours(name: str, workday: str, rest_day: str = "", feast: str = "") -> Timetable:
    def windows(said: str) -> tuple[Window, ...]:
        return tuple(Window.parse(one) for one in said.split())

    kinds = {DayKind.WORKDAY: workday, DayKind.MAKEUP_WORKDAY: workday, DayKind.REST_DAY: rest_day, DayKind.PUBLIC_HOLIDAY: feast}
    return Timetable(name, {kind: windows(said) for kind, said in kinds.items()}, {date(2026, 7, 15): windows("13:00-15:30")} if name == "office" else {})


TABLES = {
    one.id: one
    for one in (
        hours("office", "09:00-12:00 13:30-18:00"),
        hours("shop", "09:00-21:00", "10:00-18:00", "12:00-16:00"),
        hours("night", "20:00-26:00", "20:00-26:00", "20:00-26:00"),
        hours("always", "00:00-24:00", "00:00-24:00", "00:00-24:00"),
    )
}
PROMISES = [
    *(Within(amount, "h", hours) for amount in (1, 5, 30) for hours in ("around-the-clock", "shop", "night", "office")),
    Within(30, "min", "office"), Within(12, "h", "night"), Within(2, "working day", counted="workdays_end"), Within(1, "working day", counted="workdays_shift"),
    Within(1, "working day", "office", "workdays_end", "close"), Within(3, "day", counted="days_end"),
]  # fmt: skip


@cache
def days() -> DayTable:
    return load_day_table((SHIPPED / "calendars" / "cn.yaml").read_text(encoding="utf-8"))


@cache
def agenda() -> Agenda:
    return Agenda(days(), TABLES)


@pytest.mark.parametrize("staffed", TABLES)
def test_no_start_leaves_less_time_on_duty_than_the_check_says(staffed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From July to November, with two feasts and their make-up days."""
    monkeypatch.setattr(staffing, "_DAYS_TRIED", 120)
    first, *_, last = year(days())
    starts = [first + HALF_AN_HOUR * number for number in range((last - first) // HALF_AN_HOUR)]
    on_duty = agenda().open_time(staffed)
    for within in PROMISES:
        found = least_on_duty(agenda(), days(), within, staffed)
        assert found is not None
        start, due, left_s = found
        assert agenda().due(start, within).at == due
        assert agenda().elapsed_s(start, due, Within(1, "h", staffed)) == left_s
        tried = min(on_duty.between_s(epoch_s(one), epoch_s(agenda().due(one, within).at)) for one in starts)  # type: ignore[arg-type]
        # Half hours are where everything here turns, but for the last minute of a day, which a count of days may turn on.
        assert 0 <= tried - left_s <= (0 if within.in_hours else 1800), (staffed, within, start, left_s, tried)


def read(name: str, *changes: tuple[str, str], lived: Lived | None = None) -> tuple[Rulebook, list[Problem]]:
    source = (HERE / "bad" / f"{name}.md").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    drafts = [read_regulation(LAW, "L0.md").draft, draft(HERE / "base" / "small.md"), read_regulation(source, "trial.md").draft]
    result = compile_drafts(drafts, calendars(), lived or Lived())
    assert result.trial is not None
    return result.trial, [one for one in result.problems if one.code in ("PL103", "PL202", "PL203", "PL405")]


TOO_LITTLE, STORM = "PL203-too-little-time", "PL405-storm"
UNSAID = ("effort: 10 h\n", "")


def test_what_settled_cases_took_counts_where_the_rule_says_nothing() -> None:
    def took(median_h: int, n_settled: int) -> Lived:
        return Lived(took={("clock", "found-out"): Took(median_h * 3600, n_settled)})

    assert read(TOO_LITTLE, UNSAID)[1] == []
    assert read(TOO_LITTLE, UNSAID, lived=took(9, 40))[1] == [], "nine hours are there in the worst case"
    assert read(TOO_LITTLE, UNSAID, lived=took(11, 9))[1] == [], "nine cases say nothing"
    (found,) = read(TOO_LITTLE, UNSAID, lived=took(11, 40))[1]
    assert "已办结 40 件的中位数" in found.what_zh
    (declared,) = read(TOO_LITTLE, lived=took(11, 40))[1]
    assert "as its `effort` says" in declared.what
    assert read(TOO_LITTLE, ("effort: 10 h", "effort: 9 h"))[1] == []


def test_nobody_there_at_all_is_said_once() -> None:
    (found,) = read(TOO_LITTLE, ("72", "2"))[1]
    assert found.code == "PL202"


def told_a_day(book: Rulebook, found: Problem, person: str) -> int:
    """What the machinery sends this person within a day about the case of the warning, if nobody lifts a finger."""
    assert found.witness is not None
    witness = enact(book, found.witness)
    state, now, told = play(book, witness), witness.steps[-1].at, list[datetime]()
    for _ in range(3 * 24 * 12):
        now += timedelta(minutes=5)
        step = settle(book, state, now)
        told += [effect.at for effect in step.effects if isinstance(effect, NoticeDue) and person in effect.recipients and effect.at]
        state = fold(state, step.effects, seq=state.head_seq + 1, action="settle", actor="system", entered_at=now)
    return max(sum(at <= other < at + timedelta(days=1) for other in told) for at in told)


def test_the_storm_foretold_is_the_storm_that_comes() -> None:
    book, (found,) = read(STORM)
    assert found.witness is not None
    assert dict(found.witness.given) == {"channel": "web"}
    assert "前台主管 一天内会收到 17 条" in found.what_zh
    assert told_a_day(book, found, "desk/lead") == 17


def test_a_storm_is_held_against_the_cases_now_open() -> None:
    (found,) = read(STORM, lived=Lived(n_open={"enquiry": 300}))[1]
    assert "300 cases now open, up to 5,100 a day" in found.what
    assert "现有 300 件未结时一天多达 5,100 条" in found.what_zh


def test_twelve_messages_a_day_are_no_storm() -> None:
    fewer = (("warn_at: [20%, 40%, 60%, 80%]", "warn_at: [20%, 80%]"), ("warn_at: [25%, 50%, 75%]\n", ""))
    assert read(STORM, *fewer)[1] == []
    assert read(STORM, fewer[1], ("warn_at: [20%, 40%, 60%, 80%]", "warn_at: [20%, 40%, 80%]"))[1] != []
    parted = ("{kind: enquiry}", "{kind: enquiry, channel: phone}")
    assert read(STORM, parted)[1] == [], "promises of different cases do not add up"


def test_a_team_or_post_that_is_empty_is_said_once_where_the_company_is_known() -> None:
    def people(*actors: str) -> list[Problem]:
        return [one for one in read(STORM, lived=Lived(actors=frozenset(actors)))[1] if one.code == "PL103"]

    assert people("desk", "desk/lead", "workshop") == []
    (team,) = people("desk", "desk/lead")
    assert team.what_zh == "工作间有工作要做，而公司里没有人属于它"
    assert {one.what_zh for one in people("desk", "workshop")} == {"前台主管有工作要做，而公司里没有人属于它"}
