from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial, record_of, rows_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class OrderMatchesConfirmedPlan:
    """An order is what the customer confirmed: same models, quantities, prices and total.

    Readers `order` and `confirmed-plan`: {lines: rows of {unit_model, unit_price, quantity}, total}; None when there is none.
    """

    name = "order-matches-confirmed-plan"
    sentence = Label("订单与客户确认的方案一致", "The order is the plan the customer confirmed")
    reads: tuple[str, ...] = ()
    selectors = ("order", "confirmed-plan")
    needs_form = False
    remedy = "请更正订单，或请客户重新确认方案"

    def denies(self, moment: Moment) -> Denial | None:
        order, plan = record_of(moment.read("order")), record_of(moment.read("confirmed-plan"))
        if not plan:
            return Denial("没有客户确认的方案", "There is no plan the customer confirmed")
        if _lines(order) != _lines(plan):
            return Denial("订单的设备清单与客户确认的方案不一致", "The order's lines differ from the confirmed plan")
        if _money(order.get("total")) != _money(plan.get("total")):
            return Denial(
                f"订单费用 {order.get('total')} 与客户确认的 {plan.get('total')} 不一致",
                f"The order's total {order.get('total')} differs from the confirmed {plan.get('total')}",
            )
        return None


def _lines(paper: Mapping[str, object]) -> Counter[tuple[str, Decimal]]:
    """Quantity by model and price: the order of lines and how they are split do not matter."""
    lines: Counter[tuple[str, Decimal]] = Counter()
    for line in rows_of(paper.get("lines")):
        lines[(str(line.get("unit_model")), _money(line.get("unit_price")))] += int(Decimal(str(line.get("quantity") or 0)))
    return lines


def _money(value: object) -> Decimal:
    return Decimal(str(value if value is not None else 0))
