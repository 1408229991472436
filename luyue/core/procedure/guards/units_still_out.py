from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, record_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class UnitsStillOut:
    """The customer still has what he rented. Reader `order-out`: {order, out} of the order the case is about; None when there is none."""

    name = "units-still-out"
    sentence = Label("设备还没有交回", "The units have not come back")
    reads: tuple[str, ...] = ()
    selectors = ("order-out",)
    needs_form = False
    remedy = "设备已经交回，不用再办"

    def denies(self, moment: Moment) -> Denial | None:
        order = record_of(moment.read("order-out"))
        if order.get("out"):
            return None
        return Denial("设备已经交回，或者没有交给客户", "The units are back, or never went out")
