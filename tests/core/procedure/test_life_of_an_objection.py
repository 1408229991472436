"""The whole life of an objection, as people would tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luyue.core.procedure import Invalid, Refused
from luyue.core.procedure.state import Actor
from tests.core.procedure.desk import (
    FINDING,
    PEOPLE,
    QUALITY,
    REMEDY,
    Desk,
    executing,
    facts,
    investigating,
    local,
    notices,
    planning,
    rooms,
    tick_all,
)


def refused(desk: Desk, action: str, who: str, at: str, **data: object) -> Refused:
    with pytest.raises(Refused) as no:
        desk.do(action, who, at, **data)
    return no.value


def test_from_intake_to_archive_with_two_teams() -> None:
    desk = Desk()
    executing(desk)
    assert desk.state.stage == "executing"
    assert [clock.state for clock in desk.clocks("investigate-quality")] == ["kept", "kept"]
    assert refused(desk, "finish-remedy", "tech", "2026-03-05 09:00").code == "guard:every-remedy-has-its-fact"
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    assert desk.clock("replacement-same-city").state == "kept"
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    assert refused(desk, "close-objection", "anna", "2026-03-05 17:10", demand_met="met").code == "task"
    desk.do("do-task", "anna", "2026-03-06 10:00", task="revisit", solved="yes", satisfaction=5)
    desk.do("close-objection", "anna", "2026-03-06 10:10", demand_met="met")
    tick_all(desk, "archive-set", "anna", "2026-03-06 11:00")
    desk.do("archive-objection", "anna", "2026-03-06 11:10")
    assert desk.state.stage == "archived"
    assert desk.state.closed_at == local("2026-03-06 10:10")
    desk.settle("2026-06-01 09:00")
    assert {state for _, _, state, _ in desk.verdicts()} == {"kept"}, desk.verdicts()
    assert not desk.state.timers


def test_each_of_two_teams_concludes_once_and_the_stage_moves_with_the_last() -> None:
    desk = Desk()
    investigating(desk)
    assert desk.state.routed_teams == ("technical-support", "warehouse")
    assert {clock.team: clock.owed_by for clock in desk.clocks("investigate-quality")} == {
        "technical-support": "technical-support",
        "warehouse": "warehouse",
    }
    assert refused(desk, "conclude-quality", "tech", "2026-03-04 13:00", **FINDING).code == "checklist"
    tick_all(desk, "quality-investigation", "tech", "2026-03-04 13:00")
    first = desk.do("conclude-quality", "tech", "2026-03-04 14:00", **FINDING)
    assert "stage.entered" not in facts(first)
    assert desk.state.stage == "investigating"
    assert desk.clock("investigate-quality", "technical-support").state == "kept"
    assert desk.clock("investigate-quality", "warehouse").state == "running"
    assert refused(desk, "conclude-quality", "tech", "2026-03-04 14:10", **FINDING).code == "each"
    last = desk.do("conclude-quality", "store", "2026-03-04 15:00", **FINDING)
    assert facts(last)[-1] == "stage.entered"
    assert desk.state.stage == "planning"
    assert desk.clock("feedback-given").started_at == local("2026-03-04 15:00")


def test_passing_on_gives_the_own_part_to_another_team() -> None:
    desk = Desk()
    investigating(desk)
    desk.do("pass-on", "store", "2026-03-04 12:00", to_department="finance", pass_on_reason="与仓储无关")
    assert desk.state.routed_teams == ("technical-support", "finance")
    assert desk.clock("investigate-quality", "warehouse").state == "withdrawn"
    assert desk.clock("investigate-quality", "finance").started_at == local("2026-03-04 12:00")
    no = refused(desk, "pass-on", "money", "2026-03-04 12:10", to_department="advisors", pass_on_reason="也不归我们")
    assert no.code == "guard:lead-agrees-to-second-transfer"
    with pytest.raises(Invalid, match="to_department"):
        desk.do("pass-on", "tech", "2026-03-04 12:20", to_department="finance", pass_on_reason="他们已经有了")


def test_waiting_for_the_customer_pauses_both_teams_until_he_replies() -> None:
    desk = Desk()
    investigating(desk)
    desk.do("ask-customer", "tech", "2026-03-04 15:30", text="请发一段视频")
    assert desk.state.waiting_since == local("2026-03-04 15:30")
    assert [clock.state for clock in desk.clocks("investigate-quality")] == ["paused", "paused"]
    assert [clock.left_s for clock in desk.clocks("investigate-quality")] == [18 * 3600, 18 * 3600]
    desk.settle("2026-03-05 09:00")
    reply = desk.do("customer-reply", "customer", "2026-03-05 09:30", text="视频在这里")
    assert notices(reply)[-1].notice == "platform/customer-replied"
    assert desk.state.waiting_since is None
    assert [clock.due_at for clock in desk.clocks("investigate-quality")] == [local("2026-03-06 03:30")] * 2


def test_a_pause_nobody_ends_is_ended_by_its_cap() -> None:
    desk = Desk()
    investigating(desk)
    desk.do("ask-customer", "tech", "2026-03-04 15:30", text="请发一段视频")
    desk.settle("2026-03-07 00:00")
    assert desk.clock("investigate-quality", "warehouse").state == "paused"
    step = desk.settle("2026-03-10 00:00")
    resumed = desk.clock("investigate-quality", "warehouse")
    assert resumed.pauses[-1].to_at == local("2026-03-09 24:00")
    assert (resumed.state, resumed.due_at) == ("running", local("2026-03-10 18:00"))
    assert step.effects
    desk.do("customer-reply", "customer", "2026-03-10 12:00", text="晚了")
    assert desk.clock("investigate-quality", "warehouse").due_at == resumed.due_at
    assert desk.clock("investigate-quality", "warehouse").pauses == resumed.pauses


def test_first_response_is_missed_tells_the_owner_and_climbs_until_answered() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    warned = desk.settle("2026-03-04 09:03")
    assert [(one.notice, one.recipients) for one in notices(warned)] == [("ladder/standard/0", ("service-desk",))]
    missed = desk.settle("2026-03-04 09:06")
    assert [(one.notice, one.recipients) for one in notices(missed)] == [("ladder/standard/1", ("staff:1", "service-desk/lead"))]
    assert desk.clock("first-response-live").settled_at == local("2026-03-04 09:05")
    late = desk.do("answer", "anna", "2026-03-04 09:30", text="抱歉久等")
    assert "case.responded" in facts(late)
    assert desk.clock("first-response-live").state == "missed"
    assert notices(desk.settle("2026-03-05 20:00")) == []


def test_after_downtime_only_the_highest_rung_speaks() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    step = desk.settle("2026-03-07 09:00")
    assert [one.notice for one in notices(step)] == ["ladder/standard/2"]
    clock = desk.clock("first-response-live")
    assert (clock.warned, clock.rungs, clock.state) == ((50, 80), (2,), "missed")


def test_answering_exactly_at_the_limit_is_kept_even_if_timers_were_looked_at_that_second() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    desk.settle("2026-03-04 09:05")
    desk.do("answer", "anna", "2026-03-04 09:05", text="您好")
    assert desk.clock("first-response-live").state == "kept"


def test_an_answer_typed_in_after_the_deadline_does_not_flip_the_miss_until_a_second_person_corrects_it() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    with pytest.raises(Invalid, match="_late_reason"):
        desk.do("log-call", "anna", "2026-03-04 09:04", now="2026-03-04 09:40", direction="inbound", reached="yes", text="已接", _late_reason="")
    desk.do("log-call", "anna", "2026-03-04 09:04", now="2026-03-04 09:40", direction="inbound", reached="yes", text="已接", _late_reason="系统断网")
    clock = desk.clock("first-response-live")
    assert clock.state == "missed"
    paper: dict[str, object] = {"clock": clock.key, "reason": "有录音", "evidence": ["evidence:5"]}
    assert refused(desk, "correct-clock", "anna", "2026-03-04 09:50", **paper).code == "four_eyes"
    desk.do("correct-clock", "lead", "2026-03-04 09:50", **paper)
    corrected = desk.clock("first-response-live")
    assert (corrected.state, corrected.settled_at, corrected.corrected_by) == ("kept", local("2026-03-04 09:04"), "staff:2")
    assert refused(desk, "correct-clock", "manager", "2026-03-04 10:00", **paper).code == "verdict"


def test_a_miss_without_a_fact_entered_late_cannot_be_corrected() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    desk.do("answer", "anna", "2026-03-04 09:30", text="您好")
    clock = desk.clock("first-response-live")
    no = refused(desk, "correct-clock", "lead", "2026-03-04 10:00", clock=clock.key, reason="算了", evidence=["evidence:5"])
    assert no.code == "verdict"


@pytest.mark.parametrize(
    ("at", "now", "field"),
    [
        ("2026-03-04 10:01", "2026-03-04 10:00", "at"),
        ("2026-03-04 08:59", "2026-03-04 10:00", "at"),
        ("2026-03-04 09:40", "2026-03-04 10:00", "_late_reason"),
    ],
)
def test_nothing_happens_in_the_future_before_the_first_contact_or_late_without_a_reason(at: str, now: str, field: str) -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    with pytest.raises(Invalid) as invalid:
        desk.do("answer", "anna", at, now=now, text="您好", _late_reason="")
    assert field in invalid.value.errors


def test_a_call_typed_in_later_starts_its_clocks_when_it_was_held() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 16:02", now="2026-03-04 16:40", _late_reason="当时在路上")
    clock = desk.clock("first-response-live")
    assert (clock.started_at, clock.state, clock.settled_at) == (local("2026-03-04 16:02"), "missed", local("2026-03-04 16:07"))
    assert desk.steps[0].body["_late_reason"] == "当时在路上"


def test_the_approver_of_the_amount_decides_and_nobody_his_own_plan() -> None:
    desk = Desk()
    planning(desk)
    desk.do("assign", "lead", "2026-03-04 15:10", holder="staff:2")
    step = desk.do("propose-remedy", "lead", "2026-03-04 15:30", **{**REMEDY, "remedy_amount": "150 CNY"})
    assert "approval.asked" in facts(step)
    assert desk.clock("approval/remedy-band").due_at == local("2026-03-04 17:30")
    assert refused(desk, "decide-remedy", "lead", "2026-03-04 16:00").code == "four_eyes"
    given = desk.do("decide-remedy", "manager", "2026-03-04 16:00")
    assert facts(given)[:2] == ["approval.given", "clock.kept"]
    assert desk.state.approvals["remedy-band"].by == "staff:3"
    assert desk.clock("approval/remedy-band").state == "kept"


def test_an_amount_above_the_band_needs_the_next_approver() -> None:
    desk = Desk()
    planning(desk)
    desk.do("take", "tech", "2026-03-04 15:10")
    desk.do("propose-remedy", "tech", "2026-03-04 15:30", **{**REMEDY, "remedy_amount": 2000.5})
    assert desk.state.approvals["remedy-band"].approver == "management/general-manager"
    assert refused(desk, "decide-remedy", "lead", "2026-03-04 16:00").code == "approval"
    assert refused(desk, "approve", "manager", "2026-03-04 16:00").code == "approval"
    desk.do("approve", "general", "2026-03-04 16:00", text="同意")
    desk.do("decide-remedy", "lead", "2026-03-04 16:10")
    assert desk.state.stage == "feedback"


def test_a_refused_approval_needs_a_new_proposal() -> None:
    desk = Desk()
    planning(desk)
    desk.do("take", "tech", "2026-03-04 15:10")
    desk.do("propose-remedy", "tech", "2026-03-04 15:30", **REMEDY)
    desk.do("refuse-approval", "lead", "2026-03-04 15:40", reason="太多")
    assert desk.clock("approval/remedy-band").state == "kept"
    assert refused(desk, "decide-remedy", "lead", "2026-03-04 15:50").code == "approval"
    desk.do("propose-remedy", "tech", "2026-03-04 15:55", **{**REMEDY, "remedy_amount": 100})
    desk.do("decide-remedy", "lead", "2026-03-04 16:00")
    assert desk.state.stage == "feedback"


def test_rejected_reviewed_rejected_again_and_escalated() -> None:
    desk = Desk()
    planning(desk)
    desk.do("take", "tech", "2026-03-04 15:10")
    desk.do("propose-remedy", "tech", "2026-03-04 15:30", **REMEDY)
    desk.do("decide-remedy", "lead", "2026-03-04 16:00")
    desk.do("give-feedback", "anna", "2026-03-04 16:30", explained="换新机", told_by="phone")
    desk.do("customer-rejects", "customer", "2026-03-04 17:00", answer="rejects", answer_text="要退款")
    assert desk.clock("second-review").due_at == local("2026-03-06 24:00")
    assert refused(desk, "review-again", "lead", "2026-03-05 09:00", **FINDING).code == "four_eyes"
    desk.do("review-again", "manager", "2026-03-05 09:00", **FINDING)
    assert desk.clock("second-review").state == "kept"
    desk.do("give-feedback", "anna", "2026-03-05 10:00", explained="还是换新机", told_by="phone")
    desk.do("customer-rejects", "customer", "2026-03-05 11:00", answer="rejects", answer_text="不行")
    assert refused(desk, "review-again", "manager", "2026-03-05 12:00", **FINDING).code == "count"
    step = desk.do("escalate", "lead", "2026-03-05 12:00")
    assert rooms(step)["open-complaint"]["procedure"] == "complaint"
    assert desk.state.stage == "escalated"
    assert desk.state.closed_at == local("2026-03-05 12:00")
    desk.settle("2026-09-01 09:00")
    assert "missed" not in {clock.state for clock in desk.state.clocks.values()}, desk.verdicts()


def test_a_reopened_case_goes_on_without_a_second_first_response() -> None:
    desk = Desk()
    executing(desk)
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    desk.do("do-task", "anna", "2026-03-06 10:00", task="revisit", solved="no", satisfaction=2)
    desk.do("close-objection", "anna", "2026-03-06 10:10", demand_met="not-met", demand_gap="仍不清晰")
    before = {clock.key: clock for clock in desk.state.clocks.values()}
    desk.do("reopen-objection", "customer", "2026-03-09 09:00", reopen_reason="又坏了")
    assert desk.state.closed_at is None
    assert len(desk.clocks("first-response-live")) == 1
    assert desk.clock("archived").state == "withdrawn"
    for key, clock in before.items():
        if clock.state in ("kept", "missed"):
            assert desk.state.clocks[key] == clock
    desk.do("conclude-quality", "tech", "2026-03-09 11:00", **FINDING)
    desk.do("conclude-quality", "store", "2026-03-09 11:30", **FINDING)
    assert [clock.started_at for clock in desk.clocks("remedy-planned")] == [local("2026-03-04 15:00"), local("2026-03-09 11:30")]
    desk.do("propose-remedy", "tech", "2026-03-09 12:00", **REMEDY)
    assert {clock.state for clock in desk.clocks("remedy-planned")} == {"kept"}


def test_three_failed_calls_in_three_days_stand_for_the_follow_up() -> None:
    desk = Desk()
    executing(desk)
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    for at in ("2026-03-06 10:00", "2026-03-07 10:00"):
        desk.do("try-task", "anna", at, task="revisit", text="无人接听")
    assert refused(desk, "close-objection", "anna", "2026-03-07 10:10", demand_met="met").code == "task"
    desk.do("try-task", "anna", "2026-03-08 10:00", task="revisit")
    assert desk.clock("task/revisit").state == "kept"
    desk.do("close-objection", "anna", "2026-03-08 10:10", demand_met="met")


def test_three_calls_spread_over_weeks_do_not() -> None:
    desk = Desk()
    executing(desk)
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    for at in ("2026-03-06 10:00", "2026-03-12 10:00", "2026-03-19 10:00"):
        desk.do("try-task", "anna", at, task="revisit")
    assert [task.state for task in desk.state.tasks.values()] == ["open"]
    assert desk.clock("task/revisit").state == "missed"


def test_without_an_interval_in_the_regulation_a_nudge_waits_for_the_answer_to_the_last_one() -> None:
    desk = Desk()
    investigating(desk)
    step = desk.do("nudge", "customer", "2026-03-04 20:00", text="快一点")
    assert "customer.nudged" in facts(step)
    assert refused(desk, "nudge", "customer", "2026-03-06 11:59").code == "nudge"
    desk.do("tell-progress", "anna", "2026-03-06 12:00", text="正在检测")
    desk.do("nudge", "customer", "2026-03-06 12:01")


def test_a_changed_answer_ends_the_old_promise_and_starts_the_new_at_the_change() -> None:
    desk = Desk()
    investigating(desk, data={**QUALITY, "needs_device": "yes"})
    device = desk.clocks("investigate-quality-device")
    assert len(device) == 2
    assert not desk.clocks("investigate-quality")
    desk.do("classify", "anna", "2026-03-04 10:30", needs_device="no")
    assert {clock.state for clock in desk.clocks("investigate-quality-device")} == {"withdrawn"}
    assert {clock.started_at for clock in desk.clocks("investigate-quality")} == {local("2026-03-04 10:30")}


def test_a_withdrawn_case_ends_every_promise_without_verdict() -> None:
    desk = Desk()
    investigating(desk)
    step = desk.do("withdraw-objection", "customer", "2026-03-04 12:00")
    assert facts(step)[-1] == "case.closed"
    assert not [clock for clock in desk.state.clocks.values() if clock.is_open]
    assert {clock.state for clock in desk.clocks("investigate-quality")} == {"withdrawn"}
    assert not desk.state.timers


def test_nobody_works_before_acknowledging_the_regulation() -> None:
    desk = Desk()
    desk.open(at="2026-03-04 09:00")
    PEOPLE["newcomer"] = replace(PEOPLE["anna"], id="staff:30", skills=frozenset())
    try:
        assert refused(desk, "answer", "newcomer", "2026-03-04 09:01", text="您好").code == "needs_skill"
        assert refused(desk, "register-objection", "newcomer", "2026-03-04 09:01", **QUALITY).code == "needs_skill"
    finally:
        del PEOPLE["newcomer"]


def test_conclusions_need_the_exam_and_the_customer_needs_nothing() -> None:
    desk = Desk()
    investigating(desk)
    tick_all(desk, "quality-investigation", "tech", "2026-03-04 13:00")
    PEOPLE["untested"] = Actor("staff:31", frozenset({"technical-support"}), frozenset({"bound-by-this-regulation"}))
    try:
        assert refused(desk, "conclude-quality", "untested", "2026-03-04 14:00", **FINDING).code == "needs_skill"
    finally:
        del PEOPLE["untested"]
    desk.do("customer-reply", "customer", "2026-03-04 14:10", text="好的")


def test_a_machine_never_meets_the_first_response() -> None:
    desk = Desk()
    desk.open("system", at="2026-03-04 09:00", channel="email", customer_name="王小姐", objection_text="坏了")
    assert refused(desk, "answer", "system", "2026-03-04 09:01", text="自动回复").code == "by"
    assert desk.clock("first-response-written").state == "running"


def test_third_case_of_one_cause_calls_for_a_preventive_action() -> None:
    asked: list[dict[str, object]] = []

    def read(name: str, about: object) -> object:
        if name == "other-cases":
            asked.append(dict(about))  # type: ignore[call-overload]
        return {"other-cases": 2, "task-is-open": False}.get(name)

    desk = Desk(read=read)
    executing(desk)
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    desk.do("do-task", "anna", "2026-03-06 10:00", task="revisit", solved="yes", satisfaction=5)
    desk.do("close-objection", "anna", "2026-03-06 10:10", demand_met="met")
    assert asked[0]["same"] == {"cause": "unit-defect"}
    assert asked[0]["since"] == local("2026-02-04 10:10")
    assert desk.clock("task/preventive-action").due_at == local("2026-03-13 24:00")


@pytest.mark.parametrize(
    ("answers", "teams"),
    [
        ({"objection_type": "service/attitude", "serving_department": "advisors"}, ("advisors",)),
        ({"objection_type": "contract/interpretation", "contract_clause": "第 3 条"}, ("advisors", "management/legal")),
        ({"objection_type": "fee/invoice", "order_number": "DD-1"}, ("finance",)),
        ({"objection_type": "other", "other_type": "噪音"}, ("service-desk/lead",)),
    ],
)
def test_the_route_gives_the_work_to_who_must_answer(answers: dict[str, object], teams: tuple[str, ...]) -> None:
    desk = Desk()
    plain = {name: QUALITY[name] for name in ("customer_name", "contact_phone", "objection_text", "city", "demand")}
    investigating(desk, data={**plain, **answers})
    assert desk.state.routed_teams == teams
    assert set(desk.state.teams) >= {team.partition("/")[0] for team in teams}
    assert desk.state.last("case.transferred").payload["team"] == teams  # type: ignore[union-attr]
    assert desk.state.holder == ""


def test_one_conclusion_for_all_ends_every_teams_clock() -> None:
    desk = Desk()
    plain = {name: QUALITY[name] for name in ("customer_name", "contact_phone", "objection_text", "city", "demand")}
    investigating(desk, data={**plain, "objection_type": "service/attitude", "serving_department": "advisors"})
    tick_all(desk, "service-investigation", "adviser", "2026-03-04 11:00")
    desk.do("conclude-service", "lead", "2026-03-04 12:00", **FINDING)
    assert desk.clock("investigate-fee-service", "advisors").state == "kept"
    assert desk.state.stage == "planning"
