"""Named effects: what an action does in other rooms, computed here as data (language §5). One file each; names are permanent."""

from __future__ import annotations

from luyue.core.procedure.effects.allocate_units import AllocateUnits
from luyue.core.procedure.effects.credit_rent import CreditRent
from luyue.core.procedure.effects.effect import NamedEffect
from luyue.core.procedure.effects.extend_rent import ExtendRent
from luyue.core.procedure.effects.freeze_case_file import FreezeCaseFile
from luyue.core.procedure.effects.hold_units import HoldUnits
from luyue.core.procedure.effects.issue_invoice import IssueInvoice
from luyue.core.procedure.effects.open_complaint import OpenComplaint
from luyue.core.procedure.effects.open_order import OpenOrder
from luyue.core.procedure.effects.quarantine_unit import QuarantineUnit
from luyue.core.procedure.effects.recalculate_order import RecalculateOrder
from luyue.core.procedure.effects.red_letter_and_reissue import RedLetterAndReissue
from luyue.core.procedure.effects.refund_rent_credit import RefundRentCredit
from luyue.core.procedure.effects.release_deposit import ReleaseDeposit
from luyue.core.procedure.effects.restore_contract_version import RestoreContractVersion
from luyue.core.procedure.effects.settle_deposit import SettleDeposit
from luyue.core.procedure.effects.start_rent import StartRent
from luyue.core.procedure.effects.take_back import TakeBack

__all__ = ["EFFECTS", "NamedEffect", "register_effect"]

EFFECTS: dict[str, NamedEffect] = {}


def register_effect(effect: NamedEffect) -> None:
    """Make an effect known by its name; rooms do it in site/wiring.py. ValueError when the name is taken by another."""
    if type(EFFECTS.get(effect.name, effect)) is not type(effect):
        raise ValueError(f"There are two effects named {effect.name}. Give one another name.")
    EFFECTS[effect.name] = effect


for _effect in (
    AllocateUnits(), CreditRent(), ExtendRent(), FreezeCaseFile(), HoldUnits(), IssueInvoice(), OpenComplaint(), OpenOrder(), QuarantineUnit(),
    RecalculateOrder(), RedLetterAndReissue(), RefundRentCredit(), ReleaseDeposit(), RestoreContractVersion(), SettleDeposit(), StartRent(), TakeBack(),
):  # fmt: skip
    register_effect(_effect)
