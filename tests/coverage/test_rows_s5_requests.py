"""Rows S5-03, S5-06, S5-10, S5-15 to S5-42: one request of an appliance's owner, from the first words to the closed file."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luyue.core.procedure import phrases
from luyue.core.procedure.retention import keepings, kept_until
from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Procedure, Route
from tests.coverage.case import ZONE, Case, facts, is_promised, local, rooms, told, words_of

covers = pytest.mark.covers

KIND = "appliance-request"
ASKED: Mapping[str, object] = {"customer_name": "周先生", "contact_phone": "13900139000", "problem_words": "冰箱连不上手机"}
JUDGED: Mapping[str, object] = {"confirmed_problem": "冰箱的应用显示离线", "user_mood": "calm", "product_line": "refrigerator"}
FAULT: Mapping[str, object] = {
    **JUDGED, "request_type": "fault", "product_model": "BCD-500", "serial_known": "yes", "product_serial": "SN-20260101", "fault_kind": "connection",
    "fault_symptom": "应用显示离线", "fault_since": "2026-03-03 20:00", "fault_frequency": "always", "already_tried": "重启过路由器",
}  # fmt: skip
OF_TYPE: Mapping[str, Mapping[str, object]] = {
    "enquiry": {**JUDGED, "request_type": "enquiry"},
    "fault": FAULT,
    "suggestion": {**JUDGED, "request_type": "suggestion"},
    "complaint": {**JUDGED, "request_type": "complaint", "product_model": "BCD-500"},
}
ANSWER = {"solution_text": "长按电源键五秒进入配对", "answer_basis": "说明书第 12 页"}
RECORD = {"knowledge_source": "KB-118", "firmware_upgraded": "yes", "firmware_before": "2.1", "firmware_after": "2.4", "app_setting_changed": "no", "solution_text": "升级后恢复"}
SIX_STEPS = "restart network settings firmware known-cases hardware"
OFFER: Mapping[str, object] = {
    "bought_on": "2025-06-01", "delivered_on": "2025-06-03", "warranty_until": "2026-06-01", "repairs_before": "0", "longest_repair_days": "0",
    "warranty_excluded": "covered", "offered_remedies": ["repair"],
}  # fmt: skip
HAND_OVER = {
    "to_department": "technical-support", "responsible_person": "staff:7", "promised_at": "2026-03-06 12:00", "next_step": "look-into",
    "hand_over_words": "请复现故障",
}  # fmt: skip
PLAN = {"deep_cause": "安装时没有讲清用法", "solution_plan": "上门重讲并赠送滤网", "responsible_person": "staff:2", "promised_at": "2026-03-09 18:00"}
CLOSED = {"process_summary": "指导配对", "result_summary": "已恢复"}


def came(book: Rulebook, channel: str = "phone") -> Case:
    """The customer calls at 9:00; the talk is written down by 陈."""
    case = Case(book, KIND)
    case.open("2026-03-04 09:00", channel=channel, **ASKED)
    return case


def judged(book: Rulebook, kind: str = "enquiry", channel: str = "phone") -> Case:
    case = came(book, channel)
    case.do("answer", "anna", "2026-03-04 09:00", text="您好，这里是家电客服中心")
    case.do("judge-request", "anna", "2026-03-04 09:10", **OF_TYPE[kind])
    return case


def examined(book: Rulebook, steps: str = SIX_STEPS) -> Case:
    """Troubleshooting since 9:15, these steps done by 9:30."""
    case = judged(book, "fault")
    case.do("start-troubleshooting", "anna", "2026-03-04 09:15")
    case.tick_all("soft-before-hard", steps, "anna", "2026-03-04 09:30")
    return case


def offered(book: Rulebook, **changed: object) -> Case:
    """A hardware fault judged at 10:00."""
    case = examined(book)
    case.do("judge-hardware", "tech", "2026-03-04 10:00", **{**OFFER, **changed})
    return case


def handed_over(book: Rulebook, kind: str = "fault") -> Case:
    case = judged(book, kind)
    case.do("transfer-request", "anna", "2026-03-04 10:00", **HAND_OVER)
    return case


def apologised(book: Rulebook) -> Case:
    case = judged(book, "complaint")
    case.do("listen", "anna", "2026-03-04 09:20", complaint_wish="安装师傅没讲用法")
    case.do("apologise", "anna", "2026-03-04 09:25", apology_words="给您添了麻烦，对不起")
    return case


def solved(book: Rulebook) -> Case:
    case = judged(book)
    case.do("answer-enquiry-on-the-spot", "anna", "2026-03-04 09:20", **ANSWER)
    return case


def followed_up(book: Rulebook, mark: str = "5") -> Case:
    case = solved(book)
    case.do("do-task", "anna", "2026-03-05 10:00", task="appliance-revisit", really_solved="yes", satisfaction=mark)
    return case


def closed(book: Rulebook, mark: str = "5") -> Case:
    case = followed_up(book, mark)
    case.tick_all("appliance-closing", "greeted needs-asked farewell recorded", "anna", "2026-03-05 10:05")
    case.do("close-request", "anna", "2026-03-05 10:10", **CLOSED)
    return case


# ----------------------------------------------------------------------------- the way of a request


@covers("S5-01")
def test_every_matter_is_a_request_that_goes_its_way_to_the_end(book: Rulebook) -> None:
    rule = book.all(Procedure).get(KIND)
    assert rule is not None, "nothing says how a request goes"
    assert closed(book).stage == "request-closed"
    reached = {rule.entry_stage}
    while onward := {one.to for one in book.actions_of(KIND) if reached & set(one.from_) and one.to != "same"} - reached:
        reached |= onward
    assert reached >= set(rule.stages), "no stage lies beside the way"
    assert came(book).refused("judge-request", "unbound", "2026-03-04 09:05", **OF_TYPE["enquiry"]) == "needs_skill"


@covers("S5-03", "S5-X02")
@pytest.mark.parametrize(
    "channel, rule, due",
    [
        ("phone", "appliance-answer-live", "2026-03-04 09:01"), ("chat", "appliance-answer-live", "2026-03-04 09:01"),
        ("email", "appliance-answer-written", "2026-03-05 09:00"), ("web", "appliance-answer-written", "2026-03-05 09:00"),
    ],
)  # fmt: skip
def test_calls_and_chats_are_answered_in_a_minute_mails_in_a_day_and_a_night(book: Rulebook, channel: str, rule: str, due: str) -> None:
    case = came(book, channel)
    is_promised(case, rule, due, lambda at: case.do("answer", "anna", at, text="您好"))


@covers("S5-03")
def test_a_request_is_registered_in_half_an_hour_and_by_the_next_day_there_is_a_result_or_a_date(book: Rulebook) -> None:
    case = came(book)
    is_promised(case, "request-judged", "2026-03-04 09:30", lambda at: case.do("judge-request", "anna", at, **OF_TYPE["enquiry"]))
    asked = judged(book)
    is_promised(asked, "result-or-time-told", "2026-03-05 24:00", lambda at: asked.do("answer-enquiry-on-the-spot", "anna", at, **ANSWER))


# ----------------------------------------------------------------------------- words


@covers("S5-15")
@pytest.mark.parametrize("words", [pytest.param("自己看说明书吧", id="manual"), pytest.param("这不归我管", id="not-mine"), pytest.param("爱投诉就 投诉", id="complain")])
def test_a_rude_word_is_not_sent_and_one_said_on_the_phone_is_heard_of(book: Rulebook, words: str) -> None:
    for channel in ("chat", "email", "web"):
        assert came(book, channel).refused("answer", "anna", "2026-03-04 09:01", text=words) == "phrase"
    step = came(book).do("answer", "anna", "2026-03-04 09:01", text=words)
    assert "words.flagged" in facts(step)
    assert told(step)["platform/phrase-flagged"] == ("service-desk/lead",)


@covers("S5-16", "S5-19")
def test_greeting_and_thanks_are_at_hand_when_they_are_due(book: Rulebook) -> None:
    def at_hand(case: Case) -> str:
        return "".join(say.text for say, _ in phrases.offered(book, case.state))

    assert all(word in at_hand(came(book)) for word in ("您好", "这里是家电客服中心", "请"))
    assert "谢谢" in at_hand(solved(book))
    assert "再见" in at_hand(solved(book))
    waiting = judged(book)
    waiting.do("nudge", "customer", "2026-03-04 09:30", text="还要多久")
    assert "对不起" in at_hand(waiting)


# ----------------------------------------------------------------------------- taking down


@covers("S5-25")
def test_who_calls_about_what_is_written_down(book: Rulebook) -> None:
    for name in ASKED:
        assert Case(book, KIND).intake_misses("2026-03-04 09:00", **{**ASKED, name: ""}) == {name}
    for name in ("product_model", "product_serial", "product_line"):
        assert came(book).misses("judge-request", "anna", "2026-03-04 09:05", **{**FAULT, name: ""}) == {name}
    no_number = {**FAULT, "serial_known": "no", "product_serial": None}
    assert came(book).misses("judge-request", "anna", "2026-03-04 09:05", **no_number) == {"serial_missing"}


@covers("S5-26")
@pytest.mark.parametrize("name", ["fault_symptom", "fault_since", "fault_frequency", "already_tried", "fault_kind"])
def test_a_fault_is_described_with_what_was_tried_already(book: Rulebook, name: str) -> None:
    assert came(book).misses("judge-request", "anna", "2026-03-04 09:05", **{**FAULT, name: ""}) == {name}
    judged(book, "fault")


@covers("S5-20", "S5-23")
def test_the_problem_is_repeated_and_an_upset_customer_is_calmed_first(book: Rulebook) -> None:
    case = came(book)
    assert case.misses("judge-request", "anna", "2026-03-04 09:05", **{**OF_TYPE["enquiry"], "confirmed_problem": ""}) == {"confirmed_problem"}
    for mood in ("upset", "unclear"):
        assert case.misses("judge-request", "anna", "2026-03-04 09:05", **{**OF_TYPE["enquiry"], "user_mood": mood}) == {"guidance_note"}
    assert case.refused("answer-enquiry-on-the-spot", "anna", "2026-03-04 09:05", **ANSWER) == "from", "first it is understood"
    case.do("judge-request", "anna", "2026-03-04 09:05", **{**OF_TYPE["enquiry"], "user_mood": "upset", "guidance_note": "先听完，再逐项问"})


@covers("S5-28")
def test_a_request_is_an_enquiry_a_fault_a_suggestion_or_a_complaint(book: Rulebook) -> None:
    case = came(book)
    assert case.misses("judge-request", "anna", "2026-03-04 09:05", **{**JUDGED, "request_type": "weather"}) == {"request_type"}
    first: Mapping[str, tuple[str, Mapping[str, object]]] = {
        "enquiry": ("answer-enquiry-on-the-spot", ANSWER), "fault": ("start-troubleshooting", {}),
        "suggestion": ("note-suggestion", {"suggestion_text": "想要夜灯", "suggestion_about": "app"}), "complaint": ("listen", {"complaint_wish": "道歉"}),
    }  # fmt: skip
    for kind in first:
        one = judged(book, kind)
        assert one.answer("request_type") == kind
        for other, (action, data) in first.items():
            assert other == kind or one.refused(action, "anna", "2026-03-04 09:20", **data) == "when"


# ----------------------------------------------------------------------------- enquiries


@covers("S5-29", "S5-31")
def test_what_is_simple_is_answered_at_once_and_says_what_it_rests_on(book: Rulebook) -> None:
    case = judged(book)
    assert case.misses("answer-enquiry-on-the-spot", "anna", "2026-03-04 09:20") == set(ANSWER)
    case.do("answer-enquiry-on-the-spot", "anna", "2026-03-04 09:20", **ANSWER)
    assert case.stage == "request-solved"
    guided = examined(book, "restart network")
    guided.do("solve-by-guidance", "anna", "2026-03-04 09:40", **{**RECORD, "firmware_upgraded": "no", "firmware_before": None, "firmware_after": None})
    assert guided.stage == "request-solved", "not every step has to be done"


@covers("S5-30")
def test_what_takes_longer_has_a_next_step_and_a_date_and_the_customer_hears_both(book: Rulebook) -> None:
    case = judged(book)
    for left in ("promised_at", "next_step"):
        assert case.misses("transfer-request", "anna", "2026-03-04 10:00", **{**HAND_OVER, left: ""}) == {left}
    step = case.do("transfer-request", "anna", "2026-03-04 10:00", **HAND_OVER)
    assert case.clock("result-or-time-told").state == "kept"
    assert told(step).get("request-handed-over-note") == ("customer",)
    assert {"{next_step}", "{promised_at}"} <= set(words_of(book, "request-handed-over-note").replace("，", " ").replace("：", " ").split())
    assert case.due("department-promise") == "2026-03-06 12:00"
    silent = judged(book)
    silent.settle("2026-03-06 00:01")
    assert silent.clock("result-or-time-told").state == "missed"


# ----------------------------------------------------------------------------- faults


@covers("S5-32")
def test_software_comes_before_hardware_step_by_step(book: Rulebook) -> None:
    assert judged(book, "fault").refused("judge-hardware", "tech", "2026-03-04 10:00", **OFFER) == "from"
    case = examined(book, "restart network")
    hurried = {"checklist": "soft-before-hard", "item": "firmware", "result": "pass", "evidence": ["evidence:2"]}
    assert case.refused("tick", "anna", "2026-03-04 09:40", **hurried) == "order"
    assert case.refused("judge-hardware", "tech", "2026-03-04 10:00", **OFFER) == "checklist"
    case.tick_all("soft-before-hard", "settings firmware known-cases hardware", "anna", "2026-03-04 09:45")
    case.do("judge-hardware", "tech", "2026-03-04 10:00", **OFFER)


@covers("S5-33", "S5-34")
def test_what_was_looked_up_and_upgraded_is_written_down(book: Rulebook) -> None:
    case = examined(book)
    for left in ("knowledge_source", "firmware_before", "firmware_after"):
        assert case.misses("solve-by-guidance", "anna", "2026-03-04 09:40", **{**RECORD, left: ""}) == {left}
    assert case.misses("solve-by-guidance", "anna", "2026-03-04 09:40", **{**RECORD, "app_setting_changed": "yes"}) == {"app_settings"}
    case.do("solve-by-guidance", "anna", "2026-03-04 09:40", **RECORD, similar_case="JD-2026-000007")
    assert case.stage == "request-solved"


@covers("S5-35")
@pytest.mark.parametrize(
    "changed, wanted",
    [
        ({"delivered_on": "2026-02-25", "bought_on": "2026-02-20"}, {"repair", "replace", "return"}),
        ({"delivered_on": "2026-02-24", "bought_on": "2026-02-20"}, {"repair", "replace"}),
        ({"delivered_on": "2026-02-17", "bought_on": "2026-02-10"}, {"repair", "replace"}),
        ({"delivered_on": "2026-02-16", "bought_on": "2026-02-10"}, {"repair"}),
        ({"repairs_before": "2"}, {"repair", "replace", "return"}),
        ({"longest_repair_days": "31"}, {"repair", "replace"}),
        ({"bought_on": "2025-03-04", "delivered_on": "2025-03-04", "warranty_until": "2025-09-04"}, {"repair"}),
        ({"bought_on": "2025-03-03", "delivered_on": "2025-03-03", "warranty_until": "2025-09-03"}, {"paid-repair"}),
        ({"bought_on": "2024-03-03", "delivered_on": "2024-03-03", "warranty_until": "2027-03-03"}, {"repair"}),
        ({"warranty_excluded": "misuse", "delivered_on": "2026-03-03"}, {"paid-repair"}),
    ],
)
def test_every_remedy_the_law_gives_is_offered(book: Rulebook, changed: dict[str, object], wanted: set[str]) -> None:
    case = examined(book)
    for left in sorted(wanted):
        fewer = sorted(wanted - {left}) or [next(one for one in ("repair", "replace", "paid-repair") if one != left)]
        told_less = {**OFFER, **changed, "offered_remedies": fewer}
        assert case.refused("judge-hardware", "tech", "2026-03-04 10:00", **told_less) == "guard:lawful-remedies-offered"
    case.do("judge-hardware", "tech", "2026-03-04 10:00", **{**OFFER, **changed, "offered_remedies": sorted(wanted)})


@covers("S5-35")
def test_the_customer_chooses_among_what_was_offered_and_it_is_done_in_ten_days(book: Rulebook) -> None:
    case = examined(book)
    assert case.misses("judge-hardware", "tech", "2026-03-04 10:00") == set(OFFER)
    assert case.misses("judge-hardware", "tech", "2026-03-04 10:00", **{**OFFER, "offered_remedies": ["repair", "prayer"]}) == {"offered_remedies"}
    step = case.do("judge-hardware", "tech", "2026-03-04 10:00", **{**OFFER, "offered_remedies": ["repair", "replace"]})
    assert told(step).get("warranty-offer-note") == ("customer",)
    assert "{offered_remedies}" in words_of(book, "warranty-offer-note")
    assert case.refused("choose-remedy", "customer", "2026-03-04 11:00", chosen_remedy="return") == "guard:remedy-is-lawful"
    case.do("choose-remedy", "customer", "2026-03-06 11:00", chosen_remedy="replace")
    assert case.state.routed_teams == ("technical-support",)
    assert case.due("floor/appliance-remedy-over-fifteen-days") == "2026-03-23 24:00", "and the law watches"
    done = {"warranty_work": "换新机一台", "warranty_paper": ["evidence:5"]}
    is_promised(case, "warranty-done", "2026-03-16 24:00", lambda at: case.do("finish-warranty", "tech", at, **done))


# ----------------------------------------------------------------------------- suggestions and complaints


@covers("S5-36")
def test_a_suggestion_is_noted_thanked_for_and_weighed(book: Rulebook) -> None:
    case = judged(book, "suggestion")
    assert case.misses("note-suggestion", "anna", "2026-03-04 09:20") == {"suggestion_text", "suggestion_about"}
    step = case.do("note-suggestion", "anna", "2026-03-04 09:20", suggestion_text="想要夜灯", suggestion_about="product-itself")
    assert told(step).get("suggestion-thanks") == ("customer", "product")
    assert "谢谢" in words_of(book, "suggestion-thanks")
    assert "产品部参考" in words_of(book, "suggestion-thanks")
    assert "appliance-revisit" not in case.open_tasks()
    assert "weigh-suggestion" in case.open_tasks()
    words = {"task": "weigh-suggestion", "suggestion_taken": "yes", "suggestion_reason": "下一代加装"}
    is_promised(case, "task/weigh-suggestion", "2026-03-18 24:00", lambda at: case.do("do-task", "maker", at, **words))


@covers("S5-37")
def test_a_complaint_is_heard_apologised_for_and_only_then_solved(book: Rulebook) -> None:
    case = judged(book, "complaint")
    assert case.refused("apologise", "anna", "2026-03-04 09:20", apology_words="对不起") == "from"
    assert case.refused("offer-complaint-solution", "anna", "2026-03-04 09:20", **PLAN) == "from"
    case.do("listen", "anna", "2026-03-04 09:20", complaint_wish="安装师傅没讲用法")
    assert case.refused("offer-complaint-solution", "anna", "2026-03-04 09:22", **PLAN) == "from"
    case.do("apologise", "anna", "2026-03-04 09:25", apology_words="给您添了麻烦，对不起")
    case.do("offer-complaint-solution", "anna", "2026-03-04 09:40", **PLAN)
    handed = judged(book, "complaint")
    handed.do("transfer-request", "anna", "2026-03-04 10:00", **HAND_OVER)
    assert handed.refused("offer-complaint-solution", "tech", "2026-03-04 11:00", **PLAN) == "after", "nobody has apologised yet"


@covers("S5-38")
def test_the_solution_names_cause_person_and_date_and_is_followed_to_its_end(book: Rulebook) -> None:
    case = apologised(book)
    assert case.misses("offer-complaint-solution", "anna", "2026-03-04 09:40") == set(PLAN) - {"promised_at"}
    assert case.misses("offer-complaint-solution", "anna", "2026-03-04 09:40", **{**PLAN, "promised_at": ""}) == {"promised_at"}
    assert case.refused("offer-complaint-solution", "anna", "2026-03-04 09:40", **{**PLAN, "promised_at": "2026-03-25 09:00"}) == "guard:promise-inside-the-clause"
    case.do("offer-complaint-solution", "anna", "2026-03-04 09:40", **PLAN)
    assert case.refused("close-request", "anna", "2026-03-04 10:00", **CLOSED) == "from"
    note = {"solution_text": "已上门讲解"}
    is_promised(case, "complaint-solution-done", "2026-03-09 18:00", lambda at: case.do("finish-solution", "bella", at, **note))


# ----------------------------------------------------------------------------- handing over, following up, closing


@covers("S5-39")
def test_who_takes_it_over_and_by_when_is_named(book: Rulebook) -> None:
    case = judged(book, "fault")
    assert case.misses("transfer-request", "anna", "2026-03-04 10:00", **{**HAND_OVER, "promised_at": ""}) == {"promised_at"}
    assert case.misses("transfer-request", "anna", "2026-03-04 10:00") == set(HAND_OVER) - {"promised_at"}
    late = {**HAND_OVER, "promised_at": "2026-03-25 09:00"}
    assert case.refused("transfer-request", "anna", "2026-03-04 10:00", **late) == "guard:promise-inside-the-clause"
    case.do("transfer-request", "anna", "2026-03-04 10:00", **HAND_OVER)
    assert case.state.routed_teams == ("technical-support",)
    is_promised(case, "department-promise", "2026-03-06 12:00", lambda at: case.do("finish-department", "tech", at, solution_text="换了天线", answer_basis="维修记录"))
    route = book.all(Route).get("appliance-department")
    assert route is not None, "nothing says who gets it"


@covers("S5-06")
def test_one_case_goes_from_department_to_department_and_its_date_stays(book: Rulebook) -> None:
    case = handed_over(book)
    case.do("pass-request-on", "tech", "2026-03-04 14:00", to_next_department="product", pass_on_reason="设计问题")
    assert case.state.routed_teams == ("product",)
    assert case.due("department-promise") == "2026-03-06 12:00"
    case.do("finish-department", "maker", "2026-03-05 10:00", solution_text="发布补丁", answer_basis="维修记录")
    assert (case.stage, case.state.owner) == ("request-solved", "staff:1")


@covers("S5-40")
def test_every_working_day_the_customer_hears_how_it_stands(book: Rulebook) -> None:
    case = handed_over(book)
    assert case.due("department-progress") == "2026-03-05 24:00"
    case.do("tell-progress", "anna", "2026-03-05 16:00", text="正在复现")
    assert [one.state for one in case.clocks("department-progress")] == ["kept", "running"]
    assert case.due("department-progress") == "2026-03-06 24:00", "and again"
    silent = handed_over(book)
    silent.settle("2026-03-06 00:01")
    assert silent.clock("department-progress").state == "missed"
    case.do("finish-department", "tech", "2026-03-06 10:00", solution_text="换了天线", answer_basis="维修记录")
    assert case.clock("department-progress").state == "withdrawn"


@covers("S5-41")
def test_solved_is_asked_after_in_three_working_days_with_three_tries(book: Rulebook) -> None:
    case = solved(book)
    assert case.due("task/appliance-revisit") == "2026-03-09 24:00"
    case.tick_all("appliance-closing", "greeted needs-asked farewell recorded", "anna", "2026-03-04 09:30")
    assert case.refused("close-request", "anna", "2026-03-04 09:40", **CLOSED) == "task"
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="appliance-revisit") == {"really_solved", "satisfaction"}
    tried = solved(book)
    for day in ("2026-03-04 15:00", "2026-03-05 15:00", "2026-03-06 15:00"):
        tried.do("try-task", "anna", day, task="appliance-revisit", text="无人接听")
    assert not tried.open_tasks()
    online = solved(book)
    assert online.misses("confirm-solved", "customer", "2026-03-04 20:00") == {"satisfaction"}
    online.do("confirm-solved", "customer", "2026-03-04 20:00", satisfaction="5")
    assert "appliance-revisit" not in online.open_tasks()
    again = solved(book)
    again.do("report-unsolved", "customer", "2026-03-04 20:00", unsolved_words="又离线了")
    assert (again.stage, again.open_tasks()) == ("request-judged", set())


@covers("S5-07")
@pytest.mark.parametrize("mark, called", [("1", True), ("2", True), ("3", False)])
def test_a_low_mark_is_called_after_by_the_lead(book: Rulebook, mark: str, called: bool) -> None:
    case = solved(book)
    case.do("confirm-solved", "customer", "2026-03-04 20:00", satisfaction=mark)
    assert ("low-mark-call" in case.open_tasks()) is called
    if called:
        words = {"task": "low-mark-call", "low_mark_cause": "等得太久"}
        is_promised(case, "task/low-mark-call", "2026-03-05 24:00", lambda at: case.do("do-task", "lead", at, **words))


@covers("S5-07")
@pytest.mark.parametrize("mark, called", [("2", True), ("3", False)])
def test_a_low_mark_heard_in_the_follow_up_is_called_after_too(book: Rulebook, mark: str, called: bool) -> None:
    case = solved(book)
    case.do("do-task", "anna", "2026-03-04 20:00", task="appliance-revisit", really_solved="yes", satisfaction=mark)
    assert ("low-mark-heard" in case.open_tasks()) is called
    if called:
        words = {"task": "low-mark-heard", "low_mark_cause": "等得太久"}
        is_promised(case, "task/low-mark-heard", "2026-03-05 24:00", lambda at: case.do("do-task", "lead", at, **words))


@covers("S5-19", "S5-24", "S5-42")
def test_before_a_case_is_closed_greeting_needs_farewell_and_record_are_checked(book: Rulebook) -> None:
    case = followed_up(book)
    items = "greeted needs-asked farewell recorded".split()
    for done in items:
        assert case.refused("close-request", "anna", "2026-03-05 10:10", **CLOSED) == "checklist"
        case.tick("appliance-closing", done, "anna", "2026-03-05 10:05")
    assert case.misses("close-request", "anna", "2026-03-05 10:10") == set(CLOSED)
    case.do("close-request", "anna", "2026-03-05 10:10", **CLOSED)
    assert case.stage == "request-closed"


@covers("S5-42", "S5-X02")
def test_what_was_said_and_done_is_kept_for_three_years_and_seen_by_those_who_serve(book: Rulebook) -> None:
    found = [one for one in keepings(book) if one.kind == KIND]
    assert found, "nothing says how long it is kept"
    rule = found[0].rule
    assert book.procedure(KIND).intake in found[0].forms
    acting = {word.partition("/")[0] for one in book.actions_of(KIND) for word in one.by} - {"customer", "routed-teams"}
    assert acting <= set(rule.seen_by)
    assert kept_until(rule.keep, local("2026-03-05 10:10"), ZONE).astimezone(ZONE).isoformat() == "2029-03-06T00:00:00+08:00"


@covers("S5-10", "S5-X02")
def test_who_is_not_content_turns_it_into_a_complaint(book: Rulebook) -> None:
    case = solved(book)
    assert case.misses("escalate-request", "customer", "2026-03-04 20:00") == {"escalation_words"}
    step = case.do("escalate-request", "customer", "2026-03-04 20:00", escalation_words="两次都没有修好")
    assert rooms(step)["open-complaint"]["procedure"] == "complaint"
    assert (case.stage, case.open_tasks()) == ("request-escalated", set())
