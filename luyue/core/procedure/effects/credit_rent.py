from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_DAY = timedelta(days=1)


class CreditRent:
    """No rent for a unit that could not be used: from the report of the fault until it works again, a day begun counting as a day.

    Reader `rent-of-unit`: {order, per_day} of the unit the case is about; None when the customer's order has no such unit.
    """

    name = "credit-rent"
    sentence = Label("停用期间的租金按日折抵", "Credits the rent of the days the unit could not be used")
    reads = ("unit_model",)
    selectors = ("rent-of-unit",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        rent = record_of(moment.read("rent-of-unit"))
        if not rent:
            raise Refused(
                f"effect:{self.name}", "客户的订单中没有这个型号的设备，不能折抵租金", words_en="The customer's order has no such unit to credit",
                rule=moment.action.id, clause=moment.action.clause, remedy="请更正登记的订单编号或设备型号",
            )  # fmt: skip
        since = moment.state.received_at or moment.at
        days = max(1, -(-(moment.at - since) // _DAY))
        amount = Decimal(str(rent["per_day"])) * days
        return (RoomEffect(self.name, {"order": str(rent["order"]), "days": days, "amount": f"{amount:.2f}"}),)
