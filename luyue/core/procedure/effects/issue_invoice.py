from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class IssueInvoice:
    """The invoice of the customer's order, for what it costs, under the number the tax system gave.

    Reader `order-to-invoice`: {order, amount, invoice} of the order the case is about: `amount` what the order costs, `invoice` the number of
    the one that stands, "" when there is none; None when the case names no order of this customer. Item and amount are the company's to
    say, never the payer's (发票管理办法 第二十一条), so the form asks for neither.
    """

    name = "issue-invoice"
    sentence = Label("为客户的订单开具发票", "Issues the invoice of the customer's order")
    reads = ("invoice_number", "invoice_title")
    selectors = ("order-to-invoice",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        order = record_of(moment.read("order-to-invoice"))
        if not order:
            raise self._refused(moment, "没有找到这位客户的订单，不能开票", "There is no order of this customer to invoice", "请与客户核对订单编号")
        if order.get("invoice"):
            words = f"该订单已开发票 {order['invoice']}，不能重复开具"
            raise self._refused(moment, words, f"The order has its invoice {order['invoice']} already", "发票有误的，请按费用异议红冲后重开")
        data = {"order": str(order["order"]), "amount": str(order["amount"]), "number": str(moment.data.get("invoice_number") or "")}
        return (RoomEffect(self.name, data),)

    def _refused(self, moment: Moment, zh: str, en: str, remedy: str) -> Refused:
        return Refused(f"effect:{self.name}", zh, words_en=en, rule=moment.action.id, clause=moment.action.clause, remedy=remedy)
