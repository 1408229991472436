from __future__ import annotations

from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class ContestedWithinDeduction:
    """A customer contests what is to be deducted, all of it or a part."""

    name = "contested-within-deduction"
    sentence = Label("有异议的金额不超过拟扣金额", "No more is contested than is to be deducted")
    reads = ("contested_amount", "deduction_total")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请填写拟扣金额以内、大于 0 的数"

    def denies(self, moment: Moment) -> Denial | None:
        contested, total = moment.data.get("contested_amount"), moment.value("deduction_total")
        if contested is None or total is None or 0 < Decimal(str(contested)) <= Decimal(str(total)):
            return None
        return Denial(f"拟扣 {total} 元，有异议的金额须大于 0 且不超过它", f"CNY {total} is to be deducted; contest more than nothing and no more than that")
