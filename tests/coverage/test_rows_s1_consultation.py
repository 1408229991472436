"""Rows S1-06 to S1-29 and S1-43 to S1-52: who serves, how a question is answered, and how a plan comes about."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, rooms, told

covers = pytest.mark.covers

QUESTION: Mapping[str, object] = {"customer_name": "李先生", "contact_phone": "13900139000", "request": "想租直播设备", "needs_advisor": "no"}
NEEDS: Mapping[str, object] = {
    "scene": "indoor", "device_kinds": ["camera", "microphone"], "purpose": "服装直播", "rent_starts_at": "2026-03-20 09:00",
    "rent_ends_at": "2026-03-24 21:00", "budget": "3000",
}  # fmt: skip
PLAN: Mapping[str, object] = {
    "plan_lines": [{"unit_model": "CAM-9", "unit_price": "100", "quantity": "2"}], "plan_total": "800", "rent_days": "4",
    "delivered_on": "2026-03-19", "cautions": "请勿自行拆机；逾期按日计费",
}  # fmt: skip
EXPLAINED = "differences usage cost-parts liability"
FREE = {"planned-units": ({"model": "CAM-9", "wanted": 2, "free": 3},)}
CONFIRMED = {"confirmed-plan": {"version": 1, "lines": ({"unit_model": "CAM-9", "unit_price": "100", "quantity": 2},), "total": "800"}}


def asked(book: Rulebook, **changed: object) -> Case:
    case = Case(book, "consultation", {**FREE, **CONFIRMED})
    case.open("2026-03-04 09:00", **{**QUESTION, **changed})
    return case


def with_advisor(book: Rulebook) -> Case:
    """Handed to an advisor at 9:10."""
    case = asked(book, needs_advisor="yes")
    case.do("hand-to-advisor", "anna", "2026-03-04 09:10")
    return case


def called(book: Rulebook) -> Case:
    """The advisor has reached the customer at 9:30."""
    case = with_advisor(book)
    case.do("log-call", "adviser", "2026-03-04 09:30", direction="outbound", reached="yes", text="谈需求")
    return case


def planned(book: Rulebook, plans: int = 2) -> Case:
    """Needs at 10:00, so many plans drafted at 10:30."""
    case = called(book)
    case.do("finish-need-talk", "adviser", "2026-03-04 10:00", **NEEDS)
    for _ in range(plans):
        case.do("draft-plan", "adviser", "2026-03-04 10:30", **PLAN)
    return case


def sent(book: Rulebook) -> Case:
    """Explained and sent at 11:00."""
    case = planned(book)
    case.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    case.do("send-plans", "adviser", "2026-03-04 11:00")
    return case


# ----------------------------------------------------------------------------- who serves, and how

PAPERS: Mapping[str, Mapping[str, object]] = {
    "consultation": QUESTION,
    "rental-order": {
        "receiver_name": "李先生", "receiver_phone": "13900139000", "address": "上海市徐汇区某路 1 号", "city": "same-city",
        "order_lines": [{"unit_model": "CAM-9", "unit_price": "100", "quantity": "2"}], "order_total": "800",
        "rent_starts_at": "2026-03-05 09:00", "rent_ends_at": "2026-03-09 09:00",
    },
    "equipment-return": {
        "customer_name": "李先生", "contact_phone": "13900139000", "order_number": "DD-1", "return_way": "pickup", "return_at": "2026-03-24 21:00",
    },
    "support-request": {
        "customer_name": "李先生", "contact_phone": "13900139000", "order_number": "DD-1", "unit_model": "CAM-9", "fault_text": "没有画面",
        "city": "same-city", "unusable": "no", "is_complex": "no",
    },
    "invoice-request": {"customer_name": "李先生", "contact_phone": "13900139000", "order_number": "DD-1", "invoice_title": "李先生"},
    "complaint": {"customer_name": "李先生", "contact_phone": "13900139000", "complaint_text": "态度不好"},
}  # fmt: skip


@covers("S1-06")
def test_every_matter_is_a_case_of_one_of_the_kinds(book: Rulebook) -> None:
    for procedure, paper in PAPERS.items():
        case = Case(book, procedure)
        case.open("2026-03-04 09:00", **paper)
        assert case.state.kind == procedure


@covers("S1-07")
def test_nobody_works_before_acknowledging_the_service_regulation(book: Rulebook) -> None:
    case = asked(book)
    assert case.refused("tell-result", "beginner", "2026-03-04 09:05", result="可以租") == "needs_skill"


@covers("S1-15")
@pytest.mark.parametrize("procedure", ["consultation", "rental-order", "equipment-return", "support-request", "complaint"])
def test_the_service_desk_is_the_first_to_meet_the_customer(book: Rulebook, procedure: str) -> None:
    case = Case(book, procedure)
    case.open("2026-03-04 09:00", "system", channel="email", **PAPERS[procedure])
    assert "service-desk" in case.state.teams
    owed = {clock.owed_by.partition("/")[0] for clock in case.state.clocks.values() if clock.rule.endswith(("response", "response-written", "order-review"))}
    assert owed == {"service-desk"}


@covers("S1-16")
def test_only_advisors_draft_plans(book: Rulebook) -> None:
    case = planned(book, plans=0)
    assert case.refused("draft-plan", "anna", "2026-03-04 10:30", **PLAN) == "by"
    case.do("draft-plan", "adviser", "2026-03-04 10:30", **PLAN)


@covers("S1-20")
def test_questions_come_by_phone_chat_and_mail(book: Rulebook) -> None:
    for channel in ("phone", "chat", "email"):
        Case(book, "consultation").open("2026-03-04 09:00", channel=channel, **QUESTION)
    assert Case(book, "consultation").intake_misses("2026-03-04 09:00", **QUESTION, channel="shop") == {"channel"}


@covers("S1-13", "S1-21")
@pytest.mark.parametrize("procedure", ["consultation", "support-request", "equipment-return"])
def test_every_contact_is_answered_in_fifteen_minutes(book: Rulebook, procedure: str) -> None:
    case = Case(book, procedure)
    case.open("2026-03-04 09:00", **PAPERS[procedure])
    is_promised(case, "first-response", "2026-03-04 09:15", lambda at: case.do("answer", "anna", at, text="您好"))


@covers("S1-22", "S1-43")
def test_who_asks_and_what_for_is_written_down(book: Rulebook) -> None:
    for name in QUESTION:
        assert Case(book, "consultation").intake_misses("2026-03-04 09:00", **{**QUESTION, name: ""}) == {name}
    asked(book)


@covers("S1-23")
@pytest.mark.parametrize(
    "team, to", [("finance", "finance"), ("warehouse", "warehouse"), ("technical-support", "technical-support"), ("service-desk", "service-desk/lead")]
)
def test_what_cannot_be_answered_at_once_goes_to_the_team_that_can(book: Rulebook, team: str, to: str) -> None:
    case = asked(book)
    assert case.misses("hand-over", "anna", "2026-03-04 09:10") == {"to_team", "hand_over_note"}
    case.do("hand-over", "anna", "2026-03-04 09:10", to_team=team, hand_over_note="请核对账单", promised_at="2026-03-04 17:00")
    assert (case.stage, case.state.routed_teams) == ("handling", (to,))


@covers("S1-10")
def test_no_answer_is_promised_later_than_the_clause_allows_and_a_promise_given_is_kept(book: Rulebook) -> None:
    case = asked(book)
    note = {"to_team": "finance", "hand_over_note": "请核对账单"}
    assert case.misses("hand-over", "anna", "2026-03-04 09:10", **note) == {"promised_at"}
    assert case.refused("hand-over", "anna", "2026-03-04 09:10", **note, promised_at="2026-03-05 09:01") == "guard:promise-inside-the-clause"
    assert case.misses("hand-over", "anna", "2026-03-04 09:10", **note, promised_at="2026-03-04 09:00") == {"promised_at"}, "past already"
    case.do("hand-over", "anna", "2026-03-04 09:10", **note, promised_at="2026-03-04 17:00")
    is_promised(case, "promised-answer", "2026-03-04 17:00", lambda at: case.do("tell-result", "anna", at, result="多收 30 元，已退"))


@covers("S1-08", "S1-10", "S1-12")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param("这款机器绝对 不会坏", id="never-breaks"),
        pytest.param("租我们的保证涨粉", id="makes-famous"),
        pytest.param("价格全网最低！", id="cheapest"),
        pytest.param("这个不归我管", id="not-my-business"),
    ],
)
def test_a_false_promise_or_a_rude_word_is_not_sent(book: Rulebook, words: str) -> None:
    for channel in ("chat", "email"):
        assert asked(book).refused("answer", "anna", "2026-03-04 09:05", text=words, channel=channel) == "phrase"
    asked(book).do("answer", "anna", "2026-03-04 09:05", text="续航实测 6 小时，价格见方案", channel="chat")


@covers("S1-23", "S1-44")
def test_a_choice_for_specialists_goes_to_the_advisors(book: Rulebook) -> None:
    assert asked(book).refused("hand-to-advisor", "anna", "2026-03-04 09:10") == "when"
    case = with_advisor(book)
    assert (case.stage, case.state.routed_teams) == ("needs", ("advisors",))
    assert asked(book, needs_advisor="yes").refused("tell-result", "anna", "2026-03-04 09:10", result="随便选一套") == "when"


@covers("S1-24")
def test_who_took_the_question_keeps_following_it(book: Rulebook) -> None:
    case = asked(book)
    case.do("hand-over", "anna", "2026-03-04 09:10", to_team="finance", hand_over_note="请核对账单", promised_at="2026-03-04 17:00")
    assert case.state.owner == "staff:1"
    assert "staff:1" in told(case.settle("2026-03-05 09:01"))["ladder/standard/1"]


@covers("S1-25")
def test_the_result_is_told_in_a_day_and_a_night(book: Rulebook) -> None:
    case = asked(book)
    is_promised(case, "result-told", "2026-03-05 09:00", lambda at: case.do("tell-result", "anna", at, result="可以租"))


# ----------------------------------------------------------------------------- needs and plans


@covers("S1-45")
def test_the_advisor_reaches_the_customer_in_an_hour(book: Rulebook) -> None:
    case = with_advisor(book)
    case.do("log-call", "adviser", "2026-03-04 09:20", direction="outbound", reached="no")
    assert case.clock("advisor-contact").state == "running"
    talk = {"direction": "outbound", "reached": "yes", "text": "谈需求"}
    is_promised(case, "advisor-contact", "2026-03-04 10:10", lambda at: case.do("log-call", "adviser", at, **talk))


@covers("S1-26", "S1-46")
def test_the_needs_are_talked_over_and_written_down(book: Rulebook) -> None:
    assert with_advisor(book).refused("finish-need-talk", "adviser", "2026-03-04 09:20", **NEEDS) == "after"
    case = called(book)
    for name in NEEDS:
        assert case.misses("finish-need-talk", "adviser", "2026-03-04 10:00", **{**NEEDS, name: ""}) == {name}
    case.do("finish-need-talk", "adviser", "2026-03-04 10:00", **NEEDS)


@covers("S1-09")
def test_the_customer_can_know_choose_and_be_safe(book: Rulebook) -> None:
    bare = planned(book, plans=0)
    assert bare.misses("draft-plan", "adviser", "2026-03-04 10:30", **{**PLAN, "cautions": ""}) == {"cautions"}
    case = planned(book)
    assert case.refused("send-plans", "adviser", "2026-03-04 11:00") == "checklist"
    case.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    case.do("send-plans", "adviser", "2026-03-04 11:00")
    alone = planned(book, plans=1)
    alone.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    assert alone.refused("send-plans", "adviser", "2026-03-04 11:00") == "count"


@covers("S1-27")
@pytest.mark.parametrize("plans", [1, 4])
def test_two_or_three_plans_neither_fewer_nor_more(book: Rulebook, plans: int) -> None:
    case = planned(book, plans)
    case.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    assert case.refused("send-plans", "adviser", "2026-03-04 11:00") == "count"
    assert sent(book).stage == "deciding"


@covers("S1-28")
@pytest.mark.parametrize("left", ["differences", "usage", "cost-parts"])
def test_no_plan_is_sent_unexplained(book: Rulebook, left: str) -> None:
    case = planned(book)
    case.tick_all("plan-explained", " ".join(item for item in EXPLAINED.split() if item != left), "adviser", "2026-03-04 10:50")
    assert case.refused("send-plans", "adviser", "2026-03-04 11:00") == "checklist"
    case.tick("plan-explained", left, "adviser", "2026-03-04 10:55")
    case.do("send-plans", "adviser", "2026-03-04 11:00")


@covers("S1-14")
def test_cautions_and_liability_are_told_before_anything_is_confirmed(book: Rulebook) -> None:
    case = planned(book)
    case.tick_all("plan-explained", "differences usage cost-parts", "adviser", "2026-03-04 10:50")
    assert case.refused("send-plans", "adviser", "2026-03-04 11:00") == "checklist"
    assert case.refused("confirm-plan", "customer", "2026-03-04 11:00", plan_total="800", customer_signature="李") == "from"
    sent(book).do("confirm-plan", "customer", "2026-03-04 12:00", plan_total="800", customer_signature="李")


@covers("S1-47")
def test_plans_are_sent_two_hours_after_the_talk(book: Rulebook) -> None:
    case = planned(book)
    case.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    is_promised(case, "plans-sent", "2026-03-04 12:00", lambda at: case.do("send-plans", "adviser", at))


@covers("S1-48")
@pytest.mark.parametrize("left", list(PLAN))
def test_a_plan_says_devices_prices_term_delivery_and_cautions(book: Rulebook, left: str) -> None:
    case = planned(book, plans=0)
    assert case.misses("draft-plan", "adviser", "2026-03-04 10:30", **{**PLAN, left: ""}) == {left}
    case.do("draft-plan", "adviser", "2026-03-04 10:30", **PLAN)


@covers("S1-49")
def test_plans_sent_reach_the_customer(book: Rulebook) -> None:
    case = planned(book)
    case.tick_all("plan-explained", EXPLAINED, "adviser", "2026-03-04 10:50")
    assert told(case.do("send-plans", "adviser", "2026-03-04 11:00")).get("plans-note") == ("customer",)


@covers("S1-50", "S1-51")
def test_each_change_asked_for_is_made_in_an_hour_until_the_customer_confirms(book: Rulebook) -> None:
    case = sent(book)
    assert case.refused("revise-plan", "adviser", "2026-03-04 11:05", **PLAN) == "after"
    for hour in (12, 14):
        case.do("ask-change", "customer", f"2026-03-04 {hour}:00", change_wish="再便宜些")
        is_promised(case, "plan-revised", f"2026-03-04 {hour + 1}:00", lambda at: case.do("revise-plan", "adviser", at, **PLAN))
        case.do("revise-plan", "adviser", f"2026-03-04 {hour}:30", **PLAN)
    assert case.stage == "deciding"
    case.do("confirm-plan", "customer", "2026-03-04 15:00", plan_total="800", customer_signature="李")
    assert case.refused("ask-change", "customer", "2026-03-04 15:10", change_wish="再改") == "from"


@covers("S1-29", "S1-52")
def test_the_customer_confirms_one_plan_and_it_becomes_the_order(book: Rulebook) -> None:
    case = sent(book)
    assert case.misses("confirm-plan", "customer", "2026-03-04 12:00") == {"plan_total", "customer_signature"}
    step = case.do("confirm-plan", "customer", "2026-03-04 12:00", plan_total="800", customer_signature="李")
    assert case.stage == "confirmed"
    assert (rooms(step)["open-order"]["procedure"], rooms(step)["open-order"]["total"]) == ("rental-order", "800")
