from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from luyue.core.procedure.guards.guard import record_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_NOTHING = Decimal(0)


class SettleDeposit:
    """The deposit after a return: what nobody disputes goes back, what the customer agreed to is kept, what he has not agreed to is frozen.

    Reader `deposit`: {order, held, frozen}: what is left of the order's deposit, and how much of that is frozen; None when the case names no
    order of this customer. Agreed is what the customer said so of (`customer.agreed`: all of the deduction) or what he left uncontested when
    he contested a part; silence is no agreement. The amount finance writes down must be the one worked out here.
    """

    name = "settle-deposit"
    sentence = Label("退还无争议的押金，冻结有争议的部分", "Gives back the undisputed deposit and freezes what is disputed")
    reads = ("refund_amount", "deduction_total", "contested_amount")
    selectors = ("deposit",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        deposit = held_deposit(self.name, moment)
        held = Decimal(str(deposit["held"]))
        deduction = min(Decimal(str(moment.value("deduction_total") or 0)), held)
        refund = held - deduction
        frozen = _NOTHING if moment.state.happened("customer.agreed") else _contested(moment, deduction)
        agree_on(self.name, moment, refund)
        return (RoomEffect(self.name, movements(str(deposit["order"]), refunded=refund, deducted=deduction - frozen, frozen=frozen)),)


def _contested(moment: Moment, deduction: Decimal) -> Decimal:
    if not moment.state.happened("deduction.contested"):
        return deduction
    return min(Decimal(str(moment.value("contested_amount") or 0)), deduction)


def held_deposit(effect: str, moment: Moment) -> dict[str, object]:
    deposit = record_of(moment.read("deposit"))
    if not deposit:
        raise _refused(effect, moment, "没有找到这位客户的订单，不能结算押金", "There is no order of this customer to settle", "请与客户核对订单编号")
    return dict(deposit)


def agree_on(effect: str, moment: Moment, refund: Decimal) -> None:
    """The amount paid is the amount worked out: two who come to different sums find out before the money leaves."""
    written = Decimal(str(moment.data.get("refund_amount") or 0))
    if written != refund:
        words = f"应退 {refund:.2f} 元，填写的是 {written:.2f} 元"
        raise _refused(effect, moment, words, f"CNY {refund:.2f} are to be refunded, not {written:.2f}", "请核对押金、扣款和有异议的金额")


def movements(order: str, **amounts: Decimal) -> dict[str, object]:
    """The order and what moves, as text with two places; what is nothing is left out."""
    return {"order": order, **{kind: f"{amount:.2f}" for kind, amount in amounts.items() if amount}}


def _refused(effect: str, moment: Moment, zh: str, en: str, remedy: str) -> Refused:
    return Refused(f"effect:{effect}", zh, words_en=en, rule=moment.action.id, clause=moment.action.clause, remedy=remedy)
