from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from luyue.core.procedure.effects.settle_deposit import agree_on
from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RefundRentCredit:
    """What was credited to the customer is paid out, all of it and no more. Reader `rent-credit`: {order, amount} still owed in this case."""

    name = "refund-rent-credit"
    sentence = Label("退还已折抵的租金", "Pays out the rent that was credited")
    reads = ("refund_amount",)
    selectors = ("rent-credit",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        owed = record_of(moment.read("rent-credit"))
        amount = Decimal(str(owed.get("amount") or 0))
        agree_on(self.name, moment, amount)
        return (RoomEffect(self.name, {"order": str(owed["order"]), "amount": f"{amount:.2f}"}),) if amount else ()
