from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import record_of, rows_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class OpenOrder:
    """The order case, opened from the plan the customer confirmed; nothing is typed again.

    Reader `confirmed-plan` {total}: {version, lines, total, days, deposit} of the plan with the total the customer has just confirmed, or None.
    """

    name = "open-order"
    sentence = Label("按客户确认的方案开立订单", "Opens the order from the confirmed plan")
    reads: tuple[str, ...] = ()
    selectors = ("confirmed-plan",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        plan = record_of(moment.read("confirmed-plan", total=moment.data.get("plan_total")))
        started = moment.book.procedure(moment.state.kind).starts_procedures
        if not plan or not started:
            raise Refused(
                "effect:open-order", "没有可以开立订单的已确认方案", words_en="There is no confirmed plan to open an order from",
                rule=moment.action.id, clause=moment.action.clause, remedy="请先起草方案并由客户确认其中一套",
            )  # fmt: skip
        procedure = "rental-order" if "rental-order" in started else started[0]
        data = {"procedure": procedure, "relation": "ordered-from", "plan": plan.get("version"), "total": str(plan.get("total")), "days": plan.get("days")}
        data["deposit"] = str(plan.get("deposit") or "0.00")
        return (RoomEffect(self.name, {**data, "lines": tuple(dict(line) for line in rows_of(plan.get("lines")))}),)
