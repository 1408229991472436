"""Rows S1-17, S1-18, S1-35 to S1-42, S1-X03, X04, X06, X10, X12, X13 and X22: returns, invoices, technical support, complaints."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, rooms, told
from tests.coverage.test_rows_s1_consultation import PAPERS
from tests.coverage.test_rows_s1_order import checked, packed

covers = pytest.mark.covers

INSPECTION = "condition accessory-count wear-noted"
REPORT = {"wear_text": "外壳轻微磨损", "witnessed_by": "in-person", "return_signature": "李", "inspector_signature": "高"}
NOTHING = {"deduction_total": "0", "customer_statement": "无"}
STATE = {"device_state": "worn", "state_text": "正常磨损，不收费"}
WINDOW = {"window_starts_at": "2026-03-05 14:00", "window_ends_at": "2026-03-05 16:00"}
DIAGNOSIS = {"guided_by": "video", "diagnosis_text": "连接线松动"}


def requested(book: Rulebook, way: str = "pickup") -> Case:
    case = Case(book, "equipment-return")
    case.open("2026-03-04 09:00", **{**PAPERS["equipment-return"], "return_way": way})
    return case


def booked(book: Rulebook, way: str = "pickup") -> Case:
    """Confirmed at 9:30 for the next afternoon."""
    case = requested(book, way)
    case.do("confirm-return", "store", "2026-03-04 09:30", **WINDOW)
    return case


def counted(book: Rulebook, *, leaving: str = "", way: str = "pickup") -> Case:
    case = booked(book, way)
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
    for left in REPORT:
        assert case.misses("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, left: ""}) == {left}
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)


@covers("S1-35", "S1-X04")
def test_a_parcel_is_inspected_in_a_day(book: Rulebook) -> None:
    case = counted(book, way="courier")
    case.do("report-fact", "store", "2026-03-04 20:00", fact="unit.received", evidence=["evidence:8"])
    is_promised(case, "return-inspected", "2026-03-05 20:00", lambda at: case.do("inspect-return", "store", at, **REPORT))


@covers("S1-X03")
def test_a_return_is_confirmed_in_an_hour_and_so_is_every_new_time(book: Rulebook) -> None:
    assert Case(book, "equipment-return").intake_misses("2026-03-04 09:00", **{**PAPERS["equipment-return"], "return_at": ""}) == {"return_at"}
    case = requested(book)
    assert case.refused("confirm-return", "anna", "2026-03-04 09:30", **WINDOW) == "by"
    is_promised(case, "return-booked", "2026-03-04 10:00", lambda at: case.do("confirm-return", "store", at, **WINDOW))
    case.do("confirm-return", "store", "2026-03-04 09:30", **WINDOW)
    case.do("rebook-return", "customer", "2026-03-04 11:00", return_at="2026-03-06 10:00")
    assert case.clock("return-picked-up").state == "withdrawn", "the window was given up by the customer, not missed by us"
    is_promised(case, "return-booked", "2026-03-04 12:00", lambda at: case.do("confirm-return", "store", at, **WINDOW))


@covers("S1-X03")
def test_the_pick_up_comes_inside_an_agreed_window_of_two_hours(book: Rulebook) -> None:
    case = requested(book)
    for ends in ("2026-03-05 16:01", "2026-03-05 14:00"):
        assert case.refused("confirm-return", "store", "2026-03-04 09:30", **{**WINDOW, "window_ends_at": ends}) == "guard:window-of-two-hours"
    case = booked(book)
    assert case.refused("arrive-for-return", "store", "2026-03-05 13:59") == "guard:not-before-the-window"
    is_promised(case, "return-picked-up", "2026-03-05 16:00", lambda at: case.do("arrive-for-return", "store", at))
    assert not booked(book, "counter").clocks("return-picked-up")


@covers("S1-X04")
def test_a_return_is_inspected_before_the_customers_eyes_and_both_sign(book: Rulebook) -> None:
    case = counted(book)
    assert case.misses("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, "witnessed_by": "nobody"}) == {"witnessed_by"}
    assert case.misses("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, "witnessed_by": "video"}) == {"witness_video"}
    for left in ("return_signature", "inspector_signature"):
        assert case.misses("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, left: ""}) == {left}
    case.do("inspect-return", "store", "2026-03-04 10:10", **{**REPORT, "witnessed_by": "video", "witness_video": ["evidence:4"]})


@covers("S1-X04")
def test_without_the_customer_only_on_record_and_after_trying_to_reach_him_twice(book: Rulebook) -> None:
    case = counted(book, way="courier")
    alone = {"wear_text": "外壳轻微磨损", "witness_video": ["evidence:4"], "inspector_signature": "高"}
    for hour in (11, 12):
        assert case.refused("inspect-return-recorded", "store", f"2026-03-04 {hour}:00", **alone) == "count"
        case.do("log-call", "store", f"2026-03-04 {hour}:10", direction="outbound", reached="no")
    assert case.misses("inspect-return-recorded", "store", "2026-03-04 12:20", **{**alone, "witness_video": ""}) == {"witness_video"}
    case.do("inspect-return-recorded", "store", "2026-03-04 12:20", **alone)
    assert case.stage == "return-inspected"


@covers("S1-X06")
@pytest.mark.parametrize(
    "way, rule, due", [("courier", "state-told-after-receipt", "2026-03-05 10:01"), ("counter", "state-told-after-inspection", "2026-03-05 10:10")]
)
def test_the_customer_is_told_the_state_of_what_he_returned_in_a_day(book: Rulebook, way: str, rule: str, due: str) -> None:
    case = counted(book, way=way)
    if way == "courier":
        case.do("report-fact", "store", "2026-03-04 10:01", fact="unit.received", evidence=["evidence:8"])
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)
    case.do("judge-return", "store", "2026-03-04 10:15", **NOTHING)
    assert case.misses("tell-device-state", "store", "2026-03-04 10:20") == set(STATE)
    is_promised(case, rule, due, lambda at: case.do("tell-device-state", "store", at, **STATE))
    assert told(case.do("tell-device-state", "store", "2026-03-04 11:00", **STATE)).get("device-state-note") == ("customer",)
    assert case.stage == "return-confirmed"


# ----------------------------------------------------------------------------- invoices


def invoicing(book: Rulebook, **order: object) -> Case:
    rooms_say = {"order-to-invoice": {"order": "DD-1", "amount": "800.00", "invoice": "", **order}}
    case = Case(book, "invoice-request", rooms_say if order != {"order": None} else {})
    case.open("2026-09-30 10:00", **PAPERS["invoice-request"])
    return case


INVOICE = {"invoice_number": "26442000000000000001", "invoice_file": ["evidence:6"]}


@covers("S1-X22")
def test_an_invoice_asked_for_is_issued_in_a_working_day(book: Rulebook) -> None:
    assert Case(book, "invoice-request").intake_misses("2026-09-30 10:00", **{**PAPERS["invoice-request"], "invoice_title": ""}) == {"invoice_title"}
    case = invoicing(book)
    assert case.refused("issue-invoice", "anna", "2026-09-30 11:00", **INVOICE) == "by"
    assert case.misses("issue-invoice", "money", "2026-09-30 11:00") == set(INVOICE)
    is_promised(case, "invoice-issued", "2026-10-08 24:00", lambda at: case.do("issue-invoice", "money", at, **INVOICE))
    step = case.do("issue-invoice", "money", "2026-09-30 11:00", **INVOICE)
    assert rooms(step).get("issue-invoice") == {"order": "DD-1", "amount": "800.00", "number": "26442000000000000001"}
    assert told(step).get("invoice-issued-note") == ("customer",)
    assert case.stage == "invoice-issued"


@covers("S1-X22")
def test_an_order_has_one_invoice_and_only_an_order_has(book: Rulebook) -> None:
    assert invoicing(book, invoice="26442000000000000000").refused("issue-invoice", "money", "2026-09-30 11:00", **INVOICE) == "effect:issue-invoice"
    assert invoicing(book, order=None).refused("issue-invoice", "money", "2026-09-30 11:00", **INVOICE) == "effect:issue-invoice"


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


DECIDED = {"repair_way": "replace", "misuse": "no", "repair_text": "主板烧毁，寄换一台"}
BACK = {"resolved_by": "swap", "resolution_text": "换机后恢复"}


@covers("S1-X10")
def test_for_a_unit_that_cannot_be_used_repair_or_replacement_is_decided_in_four_hours(book: Rulebook) -> None:
    assert not reported(book).clocks("repair-decided")
    assert guided(book).refused("decide-repair", "tech", "2026-03-04 11:00", **DECIDED) == "when"
    case = guided(book, unusable="yes")
    assert case.refused("decide-repair", "anna", "2026-03-04 11:00", **DECIDED) == "by"
    assert case.misses("decide-repair", "tech", "2026-03-04 11:00") == set(DECIDED)
    is_promised(case, "repair-decided", "2026-03-04 13:00", lambda at: case.do("decide-repair", "tech", at, **DECIDED))
    assert told(case.do("decide-repair", "tech", "2026-03-04 11:00", **DECIDED)).get("repair-decided-note") == ("customer",)
    assert case.refused("decide-repair", "tech", "2026-03-04 11:10", **DECIDED) == "count"


@covers("S1-X10")
def test_the_days_without_it_are_credited_and_paid_back(book: Rulebook) -> None:
    case = guided(book, unusable="yes")
    assert case.refused("resolve-fault", "tech", "2026-03-06 08:00", **BACK) == "when", "no way around the credit"
    case.do("decide-repair", "tech", "2026-03-04 11:00", **DECIDED)
    step = case.do("restore-use", "tech", "2026-03-06 10:00", **BACK)
    assert rooms(step).get("credit-rent") == {"order": "DD-1", "days": 3, "amount": "300.00"}, "two days and an hour are three"
    assert case.stage == "crediting"
    case.rooms["rent-credit"] = {"order": "DD-1", "amount": "300.00"}
    assert case.refused("refund-rent", "tech", "2026-03-06 11:00", refund_amount="300") == "by"
    assert case.misses("refund-rent", "money", "2026-03-06 11:00") == {"refund_amount"}
    assert case.refused("refund-rent", "money", "2026-03-06 11:00", refund_amount="200") == "effect:refund-rent-credit"
    assert case.refused("refund-rent", "money", "2026-03-06 11:00", refund_amount="300", refund_route="银行转账") == "guard:refund-by-original-route"
    is_promised(case, "rent-refunded", "2026-03-11 24:00", lambda at: case.do("refund-rent", "money", at, refund_amount="300"))
    step = case.do("refund-rent", "money", "2026-03-06 11:00", refund_amount="300")
    assert rooms(step).get("refund-rent-credit") == {"order": "DD-1", "amount": "300.00"}
    assert told(step).get("rent-refunded-note") == ("customer",)
    assert case.stage == "resolved"


@covers("S1-X10")
def test_what_the_customer_broke_by_misuse_is_not_credited(book: Rulebook) -> None:
    case = guided(book, unusable="yes")
    case.do("decide-repair", "tech", "2026-03-04 11:00", **{**DECIDED, "misuse": "yes"})
    assert case.refused("restore-use", "tech", "2026-03-06 10:00", **BACK) == "when"
    assert "credit-rent" not in rooms(case.do("restore-use-misused", "tech", "2026-03-06 10:00", **BACK))
    assert case.stage == "resolved"


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
