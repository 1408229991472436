from __future__ import annotations

from luyue.core.procedure.checklists import SUBJECT_MARK
from luyue.core.procedure.guards.guard import Denial, lines_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_COUNT_ITEM = "dual-count"


class ClaimNeedsDualSignedCount:
    """No claim for missing accessories without a count both sides signed.

    The count is the passed item `dual-count` of the checklist the action carries. A claim is a `deduction_lines` line, or a finding
    about a missed accessory that holds the customer liable.
    """

    name = "claim-needs-dual-signed-count"
    sentence = Label("没有双方签字的清点单，不得就配件索赔", "No claim for accessories without a count signed by both sides")
    reads = ("objection_type", "liable_party", "deduction_lines")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请先取得双方签字的配件清点单"

    def denies(self, moment: Moment) -> Denial | None:
        about_accessories = moment.value("objection_type") in ("recovery/missed-accessory", "quality/accessories")
        claimed = bool(lines_of(moment, "deduction_lines")) or moment.value("liable_party") in ("customer", "shared")
        if not (about_accessories and claimed) or self._is_counted(moment):
            return None
        return Denial("没有双方签字的配件清点单，不得索赔", "There is no accessory count signed by both sides")

    def _is_counted(self, moment: Moment) -> bool:
        return any(
            item.partition(SUBJECT_MARK)[0] == _COUNT_ITEM and tick.result == "pass"
            for (checklist, item), tick in moment.state.ticks.items()
            if not moment.action.checklist or checklist == moment.action.checklist
        )
