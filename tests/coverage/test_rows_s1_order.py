"""Rows S1-30 to S1-34 and S1-52 to S1-66: from the order to the customer's signature."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, is_promised, rooms, told
from tests.coverage.test_rows_s1_consultation import PAPERS

covers = pytest.mark.covers

PLAN = {"version": 1, "lines": ({"unit_model": "CAM-9", "unit_price": "100", "quantity": 2},), "total": "800"}
ROOMS: Mapping[str, object] = {
    "order": PLAN, "confirmed-plan": PLAN, "case-number": "DD-2026-000001",
    "units-to-allocate": ({"model": "CAM-9", "serial": "SN-1"}, {"model": "CAM-9", "serial": "SN-2"}),
}  # fmt: skip
REVIEW = "name contact address device-list fee"
OUTBOUND = "appearance function charger cables data-wiped"
SHIPMENT = {"carrier": "carrier-a", "waybill": "YD-1"}
SIGNED = {"as_ordered": "confirmed", "undamaged": "confirmed", "accessories_complete": "confirmed", "receiver_signature": "李"}


def placed(book: Rulebook, city: str = "same-city", **rooms_changed: object) -> Case:
    """Placed at 9:00, every item of the review looked at."""
    case = Case(book, "rental-order", {**ROOMS, **rooms_changed})
    case.open("2026-03-04 09:00", **{**PAPERS["rental-order"], "city": city})
    case.tick_all("order-review", REVIEW, "anna", "2026-03-04 09:02")
    return case


def preparing(book: Rulebook, city: str = "same-city") -> Case:
    case = placed(book, city)
    case.do("review-order", "anna", "2026-03-04 09:05")
    return case


def checked(book: Rulebook, city: str = "same-city") -> Case:
    case = preparing(book, city)
    case.tick_all("outbound-check", OUTBOUND, "store", "2026-03-04 09:20")
    case.do("pass-outbound-check", "store", "2026-03-04 09:30")
    return case


def packed(book: Rulebook, city: str = "same-city") -> Case:
    case = checked(book, city)
    case.do("pack", "store", "2026-03-04 09:40", scanned_order="DD-2026-000001")
    return case


def shipped(book: Rulebook, city: str = "same-city") -> Case:
    case = packed(book, city)
    case.do("ship", "store", "2026-03-04 10:00", **SHIPMENT)
    return case


def delivered(case: Case, at: str) -> None:
    case.do("report-fact", "store", at, fact="shipment.delivered", evidence=["evidence:9"])


@covers("S1-53")
def test_an_order_is_reviewed_in_ten_minutes(book: Rulebook) -> None:
    case = placed(book)
    is_promised(case, "order-review", "2026-03-04 09:10", lambda at: case.do("review-order", "anna", at))


@covers("S1-54")
@pytest.mark.parametrize("item", REVIEW.split())
def test_every_item_of_an_order_is_looked_at_and_right(book: Rulebook, item: str) -> None:
    case = placed(book)
    case.tick("order-review", item, "anna", "2026-03-04 09:03", result="fail")
    assert case.refused("review-order", "anna", "2026-03-04 09:05") == "checklist"


@covers("S1-52", "S1-55")
def test_a_right_order_and_only_the_one_confirmed_goes_to_the_warehouse(book: Rulebook) -> None:
    other = placed(book, order={**PLAN, "total": "900"})
    assert other.refused("review-order", "anna", "2026-03-04 09:05") == "guard:order-matches-confirmed-plan"
    case = preparing(book)
    assert (case.stage, case.state.routed_teams) == ("preparing", ("warehouse",))


@covers("S1-30", "S1-56")
def test_the_outbound_check_is_done_in_an_hour(book: Rulebook) -> None:
    case = preparing(book)
    case.tick_all("outbound-check", OUTBOUND, "store", "2026-03-04 09:20")
    is_promised(case, "outbound-check", "2026-03-04 10:05", lambda at: case.do("pass-outbound-check", "store", at))


@covers("S1-31", "S1-57")
@pytest.mark.parametrize("item", OUTBOUND.split())
def test_a_unit_with_one_fault_does_not_pass(book: Rulebook, item: str) -> None:
    case = preparing(book)
    case.tick_all("outbound-check", " ".join(one for one in OUTBOUND.split() if one != item), "store", "2026-03-04 09:20")
    assert case.refused("pass-outbound-check", "store", "2026-03-04 09:30") == "checklist"
    case.tick("outbound-check", item, "store", "2026-03-04 09:31", result="fail")
    assert case.refused("pass-outbound-check", "store", "2026-03-04 09:32") == "checklist"
    case.tick("outbound-check", item, "store", "2026-03-04 09:33")
    case.do("pass-outbound-check", "store", "2026-03-04 09:34")


@covers("S1-58")
def test_what_has_not_passed_is_neither_packed_nor_shipped_but_replaced(book: Rulebook) -> None:
    case = preparing(book)
    assert case.refused("pack", "store", "2026-03-04 09:30", scanned_order="DD-2026-000001") == "from"
    step = case.do("fail-outbound-check", "store", "2026-03-04 09:30", failed_serial="SN-1", failed_reason="镜头进灰")
    assert rooms(step)["quarantine-unit"]["serial"] == "SN-1"
    assert case.refused("ship", "store", "2026-03-04 09:35", **SHIPMENT) == "from"
    assert checked(book).stage == "checked"


@covers("S1-59")
def test_the_parcel_bears_the_number_of_its_order(book: Rulebook) -> None:
    case = checked(book)
    assert case.refused("pack", "store", "2026-03-04 09:40", scanned_order="DD-2026-000009") == "guard:label-matches-order"
    case.do("pack", "store", "2026-03-04 09:40", scanned_order="DD-2026-000001")


@covers("S1-32")
def test_only_a_partner_carries_it(book: Rulebook) -> None:
    case = packed(book)
    assert case.misses("ship", "store", "2026-03-04 10:00", waybill="YD-1") == {"carrier"}
    assert case.misses("ship", "store", "2026-03-04 10:00", **{**SHIPMENT, "carrier": "somebody"}) == {"carrier"}
    case.do("ship", "store", "2026-03-04 10:00", **SHIPMENT)


@covers("S1-60")
def test_a_carrier_is_found_in_two_hours(book: Rulebook) -> None:
    case = packed(book)
    is_promised(case, "carrier-arranged", "2026-03-04 11:40", lambda at: case.do("ship", "store", at, **SHIPMENT))


@covers("S1-61", "S1-62")
def test_the_waybill_is_told_to_desk_and_customer_in_the_same_moment(book: Rulebook) -> None:
    case = packed(book)
    assert case.misses("ship", "store", "2026-03-04 10:00", carrier="carrier-a") == {"waybill"}
    said = told(case.do("ship", "store", "2026-03-04 10:00", **SHIPMENT))
    assert set(said.get("waybill-note", ())) == {"customer", "service-desk"}


@pytest.mark.parametrize(
    "city, rule, due",
    [
        pytest.param("same-city", "delivered-same-city", "2026-03-05 09:05", marks=covers("S1-33")),
        pytest.param("cross-city", "delivered-cross-city", "2026-03-06 09:05", marks=covers("S1-34")),
    ],
)
def test_an_order_arrives_in_time(book: Rulebook, city: str, rule: str, due: str) -> None:
    case = shipped(book, city)
    is_promised(case, rule, due, lambda at: delivered(case, at))


@covers("S1-63", "S1-64")
def test_the_customer_looks_then_signs_and_only_then_the_rent_runs(book: Rulebook) -> None:
    case = shipped(book)
    assert case.refused("accept-delivery", "customer", "2026-03-04 15:00", **SIGNED) == "after"
    delivered(case, "2026-03-04 16:00")
    assert case.refused("accept-delivery", "store", "2026-03-04 16:10", **SIGNED) == "by"
    for left in SIGNED:
        assert case.misses("accept-delivery", "customer", "2026-03-04 16:10", **{**SIGNED, left: ""}) == {left}
    step = case.do("accept-delivery", "customer", "2026-03-04 16:10", **SIGNED)
    assert rooms(step)["start-rent"]["starts_at"] == "2026-03-04T08:10:00Z"


def troubled(book: Rulebook, city: str = "same-city") -> Case:
    """A problem reported at 16:10."""
    case = shipped(book, city)
    delivered(case, "2026-03-04 16:00")
    case.do("report-problem", "customer", "2026-03-04 16:10", problem_kind="incomplete", problem="少一根线", problem_photos=["evidence:3"])
    return case


@covers("S1-65")
def test_a_problem_at_the_door_reaches_desk_and_warehouse_at_once(book: Rulebook) -> None:
    case = shipped(book)
    assert case.misses("report-problem", "customer", "2026-03-04 16:10") == {"problem_kind", "problem", "problem_photos"}
    case = troubled(book)
    assert (case.stage, set(case.state.routed_teams)) == ("delivery-issue", {"service-desk", "warehouse"})


@covers("S1-66")
def test_a_problem_has_an_offer_in_four_hours_day_and_night(book: Rulebook) -> None:
    case = troubled(book)
    offer = {"solution": "make-up", "solution_text": "补发电源线"}
    assert case.misses("offer-solution", "anna", "2026-03-04 17:00", **{**offer, "solution": "wait"}) == {"solution"}
    is_promised(case, "delivery-solution", "2026-03-04 20:10", lambda at: case.do("offer-solution", "anna", at, **offer))


@covers("S1-X01")
@pytest.mark.parametrize(
    "city, rule, due", [("same-city", "replaced-same-city", "2026-03-05 17:00"), ("cross-city", "replaced-cross-city", "2026-03-06 17:00")]
)
def test_what_was_missing_is_sent_after_and_the_rent_runs_from_the_last_signature(book: Rulebook, city: str, rule: str, due: str) -> None:
    case = troubled(book, city)
    case.do("offer-solution", "anna", "2026-03-04 17:00", solution="make-up", solution_text="补发电源线")
    case.do("ship-again", "store", "2026-03-04 18:00", **SHIPMENT)
    is_promised(case, rule, due, lambda at: delivered(case, at))
    delivered(case, "2026-03-05 10:00")
    assert rooms(case.do("accept-delivery", "customer", "2026-03-05 10:05", **SIGNED))["start-rent"]["starts_at"] == "2026-03-05T02:05:00Z"
