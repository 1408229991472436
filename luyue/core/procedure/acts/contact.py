"""Talking with the customer: answers, calls, progress, questions, replies and nudges."""

from __future__ import annotations

from luyue.core.procedure.actors import answerable, is_staff, is_system
from luyue.core.procedure.acts.act import Act, Doing, check_words, no, staff_only, staff_while_open, while_open
from luyue.core.procedure.acts.forms import AUTOMATIC
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import NoticeDue, Refused, WaitingSet
from luyue.core.regulation.rules import Label

_ANSWERS = ("contact.progress-told", "contact.answered", "contact.logged", "feedback.given")


def _answer(doing: Doing, filled: Filled) -> None:
    channel = _channel(doing, filled)
    check_words(doing, filled.values["text"], channel)
    doing.own_if_nobody()
    doing.record("contact.answered", channel=channel)
    _responded(doing, channel)


def _log_call(doing: Doing, filled: Filled) -> None:
    channel = _channel(doing, filled, default="phone")
    if filled.values["reached"] == "no":
        doing.record("contact.failed", channel=channel)
        return
    check_words(doing, filled.values.get("text"), channel)
    doing.own_if_nobody()
    if filled.values["direction"] == "inbound":
        doing.record("contact.received", channel=channel)
        doing.record("contact.answered", channel=channel)
    else:
        doing.record("contact.logged", channel=channel)
    _responded(doing, channel)


def _tell_progress(doing: Doing, filled: Filled) -> None:
    channel = _channel(doing, filled)
    check_words(doing, filled.values["text"], channel)
    doing.record("contact.progress-told", channel=channel)
    _responded(doing, channel)


def _ask_customer(doing: Doing, filled: Filled) -> None:
    channel = _channel(doing, filled)
    check_words(doing, filled.values["text"], channel)
    doing.own_if_nobody()
    doing.record("contact.answered", channel=channel)
    _responded(doing, channel)
    if doing.flow.case.waiting_since is None:
        doing.flow.case.emit(WaitingSet(doing.at))
        doing.record("case.waited")
    doing.record("customer.asked")


def _customer_reply(doing: Doing, filled: Filled) -> None:
    doing.record("contact.received", channel=_channel(doing, filled))
    if doing.flow.case.waiting_since is not None and doing.at >= doing.flow.case.waiting_since:
        doing.flow.case.emit(WaitingSet(None))
    doing.record("customer.replied")
    tell_worker(doing, "platform/customer-replied")


def _hear_stranger(doing: Doing, filled: Filled) -> None:
    """Words about this case of which nobody knows that they are the customer's: kept, and said to whoever has the case; nothing else follows."""
    doing.record("contact.unverified", channel=_channel(doing, filled))
    if filled.values["doubt"] != AUTOMATIC:
        tell_worker(doing, "platform/unverified")


def _machines_only(attempt: Attempt) -> Refused | None:
    if is_system(attempt.actor):
        return None
    return no("by", "由系统登记", "The system records this")


def _may_speak_for_customer(attempt: Attempt) -> Refused | None:
    """The customer, or staff and machines that take down what he said elsewhere."""
    if attempt.actor.actors & {"customer", "system"} or is_staff(attempt.actor):
        return None
    return no("by", "只有客户本人或代为登记的员工可以办理", "Only the customer, or staff for him, may do this")


def _may_nudge(attempt: Attempt) -> Refused | None:
    return _may_speak_for_customer(attempt) or while_open(attempt) or _still_unanswered(attempt)


def _still_unanswered(attempt: Attempt) -> Refused | None:
    """Where the regulation sets no interval of its own (an action `nudge`), a nudge waits for the answer to the last one."""
    last = attempt.state.last("customer.nudged")
    if last is None or any(fact.name in _ANSWERS and fact.at >= last.at for fact in attempt.state.facts):
        return None
    return no(
        "nudge", "已经催办过，经办人还没有答复；答复之后可以再次催办", "Already nudged and not answered yet; you can nudge again after the answer",
        "如有新情况，请直接留言补充",
    )  # fmt: skip


def _nudge(doing: Doing, filled: Filled) -> None:
    doing.record("customer.nudged")
    tell_worker(doing, "platform/nudged")


def tell_worker(doing: Doing, notice: str) -> None:
    """Announce it to whoever has the case."""
    case = doing.flow.case
    people = answerable("holder", case, doing.attempt.index, "owner")
    case.emit(NoticeDue(notice, people, (), "", doing.at))


def _channel(doing: Doing, filled: Filled, default: str = "") -> str:
    return str(filled.values.get("channel") or default or doing.flow.case.channel)


def _responded(doing: Doing, channel: str) -> None:
    """The first human answer with content; a machine's never counts (clock semantics 15)."""
    if not doing.flow.case.happened("case.responded"):
        doing.record("case.responded", channel=channel)


ACTS = (
    Act("answer", Label("答复客户", "Answer the customer"), staff_only, _answer),
    Act("log-call", Label("登记通话", "Log a call"), staff_only, _log_call),
    Act("tell-progress", Label("告知进展", "Tell progress"), staff_only, _tell_progress),
    Act("ask-customer", Label("请客户补充", "Ask the customer"), staff_while_open, _ask_customer),
    Act("customer-reply", Label("客户答复", "Customer reply"), _may_speak_for_customer, _customer_reply, for_customers=True),
    Act("hear-stranger", Label("收到未核实的来信", "An unverified message"), _machines_only, _hear_stranger),
    Act("nudge", Label("催办", "Nudge"), _may_nudge, _nudge, for_customers=True),
)
