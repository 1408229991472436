"""Named guards and effects, each refusing and letting pass, and what they ask other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from luyue.core.clockwork import ClockState
from luyue.core.procedure import CaseState, Moment, Refused, Unread, World
from luyue.core.procedure.effects import EFFECTS, register_effect
from luyue.core.procedure.guards import GUARDS, register_guard
from luyue.core.procedure.state import Actor, FactRecord, FieldsSet, RoomEffect, Tick
from luyue.core.regulation.rules import ActionRule
from luyue.core.regulation.vocabulary import GUARDS_OF_FORMS
from tests.core.procedure.desk import FINDING, PEOPLE, Desk, investigating, local, objections, tick_all
from tests.core.procedure.small_book import action, small_book

AT = local("2026-03-04 12:00")
BOOK = objections()
ACTION = BOOK.action("conclude-fee")


def moment(
    data: Mapping[str, object] | None = None, *, fields: Mapping[str, object] | None = None, world: Mapping[str, object] | None = None,
    facts: tuple[str, ...] = (), ticks: tuple[str, ...] = (), actor: Actor | None = None, rule: ActionRule = ACTION,
    owed: tuple[ClockState, ...] = (),
) -> Moment:  # fmt: skip
    def read(name: str, about: Mapping[str, object]) -> object:
        if name not in (world or {}):
            raise Unread(name)
        return (world or {})[name]

    state = CaseState(
        kind="objection",
        received_at=AT,
        fields=fields or {},
        facts=tuple(FactRecord(name, AT, AT, number, name.replace(".", "-"), "staff:1") for number, name in enumerate(facts)),
        clocks={one.key: one for one in owed},
        ticks={(rule.checklist, item): Tick(rule.checklist, item, "pass", "staff:1", AT) for item in ticks},
    )
    return Moment(BOOK, state, rule, actor or PEOPLE["anna"], data or {}, AT, AT, World(read))


RECOVERY = BOOK.action("conclude-recovery")
EXTRA = {"objection_type": "fee/extra-charge"}
ACCESSORY = {"objection_type": "recovery/missed-accessory"}
VERSIONS = ({"version": 1, "agreed": True}, {"version": 2, "agreed": False, "in_force": True})
PLAN = {"lines": ({"unit_model": "A", "unit_price": "10", "quantity": 2},), "total": "20.00"}
SPLIT = {"lines": ({"unit_model": "A", "unit_price": "10.00", "quantity": 1}, {"unit_model": "A", "unit_price": 10, "quantity": 1}), "total": 20}

AT_FOUR, OWED = "2026-03-04T08:00:00Z", ClockState("result#1", "result", "telling", "desk", "running", AT, due_at=local("2026-03-04 16:00"))
RENEWAL = {"order": "DD-1", "days": 2, "fee": "40.00", "short": ()}
OVERTIME = {"order": "DD-1", "ends_at": "2026-03-04T01:30:00Z", "per_hour": "30.00", "cap": "90.00"}  # two and a half hours before AT
CRACK = {"deduction_kind": "damage/cracked", "deduction_amount": "50"}
FRIDGE = {
    "bought_on": "2026-02-20", "delivered_on": "2026-02-25", "warranty_until": "2027-02-20", "repairs_before": "0", "longest_repair_days": "0",
    "warranty_excluded": "covered",
}  # fmt: skip
WINDOW = {"window_starts_at": "2026-03-05T06:00:00Z", "window_ends_at": "2026-03-05T08:00:00Z"}

CASES: list[tuple[str, bool, dict[str, Any]]] = [
    ("undisclosed-fee-is-waived", True, {"fields": EXTRA, "data": {"liable_party": "customer"}}),
    ("undisclosed-fee-is-waived", False, {"fields": EXTRA, "data": {"liable_party": "customer", "prior_disclosure": ["e:1"]}}),
    ("undisclosed-fee-is-waived", False, {"fields": EXTRA, "data": {"liable_party": "company"}}),
    ("undisclosed-fee-is-waived", False, {"fields": {"objection_type": "fee/invoice"}, "data": {"liable_party": "customer"}}),
    ("deduction-has-reason-and-evidence", True, {"data": {"deduction_lines": [{"deduction_reason": "划痕"}]}}),
    ("deduction-has-reason-and-evidence", True, {"data": {"deduction_lines": [{"deduction_evidence": ["e:1"]}]}}),
    ("deduction-has-reason-and-evidence", False, {"data": {"deduction_lines": [{"deduction_reason": "划痕", "deduction_evidence": ["e:1"]}]}}),
    ("deduction-has-reason-and-evidence", False, {}),
    ("claim-needs-dual-signed-count", True, {"rule": RECOVERY, "fields": ACCESSORY, "data": {"liable_party": "customer"}}),
    ("claim-needs-dual-signed-count", False, {"rule": RECOVERY, "fields": ACCESSORY, "data": {"liable_party": "customer"}, "ticks": ("dual-count",)}),
    ("claim-needs-dual-signed-count", False, {"rule": RECOVERY, "fields": ACCESSORY, "data": {"liable_party": "company"}}),
    ("wear-is-free", True, {"rule": RECOVERY, "data": {"cause": "normal-wear", "liable_party": "customer"}, "ticks": ("photo-pair",)}),
    ("wear-is-free", True, {"rule": RECOVERY, "data": {"cause": "misuse", "liable_party": "shared"}}),
    ("wear-is-free", False, {"rule": RECOVERY, "data": {"cause": "misuse", "liable_party": "customer"}, "ticks": ("photo-pair@SN-1",)}),
    ("wear-is-free", False, {"rule": RECOVERY, "data": {"cause": "normal-wear", "liable_party": "nobody"}}),
    ("no-change-without-consent", True, {"world": {"contract-versions": VERSIONS[1:]}}),
    ("no-change-without-consent", True, {"world": {"contract-versions": VERSIONS}, "data": {"contract_version": "2"}}),
    ("no-change-without-consent", True, {"world": {"contract-versions": None}}),
    ("no-change-without-consent", False, {"world": {"contract-versions": VERSIONS}}),
    ("no-sharing-without-consent", True, {}),
    ("no-sharing-without-consent", True, {"facts": ("consent.given", "consent.withdrawn")}),
    ("no-sharing-without-consent", False, {"facts": ("consent.given", "consent.withdrawn", "consent.given")}),
    ("not-the-person-complained-about", True, {"data": {"missed_clock": "c#1"}, "world": {"holders-of-clock": ({"holder": "staff:1"},)}}),
    ("not-the-person-complained-about", False, {"data": {"missed_clock": "c#1"}, "world": {"holders-of-clock": ({"holder": "staff:2"},)}}),
    ("not-the-person-complained-about", False, {}),
    ("not-the-person-complained-about", True, {"fields": {"measure_owner": "staff:1"}}),
    ("every-remedy-has-its-fact", True, {"fields": {"remedies": ("refund", "apology")}, "facts": ("customer.agreed", "refund.started")}),
    ("every-remedy-has-its-fact", False, {"fields": {"remedies": ("refund",)}, "facts": ("customer.agreed", "refund.started")}),
    ("every-remedy-has-its-fact", True, {"fields": {"remedies": ("unheard-of",)}, "facts": ("customer.agreed",)}),
    ("every-remedy-has-its-fact", False, {}),
    ("refund-by-original-route", True, {"data": {"refund_route": "bank"}, "world": {"payments": ({"route": "wechat"},)}}),
    ("refund-by-original-route", False, {"data": {"refund_route": "wechat"}, "world": {"payments": ({"route": "wechat"},)}}),
    ("refund-by-original-route", False, {"data": {"refund_route": "bank", "refund_consent": ["e:1"]}}),
    ("refund-by-original-route", False, {}),
    ("units-available", True, {"world": {"planned-units": ({"model": "A", "wanted": 2, "free": 1},)}}),
    ("units-available", False, {"world": {"planned-units": ({"model": "A", "wanted": 2, "free": 2},)}}),
    ("order-matches-confirmed-plan", False, {"world": {"order": SPLIT, "confirmed-plan": PLAN}}),
    ("order-matches-confirmed-plan", True, {"world": {"order": {**SPLIT, "total": "21"}, "confirmed-plan": PLAN}}),
    ("order-matches-confirmed-plan", True, {"world": {"order": {"lines": (), "total": 20}, "confirmed-plan": PLAN}}),
    ("order-matches-confirmed-plan", True, {"world": {"order": SPLIT, "confirmed-plan": None}}),
    ("label-matches-order", True, {"data": {"scanned_order": "DD-2"}, "world": {"case-number": "DD-1"}}),
    ("label-matches-order", False, {"data": {"scanned_order": "dd-1"}, "world": {"case-number": "DD-1"}}),
    ("promise-inside-the-clause", False, {"data": {"promised_at": AT_FOUR}, "owed": (OWED,)}),
    ("promise-inside-the-clause", True, {"data": {"promised_at": "2026-03-04T08:00:01Z"}, "owed": (OWED,)}),
    ("promise-inside-the-clause", False, {"data": {"promised_at": "2027-03-04T08:00:01Z"}, "owed": (replace(OWED, state="kept"),)}),
    ("promise-inside-the-clause", False, {"owed": (OWED,)}),
    ("lawful-remedies-offered", True, {"data": {**FRIDGE, "offered_remedies": ["repair", "replace"]}}),
    ("lawful-remedies-offered", False, {"data": {**FRIDGE, "offered_remedies": ["repair", "replace", "return"]}}),
    ("lawful-remedies-offered", False, {"data": {**FRIDGE, "warranty_excluded": "misuse", "offered_remedies": ["paid-repair", "repair"]}}),
    ("lawful-remedies-offered", False, {"data": {"offered_remedies": ["repair"]}}),
    ("remedy-is-lawful", True, {"fields": {"offered_remedies": ("repair",)}, "data": {"chosen_remedy": "return"}}),
    ("remedy-is-lawful", True, {"data": {"chosen_remedy": "repair"}}),
    ("remedy-is-lawful", False, {"fields": {"offered_remedies": ("repair",)}, "data": {"chosen_remedy": "repair"}}),
    ("window-of-two-hours", False, {"data": WINDOW}),
    ("window-of-two-hours", True, {"data": {**WINDOW, "window_ends_at": "2026-03-05T08:00:01Z"}}),
    ("window-of-two-hours", True, {"data": {**WINDOW, "window_ends_at": WINDOW["window_starts_at"]}}),
    ("window-of-two-hours", False, {"data": {"window_starts_at": AT_FOUR}}),
    ("not-before-the-window", True, {"fields": {"window_starts_at": "2026-03-04T04:00:01Z"}}),
    ("not-before-the-window", False, {"fields": {"window_starts_at": "2026-03-04T04:00:00Z"}}),
    ("not-before-the-window", False, {}),
    ("deduction-by-catalogue", True, {"data": {"deduction_lines": [{**CRACK, "deduction_kind": "wear/surface"}], "deduction_total": "50"}}),
    ("deduction-by-catalogue", False, {"data": {"deduction_lines": [{"deduction_kind": "wear/surface", "deduction_amount": "0"}], "deduction_total": "0"}}),
    ("deduction-by-catalogue", True, {"data": {"deduction_lines": [CRACK, CRACK], "deduction_total": "50"}}),
    ("deduction-by-catalogue", False, {"data": {"deduction_lines": [CRACK, CRACK], "deduction_total": "100.00"}}),
    ("deduction-by-catalogue", True, {"data": {"deduction_total": "1"}}),
    ("deduction-by-catalogue", False, {"data": {"deduction_total": "0"}}),
    ("contested-within-deduction", True, {"data": {"contested_amount": "50.01"}, "fields": {"deduction_total": "50"}}),
    ("contested-within-deduction", True, {"data": {"contested_amount": "0"}, "fields": {"deduction_total": "50"}}),
    ("contested-within-deduction", False, {"data": {"contested_amount": "50"}, "fields": {"deduction_total": "50"}}),
    ("refund-within-frozen", True, {"data": {"contested_refund": "50.01"}, "world": {"deposit": {"held": "50", "frozen": "50"}}}),
    ("refund-within-frozen", False, {"data": {"contested_refund": "50"}, "world": {"deposit": {"held": "50", "frozen": "50"}}}),
    ("refund-within-frozen", True, {"data": {"contested_refund": "1"}, "world": {"deposit": None}}),
    ("renewal-possible", True, {"world": {"renewal": None}}),
    ("renewal-possible", True, {"world": {"renewal": {**RENEWAL, "days": 0}}}),
    ("renewal-possible", True, {"world": {"renewal": {**RENEWAL, "short": ("A",)}}}),
    ("renewal-possible", True, {"world": {"renewal": RENEWAL}, "data": {"renewal_fee": "39.99"}}),
    ("renewal-possible", True, {"world": {"renewal": {**RENEWAL, "fee": "60.00"}}, "fields": {"renewal_fee": "40"}}),
    ("renewal-possible", False, {"world": {"renewal": RENEWAL}, "data": {"renewal_fee": "40"}}),
    ("lead-agrees-to-second-transfer", False, {"rule": BOOK.action("pass-on")}),
    ("units-still-out", True, {"world": {"order-out": None}}),
    ("units-still-out", True, {"world": {"order-out": {"order": "DD-1", "out": False}}}),
    ("units-still-out", False, {"world": {"order-out": {"order": "DD-1", "out": True}}}),
    ("overtime-beyond-two-hours", True, {"world": {"overtime-terms": None}, "data": {"overtime_fee": "10"}}),
    ("overtime-beyond-two-hours", False, {"world": {"overtime-terms": None}}),
    ("overtime-beyond-two-hours", False, {"world": {"overtime-terms": OVERTIME}}),
    ("overtime-beyond-two-hours", True, {"world": {"overtime-terms": OVERTIME}, "facts": ("return.inspected",)}),
    ("overtime-beyond-two-hours", True, {"world": {"overtime-terms": OVERTIME}, "facts": ("return.inspected",), "data": {"overtime_fee": "30.01"}}),
    ("overtime-beyond-two-hours", False, {"world": {"overtime-terms": OVERTIME}, "facts": ("return.inspected",), "data": {"overtime_fee": "30"}}),
]


@pytest.mark.parametrize(("name", "refuses", "case"), CASES, ids=lambda value: str(value) if isinstance(value, str | bool) else "")
def test_a_guard_refuses_exactly_what_its_sentence_says(name: str, refuses: bool, case: dict[str, Any]) -> None:
    denial = GUARDS[name].denies(moment(**case))
    assert (denial is not None) is refuses
    if denial is not None:
        assert denial.zh
        assert denial.en
        assert denial.remedy or GUARDS[name].remedy


def test_the_check_knows_which_guards_look_at_a_form() -> None:
    assert {name for name, guard in GUARDS.items() if guard.needs_form} == GUARDS_OF_FORMS


def test_every_guard_is_tried_both_ways() -> None:
    for name in GUARDS:
        outcomes = {refuses for tried, refuses, _ in CASES if tried == name}
        assert outcomes == {True, False} or name == "lead-agrees-to-second-transfer", name


def test_a_second_transfer_waits_for_a_lead() -> None:
    rule = BOOK.action("pass-on")
    facts = (FactRecord("case.passed-on", AT, AT, 3, "pass-on", "staff:5"),)
    state = CaseState(kind="objection", facts=facts)
    guard = GUARDS["lead-agrees-to-second-transfer"]

    def by(who: str) -> Moment:
        return Moment(BOOK, state, rule, PEOPLE[who], {}, AT, AT, World())

    assert guard.denies(by("money")) is not None
    assert guard.denies(by("lead")) is None


def test_a_room_that_knows_nothing_makes_the_guard_refuse_in_words() -> None:
    rule = action("restore", "contract.restored", guards=("no-change-without-consent",))

    def nothing(name: str, about: Mapping[str, object]) -> object:
        raise Unread(name)

    desk = Desk(small_book(rule), read=nothing)
    desk.open("dana", at="2026-03-04 09:00")
    with pytest.raises(Refused) as no:
        desk.do("restore", "dana", "2026-03-04 10:00")
    assert no.value.code == "guard:no-change-without-consent"
    assert no.value.remedy


def run(name: str, **case: Any) -> RoomEffect:
    (effect,) = EFFECTS[name].run(moment(**case))
    assert isinstance(effect, RoomEffect)
    assert effect.name == name
    return effect


def test_the_difference_of_a_recalculation_is_what_was_charged_too_much() -> None:
    price = {"order": "DD-1", "total": "80", "days": 4}
    effect = run("recalculate-order", fields={"billed_amount": "100.00"}, world={"contract-price": price})
    assert effect.data == {"order": "DD-1", "billed": "100.00", "total": "80.00", "days": 4, "difference": "-20.00"}
    assert run("recalculate-order", world={"contract-price": None}).data["difference"] is None
    assert run("recalculate-order").data["order"] is None


def test_the_last_agreed_version_is_restored() -> None:
    assert run("restore-contract-version", world={"contract-versions": VERSIONS}).data == {"version": "1", "replaces": ("2",)}
    with pytest.raises(Refused, match="没有客户同意过"):
        run("restore-contract-version", world={"contract-versions": ()})


def test_an_escalation_opens_the_complaint_the_regulation_names() -> None:
    assert run("open-complaint", rule=BOOK.action("escalate")).data["procedure"] == "complaint"


def test_an_invoice_the_books_do_not_hold_is_reversed_by_hand() -> None:
    assert run("red-letter-and-reissue", world={"invoice": {"number": "I-1", "amount": "5", "kind": "plain"}}).data["by_hand"] is False
    assert run("red-letter-and-reissue").data["by_hand"] is True


def test_units_are_held_allocated_and_quarantined() -> None:
    rows = ({"model": "A", "wanted": 2, "free": 3, "from_on": "2026-03-05", "to_on": "2026-03-09"},)
    assert run("hold-units", world={"planned-units": rows}).data["lines"][0]["quantity"] == 2  # type: ignore[index]
    picked = run("allocate-units", world={"units-to-allocate": ({"model": "A", "serial": "SN-1"},)})
    assert picked.data == {"units": ({"model": "A", "serial": "SN-1"},), "releases_hold": True}
    with pytest.raises(Refused, match="没有空闲"):
        run("allocate-units", world={"units-to-allocate": ({"model": "A", "serial": None},)})
    assert run("quarantine-unit", data={"failed_serial": "SN-1", "failed_reason": "划痕"}).data["serial"] == "SN-1"
    assert not EFFECTS["quarantine-unit"].run(moment())
    assert run("start-rent").data == {"starts_at": "2026-03-04T04:00:00Z"}


def test_an_order_is_taken_back_once() -> None:
    out = {"order": "DD-1", "out": True}
    assert run("take-back", world={"order-out": out}).data == {"order": "DD-1"}
    for known in (None, {**out, "out": False}):
        assert not EFFECTS["take-back"].run(moment(world={"order-out": known}))


def test_the_rent_is_as_long_as_was_agreed_however_late_it_begins() -> None:
    fields = {"rent_starts_at": "2026-03-03T01:00:00Z", "rent_ends_at": "2026-03-05T13:00:00Z"}
    _, moved = EFFECTS["start-rent"].run(moment(fields=fields))
    assert moved == FieldsSet({"rent_starts_at": "2026-03-04T04:00:00Z", "rent_ends_at": "2026-03-06T16:00:00Z"})


def test_an_order_is_invoiced_once_and_for_what_it_costs() -> None:
    order = {"order": "DD-1", "amount": "800.00", "invoice": ""}
    issued = run("issue-invoice", data={"invoice_number": "2644"}, world={"order-to-invoice": order})
    assert issued.data == {"order": "DD-1", "amount": "800.00", "number": "2644"}
    with pytest.raises(Refused, match="已开发票 2600"):
        run("issue-invoice", data={"invoice_number": "2644"}, world={"order-to-invoice": {**order, "invoice": "2600"}})
    with pytest.raises(Refused, match="没有找到"):
        run("issue-invoice", data={"invoice_number": "2644"}, world={"order-to-invoice": None})


def test_a_day_begun_without_the_unit_is_a_day_without_rent() -> None:
    rent = {"rent-of-unit": {"order": "DD-1", "per_day": "45.00"}}
    assert run("credit-rent", world=rent).data == {"order": "DD-1", "days": 1, "amount": "45.00"}
    with pytest.raises(Refused, match="没有这个型号"):
        run("credit-rent", world={"rent-of-unit": None})
    owed = {"rent-credit": {"order": "DD-1", "amount": "135.00"}}
    assert run("refund-rent-credit", data={"refund_amount": "135"}, world=owed).data == {"order": "DD-1", "amount": "135.00"}
    with pytest.raises(Refused, match=r"应退 135\.00 元"):
        run("refund-rent-credit", data={"refund_amount": "45"}, world=owed)


def test_a_rent_goes_on_to_the_time_agreed() -> None:
    extended, moved = EFFECTS["extend-rent"].run(moment(fields={"renew_until": AT_FOUR}, world={"renewal": RENEWAL}))
    assert extended == RoomEffect("extend-rent", {"order": "DD-1", "days": 2, "fee": "40.00"})
    assert moved == FieldsSet({"rent_ends_at": AT_FOUR})
    with pytest.raises(Refused, match="没有找到"):
        run("extend-rent", fields={"renew_until": AT_FOUR}, world={"renewal": None})


@pytest.mark.parametrize(
    ("facts", "contested", "paid", "moves"),
    [
        ((), None, "2650", {"refunded": "2650.00", "frozen": "350.00"}),
        (("customer.agreed",), None, "2650", {"refunded": "2650.00", "deducted": "350.00"}),
        (("deduction.contested",), "300", "2650", {"refunded": "2650.00", "deducted": "50.00", "frozen": "300.00"}),
        (("deduction.contested",), "350", "2650", {"refunded": "2650.00", "frozen": "350.00"}),
    ],
)
def test_the_deposit_goes_back_but_for_what_is_agreed_or_disputed(facts: tuple[str, ...], contested: str | None, paid: str, moves: dict[str, str]) -> None:
    known = {"deduction_total": "350.00"} | ({"contested_amount": contested} if contested else {})
    held = {"deposit": {"order": "DD-1", "held": "3000.00", "frozen": "0.00"}}
    assert run("settle-deposit", fields=known, facts=facts, data={"refund_amount": paid}, world=held).data == {"order": "DD-1", **moves}
    with pytest.raises(Refused, match=r"应退 2650\.00 元"):
        run("settle-deposit", fields=known, facts=facts, data={"refund_amount": "3000"}, world=held)
    with pytest.raises(Refused, match="没有找到"):
        run("settle-deposit", fields=known, facts=facts, data={"refund_amount": paid}, world={"deposit": None})


def test_the_frozen_part_goes_where_the_decision_says() -> None:
    held = {"deposit": {"order": "DD-1", "held": "300.00", "frozen": "300.00"}}
    paid = run("release-deposit", fields={"contested_refund": "120"}, data={"refund_amount": "120"}, world=held)
    assert paid.data == {"order": "DD-1", "unfrozen": "300.00", "refunded": "120.00", "deducted": "180.00"}
    assert run("release-deposit", fields={"contested_refund": "0"}, data={}, world=held).data == {"order": "DD-1", "unfrozen": "300.00", "deducted": "300.00"}


def test_no_order_opens_without_a_confirmed_plan() -> None:
    with pytest.raises(Refused, match="已确认方案"):
        run("open-order", world={"confirmed-plan": None})
    assert run("open-order", world={"confirmed-plan": {**PLAN, "version": 3}}).data["plan"] == 3


def test_a_name_belongs_to_one_guard_and_one_effect_for_ever() -> None:
    class Another:
        name = "wear-is-free"

    with pytest.raises(ValueError, match="two guards"):
        register_guard(Another())  # type: ignore[arg-type]
    Another.name = "start-rent"
    with pytest.raises(ValueError, match="two effects"):
        register_effect(Another())  # type: ignore[arg-type]


def test_a_missing_deduction_part_is_refused_by_the_guard_not_by_the_form() -> None:
    desk = Desk()
    investigating(desk, data={**_fee(), "objection_type": "fee/deposit"})
    tick_all(desk, "fee-investigation", "money", "2026-03-04 10:00")
    with pytest.raises(Refused) as no:
        desk.do("conclude-fee", "money", "2026-03-04 11:00", **{**FINDING, "deduction_lines": [{"deduction_amount": "5", "deduction_reason": "划痕"}]})
    assert no.value.code == "guard:deduction-has-reason-and-evidence"


def _fee() -> dict[str, object]:
    return {
        "customer_name": "王", "contact_phone": "13800138000", "objection_text": "押金", "city": "same-city", "demand": ["refund"],
        "order_number": "DD-1",
    }  # fmt: skip
