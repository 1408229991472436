"""From a plan the customer confirms to his signature: the order, its units and its papers follow the case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luyue.apps.cases.models import Case
from luyue.apps.casework.answers import answers_of
from luyue.apps.casework.rows import load
from luyue.apps.rental.models import Hold, Order, Unit
from luyue.apps.rental.stock import free, planned_units
from luyue.core.procedure.state import Refused
from luyue.site.demo.desk import FILE, House, Matter
from luyue.site.demo.rental_stories import plans_to_confirm


@pytest.fixture
def plans(house: House) -> Matter:
    return plans_to_confirm(house)


def lights_free(matter: Matter) -> int:
    hold = Hold.objects.filter(model="补光灯 600D").latest("pk")
    return free("补光灯 600D", hold.from_on, hold.to_on)


def ordered(plans: Matter) -> Matter:
    """The order case the confirmed plan has opened, at the matter's own time."""
    plans.does("customer", "confirm-plan", plan_total="510", customer_signature="邱明")
    order = Matter(plans.house, plans.client, plans.at)
    order.case = Case.objects.get(kind="rental-order")
    return order


def test_sent_plans_hold_their_units(plans: Matter) -> None:
    held = {one.model: one.quantity for one in Hold.objects.filter(case=plans.case)}
    assert held == {"补光灯 600D": 2, "补光灯 300D": 2, "领夹麦克风": 2}
    spare = Unit.objects.filter(model="补光灯 600D").exclude(orderline__order__state="out").count()
    assert lights_free(plans) == spare - 2


def test_what_is_kept_back_or_rented_in_the_period_is_not_free_for_a_plan(plans: Matter) -> None:
    Unit.objects.filter(model="补光灯 600D").update(state=Unit.QUARANTINED)
    rows = {str(row["model"]): row for row in planned_units(plans.case, {"fields": load(plans.case).fields}) or ()}
    assert (rows["补光灯 600D"]["wanted"], rows["补光灯 600D"]["free"]) == (2, 0)
    assert (rows["领夹麦克风"]["wanted"], rows["领夹麦克风"]["free"]) == (2, 7)  # his own hold does not count, the returned one is back


def test_only_a_drafted_plan_can_be_confirmed(plans: Matter) -> None:
    with pytest.raises(Refused) as refused:
        plans.does("customer", "confirm-plan", plan_total="99", customer_signature="邱明")
    assert refused.value.code == "effect:open-order"
    assert not Case.objects.filter(kind="rental-order").exists()


def test_the_confirmed_plan_becomes_an_order_that_is_checked_against_it(plans: Matter) -> None:
    order = ordered(plans)
    answers = answers_of(order.case)
    assert (answers["receiver_name"], answers["order_total"]) == ("邱明", "510.00")
    row = Order.objects.get(number=order.case.number)
    assert (row.total, row.deposit, (row.ends_on - row.starts_on).days, row.customer) == (Decimal("510"), Decimal("1200"), 3, plans.case.customer)
    assert set(Hold.objects.values_list("case__number", flat=True)) == {order.case.number}
    before = lights_free(order)
    order.checks("chensiyuan", "order-review").does("chensiyuan", "review-order")
    units = [line.unit for line in row.lines.order_by("pk")]
    assert sorted(unit.model for unit in units if unit) == ["补光灯 600D", "补光灯 600D", "领夹麦克风", "领夹麦克风"]
    assert not Hold.objects.filter(released_at=None).exists()
    assert lights_free(order) == before  # from held to allocated: nothing is counted twice, nothing is lost


def test_a_faulty_unit_is_replaced_kept_back_and_the_rent_starts_with_the_signature(plans: Matter) -> None:
    order = ordered(plans)
    order.checks("chensiyuan", "order-review").does("chensiyuan", "review-order")
    row = Order.objects.get(number=order.case.number)
    faulty = Unit.objects.filter(orderline__order=row, model="补光灯 600D").order_by("serial")[0]
    order.does("gaoxiang", "fail-outbound-check", failed_serial=faulty.serial, failed_reason="灯管闪烁")
    faulty.refresh_from_db()
    assert faulty.state == Unit.QUARANTINED
    assert {line.unit.serial for line in row.lines.all()}.isdisjoint({faulty.serial})
    assert row.lines.filter(unit=None).count() == 0
    order.checks("gaoxiang", "outbound-check").does("gaoxiang", "pass-outbound-check")
    with pytest.raises(Refused, match="不是本订单"):
        order.does("gaoxiang", "pack", scanned_order="DD-2026-999999")
    order.does("gaoxiang", "pack", scanned_order=order.case.number).does("gaoxiang", "ship", carrier="carrier-a", waybill="SF1")
    order.does("gaoxiang", "report-fact", 60, fact="shipment.delivered", evidence=FILE, text="已送达")
    seen = dict.fromkeys(("as_ordered", "undamaged", "accessories_complete"), "confirmed")
    order.does("customer", "accept-delivery", 10, **seen, receiver_signature="邱明")
    row.refresh_from_db()
    assert (row.state, row.starts_on, (row.ends_on - row.starts_on).days) == (Order.OUT, order.at.astimezone(plans.house.book.agenda.zone).date(), 3)
    assert order.case.stage == "accepted"


def test_an_order_called_off_gives_its_units_back(plans: Matter) -> None:
    order = ordered(plans)
    before = lights_free(order)
    order.does("customer", "cancel-order", cancel_reason="活动取消")
    assert lights_free(order) == before + 2
