from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class QuarantineUnit:
    """A faulty unit leaves availability until somebody clears it; the words why stay in the entry's body."""

    name = "quarantine-unit"
    sentence = Label("把不合格设备移出可用范围", "Takes the unit out of availability, with the reason")
    reads = ("failed_serial", "failed_reason")
    selectors: tuple[str, ...] = ()

    def run(self, moment: Moment) -> Sequence[Effect]:
        serial = moment.data.get("failed_serial")
        return (RoomEffect(self.name, {"serial": str(serial), "found_at_action": moment.action.id}),) if serial else ()
