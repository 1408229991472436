from __future__ import annotations

from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial, lines_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_WEAR = "wear"


class DeductionByCatalogue:
    """What is found on a returned unit is named from the catalogue: wear costs nothing, what else costs and the overtime add up to the total."""

    name = "deduction-by-catalogue"
    sentence = Label("磨损不收费，逐项扣款与超时费相加等于合计", "Wear is free; the lines and the overtime add up to the total")
    reads = ("deduction_lines", "overtime_fee", "deduction_total")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请按磨损和损坏目录逐项核对金额"

    def denies(self, moment: Moment) -> Denial | None:
        lines = lines_of(moment, "deduction_lines")
        for number, line in enumerate(lines, start=1):
            if str(line.get("deduction_kind")).partition("/")[0] == _WEAR and Decimal(str(line.get("deduction_amount") or 0)):
                return Denial(f"第 {number} 项属于正常磨损，不得收费", f"Line {number} is normal wear and costs nothing")
        total = moment.data.get("deduction_total")
        found = sum((Decimal(str(line.get("deduction_amount") or 0)) for line in lines), Decimal(str(moment.data.get("overtime_fee") or 0)))
        if total is None or found == Decimal(str(total)):
            return None
        return Denial(f"逐项相加是 {found} 元，与合计 {total} 元不一致", f"The lines add up to {found}, the total says {total}")
