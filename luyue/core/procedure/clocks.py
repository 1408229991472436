"""The clocks of a case: which ones a fact stops, pauses and starts, and what a closing and a reopening do to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from luyue.core import clockwork
from luyue.core.clockwork import ClockState, PauseSpan, TimerState, Turn
from luyue.core.procedure.actors import expand, team_of
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.index import RuleIndex
from luyue.core.procedure.state import ClockSet, FactRecord, TimersSet
from luyue.core.procedure.vocabulary import ALWAYS_RECORDED, OUTSIDE_FACTS, REPLY_FACTS
from luyue.core.regulation.rules import ClockRule, DueFrom


def turn(flow: Flow, turned: Turn | None, *, at: datetime | None = None, by: str = "") -> None:
    """Write a clock's next state, its timers and, where anybody waits for it, its fact."""
    if turned is None:
        return
    clock, timers, cause = turned
    case = flow.case
    case.emit(ClockSet(clock, cause))
    set_timers(flow, clock.key, timers)
    name = f"clock.{cause}"
    if name in ALWAYS_RECORDED or name in flow.index.waited_for:
        happened_at = at or clock.settled_at or clock.started_at
        team = clock.team or (team_of(clock.owed_by) if team_of(clock.owed_by) in flow.index.teams else "")
        flow.then(name, happened_at, team=team, payload={"clock": clock.rule, "team": team}, by=by)
    if cause == "missed":
        flow.missed.append(clock)


def set_timers(flow: Flow, clock: str, timers: tuple[TimerState, ...]) -> None:
    """Replace a clock's timers; nothing is written when nothing changes."""
    if flow.case.timers_of(clock) != timers:
        flow.case.emit(TimersSet(clock, timers))


def new_key(flow: Flow, rule: str, taken: Mapping[str, object], team: str = "") -> str:
    """ "<rule>#<seq>", made unique within the entry, with "@team" where each team has its own."""
    suffix = f"@{team}" if team else ""
    stem = f"{rule}#{flow.case.seq}"
    key, number = stem + suffix, 1
    while key in taken:
        number += 1
        key = f"{stem}.{number}{suffix}"
    return key


def start_clock(
    flow: Flow, rule: ClockRule, at: datetime, *, key: str = "", team: str = "", owed_by: str = "", due_at: datetime | None = None,
    pauses: tuple[PauseSpan, ...] = (), warned: tuple[int, ...] = (),
) -> None:  # fmt: skip
    turned = clockwork.start(
        rule, flow.index.ladder(rule), flow.book.agenda, key=key or new_key(flow, rule.id, flow.case.clocks, team), at=at, team=team,
        owed_by=owed_by or _owes(flow, rule, team), due_at=due_at, pauses=pauses, warned=warned,
    )  # fmt: skip
    turn(flow, turned, at=at)


def withdraw_clock(flow: Flow, clock: ClockState, at: datetime) -> None:
    turn(flow, clockwork.withdraw(clock, max(at, clock.started_at)), at=at)


def end_for_good(flow: Flow, at: datetime) -> None:
    """A final stage: promises nobody can keep or break any more end without verdict.

    What outside facts stop, what an action of this stage stops, and tasks go on.
    """
    case, index = flow.case, flow.index
    for clock in list(case.clocks.values()):
        rule = index.terms.get(clock.rule)
        if rule is None or clock.rule.startswith("task/"):
            continue
        if not clock.is_open:
            set_timers(flow, clock.key, ())
            continue
        stoppable = any(fact in OUTSIDE_FACTS or index.can_still_record(case.kind, case.stage, fact) for fact in rule.stops_at)
        begun_by_closing = clock.started_at == at and rule.starts_at in ("case.closed", "stage.entered")
        if stoppable or (begun_by_closing and not any(fact in index.recorded for fact in rule.stops_at)):
            continue
        withdraw_clock(flow, clock, at)


def _listening(flow: Flow) -> list[tuple[ClockState, ClockRule]]:
    """Open clocks that wait for facts; those of a task or an approval are ended by key and never listen."""
    terms = flow.index.terms
    return [
        (clock, terms[clock.rule])
        for clock in flow.case.clocks.values()
        if clock.is_open and clock.rule in terms and not clock.rule.startswith(("task/", "approval/"))
    ]


def stop_clocks(flow: Flow, name: str, at: datetime, team: str) -> None:
    """Stops, withdrawals and pauses of what runs now."""
    ended: set[str] = set()
    _hush(flow, name, at, team)
    for clock, rule in sorted(_listening(flow), key=lambda pair: pair[0].started_at):
        stops = name in rule.stops_at
        if stops and rule.runs == "each-team" and team and clock.team and clock.team != team:
            continue
        if stops and rule.runs == "each" and rule.stop_ends == "oldest" and rule.id in ended:
            continue
        turned = _reaction(flow, clock, rule, name, at)
        if turned is not None:
            if stops:
                ended.add(rule.id)
            turn(flow, turned, at=at)


