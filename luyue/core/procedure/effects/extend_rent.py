from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, FieldsSet, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class ExtendRent:
    """The rent goes on to the time the customer agreed to: the order, its price and a contract version with his consent; reminders move along.

    Reader `renewal`, as in the guard `renewal-possible`.
    """

    name = "extend-rent"
    sentence = Label("按客户同意的时间延长租期", "Makes the rent as long as the customer agreed")
    reads = ("renew_until",)
    selectors = ("renewal",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        renewal = record_of(moment.read("renewal"))
        until = moment.value("renew_until")
        if not renewal or until is None:
            raise Refused(
                f"effect:{self.name}", "没有找到对应的订单", words_en="There is no order behind this case", rule=moment.action.id,
                clause=moment.action.clause, remedy="请核对订单",
            )  # fmt: skip
        extended = RoomEffect(self.name, {"order": str(renewal["order"]), "days": int(str(renewal["days"])), "fee": str(renewal["fee"])})
        return (extended, FieldsSet({"rent_ends_at": str(until)}))
