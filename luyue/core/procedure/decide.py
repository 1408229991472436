"""The one way a case changes: opening it, and every action after that, to facts and effects as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from luyue.core.clockwork import utc
from luyue.core.procedure import entry, follow, gates, shape, work
from luyue.core.procedure.actors import acting_team, is_staff, is_system, matched, team_of
from luyue.core.procedure.acts import ACTS, Doing
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.effects import EFFECTS
from luyue.core.procedure.entry import Step
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.guards import GUARDS, Denial
from luyue.core.procedure.index import index_of
from luyue.core.procedure.said import Said
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import Actor, CaseOpened, CaseState, Effect, FieldsSet, Invalid, OwnerSet, Refused, StageEntered, TeamAnswered
from luyue.core.procedure.world import EMPTY_WORLD, Moment, Unread, World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import SAME, ActionRule, Approval, DueFrom, Procedure


def open_case(
    book: Rulebook, procedure: str, actor: Actor, *, channel: str, customer_kind: str, data: Mapping[str, object], at: datetime,
    now: datetime, world: World = EMPTY_WORLD, complete: bool | None = None,
) -> Step:  # fmt: skip
    """A new case of `procedure`, received at `at`.

    complete: whether every required field of the intake form must be there. By default it must, unless a later action fills the same
    form again (registration) or the case comes in by machine (mail), where what is known is taken and the rest is asked later.
    Raises Invalid (data, channel, customer kind, event time) or Refused (skills; `by` for a customer of a procedure not open to him).
    """
    at, now = utc(at), utc(now)
    rule = book.all(Procedure).get(procedure)
    if rule is None:
        raise Invalid({"procedure": Said("没有这种工单，请重新选择", "There is no such kind of case; choose again")})
    index = index_of(book)
    errors = entry.check_instant(actor, data, at, now, None) or entry.check_calendar(book, at)
    if channel not in rule.channels:
        errors["channel"] = f"“{rule.label.zh}”不经这个渠道受理"
    if customer_kind not in rule.customers:
        errors["customer_kind"] = f"“{rule.label.zh}”不受理这类客户"
    entry.raise_if(errors)
    state = CaseState(kind=procedure, stage=rule.entry_stage)
    refused = gates.skill_refusal(Attempt(book, index, state, actor, at, world), "open-case", (), None)
    if refused is not None:
        raise refused
    if complete is None:
        refilled = any(action.form == rule.intake for action in index.actions(procedure))
        complete = not (refilled or is_system(actor))
    known = {"kind": procedure, "channel": channel, "customer_kind": customer_kind, "stage": rule.entry_stage}
    filled = shape.fill(book.form(rule.intake), entry.without_reason(data), entry.shape_of(book), known=known, complete=complete)
    flow = entry.begin(book, CaseState(), "open-case", actor.id, now, world)
    teams = _first_teams(index.actions(procedure), rule, actor, frozenset(index.teams))
    flow.case.emit(CaseOpened(procedure, channel, customer_kind, at, teams, actor.id if is_staff(actor) else ""))
    flow.case.emit(StageEntered(rule.entry_stage, at))
    follow.set_fields(flow, filled.kept, at)
    payload = {**filled.kept, "channel": channel, "kind": procedure, "customer_kind": customer_kind}
    follow.record(flow, "case.received", at, team=acting_team("", actor, flow.case, index), payload=payload)
    follow.record(flow, "contact.received", at, payload={"channel": channel})
    follow.record(flow, "stage.entered", at, payload={"stage": rule.entry_stage})
    return entry.finish(flow, entry.with_reason(filled.values, data))


def decide(
    book: Rulebook, state: CaseState, action: str, actor: Actor, data: Mapping[str, object], *, at: datetime, now: datetime,
    world: World = EMPTY_WORLD,
) -> Step:  # fmt: skip
    """Do `action` (of the regulation, else a platform act) at event time `at`, entered at `now`.

    Timers owed by `now` are settled first, so what is missed already stays missed. Raises Invalid for malformed data, Refused when the
    regulation says no: the first gate that refuses, in the order of language §3.5.
    """
    at, now = utc(at), utc(now)
    index = index_of(book)
    if not state.kind:
        raise Invalid({"case": Said("工单尚未受理，请先受理", "The case has not been received yet")})
    if state.merged_into:
        raise merged_away(state)
    rule = index.action(state.kind, action)
    act = ACTS.get(action) if rule is None else None
    if rule is None and act is None:
        raise Invalid({"action": Said("没有这项操作，请刷新页面后重新选择", "There is no such action; reload the page and choose again")})
    entry.raise_if(entry.check_instant(actor, data, at, now, state.received_at))
    flow = entry.begin(book, state, action, actor.id, now, world)
    settle_flow(flow, now)
    if flow.case.effects:
        state = flow.case.frozen_at(state.head_seq)
    attempt = Attempt(book, index, state, actor, at, world)
    if act is not None:
        refused = gates.skill_refusal(attempt, action, (), None)
        if refused is not None:
            raise refused
        return entry.finish(flow, entry.with_reason(act.do(Doing(flow, attempt, entry.without_reason(data), now)), data))
    assert rule is not None
    filled = _fill(attempt, rule, data)
    for refusal in gates.refusals(attempt, rule):
        raise refusal
    moment = Moment(book, state, rule, actor, filled.values, at, now, world)
    denied = guard_refusal(moment, attempt, forms_too=True)
    if denied is not None:
        raise denied
    if filled.missing:
        raise Invalid(filled.missing)
    _perform(flow, attempt, rule, filled, moment)
    return entry.finish(flow, entry.with_reason(filled.values, data))


def merged_away(state: CaseState) -> Refused:
    """Nothing more is done in a case that another goes on for."""
    number = state.merged_into
    return Refused(
        "merged", f"此工单已并入 {number}", words_en=f"This case was merged into {number}", remedy=f"请到 {number} 办理", remedy_en=f"Go on in {number}"
    )


def guard_refusal(moment: Moment, attempt: Attempt, *, forms_too: bool) -> Refused | None:
    """The first guard that refuses. forms_too: also those that look at the form, which is not there when actions are only offered."""
    rule = moment.action
    for name in rule.guards:
        guard = GUARDS[name]
        if guard.needs_form and not forms_too:
            continue
        try:
            denial = guard.denies(moment)
        except Unread as unread:
            denial = Denial(f"系统没有“{unread}”的记录，无法核对", f"There is no record of {unread} to check against", "请先登记相关记录并关联到工单")
        if denial is not None:
            return Refused(f"guard:{name}", denial.zh, words_en=denial.en, rule=rule.id, clause=rule.clause, remedy=denial.remedy or guard.remedy)
    return None


def _fill(attempt: Attempt, rule: ActionRule, data: Mapping[str, object]) -> shape.Filled:
    book, state = attempt.book, attempt.state
    known = state.view()
    guarded = {name for guard in rule.guards for name in GUARDS[guard].reads}
    form = book.form(rule.form) if rule.form else None
    filled = shape.fill(form, entry.without_reason(data), entry.shape_of(book), known=known, guarded=guarded)
    entry.raise_if(_broken_promises(attempt, rule, filled.kept))
    _passed_to(attempt, rule, filled.kept)
    entered = next((fact.at for fact in reversed(state.facts) if fact.name == "stage.entered"), None)
    if entered is not None and attempt.at < entered:
        raise Invalid({"at": Said("发生时间不能早于进入本环节的时间，请核对", "It cannot have happened before the case reached this stage")})
    return filled


def _broken_promises(attempt: Attempt, rule: ActionRule, kept: Mapping[str, object]) -> dict[str, str]:
    """A date told to the customer lies ahead: one that is past when it is told would be broken at once."""
    names = {clock.target.field for clock in attempt.index.clocks_at.get(rule.records, ()) if isinstance(clock.target, DueFrom)}
    past = Said("须晚于现在，请核对日期和时间", "It must lie in the future; check date and time")
    return {name: past for name in names if name in kept and from_iso(str(kept[name])) <= attempt.at}


def _perform(flow: Flow, attempt: Attempt, rule: ActionRule, filled: shape.Filled, moment: Moment) -> None:
    """All gates are open: fields, whose turn it is, approvals, the fact, the rooms' effects, the stage."""
    state, actor, at, index = attempt.state, attempt.actor, attempt.at, attempt.index
    own = gates.own_part(attempt, rule) if rule.each else ""
    under = matched(rule.by, actor, state, index) or ""
    team = own or acting_team(under, actor, state, index)
    fields = {**state.fields, **filled.kept}
    routed = gates.routed_by(attempt, rule, fields)
    to = _passed_to(attempt, rule, filled.kept)
    if not state.owner and is_staff(actor):
        flow.case.emit(OwnerSet(actor.id))
    follow.set_fields(flow, {**_unasked(attempt, rule, filled), **filled.kept}, at)
    payload: dict[str, object] = dict(filled.kept)
    if to:
        work.pass_on(flow, _own_team(attempt), to, at)
        payload["team"] = to
    elif routed:
        work.route_to(flow, routed)
        payload["team"] = routed
    _give_approval(flow, attempt, rule, team)
    if own:
        flow.case.emit(TeamAnswered(own))
    follow.record(flow, rule.records, at, team=team, payload=payload, own_team_only=bool(own))
    work.ask_approvals(flow, rule.id, filled.values, at, team)
    for name in rule.effects:
        for effect in _run(name, moment):
            if isinstance(effect, FieldsSet):
                follow.set_fields(flow, effect.values, at)
            else:
                flow.case.emit(effect)
    follow.drain(flow)
    all_done = not own or set(flow.case.routed_teams) <= set(flow.case.answered_teams)
    if rule.to != SAME and all_done:
        follow.enter_stage(flow, rule.to, at)


