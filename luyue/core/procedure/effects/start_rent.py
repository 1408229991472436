from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.codec import from_iso, iso
from luyue.core.procedure.state import Effect, FieldsSet, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class StartRent:
    """The rent period starts when the customer signs, not when somebody types it in, and is as long as was agreed.

    Where the order says from when to when, the end moves along with the beginning; reminders ahead of it move too.
    """

    name = "start-rent"
    sentence = Label("自客户签收起算租期", "The rent period starts at the customer's signature")
    reads = ("rent_starts_at", "rent_ends_at")
    selectors: tuple[str, ...] = ()

    def run(self, moment: Moment) -> Sequence[Effect]:
        started: tuple[Effect, ...] = (RoomEffect(self.name, {"starts_at": iso(moment.at)}),)
        begins, ends = (moment.value(name) for name in self.reads)
        if begins is None or ends is None:
            return started
        length = from_iso(str(ends)) - from_iso(str(begins))
        return (*started, FieldsSet({"rent_starts_at": iso(moment.at), "rent_ends_at": iso(moment.at + length)}))
