"""Letters that did not arrive: sent again to another address the customer gave."""

from __future__ import annotations

from luyue.core.procedure.acts.act import Act, Doing, no, staff_only
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import CaseState, Invalid, Refused, RoomEffect
from luyue.core.procedure.vocabulary import LETTER, NOTICE_FAILED, NOTICE_RESENT
from luyue.core.regulation.rules import Label

_CHANNELS = {"mail": "email", "sms": "phone"}


def undelivered(state: CaseState) -> dict[str, str]:
    """Letters that did not arrive and were not sent elsewhere since, with the notice each carried; those of a case that was merged into
    this one are known by their tasks alone."""
    found = {letter: "" for task in state.tasks.values() if task.state == "open" for letter in task.waiting}
    for fact in state.facts:
        letter = str(fact.payload.get(LETTER) or "")
        if letter and fact.name == NOTICE_FAILED:
            found[letter] = str(fact.payload.get("notice") or "")
        elif fact.name == NOTICE_RESENT:
            found.pop(letter, None)
    return found


def _may_resend(attempt: Attempt) -> Refused | None:
    refused = staff_only(attempt)
    if refused is not None or undelivered(attempt.state):
        return refused
    return no("letter", "没有未送达的通知需要重发", "No letter of this case failed to arrive")


def _resend(doing: Doing, filled: Filled) -> None:
    """The address is the customer's own and stays in the body; the letter itself is the rooms' business."""
    letter, way = str(filled.values[LETTER]), str(filled.values["way"])
    notice = undelivered(doing.attempt.state).get(letter)
    if notice is None:
        raise Invalid({LETTER: Said("这封通知已经另行发出，或已经送达", "This letter was sent elsewhere meanwhile, or has arrived")})
    doing.own_if_nobody()
    doing.flow.case.emit(RoomEffect("resend-letter", {LETTER: letter, "way": way}))
    if filled.values.get("keep_address"):
        doing.flow.case.emit(RoomEffect("keep-address", {"way": way}))
    doing.record(NOTICE_RESENT, notice=notice, channel=_CHANNELS[way], **{LETTER: letter})


ACTS = (Act("resend", Label("改址重发", "Send to another address"), _may_resend, _resend),)
