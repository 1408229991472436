"""Rows S5-05, S5-07 to S5-10, S5-12, S5-13, S5-43 to S5-50, S5-X01 and X02: what a contact centre knows, and what it looks at in itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from luyue.core.procedure.company import finish
from luyue.core.procedure.state import Invalid
from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Checklist, ReportRule, Skill
from luyue.core.reporting import Matter
from tests.coverage.case import local
from tests.coverage.test_rows_s1_house import owed
from tests.coverage.test_rows_s2_supervision import MARCH, deadline, figures, lacking, recipients
from tests.coverage.test_rows_s5_requests import ANSWER, CLOSED, OF_TYPE, OFFER, RECORD, came, closed, examined, handed_over, judged

covers = pytest.mark.covers


# ----------------------------------------------------------------------------- figures


@covers("S5-05", "S5-07", "S5-08", "S5-09", "S5-10")
def test_every_month_the_targets_are_held_against_what_happened(book: Rulebook) -> None:
    once, low, handed = closed(book), closed(book, mark="2"), handed_over(book, "enquiry")
    handed.do("finish-department", "tech", "2026-03-05 10:00", solution_text="已处理", answer_basis="维修记录")
    handed.do("do-task", "anna", "2026-03-05 11:00", task="appliance-revisit", really_solved="yes", satisfaction="4")
    handed.tick_all("appliance-closing", "greeted needs-asked farewell recorded", "anna", "2026-03-05 11:05")
    handed.do("close-request", "anna", "2026-03-05 11:10", **CLOSED)
    back = judged(book)
    back.do("customer-reply", "customer", "2026-03-04 12:00", text="还是不行")
    back.do("answer-enquiry-on-the-spot", "anna", "2026-03-04 12:20", **ANSWER)
    back.do("escalate-request", "customer", "2026-03-04 20:00", escalation_words="没有修好")
    angry = Matter("TS-1", "complaint", local("2026-03-10 10:00"))
    up = Matter("YY-9", "appliance-request", local("2026-03-02 10:00"), local("2026-03-03 10:00"), opened_cases=("complaint",))
    shown = figures(book, "appliance-targets", MARCH, once, low, handed, back, angry, up)
    first = shown["first-contact-resolution", "", ""]
    assert (first.n, first.of, first.counted, first.others, first.target) == (2, 4, ("YY-1", "YY-2"), ("YY-3", "YY-4"), "at least 70%")
    assert first.is_met is False
    assert (shown["satisfaction", "", ""].n, shown["satisfaction", "", ""].of) == (2, 3)
    assert shown["first-response-mean", "", ""].mean == Decimal(0)
    assert shown["handling-time-mean", "", ""].of == 5
    assert shown["count-by", "request_type", "enquiry"].n == 4
    assert shown["complaint-rate", "", ""].counted == ("TS-1",)
    assert shown["escalation-rate", "", ""].counted == ("YY-9",)
    assert recipients(book, "appliance-targets") == {"quality", "service-desk/lead", "management"}
    assert deadline(book, "appliance-targets", MARCH) == "2026-04-09 00:00"
    assert book.all(ReportRule)["appliance-targets"].needs_actions


@covers("S5-07")
def test_who_is_called_is_asked_for_a_mark_from_one_to_five(book: Rulebook) -> None:
    case = judged(book)
    case.do("answer-enquiry-on-the-spot", "anna", "2026-03-04 09:20", **ANSWER)
    for mark in ("", "0", "6"):
        asked = {"task": "appliance-revisit", "really_solved": "yes", "satisfaction": mark}
        assert case.misses("do-task", "anna", "2026-03-05 10:00", **asked) == {"satisfaction"}


@covers("S5-12", "S5-43")
def test_every_month_products_and_faults_are_counted_for_those_who_make_them(book: Rulebook) -> None:
    fault = examined(book)
    fault.do("solve-by-guidance", "anna", "2026-03-04 09:40", **RECORD)
    fault.do("confirm-solved", "customer", "2026-03-04 20:00", satisfaction="5")
    fault.tick_all("appliance-closing", "greeted needs-asked farewell recorded", "anna", "2026-03-05 10:05")
    fault.do("close-request", "anna", "2026-03-05 10:10", **CLOSED)
    shown = figures(book, "appliance-feedback", MARCH, fault, closed(book))
    assert shown["count-by", "product_line", "refrigerator"].n == 2
    assert shown["count-by", "fault_kind", "connection"].counted == ("YY-1",)
    assert shown["count-by", "request_type", "enquiry"].counted == ("YY-2",)
    same = [Matter(f"JD-{n}", "appliance-request", local("2026-03-02 10:00"), local("2026-03-05 10:00"), answers={"fault_kind": ("connection",)}) for n in range(5)]
    assert figures(book, "appliance-feedback", MARCH, *same[:4])["repeat-causes", "", ""].n == 0
    if "product-improvement" in book.by_kind["task"]:
        assert figures(book, "appliance-feedback", MARCH, *same)["repeat-causes", "fault_kind", "connection"].n == 5
    assert recipients(book, "appliance-feedback") == {"product", "technical-support/lead", "quality"}
    assert deadline(book, "appliance-feedback", MARCH) == "2026-04-09 00:00"


@covers("S5-05", "S5-12")
@pytest.mark.parametrize("others, opens", [(3, False), (4, True)])
def test_the_fifth_fault_of_a_kind_makes_the_product_department_mend_it(book: Rulebook, others: int, opens: bool) -> None:
    case = examined(book)
    case.rooms["other-cases"] = others
    case.do("solve-by-guidance", "anna", "2026-03-04 09:40", **RECORD)
    case.do("confirm-solved", "customer", "2026-03-04 20:00", satisfaction="5")
    case.tick_all("appliance-closing", "greeted needs-asked farewell recorded", "anna", "2026-03-05 10:05")
    case.do("close-request", "anna", "2026-03-05 10:10", **CLOSED)
    assert ("product-improvement" in case.open_tasks()) is opens
    if opens:
        assert case.due("task/product-improvement") == "2026-03-12 24:00"
        plan = {"improvement_cause", "improvement_measure", "improvement_owner", "improvement_due_on"}
        assert case.misses("do-task", "maker", "2026-03-06 10:00", task="product-improvement") == plan


@covers("S5-X02")
def test_every_month_shows_how_soon_each_channel_is_answered(book: Rulebook) -> None:
    cases = [came(book), came(book), came(book, "email")]
    for case, seconds in zip(cases, (20, 21, 7200), strict=True):
        at = (local("2026-03-04 09:00") + timedelta(seconds=seconds)).isoformat()
        now = local("2026-03-04 12:00")
        step = _answered(case, at, now)
        assert step
    shown = figures(book, "appliance-answering", MARCH, *cases)
    calls = shown["response-distribution", "channel", "phone/20s"]
    assert (calls.n, calls.of, calls.counted, calls.others) == (1, 2, ("YY-1",), ("YY-2",))
    assert shown["response-distribution", "channel", "phone/1min"].n == 2
    assert (shown["response-distribution", "channel", "email/1h"].n, shown["response-distribution", "channel", "email/4h"].n) == (0, 1)
    assert (shown["attainment", "", ""].n, shown["attainment", "", ""].of) == (3, 4)  # one call is not registered in time
    assert recipients(book, "appliance-answering") == {"service-desk/lead", "quality"}


def _answered(case: object, at: str, now: object) -> bool:
    from datetime import datetime

    from luyue.core.procedure import decide, fold
    from tests.coverage.case import PEOPLE, Case

    assert isinstance(case, Case)
    when = datetime.fromisoformat(at)
    step = decide(case.book, case.state, "answer", PEOPLE["anna"], {"text": "您好"}, at=when, now=when, world=case.world)
    case.state = fold(case.state, step.effects, seq=case.state.head_seq + 1, action="answer", actor=PEOPLE["anna"].id, entered_at=when)
    return True


# ----------------------------------------------------------------------------- looking and listening


@covers("S5-13")
def test_before_every_shift_the_lead_looks_at_dress_and_place(book: Rulebook) -> None:
    rule, period, due = owed(book, "shift-check", "2026-03-04 08:00")
    assert (period, due, rule.by) == ("2026-03-04", "2026-03-05T00:00:00+08:00", "service-desk/lead")
    checklist = book.all(Checklist).get(rule.checklist)
    assert checklist is not None, "nothing is looked at"
    items = {f"item_{item.id}": "pass" for item in checklist.items}
    finish(rule, dict(items), book)
    assert len(items) == 3
    for left in items:
        assert lacking(book, rule, dict(items), left) == {left}


@covers("S5-X02")
def test_every_week_quality_listens_and_says_who_is_coached(book: Rulebook) -> None:
    rule, period, due = owed(book, "call-scoring", "2026-03-04 08:00")
    assert (period, due, rule.by) == ("2026-W10", "2026-03-09T00:00:00+08:00", "quality")
    score = dict.fromkeys(("scored_greeting", "scored_listening", "scored_soothing", "scored_plain"), "yes") | {"scored_case": "JD-1", "scored_mark": "4"}
    assert lacking(book, rule, {}) == {"scored_talks", "score_follow_up"}
    for left in score:
        with pytest.raises(Invalid) as wrong:
            finish(rule, {"scored_talks": [{**score, left: ""}], "score_follow_up": "无"}, book)
        assert set(wrong.value.errors) == {f"scored_talks.0.{left}"}
    finish(rule, {"scored_talks": [score], "score_follow_up": "无"}, book)


@covers("S5-X02")
def test_every_quarter_people_are_taught_and_examined(book: Rulebook) -> None:
    rule, period, due = owed(book, "appliance-training", "2026-02-09 08:00")
    assert (period, due) == ("2026-Q1", "2026-04-01T00:00:00+08:00")
    assert lacking(book, rule, {}) == {"training_topics", "training_attendance", "training_exam_results"}


# ----------------------------------------------------------------------------- skills


@pytest.mark.parametrize(
    "skill, earned_by, stage, action, data",
    [
        pytest.param("appliance-product-exam", "exam", "enquiry", "answer-enquiry-on-the-spot", ANSWER, marks=covers("S5-44"), id="products"),
        pytest.param("appliance-software-exam", "exam", "fault", "start-troubleshooting", {}, marks=covers("S5-45", "S5-48"), id="software-network"),
        pytest.param("appliance-fault-exam", "exam", "examined", "solve-by-guidance", RECORD, marks=covers("S5-46", "S5-49"), id="faults"),
        pytest.param("appliance-fault-exam", "exam", "examined", "judge-hardware", OFFER, marks=covers("S5-46", "S5-49"), id="hardware"),
        pytest.param(
            "appliance-tool-certificate", "certificate", "came", "judge-request", OF_TYPE["enquiry"], marks=covers("S5-50", "S5-X01"), id="tools"
        ),
    ],
)
def test_nobody_does_what_he_has_not_shown_he_can(book: Rulebook, skill: str, earned_by: str, stage: str, action: str, data: dict[str, object]) -> None:
    case = came(book) if stage == "came" else examined(book) if stage == "examined" else judged(book, stage)
    assert case.refused(action, f"without {skill}", "2026-03-04 10:00", **data) == "needs_skill"
    case.do(action, "anna", "2026-03-04 10:00", **data)
    rule = book.all(Skill)[skill]
    assert (rule.earned_by, rule.valid_for) == (earned_by, "12 months")
