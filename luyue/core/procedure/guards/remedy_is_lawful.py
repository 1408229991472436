from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.guards.lawful_remedies_offered import OFFERED
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RemedyIsLawful:
    """The customer chooses among the remedies he was offered; `lawful-remedies-offered` saw to it that the law's are among them."""

    name = "remedy-is-lawful"
    sentence = Label("只能选已经告诉客户的方案", "Only a remedy that was offered can be chosen")
    reads = (OFFERED, "chosen_remedy")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请在已经提供的方案中选一种"

    def denies(self, moment: Moment) -> Denial | None:
        offered, chosen = moment.value(OFFERED), moment.data.get("chosen_remedy")
        if chosen is None or (isinstance(offered, tuple | list) and chosen in offered):
            return None
        return Denial("这种方案不在可选的方案之内", "This remedy is not among those offered")
