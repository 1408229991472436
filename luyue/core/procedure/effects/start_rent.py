from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.codec import iso
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class StartRent:
    """The rent period starts when the customer signs, not when somebody types it in."""

    name = "start-rent"
    sentence = Label("自客户签收起算租期", "The rent period starts at the customer's signature")
    reads: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()

    def run(self, moment: Moment) -> Sequence[Effect]:
        return (RoomEffect(self.name, {"starts_at": iso(moment.at)}),)
