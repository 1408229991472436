"""Two cases of one matter become one: the earliest start and the strictest open promise go on, the misses stay where they happened.

Whether both are of one customer is the rooms' to know; everything else is decided here, as two steps of one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from luyue.core import clockwork
from luyue.core.clockwork import ClockState, Turn, utc
from luyue.core.procedure import clocks, entry, follow, work
from luyue.core.procedure.actors import acting_team, has_post, is_staff, team_of
from luyue.core.procedure.decide import merged_away
from luyue.core.procedure.entry import Step
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import Absorbed, Actor, CaseState, MergedInto, Refused, Routed, TaskSet, TaskState
from luyue.core.procedure.vocabulary import ONE_OPEN
from luyue.core.procedure.world import EMPTY_WORLD, World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import TaskRule


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cases, each under its own rulebook."""

    number: str
    book: Rulebook
    state: CaseState
    world: World = EMPTY_WORLD


def merge(survivor: Side, other: Side, actor: Actor, now: datetime) -> tuple[Step, Step]:
    """(step of the survivor, step of the other). Timers owed by `now` are settled first in both, so what is missed stays missed.

    Raises Refused: `merged` `kind` `from` `approval` `by` `same`.
    """
    now = utc(now)
    gone = entry.begin(other.book, other.state, "merge", actor.id, now, other.world)
    settle_flow(gone, now)
    theirs = gone.case.frozen_at(other.state.head_seq)
    kept = entry.begin(survivor.book, survivor.state, "absorb", actor.id, now, survivor.world)
    settle_flow(kept, now)
    refuse(survivor, replace(other, state=theirs), actor)
    _close(gone, survivor.number, now)
    _absorb(kept, theirs, other.number, actor, now)
    return entry.finish(kept, {}), entry.finish(gone, {})


def refuse(survivor: Side, other: Side, actor: Actor) -> None:
    """raises Refused for the first thing in the way."""
    for side in (survivor, other):
        state = side.state
        if state.merged_into:
            raise merged_away(state)
        if state.closed_at is not None or state.stage in side.book.procedure(state.kind).final:
            raise _no("from", f"{side.number} 已办结，不能合并", f"{side.number} is closed", "已办结的工单请用“关联”")
        if not _may(state, actor):
            words = f"只有 {side.number} 的承办部门、经办人、跟进人或主管可以合并"
            raise _no("by", words, f"Only who works on {side.number}, or a lead, may merge it", "请承办部门或主管办理")
    if survivor.number == other.number:
        raise _no("same", "不能把工单并入它自己", "A case cannot be merged into itself", "请选择另一个工单")
    if survivor.state.kind != other.state.kind:
        raise _no("kind", "两个工单类型不同，各有各的时限，不能合并", "The cases are of different kinds", "请用“关联”把两者连起来")
    if any(one.state == "asked" for one in other.state.approvals.values()):
        raise _no("approval", f"{other.number} 有审批未办，不能合并", f"An approval of {other.number} is waiting", "请先批准或不批准，再合并")


def _may(state: CaseState, actor: Actor) -> bool:
    if not is_staff(actor):
        return False
    working = {team_of(word) for word in (state.routed_teams or state.teams)}
    return actor.id in (state.holder, state.owner) or has_post(actor) or bool(working & {team_of(word) for word in actor.actors})


def _no(code: str, zh: str, en: str, remedy: str) -> Refused:
    return Refused(code, zh, words_en=en, remedy=remedy)


def _close(flow: Flow, into: str, at: datetime) -> None:
    """Open promises and tasks end here without verdict, nothing is looked at later; verdicts stay."""
    for clock in list(flow.case.clocks.values()):
        ended = clockwork.withdraw(clock, max(at, clock.started_at))
        if ended is not None:
            clocks.turn(flow, Turn(ended.clock, (), "merged"))
    for name in dict.fromkeys(timer.clock for timer in flow.case.timers):
        clocks.set_timers(flow, name, ())
    for task in list(flow.case.tasks.values()):
        if task.state == "open":
            flow.case.emit(TaskSet(replace(task, state="cancelled", done_at=at), "cancelled"))
    flow.case.emit(MergedInto(into, at))


