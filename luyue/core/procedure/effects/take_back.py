from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class TakeBack:
    """The order's units are in the house again; nothing to do where the case names no order of this customer.

    Reader `order-out`, as in the guard `units-still-out`.
    """

    name = "take-back"
    sentence = Label("登记订单的设备已交回", "The units of the order are back")
    reads: tuple[str, ...] = ()
    selectors = ("order-out",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        order = record_of(moment.read("order-out"))
        return (RoomEffect(self.name, {"order": str(order["order"])}),) if order.get("out") else ()
