from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class FreezeCaseFile:
    """The case file as it stands after this act, set in type and kept among the evidence; a later one is a second version."""

    name = "freeze-case-file"
    sentence = Label("制作并封存案卷", "Makes the case file and keeps it unchanged")
    reads: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()

    def run(self, moment: Moment) -> Sequence[Effect]:
        return (RoomEffect(self.name, {"stage": moment.action.to}),)
