"""Rows S2-X05 to S2-X12: the plan, its approval, the customer's answer, doing it, asking after it, and putting it away."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, rooms, told
from tests.coverage.objection import FINDING, REMEDY, closed, executing, feedback, investigating, planning, revisiting

covers = pytest.mark.covers


@covers("S2-X05")
def test_a_plan_is_proposed_in_four_service_hours_from_a_closed_list(book: Rulebook) -> None:
    case = planning(book, "other")
    assert case.misses("propose-remedy", "bella", "2026-03-04 15:30", **{**REMEDY, "remedies": ["a holiday"]}) == {"remedies"}
    for left in ("remedies", "remedy_amount", "remedy_text"):
        assert case.misses("propose-remedy", "bella", "2026-03-04 15:30", **{**REMEDY, left: ""}) == {left}
    assert case.misses("propose-remedy", "bella", "2026-03-04 15:30", **{**REMEDY, "remedies": ["replace"]}) == {"city"}
    is_promised(case, "remedy-planned", "2026-03-04 19:00", lambda at: case.do("propose-remedy", "bella", at, **REMEDY))


@covers("S2-X05", "S2-08")
@pytest.mark.parametrize(
    "amount, may_not, may",
    [("200", "anna", "lead"), ("200.01", "lead", "manager"), ("2000", "lead", "manager"), ("2000.01", "manager", "general")],
)
def test_the_amount_decides_who_approves(book: Rulebook, amount: str, may_not: str, may: str) -> None:
    case = planning(book, "other")
    assert case.refused("decide-remedy", "general", "2026-03-04 15:20") == "after"
    case.do("propose-remedy", "bella", "2026-03-04 15:30", **{**REMEDY, "remedy_amount": amount})
    assert case.refused("decide-remedy", may_not, "2026-03-04 15:40") in ("approval", "by")
    assert case.due("approval/remedy-band") == "2026-03-04 17:30"
    case.do("decide-remedy", may, "2026-03-04 15:50")
    assert case.stage == "feedback"


@covers("S2-X06")
def test_the_customer_is_told_finding_and_plan_in_a_day(book: Rulebook) -> None:
    case = planning(book, "other")
    case.do("propose-remedy", "bella", "2026-03-04 15:30", **REMEDY)
    case.do("decide-remedy", "lead", "2026-03-04 16:00")
    for answer, data in (("customer-accepts", {}), ("customer-rejects", {"answer": "rejects", "answer_text": "不行"})):
        assert case.refused(answer, "customer", "2026-03-04 16:10", **data) == "count"
    words = {"explained": "查明与方案", "told_by": "phone"}
    assert case.misses("give-feedback", "anna", "2026-03-04 16:30") == set(words)
    is_promised(case, "feedback-given", "2026-03-05 15:00", lambda at: case.do("give-feedback", "anna", at, **words))
    assert told(feedback(book, "other", ("apology",)).do("give-feedback", "anna", "2026-03-04 16:40", **words)).get("feedback-notice") == ("customer",)


@covers("S2-X06")
def test_the_customer_accepts(book: Rulebook) -> None:
    assert executing(book, "other", ("apology",)).stage == "executing"


@covers("S2-X06", "S2-X07")
@pytest.mark.parametrize("answer", ["partly", "rejects"])
def test_the_customer_rejects_all_or_a_part_and_says_what(book: Rulebook, answer: str) -> None:
    case = feedback(book, "other", ("apology",))
    assert case.misses("customer-rejects", "customer", "2026-03-04 17:00") == {"answer", "answer_text"}
    assert case.misses("customer-rejects", "customer", "2026-03-04 17:00", answer="maybe", answer_text="不行") == {"answer"}
    said = {"accepted_remedies": ("apology",)} if answer == "partly" else {}
    case.do("customer-rejects", "customer", "2026-03-04 17:00", answer=answer, answer_text="要退款", **said)
    assert case.stage == "second-review"


def rejected(book: Rulebook) -> Case:
    case = feedback(book, "other", ("apology",))
    case.do("customer-rejects", "customer", "2026-03-04 17:00", answer="rejects", answer_text="要退款")
    return case


REVIEW = {"review_result": "upheld", "review_text": "事实清楚"}


@covers("S2-X07")
def test_somebody_who_took_no_part_reviews_it_in_two_working_days(book: Rulebook) -> None:
    case = rejected(book)
    # the lead concluded and approved
    assert case.refused("review-again", "lead", "2026-03-05 09:00", **REVIEW) == "four_eyes"
    assert case.refused("escalate", "lead", "2026-03-05 09:00", complaint_text="转投诉") == "count"
    is_promised(case, "second-review", "2026-03-06 24:00", lambda at: case.do("review-again", "manager", at, **REVIEW))


@covers("S2-X07")
def test_rejected_twice_it_becomes_a_complaint(book: Rulebook) -> None:
    case = rejected(book)
    case.do("review-again", "manager", "2026-03-05 09:00", **REVIEW)
    case.do("propose-remedy", "bella", "2026-03-05 09:30", **REMEDY)
    case.do("decide-remedy", "lead", "2026-03-05 10:00")
    case.do("give-feedback", "anna", "2026-03-05 10:30", explained="维持", told_by="phone")
    case.do("customer-rejects", "customer", "2026-03-05 11:00", answer="rejects", answer_text="还是不行")
    assert case.refused("review-again", "general", "2026-03-05 12:00", **REVIEW) == "count"
    step = case.do("escalate", "lead", "2026-03-05 12:00", complaint_text="请投诉处理")
    assert rooms(step)["open-complaint"]["procedure"] == "complaint"
    assert case.stage == "escalated"


# ----------------------------------------------------------------------------- doing it


@covers("S2-X08")
@pytest.mark.parametrize(
    "city, rule, due", [("same-city", "replacement-same-city", "2026-03-05 17:00"), ("cross-city", "replacement-cross-city", "2026-03-06 17:00")]
)
def test_a_replacement_arrives_in_time(book: Rulebook, city: str, rule: str, due: str) -> None:
    case = executing(book, "other", ("replace",), city=city)
    is_promised(case, rule, due, lambda at: case.do("report-fact", "store", at, fact="shipment.delivered", evidence=["evidence:9"]))


@covers("S2-X08")
def test_nothing_is_done_while_one_measure_has_no_record(book: Rulebook) -> None:
    case = executing(book, "other", ("refund", "repair"))
    assert case.refused("finish-remedy", "anna", "2026-03-05 09:00") == "guard:every-remedy-has-its-fact"
    case.do("start-refund", "money", "2026-03-05 09:00", refund_amount="150")
    assert case.refused("finish-remedy", "anna", "2026-03-05 09:10") == "guard:every-remedy-has-its-fact"
    case.do("finish-repair", "tech", "2026-03-05 09:20", repair_text="换了镜头马达")
    is_promised(case, "remedy-done", "2026-03-09 24:00", lambda at: case.do("finish-remedy", "anna", at))


@covers("S2-X09")
def test_the_customer_is_asked_in_three_working_days_and_nothing_closes_before(book: Rulebook) -> None:
    case = revisiting(book)
    assert case.open_tasks() == {"revisit"}
    assert case.refused("close-objection", "anna", "2026-03-05 09:00", demand_met="met") == "task"
    is_promised(case, "task/revisit", "2026-03-09 24:00", lambda at: case.do("do-task", "anna", at, task="revisit", solved="yes", satisfaction=5))


@covers("S2-X09")
def test_the_follow_up_records_whether_it_is_solved_and_how_content_the_customer_is(book: Rulebook) -> None:
    case = revisiting(book)
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="revisit") == {"solved", "satisfaction"}
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=6) == {"satisfaction"}
    case.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="no", satisfaction=2)
    assert case.answer("satisfaction") == "2"


@covers("S2-X10")
@pytest.mark.parametrize("left", ["form-filed", "evidence-filed", "decision-filed", "answer-filed"])
def test_nothing_is_put_away_while_a_paper_is_missing(book: Rulebook, left: str) -> None:
    case = closed(book)
    items = ("form-filed", "evidence-filed", "decision-filed", "answer-filed")
    case.tick_all("archive-set", " ".join(item for item in items if item != left), "anna", "2026-03-05 11:00")
    assert case.refused("archive-objection", "anna", "2026-03-05 11:10") == "checklist"
    case.tick("archive-set", left, "anna", "2026-03-05 11:20")
    is_promised(case, "archived", "2026-03-06 24:00", lambda at: case.do("archive-objection", "anna", at))


@covers("S2-X12")
def test_nobody_concludes_without_the_exam(book: Rulebook) -> None:
    case = investigating(book, "quality/appearance")
    assert case.refused("conclude-quality", "untested", "2026-03-04 14:00", **FINDING) == "needs_skill"
