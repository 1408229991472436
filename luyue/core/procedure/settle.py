"""Everything timers owe, in time order: warnings, caps, misses, rungs, reminders. Who looks, and when, changes no verdict."""

from __future__ import annotations

from datetime import datetime

from luyue.core import clockwork
from luyue.core.clockwork import TIMER_ORDER, TimerState
from luyue.core.procedure import clocks, follow
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.fold import SYSTEM
from luyue.core.procedure.ladder import escalate
from luyue.core.regulation.rules import Notice

# More timers than any real case holds: a regulation that opens new work the moment old work is late.
_MOST = 20_000


def settle_flow(flow: Flow, now: datetime) -> None:
    """Fire every timer owed by `now`. RuntimeError when firing never ends."""
    for _ in range(_MOST):
        timer = next_owed(flow.case.timers, now)
        if timer is None:
            return
        _fire(flow, timer)
        follow.drain(flow)
    raise RuntimeError(f"More than {_MOST} timers of one case fall due before {now.isoformat()}. A rule opens work that is late at once.")


def next_owed(timers: list[TimerState] | tuple[TimerState, ...], now: datetime) -> TimerState | None:
    """The earliest timer owed by `now`. A deadline is owed only after its instant: acting exactly then is in time."""
    owed = [timer for timer in timers if (timer.due_at < now if timer.kind == "due" else timer.due_at <= now)]
    return min(owed, key=_order) if owed else None


def _order(timer: TimerState) -> tuple[datetime, int, int, str]:
    return (timer.due_at, TIMER_ORDER[timer.kind], timer.rung, timer.clock)


def _fire(flow: Flow, timer: TimerState) -> None:
    case, index, agenda = flow.case, flow.index, flow.book.agenda
    clock = case.clocks.get(timer.clock)
    rule = index.terms.get(clock.rule) if clock is not None else None
    if timer.kind == "ahead":
        _remind(flow, timer)
        return
    turned = None
    if clock is not None and rule is not None:
        ladder = index.ladder(rule)
        timers = case.timers_of(timer.clock)
        if timer.kind == "due":
            turned = clockwork.miss(clock, rule, ladder, agenda)
        elif timer.kind == "cap":
            turned = clockwork.resume(clock, rule, ladder, agenda, timer.due_at)
        elif timer.kind == "warn":
            turned = clockwork.warn(clock, timers, timer.rung)
        else:
            turned = clockwork.climb(clock, timers, timer.rung)
    if turned is None:
        _forget(flow, timer)
        return
    clocks.turn(flow, turned, at=timer.due_at, by=SYSTEM)
    if timer.kind == "warn":
        escalate(flow, turned.clock, "warned", timer.due_at)
    elif timer.kind == "rung":
        escalate(flow, turned.clock, timer.rung, timer.due_at)


def _remind(flow: Flow, timer: TimerState) -> None:
    """A notice ahead of an instant, or past it. After downtime only the last one that is owed is sent."""
    _forget(flow, timer)
    notice = flow.book.all(Notice).get(timer.clock.removeprefix("notice/"))
    if notice is not None and notice.applies_to.holds(flow.view()) and follow.is_said(flow, notice, timer.due_at):
        flow.speak(timer.clock, follow.due_notice(flow, notice, timer.due_at))


def _forget(flow: Flow, timer: TimerState) -> None:
    """A timer that has done its work, or whose clock the rulebook no longer knows."""
    clocks.set_timers(flow, timer.clock, tuple(other for other in flow.case.timers_of(timer.clock) if other != timer))
