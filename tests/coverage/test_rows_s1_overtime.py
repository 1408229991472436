"""Row S1-X09: who has not brought it back is told, and what a late return costs, by the price he accepted."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, local, rooms, told
from tests.coverage.test_rows_s1_after import INSPECTION, NOTHING, REPORT, requested
from tests.coverage.test_rows_s1_consultation import PLAN, planned, sent
from tests.coverage.test_rows_s1_house import accepted

covers = pytest.mark.covers

OUT = {"order-out": {"order": "DD-1", "out": True}}
TERMS = {"order": "DD-1", "ends_at": local("2026-03-05 12:00").isoformat(), "per_hour": "30.00", "cap": "200.00"}
PRICE = {"overtime_per_hour": "30", "overtime_cap": "200"}


@covers("S1-X09")
def test_two_hours_and_a_day_after_the_end_whoever_has_not_brought_it_back_is_told(book: Rulebook) -> None:
    case = accepted(book)  # signed for on 4 March at 16:10, until 8 March at 16:10
    case.rooms |= OUT
    for before, at in (("2026-03-08 18:09", "2026-03-08 18:10"), ("2026-03-09 16:09", "2026-03-09 16:10")):
        assert "overdue-note" not in told(case.settle(before))
        assert told(case.settle(at)).get("overdue-note") == ("customer", "service-desk")
    assert "overdue-note" not in told(case.settle("2026-03-20 10:00"))


@covers("S1-X09")
def test_nobody_is_told_who_brought_it_back_or_kept_it_longer(book: Rulebook) -> None:
    back, longer = accepted(book), accepted(book)
    back.rooms["order-out"] = {"order": "DD-1", "out": False}
    assert "overdue-note" not in told(back.settle("2026-03-20 10:00"))
    longer.rooms |= OUT | {"renewal": {"order": "DD-1", "days": 2, "fee": "400.00", "short": ()}}
    longer.do("ask-renewal", "customer", "2026-03-06 09:00", renew_until="2026-03-10 16:10")
    longer.do("offer-renewal", "anna", "2026-03-06 09:30", renewal_fee="400")
    longer.do("agree-renewal", "customer", "2026-03-06 10:00", renewal_signature="李")
    assert "overdue-note" not in told(longer.settle("2026-03-10 18:09"))
    assert told(longer.settle("2026-03-10 18:10")).get("overdue-note") == ("customer", "service-desk")


@covers("S1-X09")
def test_the_price_stands_in_the_plan_and_the_customer_accepts_it_or_not(book: Rulebook) -> None:
    case = planned(book)
    case.do("draft-plan", "adviser", "2026-03-04 10:40", **PLAN, **PRICE)
    assert case.answer("overtime_cap") == "200.00"
    done = sent(book)
    done.do("confirm-plan", "customer", "2026-03-04 12:00", plan_total="800", customer_signature="李", overtime_accepted="yes")
    assert done.answer("overtime_accepted") == "yes"


def returned(book: Rulebook, window: str) -> Case:
    """To be fetched from `window` (2 hours) on 5 March, fetched at its end and inspected there; the rent ended at noon."""
    case = requested(book)
    case.rooms |= OUT | {"overtime-terms": TERMS}
    hour, minute = window.split(":")
    case.do("confirm-return", "store", "2026-03-04 09:30", window_starts_at=f"2026-03-05 {window}", window_ends_at=f"2026-03-05 {int(hour) + 2}:{minute}")
    case.do("arrive-for-return", "store", f"2026-03-05 {int(hour) + 2}:{minute}")
    case.tick_all("return-inspection", INSPECTION, "store", f"2026-03-05 {int(hour) + 2}:{minute}")
    step = case.do("inspect-return", "store", f"2026-03-05 {int(hour) + 2}:{minute}", **REPORT)
    assert rooms(step).get("take-back") == {"order": "DD-1"}
    return case


def charged(fee: str) -> dict[str, object]:
    return {**NOTHING, "lateness": "late", "overtime_fee": fee, "deduction_total": fee} if fee != "0" else {**NOTHING, "lateness": "in-time"}


@covers("S1-X09")
@pytest.mark.parametrize("back", ["11:00 costs 0", "14:00 costs 0", "14:01 costs 30", "15:00 costs 30", "15:01 costs 60", "20:00 costs 180", "21:00 costs 200"])
def test_two_hours_are_free_then_every_hour_begun_costs_up_to_the_cap(book: Rulebook, back: str) -> None:
    window, _, fee = back.partition(" costs ")
    case = returned(book, window)
    at = "2026-03-05 23:30"
    wrong = "30" if fee == "0" else str(int(fee) - 1)
    assert case.refused("judge-return", "store", at, **charged(wrong)) == "guard:overtime-beyond-two-hours"
    if fee != "0":
        assert case.refused("judge-return", "store", at, **NOTHING) == "guard:overtime-beyond-two-hours", "nothing is forgotten"
        assert case.refused("judge-return", "store", at, **NOTHING, lateness="late") == "guard:overtime-beyond-two-hours"
        unsaid = {**charged(fee), "deduction_total": "0"}
        assert case.refused("judge-return", "store", at, **unsaid) == "guard:deduction-by-catalogue", "it is part of what is deducted"
    case.do("judge-return", "store", at, **charged(fee))
    assert case.answer("deduction_total") == f"{float(fee):.2f}"


@covers("S1-X09")
def test_a_return_is_in_time_or_late_and_nothing_between(book: Rulebook) -> None:
    case = returned(book, "15:00")
    assert "lateness" in case.misses("judge-return", "store", "2026-03-05 23:00", **{**charged("60"), "lateness": "a little"})


@covers("S1-X09")
def test_without_an_accepted_price_a_late_return_costs_nothing(book: Rulebook) -> None:
    case = returned(book, "20:00")
    case.rooms["overtime-terms"] = None
    assert case.refused("judge-return", "store", "2026-03-05 23:00", **charged("180")) == "guard:overtime-beyond-two-hours"
    case.do("judge-return", "store", "2026-03-05 23:00", **NOTHING)


@covers("S1-X09")
def test_what_is_sent_back_counts_from_when_it_was_posted(book: Rulebook) -> None:
    case = requested(book, "courier")
    case.rooms |= OUT | {"overtime-terms": TERMS}
    case.do("confirm-return", "store", "2026-03-04 09:30", window_starts_at="2026-03-05 11:00", window_ends_at="2026-03-05 13:00")
    case.do("log-call", "store", "2026-03-06 15:00", direction="outbound", reached="no")
    case.do("log-call", "store", "2026-03-06 15:05", direction="outbound", reached="no")
    case.do("report-fact", "store", "2026-03-06 15:10", fact="unit.received", evidence=["evidence:7"])
    case.tick_all("return-inspection", INSPECTION, "store", "2026-03-06 15:20")
    record = {"wear_text": "无", "witness_video": ["evidence:8"], "inspector_signature": "高"}
    step = case.do("inspect-return-recorded", "store", "2026-03-06 15:30", **record)
    assert rooms(step).get("take-back") == {"order": "DD-1"}
    assert case.refused("judge-return", "store", "2026-03-06 16:00", **NOTHING) == "guard:overtime-beyond-two-hours", "by its arrival it is a day late"
    case.do("judge-return", "store", "2026-03-06 16:00", **{**NOTHING, "posted_at": "2026-03-05 13:30"})
