from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label, covers


class UndisclosedFeeIsWaived:
    """An extra fee stands only with evidence that the customer was told before.

    A finding that holds the customer liable for an extra fee upholds it; any other party means it is waived.
    """

    name = "undisclosed-fee-is-waived"
    sentence = Label("没有事先告知的额外收费不得收取", "An extra fee not disclosed beforehand is waived")
    reads = ("objection_type", "liable_party", "prior_disclosure")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请附上事先告知收费的凭证，或改判不收取"

    def denies(self, moment: Moment) -> Denial | None:
        if not covers("fee/extra-charge", str(moment.value("objection_type") or "")):
            return None
        if moment.value("liable_party") not in ("customer", "shared") or moment.data.get("prior_disclosure"):
            return None
        return Denial("没有事先告知的凭证，这项额外收费不得成立", "Without evidence of prior disclosure the extra fee cannot stand")
