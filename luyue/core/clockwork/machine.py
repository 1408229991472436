"""The clock state machine: (clock, rule, agenda, instant) gives the next clock and its timers.

Nothing here knows cases or facts. A verdict depends on event times alone: late is t > due, exactly at the deadline is in time
(clock semantics 3). A clock that is kept, missed or withdrawn never changes again, except by `corrected`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from luyue.core.calendar import Agenda, Due, Span, Within
from luyue.core.clockwork.state import ClockState, PauseSpan, TimerState, utc
from luyue.core.regulation.rules import ClockRule, DueFrom, Ladder

# At one instant a cap ends its pause before anything is judged, and warnings come before the miss they warn of.
TIMER_ORDER = {"cap": 0, "ahead": 1, "warn": 2, "due": 3, "rung": 4}


class Turn(NamedTuple):
    """What a clock became, what to look at later, and why: `cause` as in `ClockSet`."""

    clock: ClockState
    timers: tuple[TimerState, ...]
    cause: str


def start(
    rule: ClockRule, ladder: Ladder | None, agenda: Agenda, *, key: str, at: datetime, owed_by: str, team: str = "",
    due_at: datetime | None = None, pauses: tuple[PauseSpan, ...] = (), warned: tuple[int, ...] = (),
) -> Turn:  # fmt: skip
    """A clock that runs from `at`.

    due_at: the deadline where it is data (`due_from`); it is also the date told to the customer.
    pauses: closed spans carried over when a promise resumes after a reopening (clock semantics 10).
    A deadline beyond what the calendar knows is provisional (clock semantics 12).
    """
    clock = ClockState(
        key=key, rule=rule.id, clause=rule.clause, owed_by=owed_by, state="running", started_at=at, due_at=due_at, team=team,
        promised_at=due_at if isinstance(rule.target, DueFrom) else None, pauses=pauses, warned=warned,
    )  # fmt: skip
    clock = _aimed(clock, rule, agenda)
    return Turn(clock, timers_of(clock, rule, ladder, agenda), "started")


def stop(clock: ClockState, rule: ClockRule, ladder: Ladder | None, agenda: Agenda, at: datetime) -> Turn | None:
    """The promised thing happened at `at`: kept, or missed when that is after the deadline. None for a settled clock.

    A paused clock is kept: a pause only begins before the deadline and stops the count.
    """
    if not clock.is_open or at < clock.started_at:
        return None
    if clock.due_at is not None and at > clock.due_at:
        return miss(clock, rule, ladder, agenda)
    kept = replace(clock, state="kept", settled_at=at, left_s=None, pauses=_closed(clock.pauses, at))
    return Turn(kept, (), "kept")


def miss(clock: ClockState, rule: ClockRule, ladder: Ladder | None, agenda: Agenda) -> Turn | None:
    """The deadline passed: missed at the deadline, for good. None unless the clock runs towards a deadline."""
    if clock.state != "running" or clock.due_at is None:
        return None
    missed = replace(clock, state="missed", settled_at=clock.due_at)
    return Turn(missed, timers_of(missed, rule, ladder, agenda), "missed")


def withdraw(clock: ClockState, at: datetime) -> Turn | None:
    """The promise ends without a verdict. None for a settled clock."""
    if not clock.is_open or at < clock.started_at:
        return None
    return Turn(replace(clock, state="withdrawn", settled_at=at, left_s=None, pauses=_closed(clock.pauses, at)), (), "withdrawn")


def pause(clock: ClockState, rule: ClockRule, agenda: Agenda, at: datetime, reason: str = "") -> Turn | None:
    """The count stands still from `at`, at most until the cap is used up.

    None when there is nothing to pause: no such clause, a promised date, a settled or already paused clock, a deadline
    already reached (clock semantics 9) or a cap already spent.
    """
    target = rule.target
    if rule.pauses is None or not isinstance(target, Within) or clock.state != "running" or at < clock.started_at:
        return None
    if clock.due_at is not None and at >= clock.due_at:
        return None
    spans = (*clock.pauses, PauseSpan(at, None, reason))
    cap_at = cap_ends_at(spans, rule.pauses.cap, agenda)
    if cap_at is not None and cap_at <= at:
        return None
    left_s = agenda.left_s(clock.started_at, at, target, _spans(clock.pauses))
    paused = replace(clock, state="paused", due_at=None, provisional=False, left_s=left_s, pauses=spans)
    return Turn(paused, _cap_timer(paused, cap_at), "paused")


def resume(clock: ClockState, rule: ClockRule, ladder: Ladder | None, agenda: Agenda, at: datetime) -> Turn | None:
    """The pause ends at `at` and the deadline moves by what it cost. None unless the clock is paused since before `at`."""
    if clock.state != "paused" or at < clock.pauses[-1].from_at:
        return None
    running = _aimed(replace(clock, state="running", left_s=None, pauses=_closed(clock.pauses, at)), rule, agenda)
    if running.promised_at is not None and running.due_at is not None and isinstance(rule.target, Within):
        # A date told before a revision moved the deadline later gives way to the pause as the deadline does, and to nothing else.
        unpaused = agenda.due(clock.started_at, rule.target, _spans(clock.pauses[:-1])).at
        if unpaused is not None:
            running = replace(running, promised_at=utc(running.promised_at + (running.due_at - unpaused)))
    return Turn(running, timers_of(running, rule, ladder, agenda), "resumed")


def warn(clock: ClockState, timers: Sequence[TimerState], percent: int) -> Turn | None:
    """`percent` of the promise is used. None when it was announced before or nothing runs any more."""
    if clock.state != "running" or percent in clock.warned:
        return None
    left = tuple(timer for timer in timers if not (timer.kind == "warn" and timer.rung == percent))
    return Turn(replace(clock, warned=(*clock.warned, percent)), left, "warned")


def climb(clock: ClockState, timers: Sequence[TimerState], rung: int) -> Turn | None:
    """Ladder step `rung` of a missed clock is reached. None when it was announced before."""
    if clock.state != "missed" or rung in clock.rungs:
        return None
    left = tuple(timer for timer in timers if not (timer.kind == "rung" and timer.rung == rung))
    return Turn(replace(clock, rungs=(*clock.rungs, rung)), left, "rung")


def corrected(clock: ClockState, by: str, at: datetime) -> Turn | None:
    """A miss overturned: the promised thing happened at `at`, in time, but was entered late. None unless that is so.

    The only door out of `missed`; who may open it, and on what evidence, is the procedure's matter (design §1.5).
    """
    if clock.state != "missed" or clock.due_at is None or not clock.started_at <= at <= clock.due_at:
        return None
    return Turn(replace(clock, state="kept", settled_at=at, corrected_by=by), (), "corrected")


def move(clock: ClockState, rule: ClockRule, ladder: Ladder | None, agenda: Agenda, now: datetime) -> Turn | None:
    """The same promise under another calendar or edition, counted from its start. None when nothing moves.

    Settled clocks are frozen, and no revision makes a promise late at once: a deadline that would lie before `now` does not move. The
    date told to the customer never moves later: when the deadline does, the old one is kept as `promised_at` (clock semantics 11-12).
    A provisional deadline is never shortened.
    """
    if clock.state != "running" or clock.due_at is None or not isinstance(rule.target, Within):
        return None
    moved = revised(clock, agenda.due(clock.started_at, rule.target, _spans(clock.pauses)), now)
    return None if moved is None else Turn(moved, timers_of(moved, rule, ladder, agenda), "moved")


def revised(clock: ClockState, due: Due, now: datetime) -> ClockState | None:
    """A running clock whose deadline is counted anew as `due`, by the rules of `move`; None when it stays as it is."""
    due_at = None if due.at is None else utc(due.at)
    if clock.due_at is None:
        return None
    if due_at is not None and (due_at < now or (clock.provisional and due_at < clock.due_at)):
        due_at = clock.due_at
    if (due_at, due.provisional) == (clock.due_at, clock.provisional):
        return None
    promised_at = clock.promised_at
    if due_at is None or due_at > clock.due_at:
        promised_at = clock.promised_at or clock.due_at
    return replace(clock, due_at=due_at, provisional=due.provisional, promised_at=promised_at)


def timers_of(clock: ClockState, rule: ClockRule, ladder: Ladder | None, agenda: Agenda) -> tuple[TimerState, ...]:
    """Everything to look at later: warnings and the deadline of a running clock, the cap of a paused one, the rungs of a missed one."""
    if clock.state == "running":
        return (*_warnings(clock, rule, agenda), *_due_timer(clock))
    if clock.state == "paused" and rule.pauses is not None:
        return _cap_timer(clock, cap_ends_at(clock.pauses, rule.pauses.cap, agenda))
    if clock.state == "missed" and ladder is not None and clock.settled_at is not None:
        return _rungs(clock, ladder, agenda, clock.settled_at)
    return ()


def cap_ends_at(pauses: Sequence[PauseSpan], cap: Within, agenda: Agenda) -> datetime | None:
    """When all pauses together have used the cap, measured in the cap's own hours; the time between pauses does not count."""
    gaps = [Span(before.to_at, after.from_at) for before, after in itertools.pairwise(pauses) if before.to_at is not None and before.to_at < after.from_at]
    at = agenda.due(pauses[0].from_at, cap, gaps).at
    return None if at is None else utc(at)


