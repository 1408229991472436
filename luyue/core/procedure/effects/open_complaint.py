from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class OpenComplaint:
    """A linked complaint case, with contacts and evidence carried along.

    Which procedure it is stands in the regulation: the first of `starts_procedures`, a `complaint` before others.
    """

    name = "open-complaint"
    sentence = Label("另立关联的投诉工单，带上联络和凭证", "Opens a linked complaint, carrying contacts and evidence")
    reads: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()

    def run(self, moment: Moment) -> Sequence[Effect]:
        started = moment.book.procedure(moment.state.kind).starts_procedures
        if not started:
            raise Refused(
                "effect:open-complaint", "本制度没有写明可以转为哪种投诉", words_en="The regulation names no complaint this may become",
                rule=moment.action.id, clause=moment.action.clause, remedy="请在流程的 starts_procedures 中写明",
            )  # fmt: skip
        procedure = "complaint" if "complaint" in started else started[0]
        data = {"procedure": procedure, "relation": "escalated-from", "carries": ("contacts", "evidence"), "channel": moment.state.channel}
        return (RoomEffect(self.name, {**data, "customer_kind": moment.state.customer_kind}),)
