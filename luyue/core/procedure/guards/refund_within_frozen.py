from __future__ import annotations

from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial, record_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RefundWithinFrozen:
    """Whoever decides the contested part gives back all of it, a part or nothing. Reader `deposit`, as in the effect `settle-deposit`."""

    name = "refund-within-frozen"
    sentence = Label("退还金额不超过冻结的争议金额", "No more is given back than was frozen")
    reads = ("contested_refund",)
    selectors = ("deposit",)
    needs_form = True
    remedy = "请填写冻结金额以内的数"

    def denies(self, moment: Moment) -> Denial | None:
        refund, frozen = moment.data.get("contested_refund"), Decimal(str(record_of(moment.read("deposit")).get("frozen") or 0))
        if refund is None or 0 <= Decimal(str(refund)) <= frozen:
            return None
        return Denial(f"冻结的争议金额是 {frozen} 元，退还不能超过它", f"CNY {frozen} are frozen; no more can be given back")
