from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class LabelMatchesOrder:
    """The number scanned from the parcel is the number of this case.

    Reader `case-number`: the case's own number as text.
    """

    name = "label-matches-order"
    sentence = Label("包装上的订单编号与工单一致", "The number on the parcel is this order's")
    reads = ("scanned_order",)
    selectors = ("case-number",)
    needs_form = True
    remedy = "请核对包装，换上正确的标签后重新扫描"

    def denies(self, moment: Moment) -> Denial | None:
        scanned, number = str(moment.data.get("scanned_order") or "").strip(), str(moment.read("case-number") or "")
        if scanned and scanned.upper() == number.upper():
            return None
        return Denial(f"扫描的编号“{scanned}”不是本订单 {number}", f"Scanned “{scanned}” is not this order, {number}")