def _run(name: str, moment: Moment) -> Sequence[Effect]:
    try:
        return EFFECTS[name].run(moment)
    except Unread as unread:
        rule = moment.action
        raise Refused(
            f"effect:{name}",
            f"系统没有“{unread}”的记录，无法办理",
            words_en=f"There is no record of {unread} to work on",
            rule=rule.id,
            clause=rule.clause,
            remedy="请先登记相关记录并关联到工单",
        ) from None


def _give_approval(flow: Flow, attempt: Attempt, rule: ActionRule, team: str) -> None:
    """Whoever may approve and does the action that needs it has approved."""
    if not rule.approval:
        return
    approval = attempt.book.get(Approval, rule.approval)
    if gates.is_given(attempt, approval):
        return
    amount = work.amount_of(approval, attempt.state.fields)
    asked = attempt.state.approvals.get(approval.id)
    given = work.asked_state(approval, amount, attempt.at) if asked is None or asked.state != "asked" else asked
    work.settle_approval(flow, given, "given", attempt.at, attempt.actor.id, team)
    follow.drain(flow)


def _own_team(attempt: Attempt) -> str:
    return next((team for team in attempt.state.routed_teams if team in attempt.actor.actors), "")


def _passed_to(attempt: Attempt, rule: ActionRule, kept: Mapping[str, object]) -> tuple[str, ...]:
    """The team a routed team gives its own part to; () for every action that passes nothing on.

    Passing on is an action by `routed-teams` alone that stays in its stage and whose form asks for a team in a field named `to_…` or `…_to`.
    The work must leave: a team that has it already would lose a part.
    """
    if rule.to != SAME or rule.by != ("routed-teams",) or rule.each or rule.route or rule.hands_to or not _own_team(attempt):
        return ()
    names = attempt.index.team_fields(attempt.state.kind)
    name = next((one for one in names if one in kept and (one.startswith("to_") or one.endswith("_to"))), "")
    if not name:
        return ()
    to = str(kept[name])
    if to in attempt.state.routed_teams:
        raise Invalid({name: Said("该部门已在承办此工单，请选择其他部门", "That team has the case already; choose another")})
    return (to,)


def _unasked(attempt: Attempt, rule: ActionRule, filled: shape.Filled) -> dict[str, object]:
    """Answers of this form that are no longer given: a form filled again replaces what it said before."""
    if not rule.form:
        return {}
    names = {field.name for field in attempt.book.form(rule.form).fields}
    return {name: None for name in attempt.state.fields if name in names and name not in filled.kept}


def _first_teams(actions: tuple[ActionRule, ...], rule: Procedure, actor: Actor, teams: frozenset[str]) -> tuple[str, ...]:
    """Who may see a new case: the teams that can act at its entry, and the opener's own."""
    at_entry = [team_of(word) for action in actions if rule.entry_stage in action.from_ for word in action.by]
    own = [team_of(word) for word in sorted(actor.actors)] if is_staff(actor) else []
    return tuple(dict.fromkeys(team for team in (*at_entry, *own) if team in teams))
