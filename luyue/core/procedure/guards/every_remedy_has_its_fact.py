from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.index import index_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Category, Label

# What each remedy is done by. A remedy that is words alone (apology, explanation) is done by a contact with the customer.
_DONE_BY = {
    "replace": ("shipment.delivered", "replacement.delivered", "replacement.sent"),
    "repair": ("repair.done", "shipment.delivered", "visit.done", "evidence.added"),
    "recalculate": ("refund.started", "fee.recalculated", "invoice.reissued"),
    "refund": ("refund.started", "refund.arrived"),
    "release-deposit": ("refund.started", "refund.arrived", "deposit.released"),
    "reinvoice": ("invoice.reissued",),
    "apology": ("contact.answered", "contact.logged", "contact.progress-told", "apology.made"),
    "correct-terms": ("contract.restored", "contract.corrected"),
    "explain": ("contact.answered", "contact.logged", "contact.progress-told", "feedback.given"),
}


class EveryRemedyHasItsFact:
    """The work is done when each chosen remedy has the fact that proves it, recorded since the customer agreed.

    A remedy this table does not know needs evidence added since then.
    """

    name = "every-remedy-has-its-fact"
    sentence = Label("每项措施都有完成的记录才算执行完成", "Every chosen remedy has a record of its completion")
    reads = ("remedies",)
    selectors: tuple[str, ...] = ()
    needs_form = False
    remedy = "请先办理并登记这些措施"

    def denies(self, moment: Moment) -> Denial | None:
        chosen = moment.value("remedies")
        remedies = chosen if isinstance(chosen, list | tuple) else [chosen] if chosen else []
        agreed = moment.state.last("customer.agreed")
        since = [fact.name for fact in moment.state.facts if agreed is None or fact.at >= agreed.at]
        undone = [str(remedy) for remedy in remedies if not any(name in since for name in _DONE_BY.get(str(remedy), ("evidence.added",)))]
        if not undone:
            return None
        labels = [self._label(moment, remedy) for remedy in undone]
        return Denial(
            f"这些措施还没有完成的记录：{'、'.join(label.zh for label in labels)}",
            f"No record of completion yet: {', '.join(label.say('en') for label in labels)}",
        )

    def _label(self, moment: Moment, remedy: str) -> Label:
        field = index_of(moment.book).fields(moment.state.kind).get("remedies")
        category = moment.book.all(Category).get(field.of) if field is not None else None
        return category.values.get(remedy, Label(remedy)) if category is not None else Label(remedy)
