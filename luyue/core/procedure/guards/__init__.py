"""Named guards: what the closed conditions of the language cannot say (language §5). One file each; names are permanent."""

from __future__ import annotations

from luyue.core.procedure.guards.claim_needs_dual_signed_count import ClaimNeedsDualSignedCount
from luyue.core.procedure.guards.contested_within_deduction import ContestedWithinDeduction
from luyue.core.procedure.guards.deduction_by_catalogue import DeductionByCatalogue
from luyue.core.procedure.guards.deduction_has_reason_and_evidence import DeductionHasReasonAndEvidence
from luyue.core.procedure.guards.every_remedy_has_its_fact import EveryRemedyHasItsFact
from luyue.core.procedure.guards.guard import Denial, Guard
from luyue.core.procedure.guards.label_matches_order import LabelMatchesOrder
from luyue.core.procedure.guards.lawful_remedies_offered import LawfulRemediesOffered
from luyue.core.procedure.guards.lead_agrees_to_second_transfer import LeadAgreesToSecondTransfer
from luyue.core.procedure.guards.no_change_without_consent import NoChangeWithoutConsent
from luyue.core.procedure.guards.no_sharing_without_consent import NoSharingWithoutConsent
from luyue.core.procedure.guards.not_before_the_window import NotBeforeTheWindow
from luyue.core.procedure.guards.not_the_person_complained_about import NotThePersonComplainedAbout
from luyue.core.procedure.guards.order_matches_confirmed_plan import OrderMatchesConfirmedPlan
from luyue.core.procedure.guards.overtime_beyond_two_hours import OvertimeBeyondTwoHours
from luyue.core.procedure.guards.promise_inside_the_clause import PromiseInsideTheClause
from luyue.core.procedure.guards.refund_by_original_route import RefundByOriginalRoute
from luyue.core.procedure.guards.refund_within_frozen import RefundWithinFrozen
from luyue.core.procedure.guards.remedy_is_lawful import RemedyIsLawful
from luyue.core.procedure.guards.renewal_possible import RenewalPossible
from luyue.core.procedure.guards.undisclosed_fee_is_waived import UndisclosedFeeIsWaived
from luyue.core.procedure.guards.units_available import UnitsAvailable
from luyue.core.procedure.guards.units_still_out import UnitsStillOut
from luyue.core.procedure.guards.wear_is_free import WearIsFree
from luyue.core.procedure.guards.window_of_two_hours import WindowOfTwoHours

__all__ = ["GUARDS", "Denial", "Guard", "register_guard"]

GUARDS: dict[str, Guard] = {}


def register_guard(guard: Guard) -> None:
    """Make a guard known by its name; rooms do it in site/wiring.py. ValueError when the name is taken by another."""
    if type(GUARDS.get(guard.name, guard)) is not type(guard):
        raise ValueError(f"There are two guards named {guard.name}. Give one another name.")
    GUARDS[guard.name] = guard


for _guard in (
    ClaimNeedsDualSignedCount(), ContestedWithinDeduction(), DeductionByCatalogue(), DeductionHasReasonAndEvidence(), EveryRemedyHasItsFact(),
    LabelMatchesOrder(), LawfulRemediesOffered(), LeadAgreesToSecondTransfer(), NoChangeWithoutConsent(), NoSharingWithoutConsent(), NotBeforeTheWindow(),
    NotThePersonComplainedAbout(), OrderMatchesConfirmedPlan(), OvertimeBeyondTwoHours(),
    PromiseInsideTheClause(), RefundByOriginalRoute(), RefundWithinFrozen(), RemedyIsLawful(), RenewalPossible(), UndisclosedFeeIsWaived(),
    UnitsAvailable(), UnitsStillOut(), WearIsFree(), WindowOfTwoHours(),
):  # fmt: skip
    register_guard(_guard)
