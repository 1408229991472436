from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment, Unread
from luyue.core.regulation.rules import Label


class RecalculateOrder:
    """Price and term anew by the contract, and the difference to what was billed.

    Reader `contract-price` {order}: {order, total, days, lines} as the contract in force gives it, or None when the case names no order the
    company knows. The difference is total - billed: negative means the customer was charged too much.
    """

    name = "recalculate-order"
    sentence = Label("按合同重算费用并列出差额", "Recalculates price and term by contract and stores the difference")
    reads = ("billed_amount",)
    selectors = ("contract-price",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        try:
            price = record_of(moment.read("contract-price"))
        except Unread:
            price = {}
        billed = moment.value("billed_amount")
        if not price:
            return (RoomEffect(self.name, {"order": None, "billed": billed, "total": None, "difference": None}),)
        total = Decimal(str(price["total"]))
        difference = None if billed is None else f"{total - Decimal(str(billed)):.2f}"
        data = {"order": price.get("order"), "billed": billed, "total": f"{total:.2f}", "days": price.get("days"), "difference": difference}
        return (RoomEffect(self.name, data),)
