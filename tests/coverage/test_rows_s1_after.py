"""Rows S1-17, S1-18, S1-35 to S1-42, S1-X12 and S1-X13: returns, technical support, complaints."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised
from tests.coverage.test_rows_s1_consultation import PAPERS
from tests.coverage.test_rows_s1_order import checked, packed

covers = pytest.mark.covers

INSPECTION = "condition accessory-count wear-noted"
REPORT = {"wear_text": "外壳轻微磨损", "customer_present": "yes", "return_signature": "李"}
DIAGNOSIS = {"guided_by": "video", "diagnosis_text": "连接线松动"}


def booked(book: Rulebook) -> Case:
    case = Case(book, "equipment-return")
    case.open("2026-03-04 09:00", **PAPERS["equipment-return"])
    return case


def counted(book: Rulebook, *, leaving: str = "") -> Case:
    case = booked(book)
    case.tick_all("return-inspection", " ".join(item for item in INSPECTION.split() if item != leaving), "store", "2026-03-04 10:00")
    return case


@covers("S1-17")
def test_check_packing_and_taking_back_are_the_warehouses(book: Rulebook) -> None:
    assert checked(book).refused("pack", "anna", "2026-03-04 09:40", scanned_order="DD-2026-000001") == "by"
    assert packed(book).stage == "packed"
    case = counted(book)
    assert case.refused("inspect-return", "anna", "2026-03-04 10:10", **REPORT) == "by"
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)


@pytest.mark.parametrize(
    "left",
    [
        pytest.param("condition", marks=covers("S1-35")),
        pytest.param("accessory-count", marks=covers("S1-36")),
        pytest.param("wear-noted", marks=covers("S1-37")),
    ],
)
def test_a_return_is_seen_counted_and_its_wear_noted(book: Rulebook, left: str) -> None:
    case = counted(book, leaving=left)
    assert case.refused("inspect-return", "store", "2026-03-04 10:10", **REPORT) == "checklist"
    case.tick("return-inspection", left, "store", "2026-03-04 10:15")
    case.do("inspect-return", "store", "2026-03-04 10:20", **REPORT)


@covers("S1-37")
def test_the_wear_is_written_down_and_signed_by_the_customer(book: Rulebook) -> None:
    case = counted(book)
    for left in ("wear_text", "return_signature"):
        assert case.misses("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, left: ""}) == {left}
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)


@covers("S1-35")
def test_a_parcel_is_inspected_in_a_day(book: Rulebook) -> None:
    case = counted(book)
    case.do("report-fact", "store", "2026-03-04 20:00", fact="unit.received", evidence=["evidence:8"])
    is_promised(case, "return-inspected", "2026-03-05 20:00", lambda at: case.do("inspect-return", "store", at, **REPORT))


# ----------------------------------------------------------------------------- support


def reported(book: Rulebook, **changed: object) -> Case:
    case = Case(book, "support-request")
    case.open("2026-03-04 09:00", **{**PAPERS["support-request"], **changed})
    return case


def guided(book: Rulebook, *, solved: str = "no", **changed: object) -> Case:
    """Diagnosed at 9:30, a solution sent at 10:00."""
    case = reported(book, **changed)
    case.do("diagnose", "tech", "2026-03-04 09:30", **DIAGNOSIS)
    case.do("send-solution", "tech", "2026-03-04 10:00", solution_steps="重新插线", solved_remotely=solved)
    return case


@covers("S1-18")
def test_guiding_finding_and_repairing_are_technical_supports(book: Rulebook) -> None:
    assert reported(book).refused("diagnose", "anna", "2026-03-04 09:30", **DIAGNOSIS) == "by"
    case = guided(book)
    end = {"resolved_by": "remote", "resolution_text": "已恢复"}
    assert case.refused("resolve-fault", "store", "2026-03-04 11:00", **end) == "by"
    case.do("resolve-fault", "tech", "2026-03-04 11:00", **end)
    assert case.stage == "resolved"


@covers("S1-38")
def test_remote_guidance_by_phone_or_video_leaves_a_record(book: Rulebook) -> None:
    assert Case(book, "support-request").intake_misses("2026-03-04 09:00", **{**PAPERS["support-request"], "fault_text": ""}) == {"fault_text"}
    case = reported(book)
    assert case.misses("diagnose", "tech", "2026-03-04 09:30") == set(DIAGNOSIS)
    assert case.misses("diagnose", "tech", "2026-03-04 09:30", **{**DIAGNOSIS, "guided_by": "telepathy"}) == {"guided_by"}
    for way in ("phone", "video"):
        reported(book).do("diagnose", "tech", "2026-03-04 09:30", **{**DIAGNOSIS, "guided_by": way})
    case.do("diagnose", "tech", "2026-03-04 09:30", **DIAGNOSIS)
    assert case.misses("send-solution", "tech", "2026-03-04 10:00") == {"solution_steps", "solved_remotely"}


@covers("S1-39")
def test_a_visit_only_in_town_and_only_when_guidance_did_not_help(book: Rulebook) -> None:
    assert guided(book, city="cross-city").refused("ask-visit", "customer", "2026-03-04 11:00") == "when"
    assert guided(book, solved="yes").refused("ask-visit", "customer", "2026-03-04 11:00") == "when"
    guided(book).do("ask-visit", "customer", "2026-03-04 11:00")


@covers("S1-40")
def test_a_fault_is_first_looked_at_in_an_hour(book: Rulebook) -> None:
    case = reported(book)
    is_promised(case, "remote-diagnosis", "2026-03-04 10:00", lambda at: case.do("diagnose", "tech", at, **DIAGNOSIS))


@covers("S1-41")
def test_a_complex_fault_has_a_solution_in_four_hours(book: Rulebook) -> None:
    assert not reported(book).clocks("complex-solution")
    case = reported(book, is_complex="yes")
    case.do("diagnose", "tech", "2026-03-04 09:30", **DIAGNOSIS)
    words = {"solution_steps": "换主板", "solved_remotely": "no"}
    is_promised(case, "complex-solution", "2026-03-04 13:00", lambda at: case.do("send-solution", "tech", at, **words))


@covers("S1-42")
def test_a_technician_is_arranged_in_a_day(book: Rulebook) -> None:
    case = guided(book)
    window = {"visit_starts_at": "2026-03-05 14:00", "visit_ends_at": "2026-03-05 16:00", "technician": "staff:7"}
    assert case.refused("arrange-visit", "tech", "2026-03-04 11:00", **window) == "after"
    case.do("ask-visit", "customer", "2026-03-04 11:00")
    is_promised(case, "visit-arranged", "2026-03-05 11:00", lambda at: case.do("arrange-visit", "tech", at, **window))


# ----------------------------------------------------------------------------- complaints


def complaint(book: Rulebook, channel: str) -> Case:
    case = Case(book, "complaint")
    case.open("2026-03-04 09:00", channel=channel, **PAPERS["complaint"])
    return case


@covers("S1-X12")
@pytest.mark.parametrize(
    "channel, rule, due",
    [
        *((channel, "complaint-response-live", "2026-03-04 09:15") for channel in ("phone", "chat", "shop")),
        *((channel, "complaint-response-written", "2026-03-04 10:00") for channel in ("email", "web")),
    ],
)
def test_a_complaint_is_answered_in_time_on_every_channel(book: Rulebook, channel: str, rule: str, due: str) -> None:
    case = complaint(book, channel)
    is_promised(case, rule, due, lambda at: case.do("answer", "lead", at, text="您好"))


@covers("S1-X13")
def test_a_complaint_is_weighed_and_given_to_somebody_in_an_hour(book: Rulebook) -> None:
    case = complaint(book, "phone")
    case.do("answer", "lead", "2026-03-04 09:05", text="您好")
    assert case.misses("investigate-complaint", "lead", "2026-03-04 09:30") == {"severity"}
    himself = {"severity": "serious", "complained_person": "staff:3"}
    assert case.refused("investigate-complaint", "lead", "2026-03-04 09:30", **himself) == "guard:not-the-person-complained-about"
    is_promised(case, "complaint-taken-up", "2026-03-04 10:05", lambda at: case.do("investigate-complaint", "quality", at, severity="serious"))
