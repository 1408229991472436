from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment, Unread
from luyue.core.regulation.rules import Label


class RedLetterAndReissue:
    """The wrong invoice is reversed by a red-letter one and the right one requested.

    Reader `invoice`: {number, amount, kind} of the invoice the case is about, or None when the company's books do not hold it; then the
    order is recorded for finance to do by hand.
    """

    name = "red-letter-and-reissue"
    sentence = Label("红冲原发票并申请重开", "Reverses the invoice and requests the right one")
    reads: tuple[str, ...] = ()
    selectors = ("invoice",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        try:
            invoice = record_of(moment.read("invoice"))
        except Unread:
            invoice = {}
        data = {"reverses": invoice.get("number"), "amount": invoice.get("amount"), "invoice_kind": invoice.get("kind")}
        return (RoomEffect(self.name, {**data, "by_hand": not invoice}),)
