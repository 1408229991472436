"""Work that is no stage change: tasks and approvals with their own clocks, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from luyue.core import clockwork
from luyue.core.calendar import Within
from luyue.core.procedure import clocks
from luyue.core.procedure.actors import expand, team_of
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.state import (
    ApprovalSet,
    ApprovalState,
    ClockSet,
    FactRecord,
    HolderSet,
    Routed,
    TaskSet,
    TaskState,
)  # fmt: skip
from luyue.core.procedure.vocabulary import LETTER, ONE_OPEN
from luyue.core.regulation.rules import AfterRepeats, Approval, DueFrom, TaskRule


def open_tasks(flow: Flow, name: str, at: datetime, view: Mapping[str, object]) -> None:
    """Open what waits for this fact, and what so many cases of one cause call for. One letter is work once, whatever becomes of it."""
    letter = str(view.get(LETTER) or "")
    for rule in flow.index.tasks_at.get(name, ()):
        if letter and any(task.rule == rule.id and letter in task.letters for task in flow.case.tasks.values()):
            continue
        if not rule.applies_to.holds(view) or (rule.runs == "once" and _opened_before(flow, rule)):
            continue
        running = open_of(flow, rule) if rule.runs == ONE_OPEN else None
        if running is None:
            open_task(flow, rule, at, letter)
        elif letter:
            join(flow, running, (letter,))
    for rule in flow.index.repeats_at.get(name, ()):
        if rule.applies_to.holds(view) and _repeats(flow, rule, at, view):
            open_task(flow, rule, at)


def open_of(flow: Flow, rule: TaskRule) -> TaskState | None:
    return next((task for task in flow.case.tasks.values() if task.rule == rule.id and task.state == "open"), None)


def join(flow: Flow, task: TaskState, letters: tuple[str, ...]) -> None:
    """Further letters are the same work, and owed by when it is owed already."""
    new = tuple(one for one in letters if one not in task.letters)
    if new:
        flow.case.emit(TaskSet(replace(task, joined=(*task.joined, *new)), "joined"))


def open_task(flow: Flow, rule: TaskRule, at: datetime, letter: str = "") -> None:
    case = flow.case
    key = clocks.new_key(flow, rule.id, case.tasks)
    by = next(iter(_teams_now(flow, rule.by)), rule.by)
    case.emit(TaskSet(TaskState(key, rule.id, rule.clause, by, "open", at, blocks=rule.blocks, letter=letter), "opened"))
    terms = flow.index.terms.get(f"task/{rule.id}")
    if terms is not None and isinstance(terms.target, Within | DueFrom):
        due_at = None
        if isinstance(terms.target, DueFrom):
            value = case.fields.get(terms.target.field)
            due_at = from_iso(str(value)) if value is not None else None
        clocks.start_clock(flow, terms, at, key=f"task/{key}", owed_by=by, due_at=due_at)
    flow.then("task.opened", at, payload={"task": rule.id})


def _teams_now(flow: Flow, word: str) -> tuple[str, ...]:
    """Who a word for teams means when the task opens: while nobody was given the work, the team the case is with."""
    if word not in ("routed-teams", "serving-team"):
        return ()
    return expand(word, flow.case, flow.index) or (flow.case.teams[:1] if word == "routed-teams" else ())


def end_tasks(flow: Flow, name: str, at: datetime, team: str, payload: Mapping[str, object]) -> None:
    """Finish open tasks that this fact does, and cancel those whose `until` it is. A fact about a letter does that letter's part."""
    rules, letter = flow.book.all(TaskRule), payload.get(LETTER, "")
    for task in list(flow.case.tasks.values()):
        if task.state != "open" or task.rule not in rules:
            continue
        if name in rules[task.rule].stops_at and at >= task.opened_at and (not letter or letter in task.waiting):
            resent = replace(task, resent=(*task.resent, str(letter))) if letter else task
            if letter and resent.waiting:
                flow.case.emit(TaskSet(resent, "resent"))
            else:
                finish_task(flow, resent, at, team, {})
        elif name in rules[task.rule].until:
            cancel_task(flow, task, at)


