"""What follows a fact: clocks stop, pause and start, tasks open, notices fall due. Rules meet only here (language §1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from luyue.core.calendar import Within
from luyue.core.clockwork import TimerState
from luyue.core.procedure import clocks, work
from luyue.core.procedure.actors import answerable
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.flow import Flow, Happening
from luyue.core.procedure.fold import SYSTEM
from luyue.core.procedure.guards import GUARDS
from luyue.core.procedure.ladder import escalate
from luyue.core.procedure.state import Actor, FactRecorded, FieldsSet, NoticeDue, StageEntered, WaitingSet
from luyue.core.procedure.world import Moment, Unread
from luyue.core.regulation.rules import SAME, ActionRule, AheadOf, Notice, PastOf

# A regulation whose facts wait for themselves would go on for ever.
_DEEPEST = 40


def record(
    flow: Flow, name: str, at: datetime, *, team: str = "", payload: Mapping[str, object] | None = None, by: str = "",
    own_team_only: bool = False,
) -> None:  # fmt: skip
    """Record a fact and everything that follows from it. RuntimeError when the regulation's facts wait for each other in a circle."""
    flow.then(name, at, team=team, payload=payload, by=by, own_team_only=own_team_only)
    drain(flow)


def drain(flow: Flow) -> None:
    """Record what still waits, until nothing follows any more."""
    while flow.queue or flow.missed:
        while flow.missed:
            clock = flow.missed.popleft()
            escalate(flow, clock, "missed", clock.settled_at or flow.case.entered_at)
        if flow.queue:
            happening = flow.queue.popleft()
            if happening.depth > _DEEPEST:
                raise RuntimeError(f"{happening.name}: more than {_DEEPEST} facts follow from one another. A rule waits for what it causes.")
            flow.depth = happening.depth
            _follow(flow, happening)
    flow.depth = 0


def _follow(flow: Flow, fact: Happening) -> None:
    """Pauses, stops, tasks ended, starts, tasks opened, notices: in this order, so a fact that stops and starts a clock does both."""
    case = flow.case
    closed_at = case.closed_at
    case.emit(FactRecorded(fact.name, fact.at, fact.team, fact.payload, fact.by))
    view = flow.view(fact.team, fact.payload)
    clocks.stop_clocks(flow, fact.name, fact.at, fact.team if fact.own_team_only else "")
    if fact.name == "case.closed" and case.waiting_since is not None:
        case.emit(WaitingSet(None))
    work.end_tasks(flow, fact.name, fact.at, fact.team, fact.payload)
    if fact.name == "case.reopened" and closed_at is not None:
        clocks.resume_after_closing(flow, closed_at, fact.at)
    clocks.start_clocks(flow, fact.name, fact.at, view, fact.payload)
    work.open_tasks(flow, fact.name, fact.at, view)
    for notice in flow.index.notices_at.get(fact.name, ()):
        if notice.applies_to.holds(view) and is_said(flow, notice, fact.at):
            case.emit(due_notice(flow, notice, fact.at))


def enter_stage(flow: Flow, stage: str, at: datetime) -> None:
    """The stage and all that is derived from entering it: `stage.entered`, and in a final stage `case.closed` and the end of promises."""
    flow.case.emit(StageEntered(stage, at))
    record(flow, "stage.entered", at, payload={"stage": stage})
    if stage in flow.book.procedure(flow.case.kind).final:
        if flow.case.closed_at is None:
            record(flow, "case.closed", at)
        clocks.end_for_good(flow, at)
        drain(flow)


def set_fields(flow: Flow, values: Mapping[str, object], at: datetime) -> None:
    """Write closed values, and set the timers of notices that go out ahead of an instant among them."""
    if not values:
        return
    flow.case.emit(FieldsSet(values))
    for name, value in values.items():
        for notice in flow.index.notices_around.get(name, ()):
            timers = _timers_around(notice, from_iso(str(value)), at) if value is not None else ()
            clocks.set_timers(flow, f"notice/{notice.id}", timers)


def is_said(flow: Flow, notice: Notice, at: datetime) -> bool:
    """Whether every guard of the notice lets it go out now. A guard looks at an act: here it is sending, done by the system."""
    if not notice.guards:
        return True
    case = flow.case
    sending = ActionRule(
        id=notice.id, label=notice.label, regulation=notice.regulation, clause=notice.clause, mark=notice.mark, procedure=case.kind, from_=(), to=SAME,
        by=(SYSTEM,), records="notice.sent",
    )  # fmt: skip
    moment = Moment(flow.book, case.frozen(), sending, Actor(SYSTEM, frozenset({SYSTEM})), {}, at, case.entered_at, flow.world)
    try:
        return all(GUARDS[name].denies(moment) is None for name in notice.guards)
    except Unread:
        return False  # nobody can tell whether it is true


def due_notice(flow: Flow, notice: Notice, at: datetime) -> NoticeDue:
    """To the people its words mean now, by the channel received where it says so."""
    case = flow.case
    people = [one for word in notice.recipients for one in answerable(word, case, flow.index)]
    channels = [case.channel if channel == "as-received" else channel for channel in notice.channels]
    return NoticeDue(notice.id, tuple(dict.fromkeys(people)), tuple(dict.fromkeys(channels)), "", at)


def _timers_around(notice: Notice, instant: datetime, after: datetime) -> tuple[TimerState, ...]:
    """The times run around the clock; those that are already past when the instant becomes known are not owed."""
    trigger = notice.trigger
    if isinstance(trigger, AheadOf):
        instants = [instant - _length(lead) for lead in trigger.lead_times]
    else:
        instants = [instant + _length(lag) for lag in trigger.lag_times] if isinstance(trigger, PastOf) else []
    return tuple(TimerState(f"notice/{notice.id}", "ahead", number, at) for number, at in enumerate(instants) if at > after)


def _length(span: Within) -> timedelta:
    return timedelta(seconds=span.amount * {"min": 60, "h": 3600, "day": 86_400, "working day": 86_400}[span.unit])
