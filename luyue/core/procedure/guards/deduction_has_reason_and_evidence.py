from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, lines_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_PARTS = {"deduction_reason": ("理由", "a reason"), "deduction_evidence": ("凭证", "evidence")}


class DeductionHasReasonAndEvidence:
    """Every line that takes something off a deposit says why and proves it; a line without either does not count."""

    name = "deduction-has-reason-and-evidence"
    sentence = Label("每笔押金扣除须有理由和凭证", "Every deduction from a deposit has a reason and evidence")
    reads = ("deduction_lines", "deduction_reason", "deduction_evidence")
    selectors: tuple[str, ...] = ()
    needs_form = True
    remedy = "请逐项补上理由和凭证，或删去该项扣除"

    def denies(self, moment: Moment) -> Denial | None:
        for number, line in enumerate(lines_of(moment, "deduction_lines"), start=1):
            for part, (zh, en) in _PARTS.items():
                if not line.get(part):
                    return Denial(f"第 {number} 项押金扣除没有{zh}", f"Deduction {number} lacks {en}")
        return None
