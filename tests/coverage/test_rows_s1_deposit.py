"""Rows S1-X05 and S1-X07: wear or damage, who has to look twice, and what becomes of the deposit."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Category
from tests.coverage.case import Case, is_promised, rooms, told
from tests.coverage.test_rows_s1_after import NOTHING, REPORT, STATE, counted

covers = pytest.mark.covers

LINE = {"deduction_kind": "damage/cracked", "deduction_reason": "外壳开裂", "outbound_photo": ["evidence:1"], "deduction_evidence": ["evidence:2"]}
SECOND = {"second_opinion": "开裂属实", "second_photo": ["evidence:5"]}


def judged(book: Rulebook, amount: str = "", *, held: str = "3000.00", frozen: str = "0.00") -> Case:
    """Inspected at 10:10, judged by the warehouse at 10:15; `amount` is to be deducted."""
    case = counted(book)
    case.rooms["deposit"] = {"order": "DD-1", "held": held, "frozen": frozen}
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)
    case.do("judge-return", "store", "2026-03-04 10:15", **found(amount))
    return case


def found(amount: str) -> dict[str, object]:
    return {**NOTHING, "deduction_total": amount, "deduction_lines": [{**LINE, "deduction_amount": amount}]} if amount else NOTHING


def confirmed(book: Rulebook, amount: str = "", *, held: str = "3000.00") -> Case:
    """The customer knows at 11:00."""
    case = judged(book, amount, held=held)
    if float(amount or 0) > 200:
        case.do("confirm-judgement", "tech", "2026-03-04 10:30", **SECOND)
        case.do("tell-device-state-checked", "store", "2026-03-04 11:00", **STATE)
    else:
        case.do("tell-device-state", "store", "2026-03-04 11:00", **STATE)
    return case


@covers("S1-X05")
def test_wear_and_damage_are_told_apart_by_a_catalogue(book: Rulebook) -> None:
    case = counted(book)
    case.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)
    assert case.refused("tell-device-state", "store", "2026-03-04 10:12", **STATE) in ("from", "when"), "nobody is told before it is judged"
    catalogue = book.all(Category).get("damage-catalogue")
    assert catalogue is not None, "there is no catalogue"
    assert {"wear", "damage", "missing"} <= set(catalogue.values)
    for kind in ("unheard-of", "wear/of-my-own"):
        line = {**LINE, "deduction_amount": "50", "deduction_kind": kind}
        wrong = {**NOTHING, "deduction_total": "50", "deduction_lines": [line]}
        assert case.misses("judge-return", "store", "2026-03-04 10:15", **wrong) == {"deduction_lines.0.deduction_kind"}
    worn = {**NOTHING, "deduction_total": "50", "deduction_lines": [{**LINE, "deduction_amount": "50", "deduction_kind": "wear/surface"}]}
    assert case.refused("judge-return", "store", "2026-03-04 10:15", **worn) == "guard:deduction-by-catalogue", "wear is free"
    assert case.refused("judge-return", "store", "2026-03-04 10:15", **{**found("50"), "deduction_total": "60"}) == "guard:deduction-by-catalogue"
    bare = {**found("50"), "deduction_lines": [{name: value for name, value in {**LINE, "deduction_amount": "50"}.items() if name != "deduction_evidence"}]}
    assert case.refused("judge-return", "store", "2026-03-04 10:15", **bare) == "guard:deduction-has-reason-and-evidence"
    blind = {**found("50"), "deduction_lines": [{name: value for name, value in {**LINE, "deduction_amount": "50"}.items() if name != "outbound_photo"}]}
    assert case.misses("judge-return", "store", "2026-03-04 10:15", **blind) == {"deduction_lines.0.outbound_photo"}
    assert case.misses("judge-return", "store", "2026-03-04 10:15", **{**found("50"), "customer_statement": ""}) == {"customer_statement"}
    case.do("judge-return", "store", "2026-03-04 10:15", **found("50"))


@covers("S1-X05")
def test_more_than_two_hundred_is_seen_by_a_second_pair_of_eyes_first(book: Rulebook) -> None:
    small = judged(book, "200")
    assert small.refused("confirm-judgement", "tech", "2026-03-04 10:30", **SECOND) == "when"
    small.do("tell-device-state", "store", "2026-03-04 10:40", **STATE)
    case = judged(book, "200.01")
    assert case.refused("tell-device-state", "store", "2026-03-04 10:20", **STATE) == "when"
    assert case.refused("tell-device-state-checked", "store", "2026-03-04 10:20", **STATE) == "count"
    assert case.refused("confirm-judgement", "store", "2026-03-04 10:30", **SECOND) == "four_eyes"
    assert case.refused("reject-judgement", "store", "2026-03-04 10:30", **SECOND) == "four_eyes"
    assert case.misses("confirm-judgement", "tech", "2026-03-04 10:30") == set(SECOND)
    case.do("confirm-judgement", "tech", "2026-03-04 10:30", **SECOND)
    case.do("tell-device-state-checked", "store", "2026-03-04 10:40", **STATE)
    assert case.stage == "return-confirmed"


@covers("S1-X05")
def test_what_the_second_disagrees_with_is_judged_anew_and_seen_anew(book: Rulebook) -> None:
    case = judged(book, "500")
    case.do("confirm-judgement", "tech", "2026-03-04 10:30", **SECOND)
    case.do("reject-judgement", "tech", "2026-03-04 10:35", **SECOND)
    assert case.stage == "return-inspected"
    case.do("judge-return", "store", "2026-03-04 10:45", **found("900"))
    assert case.refused("tell-device-state-checked", "store", "2026-03-04 10:50", **STATE) == "count", "the first word was about other money"


# ----------------------------------------------------------------------------- the deposit


@covers("S1-X07")
def test_without_a_deduction_all_of_it_goes_back_in_three_working_days(book: Rulebook) -> None:
    case = confirmed(book)
    assert case.refused("accept-deduction", "customer", "2026-03-04 12:00") == "when"
    assert case.refused("settle-deposit", "anna", "2026-03-04 12:00", refund_amount="3000") == "by"
    assert case.misses("settle-deposit", "money", "2026-03-04 12:00") == {"refund_amount"}
    assert case.refused("settle-deposit", "money", "2026-03-04 12:00", refund_amount="2999.99") == "effect:settle-deposit"
    is_promised(case, "deposit-settled", "2026-03-09 24:00", lambda at: case.do("settle-deposit", "money", at, refund_amount="3000"))
    step = case.do("settle-deposit", "money", "2026-03-04 12:00", refund_amount="3000")
    assert rooms(step).get("settle-deposit") == {"order": "DD-1", "refunded": "3000.00"}
    assert told(step).get("deposit-settled-note") == ("customer",)
    assert case.stage == "return-settled"


@covers("S1-X07")
def test_it_goes_back_the_way_it_came(book: Rulebook) -> None:
    for way in ("settle-deposit", "settle-agreed", "settle-undisputed"):
        case = confirmed(book, "" if way == "settle-deposit" else "150")
        if way == "settle-agreed":
            case.do("accept-deduction", "customer", "2026-03-04 11:30")
        amount = "3000" if way == "settle-deposit" else "2850"
        other = {"refund_amount": amount, "refund_route": "银行转账"}
        assert case.refused(way, "money", "2026-03-04 12:00", **other) == "guard:refund-by-original-route"
        case.do(way, "money", "2026-03-04 12:00", **{**other, "refund_route": "微信支付"})


@covers("S1-X07")
def test_the_law_gives_fifteen_days_at_the_most(book: Rulebook) -> None:
    case = confirmed(book)
    assert case.due("floor/deposit-within-fifteen-days") == "2026-03-19 24:00"
    case.settle("2026-03-20 00:01")
    assert case.clock("floor/deposit-within-fifteen-days").state == "missed"


@covers("S1-X07")
def test_what_the_customer_agrees_to_is_kept_and_the_rest_goes_back(book: Rulebook) -> None:
    case = confirmed(book, "350")
    assert case.refused("settle-deposit", "money", "2026-03-04 12:00", refund_amount="3000") == "when"
    assert case.refused("settle-agreed", "money", "2026-03-04 12:00", refund_amount="2650") == "after"
    assert case.refused("accept-deduction", "anna", "2026-03-04 12:00") == "by", "nobody agrees for him"
    case.do("accept-deduction", "customer", "2026-03-04 12:00")
    assert case.refused("contest-deduction", "customer", "2026-03-04 12:10", contested_amount="100", contest_text="太贵") == "count"
    assert case.refused("settle-undisputed", "money", "2026-03-04 12:10", refund_amount="2650") == "count"
    step = case.do("settle-agreed", "money", "2026-03-04 12:30", refund_amount="2650")
    assert rooms(step).get("settle-deposit") == {"order": "DD-1", "refunded": "2650.00", "deducted": "350.00"}
    assert case.stage == "return-settled"


@covers("S1-X07")
def test_what_he_contests_is_frozen_until_somebody_else_decides_and_the_rest_goes_back(book: Rulebook) -> None:
    case = confirmed(book, "350")
    assert case.misses("contest-deduction", "customer", "2026-03-04 12:00", contested_amount="100") == {"contest_text"}
    for amount in ("350.01", "0"):
        words = {"contested_amount": amount, "contest_text": "原来就有"}
        assert case.refused("contest-deduction", "customer", "2026-03-04 12:00", **words) == "guard:contested-within-deduction"
    case.do("contest-deduction", "customer", "2026-03-04 12:00", contested_amount="300", contest_text="原来就有")
    assert case.refused("accept-deduction", "customer", "2026-03-04 12:10") == "count"
    assert case.refused("settle-agreed", "money", "2026-03-04 12:30", refund_amount="2650") == "after"
    step = case.do("settle-undisputed", "money", "2026-03-04 12:30", refund_amount="2650")
    assert rooms(step).get("settle-deposit") == {"order": "DD-1", "refunded": "2650.00", "deducted": "50.00", "frozen": "300.00"}
    assert case.stage == "return-frozen"
    case.rooms["deposit"] = {"order": "DD-1", "held": "300.00", "frozen": "300.00"}
    assert case.refused("release-deposit", "money", "2026-03-04 13:00", refund_amount="0") == "after"
    decision = {"contested_refund": "120", "contest_reasons": "出库照片上已有一处"}
    assert case.refused("decide-contested", "money", "2026-03-04 13:00", **decision) == "by"
    assert case.refused("decide-contested", "lead", "2026-03-04 13:00", **{**decision, "contested_refund": "300.01"}) == "guard:refund-within-frozen"
    assert case.misses("decide-contested", "lead", "2026-03-04 13:00", contested_refund="120") == {"contest_reasons"}
    is_promised(case, "contest-decided", "2026-03-06 24:00", lambda at: case.do("decide-contested", "lead", at, **decision))
    case.do("decide-contested", "lead", "2026-03-05 10:00", **decision)
    assert case.refused("release-deposit", "money", "2026-03-05 11:00", refund_amount="300") == "effect:release-deposit"
    is_promised(case, "deposit-released", "2026-03-10 24:00", lambda at: case.do("release-deposit", "money", at, refund_amount="120"))
    step = case.do("release-deposit", "money", "2026-03-05 11:00", refund_amount="120")
    assert rooms(step).get("release-deposit") == {"order": "DD-1", "unfrozen": "300.00", "refunded": "120.00", "deducted": "180.00"}
    assert told(step).get("deposit-released-note") == ("customer",)
    assert case.stage == "return-settled"


@covers("S1-X07")
def test_silence_is_no_agreement(book: Rulebook) -> None:
    case = confirmed(book, "350")
    step = case.do("settle-undisputed", "money", "2026-03-09 12:30", refund_amount="2650")
    assert rooms(step).get("settle-deposit") == {"order": "DD-1", "refunded": "2650.00", "frozen": "350.00"}


@covers("S1-X07")
def test_no_more_is_kept_than_there_is(book: Rulebook) -> None:
    case = confirmed(book, "5000")
    case.do("accept-deduction", "customer", "2026-03-04 12:00")
    step = case.do("settle-agreed", "money", "2026-03-04 12:30", refund_amount="0")
    assert rooms(step).get("settle-deposit") == {"order": "DD-1", "deducted": "3000.00"}
