"""Rows S1-X14 and S1-X15: by when a complaint has a proposal, how it ends, and who hears of one that does not."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, told, words_of
from tests.coverage.test_rows_s1_consultation import PAPERS

covers = pytest.mark.covers

DECISION = {"complaint_facts": "师傅晚到 2 小时", "complaint_reasons": "排班有误", "complaint_decision": "退还当日租金"}
WHY = {"complexity_reason": "outside-papers", "complexity_note": "要等承运商的签收记录"}


def taken_up(book: Rulebook) -> Case:
    """Received at 9:00, answered at 9:05, taken up by quality at 9:30."""
    case = Case(book, "complaint")
    case.open("2026-03-04 09:00", **PAPERS["complaint"])
    case.do("answer", "lead", "2026-03-04 09:05", text="您好")
    case.do("investigate-complaint", "quality", "2026-03-04 09:30", severity="ordinary")
    return case


def answered(book: Rulebook) -> Case:
    """With a proposal at 15:00."""
    case = taken_up(book)
    case.do("decide-complaint", "quality", "2026-03-04 15:00", **DECISION)
    return case


@covers("S1-X14")
def test_a_complaint_has_a_proposal_in_a_day_and_a_night(book: Rulebook) -> None:
    case = taken_up(book)
    assert case.misses("decide-complaint", "quality", "2026-03-04 10:00") == set(DECISION), "facts, reasons and what we offer"
    is_promised(case, "complaint-decided", "2026-03-05 09:00", lambda at: case.do("decide-complaint", "quality", at, **DECISION))


@covers("S1-X14")
def test_a_complex_complaint_has_three_working_days_and_the_customer_is_told_why(book: Rulebook) -> None:
    case = taken_up(book)
    assert case.refused("find-complex", "anna", "2026-03-04 17:00", **WHY) == "by"
    assert case.misses("find-complex", "quality", "2026-03-04 17:00") == set(WHY)
    step = case.do("find-complex", "quality", "2026-03-04 17:00", **WHY)
    assert told(step).get("complaint-complex-note") == ("customer",)
    assert "{complexity_reason}" in words_of(book, "complaint-complex-note")
    assert case.clock("complaint-decided").state == "withdrawn"
    assert case.refused("find-complex", "quality", "2026-03-05 17:00", **WHY) == "count", "once, not again and again"
    is_promised(case, "complaint-decided-complex", "2026-03-09 24:00", lambda at: case.do("decide-complaint", "quality", at, **DECISION))


@covers("S1-X14")
def test_what_was_late_already_does_not_become_complex_afterwards(book: Rulebook) -> None:
    case = taken_up(book)
    case.do("find-complex", "quality", "2026-03-05 10:00", **WHY)
    assert case.clock("complaint-decided").state == "missed"


@covers("S1-X15")
def test_the_customers_own_word_closes_a_complaint(book: Rulebook) -> None:
    case = answered(book)
    assert case.refused("accept-complaint-decision", "anna", "2026-03-04 16:00") == "by"
    case.do("accept-complaint-decision", "customer", "2026-03-04 16:00")
    assert case.stage == "complaint-closed"
    assert not case.open_tasks()


@covers("S1-X15")
def test_without_it_nobody_closes_before_the_customer_was_asked(book: Rulebook) -> None:
    case = answered(book)
    assert case.refused("close-complaint", "lead", "2026-03-04 16:00", customer_content="yes") == "task"
    assert case.due("task/complaint-revisit") == "2026-03-09 24:00"
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="complaint-revisit") == {"revisit_words"}
    case.do("do-task", "anna", "2026-03-05 10:00", task="complaint-revisit", revisit_words="可以接受")
    assert case.misses("close-complaint", "lead", "2026-03-05 10:10") == {"customer_content"}
    case.do("close-complaint", "lead", "2026-03-05 10:10", customer_content="yes")
    assert case.stage == "complaint-closed"


@covers("S1-X15")
def test_who_is_not_reached_three_times_has_been_asked(book: Rulebook) -> None:
    case = answered(book)
    for hour in (10, 14):
        case.do("try-task", "anna", f"2026-03-05 {hour}:00", task="complaint-revisit")
        assert case.refused("close-complaint", "lead", f"2026-03-05 {hour}:10", customer_content="no", outcome_note="未接通") == "task"
    case.do("try-task", "anna", "2026-03-06 10:00", task="complaint-revisit")
    case.do("close-complaint", "lead", "2026-03-06 10:10", customer_content="no", outcome_note="三次未接通")


@covers("S1-X15")
def test_a_proposal_turned_down_is_replaced_in_a_day(book: Rulebook) -> None:
    case = answered(book)
    assert case.misses("refuse-complaint-decision", "customer", "2026-03-04 18:00") == {"complaint_refusal"}
    case.do("refuse-complaint-decision", "customer", "2026-03-04 18:00", complaint_refusal="只退当天不够")
    assert case.stage == "complaint-investigating"
    assert not case.open_tasks(), "nobody calls to ask what he has just said"
    is_promised(case, "complaint-decided-again", "2026-03-05 18:00", lambda at: case.do("decide-complaint", "quality", at, **DECISION))
    case.do("decide-complaint", "quality", "2026-03-05 10:00", **DECISION)
    assert case.open_tasks() == {"complaint-revisit"}


@covers("S1-X15")
def test_what_is_not_settled_climbs_to_the_lead_the_manager_and_the_general_manager(book: Rulebook) -> None:
    for case, before, after in ((taken_up(book), "08:59", "09:01"), (turned_down(book), "17:59", "18:01")):
        for day, rung, who in (("05", "1", "service-desk/lead"), ("06", "2", "management/manager"), ("07", "3", "management/general-manager")):
            assert f"ladder/unresolved-complaint/{rung}" not in told(case.settle(f"2026-03-{day} {before}")), "not a minute too early"
            heard = told(case.settle(f"2026-03-{day} {after}"))
            assert who in heard.get(f"ladder/unresolved-complaint/{rung}", ())


def turned_down(book: Rulebook) -> Case:
    case = answered(book)
    case.do("refuse-complaint-decision", "customer", "2026-03-04 18:00", complaint_refusal="只退当天不够")
    return case