def _reaction(flow: Flow, clock: ClockState, rule: ClockRule, name: str, at: datetime) -> Turn | None:
    """What one open clock does at a fact: stop, end without verdict, pause, resume, or nothing."""
    agenda, ladder = flow.book.agenda, flow.index.ladder(rule)
    if name in rule.stops_at:
        return clockwork.stop(clock, rule, ladder, agenda, at)
    if name in rule.until or (name == "case.closed" and rule.runs == "first-unanswered"):
        return clockwork.withdraw(clock, at)
    if rule.pauses is not None and name == rule.pauses.starts_at:
        return clockwork.pause(clock, rule, agenda, at, name)
    if rule.pauses is not None and name == rule.pauses.stops_at:
        return clockwork.resume(clock, rule, ladder, agenda, at)
    return None


def _hush(flow: Flow, name: str, at: datetime, team: str) -> None:
    """What was owed is done, late: the miss stands, but its ladder climbs no further."""
    for key in {timer.clock for timer in flow.case.timers if timer.kind == "rung"}:
        clock = flow.case.clocks[key]
        rule = flow.index.terms.get(clock.rule)
        if rule is None or clock.started_at > at or clock.rule.startswith(("task/", "approval/")):
            continue
        if name in rule.until or (name in rule.stops_at and not (team and clock.team and clock.team != team)):
            set_timers(flow, key, ())


def start_clocks(flow: Flow, name: str, at: datetime, view: Mapping[str, object], payload: Mapping[str, object]) -> None:
    for rule in applicable(flow.index, name, view):
        _start_by_runs(flow, rule, at, payload)
    for rule in flow.index.again_at.get(name, ()):
        # Its own stop starts the next, also after a missed one; never before the first start or after the end.
        if rule.applies_to.holds(flow.view()) and _again_is_on(flow, rule):
            start_clock(flow, rule, at)


def applicable(index: RuleIndex, fact: str, view: Mapping[str, object]) -> list[ClockRule]:
    """The clock rules `fact` starts under these fields, without those a narrower one is the exception to."""
    found = [rule for rule in index.clocks_at.get(fact, ()) if rule.applies_to.holds(view)]
    overruled: set[str] = set()
    for rule in found:
        base = rule.exception_to
        while base and base not in overruled:
            overruled.add(base)
            base = index.terms[base].exception_to if base in index.terms else ""
    return [rule for rule in found if rule.id not in overruled] if overruled else found


def _start_by_runs(flow: Flow, rule: ClockRule, at: datetime, payload: Mapping[str, object]) -> None:
    due_at = None
    if isinstance(rule.target, DueFrom):
        value = payload.get(rule.target.field)
        if value is None:
            return
        due_at = from_iso(str(value))
    mine = [clock for clock in flow.case.clocks.values() if clock.rule == rule.id]
    if rule.runs == "each":
        start_clock(flow, rule, at, due_at=due_at)
    elif rule.runs == "each-team":
        busy = {clock.team for clock in mine if clock.is_open}
        for team in flow.case.routed_teams or ("",):
            if team not in busy:
                start_clock(flow, rule, at, team=team, due_at=due_at)
    elif rule.runs == "first-unanswered":
        if not _is_unanswered(flow, rule, mine):
            start_clock(flow, rule, at, due_at=due_at)
    elif rule.runs == "again":
        if not any(clock.is_open for clock in mine):
            start_clock(flow, rule, at, due_at=due_at)
    elif not any(_blocks_once(flow, clock) for clock in mine):
        start_clock(flow, rule, at, due_at=due_at)


def _blocks_once(flow: Flow, clock: ClockState) -> bool:
    """`once` means once a life of the case: a reopening begins a new one, a withdrawn clock never was."""
    if clock.is_open:
        return True
    reopened = next((fact.at for fact in reversed(flow.case.facts) if fact.name == "case.reopened"), None)
    return clock.state != "withdrawn" and (reopened is None or clock.started_at >= reopened)


def _is_unanswered(flow: Flow, rule: ClockRule, mine: list[ClockState]) -> bool:
    """The oldest unanswered message already has its clock, running or missed (clock semantics 15)."""
    if not mine:
        return False
    last = max(mine, key=lambda clock: clock.started_at)
    if last.is_open:
        return True
    answered = (fact for fact in reversed(flow.case.facts) if fact.name in rule.stops_at)
    return last.state == "missed" and not any(fact.at >= last.started_at for fact in answered)


def _again_is_on(flow: Flow, rule: ClockRule) -> bool:
    mine = [clock for clock in flow.case.clocks.values() if clock.rule == rule.id]
    if not mine or any(clock.is_open for clock in mine):
        return False
    for fact in reversed(flow.case.facts):
        if fact.name in rule.until:
            return False
        if fact.name in (rule.starts_at, "case.reopened"):
            return True
    return False


