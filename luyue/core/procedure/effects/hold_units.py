from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import rows_of
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class HoldUnits:
    """A tentative hold on what the sent plans need, until they expire.

    Reader `planned-units`: rows of {model, wanted, free, from_on, to_on}; the same the guard `units-available` asked.
    """

    name = "hold-units"
    sentence = Label("为已发送的方案暂留设备", "Holds the planned units until the plan expires")
    reads: tuple[str, ...] = ()
    selectors = ("planned-units",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        rows = rows_of(moment.read("planned-units"))
        lines = tuple(
            {"model": str(row.get("model")), "quantity": int(str(row.get("wanted", 0))), "from_on": row.get("from_on"), "to_on": row.get("to_on")}
            for row in rows
        )
        return (RoomEffect(self.name, {"lines": lines}),)