def _aimed(clock: ClockState, rule: ClockRule, agenda: Agenda) -> ClockState:
    """With its deadline, where the rule counts one; a promised date stands as it is."""
    if not isinstance(rule.target, Within):
        return clock
    due = agenda.due(clock.started_at, rule.target, _spans(clock.pauses))
    return replace(clock, due_at=None if due.at is None else utc(due.at), provisional=due.provisional)


def _warnings(clock: ClockState, rule: ClockRule, agenda: Agenda) -> tuple[TimerState, ...]:
    if clock.due_at is None:
        return ()
    timers = []
    for percent in rule.warn_at:
        if percent in clock.warned:
            continue
        at = _at_share(clock, rule, agenda, percent, clock.due_at)
        if at is not None and at < clock.due_at:
            timers.append(TimerState(clock.key, "warn", percent, at))
    return tuple(timers)


def _at_share(clock: ClockState, rule: ClockRule, agenda: Agenda, percent: int, due_at: datetime) -> datetime | None:
    if isinstance(rule.target, Within):
        at = agenda.at_share(clock.started_at, rule.target, percent, _spans(clock.pauses))
        return None if at is None else utc(at)
    # A promised date has no hours of its own: the share is of the natural time from telling it to its end.
    return utc(clock.started_at + (due_at - clock.started_at) * percent / 100)


def _due_timer(clock: ClockState) -> tuple[TimerState, ...]:
    return () if clock.due_at is None else (TimerState(clock.key, "due", 0, clock.due_at),)


def _cap_timer(clock: ClockState, at: datetime | None) -> tuple[TimerState, ...]:
    return () if at is None else (TimerState(clock.key, "cap", 0, at),)


def _rungs(clock: ClockState, ladder: Ladder, agenda: Agenda, missed_at: datetime) -> tuple[TimerState, ...]:
    timers = []
    for index, step in enumerate(ladder.steps):
        if step.after is None or index in clock.rungs:
            continue
        at = agenda.due(missed_at, step.after).at
        if at is not None:
            timers.append(TimerState(clock.key, "rung", index, utc(at)))
    return tuple(timers)


def _closed(pauses: tuple[PauseSpan, ...], at: datetime) -> tuple[PauseSpan, ...]:
    if not pauses or pauses[-1].to_at is not None:
        return pauses
    return (*pauses[:-1], replace(pauses[-1], to_at=max(at, pauses[-1].from_at)))


def _spans(pauses: Sequence[PauseSpan]) -> list[Span]:
    return [Span(pause.from_at, pause.to_at) for pause in pauses]