def cancel_task(flow: Flow, task: TaskState, at: datetime) -> None:
    flow.case.emit(TaskSet(replace(task, state="cancelled", done_at=at), "cancelled"))
    flow.then("task.cancelled", at, payload={"task": task.rule})
    clock = flow.case.clocks.get(f"task/{task.key}")
    if clock is not None and clock.is_open:
        clocks.withdraw_clock(flow, clock, at)


def finish_task(flow: Flow, task: TaskState, at: datetime, team: str, payload: Mapping[str, object]) -> None:
    """Done at `at`: its clock is judged, `task.done` carries the closed answers of its form."""
    flow.case.emit(TaskSet(replace(task, state="done", done_at=at), "done"))
    flow.then("task.done", at, team=team, payload={**payload, "task": task.rule})
    _stop(flow, flow.case.clocks.get(f"task/{task.key}"), at)


def try_task(flow: Flow, task: TaskState, at: datetime, team: str) -> None:
    """One attempt that failed; with the last one the rule asks for, the task is done all the same."""
    tried = replace(task, tries=tuple(sorted((*task.tries, at))))
    flow.case.emit(TaskSet(tried, "tried"))
    flow.then("contact.failed", at, team=team, payload={"task": task.rule})
    tries = flow.book.task(task.rule).tries
    if tries is None:
        return
    recent = [one for one in tried.tries if one > tried.tries[-1] - timedelta(days=tries.days)]
    if len(recent) >= tries.times:
        finish_task(flow, tried, at, team, {"outcome": "unreached"})


def ask_approvals(flow: Flow, action: str, filled: Iterable[str], at: datetime, team: str) -> None:
    """The action fixes an amount somebody else must approve: ask, and withdraw what was asked before."""
    for approval in flow.index.asked_by.get(action, ()):
        if approval.field != "always" and approval.field not in filled:
            continue
        amount = amount_of(approval, flow.case.fields)
        _end_approval_clock(flow, approval.id, at, verdict=False)
        asked = asked_state(approval, amount, at)
        flow.case.emit(ApprovalSet(asked))
        terms = flow.index.terms.get(f"approval/{approval.id}")
        if terms is not None:
            clocks.start_clock(flow, terms, at, owed_by=asked.approver)
        flow.then("approval.asked", at, team=team, payload={"approval": approval.id})


def settle_approval(flow: Flow, approval: ApprovalState, verdict: str, at: datetime, by: str, team: str) -> None:
    """verdict: "given" or "refused"."""
    flow.case.emit(ApprovalSet(replace(approval, state=verdict, settled_at=at, by=by)))
    flow.then(f"approval.{verdict}", at, team=team, payload={"approval": approval.rule})
    _end_approval_clock(flow, approval.rule, at, verdict=True)


def amount_of(approval: Approval, fields: Mapping[str, object]) -> str:
    """The amount the case holds, as decimal text; "" while unfilled, or when the approval is always due."""
    value = None if approval.field == "always" else fields.get(approval.field)
    return "" if value is None else str(value)


def asked_state(approval: Approval, amount: str, at: datetime) -> ApprovalState:
    approver = approval.approver_for(Decimal(amount)) if amount else approval.bands[0].approver
    return ApprovalState(approval.id, "asked", amount, approver, at)


def route_to(flow: Flow, actors: tuple[str, ...]) -> None:
    """Give the work to `actors`: nobody holds it until one of them takes it. Open tasks of whoever has the case go along."""
    case = flow.case
    before = case.routed_teams
    seen_by = dict.fromkeys((*case.teams, *(team_of(actor) for actor in actors if team_of(actor) in flow.index.teams)))
    case.emit(Routed(tuple(dict.fromkeys(actors)), tuple(seen_by)))
    if case.holder:
        case.emit(HolderSet(""))
    _take_along(flow, next((one for one in case.routed_teams if one not in before), ""))


def _take_along(flow: Flow, to: str) -> None:
    """What was missed stays with who missed it."""
    rules = flow.book.all(TaskRule)
    for task in list(flow.case.tasks.values()):
        if task.state != "open" or task.rule not in rules:
            continue
        by = owed_now(flow, rules[task.rule], task.by, to)
        if by != task.by:
            flow.case.emit(TaskSet(replace(task, by=by), "handed"))
            clock = flow.case.clocks.get(f"task/{task.key}")
            if clock is not None and clock.is_open:
                flow.case.emit(ClockSet(replace(clock, owed_by=by), "handed"))


