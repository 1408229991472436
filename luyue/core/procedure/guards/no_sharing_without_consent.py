from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.vocabulary import CONSENT_FACTS
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class NoSharingWithoutConsent:
    """What a customer told us goes to nobody else unless he agreed to it in this case, and has not taken his word back since."""

    name = "no-sharing-without-consent"
    sentence = Label("没有客户同意，不向第三方提供资料", "Nothing goes to a third party without the customer's consent")
    reads: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    needs_form = False
    remedy = "请先取得客户同意，并附凭证登记"

    def denies(self, moment: Moment) -> Denial | None:
        said = [fact for fact in moment.state.facts if fact.name in CONSENT_FACTS]
        if not said:
            return Denial("客户没有同意把资料提供给第三方", "The customer has not agreed that anything goes to a third party")
        latest = max(said, key=lambda fact: (fact.at, fact.seq))
        if latest.name == "consent.given":
            return None
        return Denial("客户已撤回同意，不得再提供资料", "The customer has taken his consent back")
