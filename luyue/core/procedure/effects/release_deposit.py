from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from luyue.core.procedure.effects.settle_deposit import agree_on, held_deposit, movements
from luyue.core.procedure.state import Effect, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class ReleaseDeposit:
    """The frozen part of a deposit, once it is decided: given back as far as the decision says, the rest kept. Reader `deposit`."""

    name = "release-deposit"
    sentence = Label("按决定退还或者扣除冻结的押金", "Gives back or keeps the frozen deposit as decided")
    reads = ("refund_amount", "contested_refund")
    selectors = ("deposit",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        deposit = held_deposit(self.name, moment)
        frozen = Decimal(str(deposit["frozen"]))
        refund = min(Decimal(str(moment.value("contested_refund") or 0)), frozen)
        agree_on(self.name, moment, refund)
        return (RoomEffect(self.name, movements(str(deposit["order"]), unfrozen=frozen, refunded=refund, deducted=frozen - refund)),)