def resume_after_closing(flow: Flow, closed_at: datetime, at: datetime) -> None:
    """Reopened: what the closing ended goes on, the closed span being a pause (clock semantics 10).

    The verdict of the first closing stays as it is: the promise continues in a clock of its own. A breach stays a breach, reply
    clocks are not re-armed, `again` clocks begin anew.
    """
    closed = PauseSpan(closed_at, at, "case.closed")
    for clock in list(flow.case.clocks.values()):
        rule = flow.index.terms.get(clock.rule)
        if rule is None or clock.settled_at is None or clock.rule.startswith(("task/", "approval/")):
            continue
        if clock.state not in ("kept", "withdrawn") or clock.settled_at != closed_at or REPLY_FACTS & set(rule.stops_at):
            continue
        if clock.state == "kept" and "case.closed" not in rule.stops_at:
            continue
        if rule.runs == "again":
            start_clock(flow, rule, at)
        elif "case.reopened" not in rule.until and rule.runs != "first-unanswered" and rule.starts_at != "case.closed":
            due_at = clock.due_at if isinstance(rule.target, DueFrom) else None
            start_clock(
                flow, rule, clock.started_at, team=clock.team, owed_by=clock.owed_by, due_at=due_at, pauses=(*clock.pauses, closed),
                warned=clock.warned,
            )  # fmt: skip


def _owes(flow: Flow, rule: ClockRule, team: str) -> str:
    if rule.owed_by not in ("routed-teams", "serving-team"):
        return rule.owed_by
    return team or next(iter(expand(rule.owed_by, flow.case, flow.index)), rule.owed_by)


def derive_again(flow: Flow, before: Mapping[str, object], at: datetime) -> None:
    """The case's classification changed from `before` to what it holds now: the promises that depend on it follow.

    A running clock that no longer applies ends without verdict. One that applies now starts: at its start fact where the deciding
    field was simply not filled yet (features S54), at the change where it said something else (clock semantics 18).
    """
    for clock, rule in _listening(flow):
        fact = _start_fact(flow, clock, rule)
        if fact is not None and rule not in applicable(flow.index, fact.name, _as_classified(flow, fact)):
            withdraw_clock(flow, clock, at)
    for fact in list(flow.case.facts):
        for rule in applicable(flow.index, fact.name, _as_classified(flow, fact)):
            unfilled = any(name not in before and name in flow.case.fields for name in rule.applies_to.of)
            if _has_begun(flow, rule, fact) or (not unfilled and _is_over(flow, rule, fact)):
                continue
            _begin_late(flow, rule, fact, fact.at if unfilled else max(at, fact.at))


def _as_classified(flow: Flow, fact: FactRecord) -> dict[str, object]:
    return {**flow.view(fact.team, fact.payload), **flow.case.fields}


def _start_fact(flow: Flow, clock: ClockState, rule: ClockRule) -> FactRecord | None:
    return next((fact for fact in reversed(flow.case.facts) if fact.name == rule.starts_at and fact.at <= clock.started_at), None)


def _has_begun(flow: Flow, rule: ClockRule, fact: FactRecord) -> bool:
    mine = [clock for clock in flow.case.clocks.values() if clock.rule == rule.id and clock.state != "withdrawn"]
    return any(clock.started_at >= fact.at for clock in mine) or (rule.runs == "once" and bool(mine))


def _is_over(flow: Flow, rule: ClockRule, fact: FactRecord) -> bool:
    """What this fact would have begun has ended since: the work went back, or the last team answered. Its next start is another fact."""
    later = flow.case.facts[flow.case.facts.index(fact) + 1 :]
    return any(one.name in rule.until for one in later) or (rule.runs != "each-team" and any(one.name in rule.stops_at for one in later))


def _begin_late(flow: Flow, rule: ClockRule, fact: FactRecord, anchor: datetime) -> None:
    """Start now what began at `anchor`, and let it live through what has happened since."""
    known = set(flow.case.clocks)
    _start_by_runs(flow, rule, anchor, fact.payload)
    for key in [key for key in flow.case.clocks if key not in known]:
        if anchor > fact.at and flow.case.waiting_since is not None and rule.pauses is not None:
            turn(flow, clockwork.pause(flow.case.clocks[key], rule, flow.book.agenda, anchor, rule.pauses.starts_at), at=anchor)
        for later in sorted((one for one in flow.case.facts if one.at >= anchor and one is not fact), key=lambda one: one.at):
            clock = flow.case.clocks[key]
            team_part = rule.runs == "each-team" and clock.team and later.team in flow.case.routed_teams
            if clock.is_open and not (team_part and later.team != clock.team):
                turn(flow, _reaction(flow, clock, rule, later.name, later.at), at=later.at)
