"""Rules the objection regulation does not use: every way a clock runs, ladders that act, reminders, repeats, floors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luyue.core.calendar import Agenda, DayKind, DayTable
from luyue.core.procedure import Invalid, Refused, Unread, fold, rebase
from luyue.core.regulation.rules import (
    AheadOf,
    Bound,
    Condition,
    Count,
    DueFrom,
    Floor,
    Item,
    Label,
    PastOf,
    Phrasebook,
    Rule,
    Skill,
    Step,
    Tries,
)
from tests.core.procedure.desk import Desk, facts, local, notices
from tests.core.procedure.small_book import (
    MATTER,
    PAUSES,
    action,
    category,
    checklist,
    clock,
    field,
    form,
    hours,
    ladder,
    minutes,
    named,
    notice,
    small_book,
    task,
    working_days,
)

DAY = "2026-03-04"


def desk_with(*rules: Rule, at: str = "09:00", **data: object) -> Desk:
    intake = next((rule for rule in rules if rule.id == "intake"), None)
    desk = Desk(small_book(*(rule for rule in rules if rule is not intake), intake=intake))  # type: ignore[arg-type]
    desk.open("dana", at=f"{DAY} {at}", **data)
    return desk


def states(desk: Desk, rule: str) -> list[str]:
    return [clock.state for clock in desk.clocks(rule)]


# -- runs


def test_the_work_of_whoever_has_the_case_goes_where_the_case_goes() -> None:
    desk = desk_with(
        task("call", "work.begun", by="routed-teams", target=hours(4), runs="each", on_miss="up"),
        task("own", "work.begun", by="desk"),
        ladder("up", Step(at="missed", notify=("desk/lead",))),
        action("begin", "work.begun"),
        action("give", "case.transferred", hands_to=("second",)),
        action("give-both", "work.given", hands_to=("third", "desk")),
    )  # fmt: skip
    desk.do("begin", "dana", f"{DAY} 10:00")
    desk.do("begin", "dana", f"{DAY} 12:30")
    desk.do("give", "dana", f"{DAY} 14:30")  # the first is missed by now
    assert {(one.rule, one.by) for one in desk.state.tasks.values()} == {("call", "second"), ("own", "desk")}
    assert [(one.state, one.owed_by) for one in desk.clocks("task/call")] == [("missed", "desk"), ("running", "second")]
    assert desk.clocks("task/call")[1].due_at == local(f"{DAY} 16:30")
    desk.do("give-both", "dana", f"{DAY} 15:00")
    assert {one.by for one in desk.state.tasks.values() if one.rule == "call"} == {"third"}
    desk.settle(f"{DAY} 17:00")
    assert [one.owed_by for one in desk.clocks("task/call")] == ["desk", "third"]


def test_one_open_task_takes_in_what_comes_while_it_is_open() -> None:
    desk = desk_with(
        task("call", "work.begun", target=hours(4), runs="one-open", stops_at=("work.done",)), action("begin", "work.begun"), action("finish", "work.done"),
    )  # fmt: skip
    for at in ("10:00", "11:00"):
        desk.do("begin", "dana", f"{DAY} {at}")
    assert [one.state for one in desk.state.tasks.values()] == ["open"]
    assert desk.clocks("task/call")[0].due_at == local(f"{DAY} 14:00")
    desk.do("finish", "dana", f"{DAY} 11:30")
    desk.do("begin", "dana", f"{DAY} 12:00")
    assert [one.state for one in desk.state.tasks.values()] == ["done", "open"]


def test_once_runs_once_until_the_case_is_reopened() -> None:
    desk = desk_with(
        clock("promise", "work.begun", "work.done"),
        action("begin", "work.begun"),
        action("finish", "work.done"),
        action("reopen", "case.reopened", from_=("done",), to="open"),
    )
    for at in ("10:00", "10:30"):
        desk.do("begin", "dana", f"{DAY} {at}")
    assert states(desk, "promise") == ["running"]
    desk.do("finish", "dana", f"{DAY} 11:00")
    desk.do("begin", "dana", f"{DAY} 11:30")
    assert states(desk, "promise") == ["kept"]
    desk.do("close", "dana", f"{DAY} 12:00")
    desk.do("reopen", "dana", f"{DAY} 13:00")
    desk.do("begin", "dana", f"{DAY} 13:30")
    assert states(desk, "promise") == ["kept", "running"]


@pytest.mark.parametrize(("ends", "expected"), [("oldest", ["kept", "running"]), ("all", ["kept", "kept"])])
def test_each_start_opens_a_clock_and_a_stop_ends_the_oldest_or_all(ends: str, expected: list[str]) -> None:
    desk = desk_with(clock("round", "change.asked", "change.made", runs="each", stop_ends=ends), action("ask", "change.asked"), action("make", "change.made"))
    desk.do("ask", "dana", f"{DAY} 10:00")
    desk.do("ask", "dana", f"{DAY} 11:00")
    desk.do("make", "dana", f"{DAY} 12:00")
    assert states(desk, "round") == expected


def test_a_stop_never_reaches_a_missed_clock_but_ends_its_escalation() -> None:
    desk = desk_with(
        clock("round", "change.asked", "change.made", hours(1), runs="each", on_miss="up"),
        ladder("up", Step(at="missed", notify=("desk/lead",)), Step(after=hours(2), notify=("desk/lead",))),
        action("ask", "change.asked"),
        action("make", "change.made"),
    )
    desk.do("ask", "dana", f"{DAY} 10:00")
    desk.do("ask", "dana", f"{DAY} 11:30")
    desk.do("make", "dana", f"{DAY} 12:00")
    assert states(desk, "round") == ["missed", "kept"]
    assert not desk.state.timers


def test_again_starts_anew_with_each_stop_until_the_end() -> None:
    desk = desk_with(clock("tell", "case.received", "contact.progress-told", hours(24), runs="again", until=("case.closed",)))
    desk.do("tell-progress", "dana", f"{DAY} 15:00", text="在办")
    assert states(desk, "tell") == ["kept", "running"]
    assert desk.clocks("tell")[1].started_at == local(f"{DAY} 15:00")
    desk.settle("2026-03-06 09:00")
    assert states(desk, "tell") == ["kept", "missed"]
    desk.do("tell-progress", "dana", "2026-03-06 10:00", text="抱歉")
    assert states(desk, "tell") == ["kept", "missed", "running"]
    desk.do("close", "dana", "2026-03-06 11:00")
    assert states(desk, "tell") == ["kept", "missed", "withdrawn"]
    assert desk.settle("2026-03-20 09:00").effects == ()


def test_the_next_reply_is_counted_from_the_oldest_unanswered_message() -> None:
    rule = clock("next-reply", "contact.received", "contact.answered", minutes(120), runs="first-unanswered")
    desk = desk_with(rule)
    desk.do("answer", "dana", f"{DAY} 09:10", text="您好")
    desk.do("customer-reply", "customer", "2026-03-06 19:50", text="在吗")
    desk.do("customer-reply", "customer", "2026-03-06 20:10", text="在吗？")
    assert states(desk, "next-reply") == ["kept", "running"]
    assert desk.clocks("next-reply")[1].due_at == local("2026-03-07 10:50")
    desk.settle("2026-03-07 11:00")
    desk.do("customer-reply", "customer", "2026-03-07 11:10", text="还在吗")
    assert states(desk, "next-reply") == ["kept", "missed"]
    desk.do("answer", "dana", "2026-03-07 11:20", text="在")
    desk.do("customer-reply", "customer", "2026-03-07 11:30", text="谢谢")
    desk.do("close", "dana", "2026-03-07 11:40")
    assert states(desk, "next-reply") == ["kept", "missed", "withdrawn"]


def test_the_narrower_rule_is_the_only_one_that_starts() -> None:
    kind = category("kind", "plain", "urgent", "urgent/fire")
    desk = desk_with(
        form("intake", field("kind_of", "choice", of="kind")),
        kind,
        clock("base", "case.received", "work.done"),
        clock("urgent", "case.received", "work.done", hours(2), exception_to="base", applies_to=Condition({"kind_of": ("urgent",)})),
        clock("fire", "case.received", "work.done", hours(1), exception_to="urgent", applies_to=Condition({"kind_of": ("urgent/fire",)})),
        action("finish", "work.done"),
        kind_of="urgent/fire",
    )
    assert [clock.rule for clock in desk.state.clocks.values()] == ["fire"]


def test_a_condition_over_amounts_and_several_choices() -> None:
    desk = desk_with(
        form("intake", field("amount", "money"), field("wishes", "choices", of="wish")),
        category("wish", "refund", "repair"),
        clock("large", "case.received", "work.done", applies_to=Condition({"amount": Bound(over=Decimal(200))})),
        clock("small", "case.received", "work.done", applies_to=Condition({"amount": Bound(up_to=Decimal(200))})),
        clock("refund", "case.received", "work.done", applies_to=Condition({"wishes": ("refund",)})),
        action("finish", "work.done"),
        amount="¥1,200.50",
        wishes=["repair", "refund", "repair"],
    )
    assert [clock.rule for clock in desk.state.clocks.values()] == ["large", "refund"]
    assert desk.state.fields["wishes"] == ("repair", "refund")


def test_a_category_filled_after_intake_starts_its_promise_at_the_first_contact_and_lives_through_what_happened() -> None:
    desk = desk_with(
        form("intake", field("kind_of", "choice", of="kind", required=False)),
        category("kind", "plain", "urgent"),
        clock("urgent", "case.received", "case.responded", minutes(60), applies_to=Condition({"kind_of": ("urgent",)})),
        clock("solve", "case.received", "work.done", hours(10), applies_to=Condition({"kind_of": ("urgent",)}), pauses=PAUSES),
        action("finish", "work.done"),
    )
    desk.do("answer", "dana", f"{DAY} 09:30", text="您好")
    desk.do("ask-customer", "dana", f"{DAY} 10:00", text="型号？")
    desk.do("customer-reply", "customer", f"{DAY} 12:00", text="A1")
    assert not desk.state.clocks
    desk.do("classify", "dana", f"{DAY} 13:00", kind_of="urgent")
    assert (desk.clock("urgent").state, desk.clock("urgent").settled_at) == ("kept", local(f"{DAY} 09:30"))
    assert desk.clock("solve").due_at == local(f"{DAY} 21:00")


# -- reopening


def test_a_solution_promise_resumes_and_its_first_verdict_stays() -> None:
    desk = desk_with(
        clock("solve", "case.received", "case.closed", minutes(480)),
        clock("respond", "case.received", "case.responded", minutes(480)),
        action("reopen", "case.reopened", from_=("done",), to="open"),
        at="10:00",
    )
    desk.do("close", "dana", f"{DAY} 15:00")
    desk.do("reopen", "customer", "2026-03-05 16:00")
    assert states(desk, "solve") == ["kept", "running"]
    assert desk.clocks("solve")[1].due_at == local("2026-03-05 19:00")
    assert states(desk, "respond") == ["withdrawn"]


def test_a_breach_stays_a_breach_when_the_case_is_reopened() -> None:
    desk = desk_with(clock("solve", "case.received", "case.closed", hours(2)), action("reopen", "case.reopened", from_=("done",), to="open"), at="10:00")
    desk.do("close", "dana", f"{DAY} 15:00")
    desk.do("reopen", "customer", f"{DAY} 16:00")
    assert states(desk, "solve") == ["missed"]


# -- promises


def test_a_new_date_leaves_the_old_promise_to_be_judged() -> None:
    desk = desk_with(
        form("date", field("promised_at", "instant")),
        clock("promise", "promise.made", "work.done", DueFrom("promised_at"), runs="each", stop_ends="all"),
        action("promise", "promise.made", form="date"),
        action("finish", "work.done"),
    )
    desk.do("promise", "dana", f"{DAY} 10:00", promised_at=f"{DAY} 18:00")
    desk.do("promise", "dana", f"{DAY} 17:00", promised_at="2026-03-06T18:00+08:00")
    desk.do("finish", "dana", "2026-03-06 18:00")
    assert [(clock.state, clock.promised_at) for clock in desk.clocks("promise")] == [
        ("missed", local(f"{DAY} 18:00")),
        ("kept", local("2026-03-06 18:00")),
    ]


def test_a_date_in_the_past_cannot_be_promised() -> None:
    desk = desk_with(
        form("date", field("promised_at", "instant")),
        clock("promise", "promise.made", "work.done", DueFrom("promised_at")),
        action("promise", "promise.made", form="date"),
        action("finish", "work.done"),
    )
    with pytest.raises(Invalid, match="promised_at"):
        desk.do("promise", "dana", f"{DAY} 10:00", promised_at=f"{DAY} 10:00")


# -- ladders, tasks, notices, floors


def test_a_ladder_hands_over_and_opens_a_task_but_never_moves_the_stage() -> None:
    desk = desk_with(
        clock("solve", "case.received", "work.done", hours(1), warn_at=(50, 80), on_miss="up"),
        ladder("up", Step(at="warned", open="look"), Step(at="missed", hand_to="desk/lead"), Step(after=hours(1), open="sorry")),
        task("look", "never.happens", target=hours(1)),
        task("sorry", "never.happens", by="owner"),
        action("finish", "work.done"),
    )
    desk.do("take", "dana", f"{DAY} 09:05")
    desk.settle(f"{DAY} 10:01")
    assert [task.rule for task in desk.state.tasks.values()] == ["look"]
    assert (desk.state.routed_teams, desk.state.holder, desk.state.stage) == (("desk/lead",), "", "open")
    desk.settle(f"{DAY} 12:00")
    assert [task.rule for task in desk.state.tasks.values()] == ["look", "sorry"]


def test_a_missed_clock_opens_the_apology_the_regulation_asks_for() -> None:
    desk = desk_with(
        clock("solve", "case.received", "work.done", hours(1)),
        task("apologise", "clock.missed", applies_to=Condition({"kind": ("matter",), "clock": ("solve",)}), target=hours(2)),
        action("finish", "work.done"),
    )
    desk.settle("2026-03-05 09:00")
    assert desk.clock("task/apologise").started_at == local(f"{DAY} 10:00")
    assert desk.clock("task/apologise").state == "missed"
    assert [fact.actor for fact in desk.state.facts if fact.name == "clock.missed"] == ["system", "system"]


def test_a_reminder_goes_out_ahead_and_after_downtime_only_the_last_one() -> None:
    intake = form("intake", field("rent_ends_at", "instant"))
    rule = notice("rent-end", AheadOf("rent_ends_at", (hours(48), hours(24))))
    desk = desk_with(intake, rule, rent_ends_at="2026-03-10 18:00")
    step = desk.settle("2026-03-08 18:00")
    assert [(one.notice, one.channels, one.at) for one in notices(step)] == [("rent-end", ("phone",), local("2026-03-08 18:00"))]
    desk.do("classify", "dana", "2026-03-08 19:00", rent_ends_at="2026-03-20 18:00")
    assert [timer.due_at for timer in desk.state.timers] == [local("2026-03-18 18:00"), local("2026-03-19 18:00")]
    late = desk.settle("2026-03-25 09:00")
    assert [one.at for one in notices(late)] == [local("2026-03-19 18:00")]
    assert not desk.state.timers


def test_a_notice_past_an_instant_goes_out_while_its_guards_let_it() -> None:
    intake = form("intake", field("rent_ends_at", "instant"))
    rule = notice("overdue", PastOf("rent_ends_at", (hours(2), hours(24))), guards=("units-still-out",))
    said = notice("told", "case.received", guards=("units-still-out",))
    still = {"order-out": {"order": "DD-1", "out": True}}
    desk = Desk(small_book(rule, said, intake=intake), read=lambda name, _about: still.get(name))
    opened = desk.open("dana", at=f"{DAY} 09:00", rent_ends_at="2026-03-10 18:00")
    assert [one.notice for one in notices(opened)] == ["told"]
    assert notices(desk.settle("2026-03-10 19:59")) == []
    assert [(one.notice, one.at) for one in notices(desk.settle("2026-03-10 20:00"))] == [("overdue", local("2026-03-10 20:00"))]
    desk.do("classify", "dana", "2026-03-10 21:00", rent_ends_at="2026-03-11 18:00")  # made longer: the two count anew
    assert [one.at for one in notices(desk.settle("2026-03-11 20:00"))] == [local("2026-03-11 20:00")]
    still.clear()
    assert notices(desk.settle("2026-03-13 09:00")) == []
    assert not desk.state.timers


def test_a_notice_nobody_can_vouch_for_stays_unsaid() -> None:
    def unread(name: str, about: object) -> object:
        raise Unread(name)

    desk = Desk(small_book(notice("told", "case.received", guards=("units-still-out",))), read=unread)
    assert notices(desk.open("dana", at=f"{DAY} 09:00")) == []


def test_a_floor_of_the_law_runs_as_a_clock() -> None:
    law = Floor(**named("fifteen"), of="clock", applies_to=MATTER, starts_at="case.received", stops_at=("work.done",), at_most=hours(2), runs=True)
    desk = desk_with(law, action("finish", "work.done"))
    desk.settle(f"{DAY} 11:00:01")
    assert desk.clock("floor/fifteen").state == "missed"


def test_a_task_cancelled_by_its_until_fact_ends_without_verdict() -> None:
    desk = desk_with(task("call", "case.received", target=hours(8), until=("customer.replied",)))
    desk.do("customer-reply", "customer", f"{DAY} 10:00", text="不用了")
    assert [task.state for task in desk.state.tasks.values()] == ["cancelled"]
    assert states(desk, "task/call") == ["withdrawn"]


def test_a_lead_may_cancel_a_task_but_never_one_that_blocks() -> None:
    desk = desk_with(task("call", "case.received"), task("must", "case.received", blocks=("close",), tries=Tries(2, 1)))
    with pytest.raises(Refused) as no:
        desk.do("cancel-task", "dana", f"{DAY} 10:00", task="call", reason="重复")
    assert no.value.code == "by"
    with pytest.raises(Refused) as no:
        desk.do("cancel-task", "dlead", f"{DAY} 10:00", task="must", reason="重复")
    assert no.value.code == "task"
    desk.do("cancel-task", "dlead", f"{DAY} 10:00", task="call", reason="重复")
    with pytest.raises(Refused) as no:
        desk.do("close", "dana", f"{DAY} 10:10")
    assert no.value.code == "task"


def test_a_task_with_form_and_checklist_wants_both() -> None:
    desk = desk_with(
        task("visit", "case.received", form="visit", checklist="visit-list"),
        form("visit", field("better", "yes-no"), field("words", "long-text", required=False)),
        checklist("visit-list", Item("seen", Label("看过")), Item("photo", Label("照片"), evidence="photo")),
    )
    with pytest.raises(Invalid, match="better"):
        desk.do("do-task", "dana", f"{DAY} 10:00", task="visit")
    with pytest.raises(Refused) as no:
        desk.do("do-task", "dana", f"{DAY} 10:00", task="visit", better="yes")
    assert no.value.code == "checklist"
    desk.do("tick", "dana", f"{DAY} 10:01", checklist="visit-list", item="seen", result="pass")
    with pytest.raises(Invalid, match="evidence"):
        desk.do("tick", "dana", f"{DAY} 10:02", checklist="visit-list", item="photo", result="pass")
    done = desk.do("tick", "dana", f"{DAY} 10:02", checklist="visit-list", item="photo", result="pass", evidence=["evidence:1"])
    assert facts(done) == ["item.ticked", "checklist.completed"]
    step = desk.do("do-task", "dana", f"{DAY} 10:03", task="visit", better="yes", words="很好")
    assert desk.state.fields["better"] == "yes"
    assert step.body["words"] == "很好"
    assert next(fact.payload for fact in desk.state.facts if fact.name == "task.done") == {"better": "yes", "task": "visit"}


def test_a_checklist_in_order_and_per_unit() -> None:
    desk = desk_with(
        checklist("out", Item("look", Label("外观")), Item("works", Label("功能")), per="unit", in_order=True, complete_when="all-pass"),
        action("pass", "outbound.checked", checklist="out"),
    )

    def tick(item: str, subject: str, result: str = "pass") -> None:
        desk.do("tick", "dana", f"{DAY} 10:00", checklist="out", item=item, subject=subject, result=result)

    with pytest.raises(Refused) as no:
        tick("works", "SN-1")
    assert no.value.code == "order"
    tick("look", "SN-1")
    tick("works", "SN-1", "fail")
    with pytest.raises(Refused) as no:
        desk.do("pass", "dana", f"{DAY} 10:01")
    assert no.value.code == "checklist"
    tick("works", "SN-1")
    tick("look", "SN-2")
    with pytest.raises(Refused):
        desk.do("pass", "dana", f"{DAY} 10:01")
    tick("works", "SN-2")
    desk.do("pass", "dana", f"{DAY} 10:01")


def test_counts_are_of_the_case_or_since_a_stage_was_last_entered() -> None:
    desk = desk_with(
        action("draft", "plan.drafted"),
        action("send", "plan.sent", from_=("open",), to="doing", count=Count("plan.drafted", at_least=2, at_most=3, since="open")),
        action("back", "plan.rejected", from_=("doing",), to="open"),
    )
    with pytest.raises(Refused) as no:
        desk.do("send", "dana", f"{DAY} 10:00")
    assert no.value.code == "count"
    for _ in range(2):
        desk.do("draft", "dana", f"{DAY} 10:00")
    desk.do("send", "dana", f"{DAY} 10:01")
    desk.do("back", "customer", f"{DAY} 10:02")
    with pytest.raises(Refused):
        desk.do("send", "dana", f"{DAY} 10:03")
    for _ in range(4):
        desk.do("draft", "dana", f"{DAY} 10:04")
    with pytest.raises(Refused):
        desk.do("send", "dana", f"{DAY} 10:05")


def test_forbidden_words_are_not_sent_in_writing() -> None:
    words = Phrasebook(**named("forbidden"), channels=("chat", "email"), never=("不归我管",), if_said="block")
    desk = desk_with(words)
    with pytest.raises(Refused) as no:
        desk.do("answer", "dana", f"{DAY} 10:00", text="这个不归我管", channel="chat")
    assert no.value.code == "phrase"
    desk.do("answer", "dana", f"{DAY} 10:00", text="这个不归我管", channel="phone")


def test_skills_of_the_team_and_the_action_are_needed() -> None:
    skill = Skill(**named("driver"), earned_by="certificate", gates=())
    desk = desk_with(skill, action("drive", "unit.driven", needs_skill=("driver",)))
    with pytest.raises(Refused) as no:
        desk.do("drive", "dana", f"{DAY} 10:00")
    assert (no.value.code, no.value.remedy) == ("needs_skill", "请先登记有效的资格证书")


def test_a_circle_of_rules_is_an_error_that_names_itself() -> None:
    book = small_book(task("first", "case.received"), task("echo", "task.opened", runs="each"))
    with pytest.raises(RuntimeError, match=r"task\.opened: .* follow from one another"):
        Desk(book).open("dana", at=f"{DAY} 09:00")


# -- another calendar


def test_a_calendar_adopted_by_two_people_moves_deadlines_but_no_verdict_and_no_date_told() -> None:
    rules = (
        clock("solve", "case.received", "work.done", working_days(2)),
        clock("quick", "case.received", "work.done", hours(1)),
        action("finish", "work.done"),
    )
    desk = desk_with(*rules)
    days = DayTable(zone="Asia/Shanghai", kinds={date(2026, 3, 6): DayKind.REST_DAY}, known_until=date(2027, 1, 1))
    revised = replace(desk.book, agenda=Agenda(days, {}))
    now = local(f"{DAY} 12:00")
    step = rebase(desk.book, desk.state, now, revised)
    state = fold(desk.state, step.effects, seq=2, action="rebase", actor="system", entered_at=now)
    solve, quick = (next(one for one in state.clocks.values() if one.rule == name) for name in ("solve", "quick"))
    assert (solve.due_at, solve.promised_at) == (local("2026-03-09 24:00"), local("2026-03-06 24:00"))
    assert (quick.state, quick.settled_at) == ("missed", local(f"{DAY} 10:00"))
    assert rebase(revised, state, now, revised).effects == ()
