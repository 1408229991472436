from __future__ import annotations

from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class PromiseInsideTheClause:
    """Nobody promises a customer a date later than what the case owes him at the latest. (A date that is past is malformed anyway.)

    What is owed is read from the running clocks of the case; those of tasks are work among ourselves and bind no promise.
    """

    name = "promise-inside-the-clause"
    sentence = Label("答应的时间不晚于条款的期限", "What is promised lies within the limits of the clauses")
    reads = ("promised_at",)
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请答应一个条款期限以内、做得到的时间"

    def denies(self, moment: Moment) -> Denial | None:
        value = moment.data.get("promised_at")
        if value is None:
            return None
        promised = from_iso(str(value))
        owed = [clock.due_at for clock in moment.state.clocks.values() if clock.state == "running" and clock.due_at and not clock.rule.startswith("task/")]
        if not owed or promised <= max(owed):
            return None
        latest = max(owed).astimezone(moment.book.agenda.zone)
        by = f"{latest:%m-%d %H:%M}"
        return Denial(f"制度要求最迟 {by} 办到，不能答应得更晚", f"The regulation wants it by {by}; nothing later may be promised")
