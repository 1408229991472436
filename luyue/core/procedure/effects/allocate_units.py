from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import rows_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class AllocateUnits:
    """Real units for the order's lines, by serial number; the tentative hold ends.

    Reader `units-to-allocate` {failed}: rows of {model, serial}, serial None where none is free; `failed` is a unit just found faulty, to be
    replaced and never picked again.
    """

    name = "allocate-units"
    sentence = Label("为订单分配设备并解除暂留", "Allocates serial numbers and releases the hold")
    reads = ("failed_serial",)
    selectors = ("units-to-allocate",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        rows = rows_of(moment.read("units-to-allocate", failed=moment.data.get("failed_serial")))
        short = sorted({str(row.get("model")) for row in rows if not row.get("serial")})
        if short:
            raise Refused(
                "effect:allocate-units", f"没有空闲的设备可以分配：{'、'.join(short)}", words_en=f"No free unit to allocate: {', '.join(short)}",
                rule=moment.action.id, clause=moment.action.clause, remedy="请调入设备，或与客户商定更换型号",
            )  # fmt: skip
        units = tuple({"model": str(row.get("model")), "serial": str(row.get("serial"))} for row in rows)
        return (RoomEffect(self.name, {"units": units, "releases_hold": True}),)
