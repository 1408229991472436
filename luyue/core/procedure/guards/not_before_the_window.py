from __future__ import annotations

from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class NotBeforeTheWindow:
    """Nobody stands at the customer's door before the window agreed with him; who comes after it is late, which the clock says."""

    name = "not-before-the-window"
    sentence = Label("不早于约定时段上门", "Nobody comes before the agreed window")
    reads = ("window_starts_at",)
    selectors: tuple[str, ...] = ()
    needs_form = False
    remedy = "请等到约定时段开始，或请客户另约时段"

    def denies(self, moment: Moment) -> Denial | None:
        begins = moment.value("window_starts_at")
        if begins is None or moment.at >= from_iso(str(begins)):
            return None
        return Denial("约定时段还没有开始", "The agreed window has not begun")
