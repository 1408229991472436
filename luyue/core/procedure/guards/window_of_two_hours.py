from __future__ import annotations

from datetime import timedelta

from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_LONGEST = timedelta(hours=2)


class WindowOfTwoHours:
    """A customer is not made to wait at home for half a day: the window agreed with him ends after it begins, within two hours of it."""

    name = "window-of-two-hours"
    sentence = Label("约定时段不超过 2 小时", "The agreed window is no longer than 2 hours")
    reads = ("window_starts_at", "window_ends_at")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请与客户另约一个不超过 2 小时的时段"

    def denies(self, moment: Moment) -> Denial | None:
        begins, ends = (moment.data.get(name) for name in self.reads)
        if begins is None or ends is None:
            return None
        length = from_iso(str(ends)) - from_iso(str(begins))
        if length <= timedelta():
            return Denial("约定时段的结束须晚于开始", "The window must end after it begins")
        if length > _LONGEST:
            return Denial("约定时段超过 2 小时", "The window is longer than 2 hours")
        return None