def _absorb(flow: Flow, theirs: CaseState, number: str, actor: Actor, at: datetime) -> None:
    case = flow.case
    case.emit(Absorbed(number, theirs.received_at or at))
    teams = tuple(dict.fromkeys((*case.teams, *theirs.teams)))
    if teams != case.teams:
        case.emit(Routed(case.routed_teams, teams))
    for task in theirs.tasks.values():
        if task.state == "open":
            _take_over_task(flow, task, theirs.clocks.get(f"task/{task.key}"))
    for clock in theirs.clocks.values():
        if clock.is_open and not clock.rule.startswith(("task/", "approval/")):
            _take_over(flow, clock)
    team = acting_team("", actor, case, flow.index)
    follow.record(flow, "case.linked", at, team=team, payload={"relation": "duplicate"})
    follow.record(flow, "case.merged", at, team=team)


def _take_over_task(flow: Flow, task: TaskState, clock: ClockState | None) -> None:
    """Work the survivor does not owe already; where one task stands for all, its letters, by the stricter deadline."""
    case = flow.case
    rule = flow.book.all(TaskRule).get(task.rule)
    if rule is None:
        return
    mine = work.open_of(flow, rule) if rule.runs == ONE_OPEN else None
    if mine is not None:
        work.join(flow, mine, task.waiting)
        running = case.clocks.get(f"task/{mine.key}")
        if clock is not None and clock.is_open and running is not None and running.is_open and _is_stricter(clock, running):
            _run(flow, replace(clock, key=running.key, owed_by=running.owed_by))
        return
    if any((one.rule, one.letter, one.state) == (task.rule, task.letter, "open") for one in case.tasks.values()):
        return
    key = clocks.new_key(flow, task.rule, case.tasks)
    by = work.owed_now(flow, rule, task.by)
    case.emit(TaskSet(replace(task, key=key, by=by), "opened"))
    if clock is not None and clock.is_open:
        _run(flow, replace(clock, key=f"task/{key}", owed_by=by))


def _take_over(flow: Flow, theirs: ClockState) -> None:
    """An open promise of the other: the stricter of two goes on; one that the survivor never made is made; one it has settled is settled."""
    case = flow.case
    if theirs.team and theirs.team not in case.routed_teams:
        return
    mine = [one for one in case.clocks.values() if (one.rule, one.team) == (theirs.rule, theirs.team) and one.state != "withdrawn"]
    running = next((one for one in mine if one.is_open), None)
    if running is None:
        if not mine:
            _run(flow, replace(theirs, key=clocks.new_key(flow, theirs.rule, case.clocks, theirs.team)))
        return
    told = min((one for one in (theirs.promised_at, running.promised_at) if one is not None), default=None)
    strict = replace(theirs, key=running.key, owed_by=running.owed_by) if _is_stricter(theirs, running) else running
    if replace(strict, promised_at=told) != running:
        _run(flow, replace(strict, promised_at=told))


def _is_stricter(one: ClockState, other: ClockState) -> bool:
    """What runs is stricter than what stands still; of two that run the earlier deadline, of two that stand the one with less left."""
    if one.state != other.state:
        return one.state == "running"
    if one.state == "paused":
        return (one.left_s or 0) < (other.left_s or 0)
    return one.due_at is not None and (other.due_at is None or one.due_at < other.due_at)


def _run(flow: Flow, clock: ClockState) -> None:
    rule = flow.index.terms.get(clock.rule)
    if rule is not None:
        clocks.turn(flow, Turn(clock, clockwork.timers_of(clock, rule, flow.index.ladder(rule), flow.book.agenda), "merged"))
