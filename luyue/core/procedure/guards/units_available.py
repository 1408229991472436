from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, rows_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class UnitsAvailable:
    """A plan is only sent when every unit it needs is free in its period.

    Reader `planned-units`: rows of {model, wanted, free, from_on, to_on} over the case's drafted plans, the period half-open.
    """

    name = "units-available"
    sentence = Label("方案所需设备在租期内都有空闲", "Every planned unit is free for the period")
    reads = ("plan_lines", "rent_starts_at", "rent_ends_at")
    selectors = ("planned-units",)
    needs_form = False
    remedy = "请更换型号、数量或租期后重新起草方案"

    def denies(self, moment: Moment) -> Denial | None:
        short = [row for row in rows_of(moment.read("planned-units")) if int(str(row.get("free", 0))) < int(str(row.get("wanted", 0)))]
        if not short:
            return None
        zh = "；".join(f"{row.get('model')} 需 {row.get('wanted')} 台，空闲 {row.get('free')} 台" for row in short)
        en = "; ".join(f"{row.get('model')}: {row.get('wanted')} needed, {row.get('free')} free" for row in short)
        return Denial(f"所需设备在租期内不足：{zh}", f"Not enough units for the period: {en}")
