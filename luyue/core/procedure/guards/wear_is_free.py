from __future__ import annotations

from luyue.core.procedure.checklists import SUBJECT_MARK
from luyue.core.procedure.guards.guard import Denial, lines_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_PHOTO_ITEM = "photo-pair"


class WearIsFree:
    """Normal wear costs the customer nothing, and damage is only his with photos from before and after (Civil Code 710).

    A charge is a finding that holds the customer liable, or a `deduction_lines` line. The photos are the passed item `photo-pair` of the
    checklist the action carries.
    """

    name = "wear-is-free"
    sentence = Label("正常磨损不收费，没有出库照片的损坏不得算给客户", "Normal wear is free; damage needs photos from before and after")
    reads = ("cause", "liable_party", "deduction_lines")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请改判为客户无责任，或补上出库与回收对照照片"

    def denies(self, moment: Moment) -> Denial | None:
        if not (moment.value("liable_party") in ("customer", "shared") or lines_of(moment, "deduction_lines")):
            return None
        if moment.value("cause") == "normal-wear":
            return Denial("正常使用的磨损不得向客户收费", "Normal wear must not be charged to the customer")
        if self._has_photos(moment):
            return None
        return Denial("没有出库与回收的对照照片，损坏不得算给客户", "Without photos from before and after, damage cannot be the customer's")

    def _has_photos(self, moment: Moment) -> bool:
        return any(
            item.partition(SUBJECT_MARK)[0] == _PHOTO_ITEM and tick.result == "pass"
            for (checklist, item), tick in moment.state.ticks.items()
            if not moment.action.checklist or checklist == moment.action.checklist
        )
