from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, rows_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RefundByOriginalRoute:
    """Money goes back the way it came, unless the customer agreed otherwise on record.

    Reader `payments`: rows of {route, account, amount}. The action's form names `refund_route`; without such a field the original route
    is taken. Consent is the fact `consent.given`, or `refund_consent` evidence in the form.
    """

    name = "refund-by-original-route"
    sentence = Label("退款按原路退回，另有约定须有客户同意", "Refunds go back the way they came unless the customer agreed")
    reads = ("refund_route", "refund_consent")
    selectors = ("payments",)
    needs_form = True
    remedy = "请按原支付方式退回，或先取得客户同意"

    def denies(self, moment: Moment) -> Denial | None:
        wanted = moment.data.get("refund_route")
        if wanted is None or moment.data.get("refund_consent") or moment.state.happened("consent.given"):
            return None
        routes = {str(payment.get("route")) for payment in rows_of(moment.read("payments"))}
        if str(wanted) in routes:
            return None
        return Denial("退款方式与客户付款方式不同，且没有客户同意的记录", "The refund differs from how the customer paid, without recorded consent")
