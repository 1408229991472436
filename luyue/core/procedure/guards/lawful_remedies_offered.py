from __future__ import annotations

from datetime import date
from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.warranty import COVERED, Entitlement, Fault, entitlement, withheld
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label
from luyue.core.regulation.words import value_words

OFFERED = "offered_remedies"
_DATES = ("bought_on", "delivered_on", "warranty_until")
_NUMBERS = ("repairs_before", "longest_repair_days")
_EXCLUDED = "warranty_excluded"
FACTS = (*_DATES, *_NUMBERS, _EXCLUDED)


class LawfulRemediesOffered:
    """Whoever judges a fault tells the customer of every remedy the law gives for it; the company may add others, not leave one out.

    A fault counts from the day the customer came with it, however long its examination took.
    """

    name = "lawful-remedies-offered"
    sentence = Label("法律给的方案全部告诉客户", "Every remedy the law gives is offered")
    reads = (*FACTS, OFFERED)
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请把缺少的方案补进可选的方案"

    def denies(self, moment: Moment) -> Denial | None:
        lawful, offered = lawful_for(moment), moment.data.get(OFFERED)
        if lawful is None or not isinstance(offered, tuple | list):
            return None
        missing = withheld(offered, lawful)
        if not missing:
            return None
        zh, en = (_listed(missing, moment, language) for language in ("zh", "en"))
        return Denial(f"按{lawful.article}，还应当提供：{zh}", f"By {lawful.article_en} of the three guarantees the customer may also choose: {en}")


def lawful_for(moment: Moment) -> Entitlement | None:
    """What the law gives for the fault the case is about; None while its facts are not written down."""
    values = {name: moment.value(name) for name in FACTS}
    received = moment.state.received_at
    if received is None or any(value is None for value in values.values()):
        return None
    bought_on, delivered_on, warranty_until = (date.fromisoformat(str(values[name])) for name in _DATES)
    repairs, longest = (int(Decimal(str(values[name]))) for name in _NUMBERS)
    reported_on = received.astimezone(moment.book.agenda.zone).date()
    return entitlement(Fault(bought_on, delivered_on, warranty_until, reported_on, repairs, longest, str(values[_EXCLUDED] or COVERED)))


def _listed(remedies: list[str], moment: Moment, language: str) -> str:
    words = [value_words(OFFERED, one, moment.book, language) for one in remedies]
    return "、".join(words) if language == "zh" else ", ".join(words)
