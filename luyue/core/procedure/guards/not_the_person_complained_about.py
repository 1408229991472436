from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, rows_of
from luyue.core.procedure.index import index_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class NotThePersonComplainedAbout:
    """Nobody investigates himself: not one named in a `person` field of the case, nor one who held a missed clock it is about.

    Reader `holders-of-clock` {clock}: the staff ids who held the case of a linked clock while it ran, as rows of {holder}. It is asked
    only when the form names a clock.
    """

    name = "not-the-person-complained-about"
    sentence = Label("被投诉的当事人不得调查自己", "Nobody investigates a complaint about himself")
    reads = ("missed_clock",)
    selectors = ("holders-of-clock",)
    needs_form = False
    remedy = "请由另一位同事调查"

    def denies(self, moment: Moment) -> Denial | None:
        if moment.actor.id in self._named(moment):
            return Denial("您是这件投诉所指的当事人，不得自己调查", "You are the person this is about; somebody else must investigate")
        clock = moment.value("missed_clock")
        if clock is None:
            return None
        holders = {row.get("holder") for row in rows_of(moment.read("holders-of-clock", clock=clock))}
        if moment.actor.id in holders:
            return Denial("您经办过这个超时时限，不得自己调查", "You held the clock that was missed; somebody else must investigate")
        return None

    def _named(self, moment: Moment) -> set[object]:
        fields = index_of(moment.book).fields(moment.state.kind)
        return {moment.value(name) for name, field in fields.items() if field.kind == "person"}