def owed_now(flow: Flow, rule: TaskRule, by: str, to: str = "") -> str:
    """Who owes what `by` owed: work of `routed-teams` is never owed by a team that does not have the case; `to`: where the case went."""
    having = flow.case.routed_teams or flow.case.teams[:1]
    if rule.by != "routed-teams" or not having or team_of(by) in {team_of(one) for one in having}:
        return by
    return to or having[0]


def hand_over(flow: Flow, to: str, instead_of: str) -> None:
    """A ladder's `hand_to`: `to` takes the place of one routed team, or of all."""
    case = flow.case
    if instead_of in case.routed_teams:
        teams = tuple(to if team == instead_of else team for team in case.routed_teams)
    else:
        teams = expand(to, case, flow.index)
    if teams and teams != case.routed_teams:
        route_to(flow, teams)


def pass_on(flow: Flow, own: str, to: tuple[str, ...], at: datetime) -> None:
    """One routed team gives its part to others: its clocks end without verdict, theirs begin now (clock semantics 17)."""
    case = flow.case
    others = tuple(team for team in case.routed_teams if team != own)
    running = [clock for clock in case.clocks.values() if clock.is_open and clock.team == own]
    route_to(flow, (*others, *to))
    for clock in running:
        rule = flow.index.terms.get(clock.rule)
        clocks.withdraw_clock(flow, clock, at)
        if rule is not None and rule.runs == "each-team":
            for team in to:
                clocks.start_clock(flow, rule, at, team=team)


def _stop(flow: Flow, clock: clockwork.ClockState | None, at: datetime) -> None:
    rule = flow.index.terms.get(clock.rule) if clock is not None else None
    if clock is not None and rule is not None:
        clocks.turn(flow, clockwork.stop(clock, rule, flow.index.ladder(rule), flow.book.agenda, at), at=at)
        if not flow.case.clocks[clock.key].is_open:
            clocks.set_timers(flow, clock.key, ())


def _end_approval_clock(flow: Flow, approval: str, at: datetime, *, verdict: bool) -> None:
    for clock in list(flow.case.clocks.values()):
        if clock.rule != f"approval/{approval}":
            continue
        if not clock.is_open:
            clocks.set_timers(flow, clock.key, ())
        elif verdict:
            _stop(flow, clock, at)
        else:
            clocks.withdraw_clock(flow, clock, at)


def _opened_before(flow: Flow, rule: TaskRule) -> bool:
    """`once` is once a life of the case; a cancelled task never was."""
    reopened = next((fact.at for fact in reversed(flow.case.facts) if fact.name == "case.reopened"), None)
    return any(
        task.rule == rule.id and (task.state == "open" or (task.state == "done" and (reopened is None or task.opened_at >= reopened)))
        for task in flow.case.tasks.values()
    )


def _repeats(flow: Flow, rule: TaskRule, at: datetime, view: Mapping[str, object]) -> bool:
    """Whether this case makes the number full within the rolling window; one task stays open at a time."""
    trigger = rule.trigger
    same = {name: view[name] for name in trigger.same if view.get(name) is not None} if isinstance(trigger, AfterRepeats) else {}
    if not isinstance(trigger, AfterRepeats) or len(same) < len(trigger.same) or _counted_already(flow.case.facts, trigger.of):
        return False
    about = {"task": rule.id, "of": trigger.of, "same": same, "kind": flow.case.kind}
    if any(task.rule == rule.id and task.state == "open" for task in flow.case.tasks.values()):
        return False
    if flow.world.read("task-is-open", about):
        return False
    since = at - timedelta(days=trigger.days)
    others = flow.world.read("other-cases", {**about, "since": since, "until": at})
    return int(str(others)) + 1 >= trigger.times


def _counted_already(facts: list[FactRecord], name: str) -> bool:
    """A case counts once: reopened and closed again it is still one case."""
    return sum(1 for fact in facts if fact.name == name) > 1
