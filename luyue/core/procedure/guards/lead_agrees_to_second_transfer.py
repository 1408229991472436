from __future__ import annotations

from luyue.core.procedure.actors import has_post
from luyue.core.procedure.guards.guard import Denial
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class LeadAgreesToSecondTransfer:
    """Passed on once is a correction, twice is passing the buck: the second time a lead does it, or has approved it.

    The lead may be of any team: whoever answers for a post. An `approval` the action carries counts as consent too.
    """

    name = "lead-agrees-to-second-transfer"
    sentence = Label("第二次改转须经主管同意", "A second transfer needs a lead's consent")
    reads: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    needs_form = False
    remedy = "请主管办理此次改转"

    def denies(self, moment: Moment) -> Denial | None:
        before = sum(1 for fact in moment.state.facts if fact.name == moment.action.records and fact.action == moment.action.id)
        if before == 0 or has_post(moment.actor):
            return None
        approval = moment.state.approvals.get(moment.action.approval)
        if approval is not None and approval.state == "given":
            return None
        return Denial(f"此工单已改转 {before} 次，再次改转须经主管同意", f"Passed on {before} times already; a lead must agree to the next")
