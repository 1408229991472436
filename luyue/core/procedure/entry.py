"""The frame of every entry: event time checked, timers settled first, effects collected, nothing left unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from luyue.core.calendar import BeyondTable
from luyue.core.clockwork import utc
from luyue.core.procedure import follow, shape
from luyue.core.procedure.actors import is_staff
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.fold import SYSTEM, Workings
from luyue.core.procedure.index import index_of
from luyue.core.procedure.said import Said
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import Actor, CaseState, Effect, Invalid
from luyue.core.procedure.world import EMPTY_WORLD, World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Category, Form

# Design §1.5: what a person enters later than this after it happened needs a reason.
FREELY_LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry does: `effects` for the journal, `body` (the form as filled, words included) for the erasable part."""

    effects: tuple[Effect, ...]
    body: Mapping[str, object] = field(default_factory=dict)


def settle(book: Rulebook, state: CaseState, now: datetime, world: World = EMPTY_WORLD) -> Step:
    """Everything timers owe up to and including `now`, in time order; a second call finds nothing.

    A deadline at exactly `now` is not missed yet. `world` is asked only when a rule counts repeats of a clock's own facts, and by guards of a notice.
    """
    now = utc(now)
    flow = begin(book, state, "settle", SYSTEM, now, world)
    settle_flow(flow, now)
    flow.say_all()
    return Step(tuple(flow.case.effects))


def begin(book: Rulebook, state: CaseState, action: str, actor: str, now: datetime, world: World) -> Flow:
    """An entry that will be number `head_seq` + 1 of its case."""
    case = Workings(state, seq=state.head_seq + 1, action=action, actor=actor, entered_at=now)
    return Flow(book, index_of(book), case, world)


def finish(flow: Flow, body: Mapping[str, object]) -> Step:
    """Record what still follows, settle what a back-dated fact has started and already missed, and say it."""
    follow.drain(flow)
    settle_flow(flow, flow.case.entered_at)
    flow.say_all()
    return Step(tuple(flow.case.effects), body)


def check_instant(actor: Actor, data: Mapping[str, object], at: datetime, now: datetime, first_contact: datetime | None) -> dict[str, str]:
    """Errors of the event time: in the future, before the first contact, or late without a reason; empty if all is well.

    Only people need a reason: machines and customers come through doors that stamp the time themselves.
    """
    errors: dict[str, str] = {}
    if at > now:
        errors["at"] = Said("发生时间不能晚于现在，请核对", "It cannot have happened in the future")
    if first_contact is not None and at < first_contact:
        errors["at"] = Said("发生时间不能早于客户第一次联系，请核对", "It cannot have happened before the customer's first contact")
    reason = data.get(shape.LATE_REASON)
    if reason is not None and (not isinstance(reason, str) or len(reason) > 500 or "\x00" in reason):
        errors[shape.LATE_REASON] = Said("请用不超过 500 字写明补记原因", "Say in at most 500 characters why it is entered late")
    elif is_staff(actor) and now - at > FREELY_LATE and not str(reason or "").strip():
        errors[shape.LATE_REASON] = Said("补记 15 分钟以前的事，请写明原因", "Say why something older than 15 minutes is entered only now")
    return errors


def check_calendar(book: Rulebook, at: datetime) -> dict[str, str]:
    """An event the calendar does not reach cannot be judged."""
    try:
        book.agenda.kind_on(at.astimezone(book.agenda.zone).date())
    except BeyondTable:
        return {"at": Said("这个时间超出了工作日历的范围，请核对", "The working calendar does not reach this time")}
    return {}


def shape_of(book: Rulebook, forms: Mapping[str, Form] | None = None, categories: Mapping[str, Category] | None = None) -> shape.Shape:
    """How data of this rulebook is checked; platform forms bring their own categories."""
    zone: ZoneInfo = book.agenda.zone
    currency = book.regulations[0].currency if book.regulations else "CNY"
    return shape.Shape(partial(_category, book, categories or {}), partial(_form, book, forms or {}), zone, currency)


def without_reason(data: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name != shape.LATE_REASON}


def with_reason(values: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
    """The body: the form as filled, and why it was entered late."""
    reason = str(data.get(shape.LATE_REASON) or "").strip()
    return {**values, shape.LATE_REASON: reason} if reason else dict(values)


def raise_if(errors: Mapping[str, str]) -> None:
    if errors:
        raise Invalid(errors)


def _category(book: Rulebook, extra: Mapping[str, Category], name: str) -> Category:
    return extra[name] if name in extra else book.category(name)


def _form(book: Rulebook, extra: Mapping[str, Form], name: str) -> Form:
    return extra[name] if name in extra else book.form(name)
