"""Who may, from where, after what: every gate of a regulation's action, each with its refusal (language §3.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from luyue.core.calendar import Within
from luyue.core.procedure.actors import expand, is_staff, matched, team_of
from luyue.core.procedure.checklists import missing_items
from luyue.core.procedure.index import RuleIndex, leaves_from
from luyue.core.procedure.state import Actor, CaseState, Refused
from luyue.core.procedure.work import amount_of
from luyue.core.procedure.world import World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import EVERY_VALUE, ActionRule, Approval, Checklist, Label, Route, Rule, Skill
from luyue.core.regulation.vocabulary import FACTS


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody about to do something to a case: what every gate looks at."""

    book: Rulebook
    index: RuleIndex
    state: CaseState
    actor: Actor
    at: datetime
    world: World

    def refuse(self, code: str, zh: str, en: str, rule: Rule, remedy: str = "", remedy_en: str = "") -> Refused:
        return Refused(code, zh, words_en=en, rule=rule.id, clause=rule.clause, remedy=remedy, remedy_en=remedy_en)


def refusals(attempt: Attempt, action: ActionRule) -> Iterator[Refused]:
    """What stands in the way, in the order the gates are asked; form and guards come on top."""
    for gate in _GATES:
        refused = gate(attempt, action)
        if refused is not None:
            yield refused


def is_for_this_case(attempt: Attempt, action: ActionRule) -> bool:
    """Whether the action belongs to this stage and to cases like this; what else stands in the way may change, this does not."""
    return leaves_from(action, attempt.state.stage, attempt.book.procedure(attempt.state.kind)) and (not action.when or action.when.holds(attempt.state.view()))


def named(attempt: Attempt, word: str) -> Label:
    """An actor word as people say it."""
    if word in _WORDS:
        return _WORDS[word]
    team, _, post = word.partition("/")
    rule = attempt.index.teams.get(team)
    if rule is None:
        return Label(word)
    if post and post in rule.posts:
        return rule.posts[post]
    return rule.label


def all_named(attempt: Attempt, words: tuple[str, ...]) -> Label:
    labels = [named(attempt, word) for word in words]
    return Label("、".join(dict.fromkeys(label.zh for label in labels)), ", ".join(dict.fromkeys(label.say("en") for label in labels)))


def fact_named(attempt: Attempt, fact: str) -> Label:
    """A fact by the action that records it, as people know it."""
    for action in attempt.index.actions(attempt.state.kind):
        if action.records == fact:
            return action.label
    word = FACTS.get(fact)
    return _FACTS.get(fact, Label(word.zh, word.en) if word else Label(fact))


def skill_refusal(attempt: Attempt, act: str, needed: tuple[str, ...], rule: Rule | None) -> Refused | None:
    """Skills gate people, not customers and machines: by the act's name, `all-actions`, the action and the teams acted for."""
    actor = attempt.actor
    if not is_staff(actor):
        return None
    teams = {team_of(word) for word in actor.actors}
    for skill in (*attempt.index.gates.get(act, ()), *attempt.index.gates.get("all-actions", ())):
        if skill.id not in actor.skills and (not skill.teams or teams & set(skill.teams)):
            return _lacks_skill(attempt, skill)
    for team in teams:
        of_team = attempt.index.teams.get(team)
        needed = (*needed, *of_team.needs_skill) if of_team is not None else needed
    known = attempt.book.all(Skill)
    for name in needed:
        if name not in actor.skills:
            return _lacks_skill(attempt, known[name])
    return None


def _lacks_skill(attempt: Attempt, skill: Skill) -> Refused:
    zh, en = _EARNED.get(skill.earned_by, (f"请先取得“{skill.label.zh}”", f"Earn “{skill.label.say('en')}” first"))
    return attempt.refuse(
        "needs_skill", f"须先具备“{skill.label.zh}”才能操作", f"“{skill.label.say('en')}” is required before working on cases", skill, zh or en
    )


def _by(attempt: Attempt, action: ActionRule) -> Refused | None:
    if matched(action.by, attempt.actor, attempt.state, attempt.index) is not None:
        return None
    wanted = all_named(attempt, action.by)
    remedy, remedy_en = f"请由{wanted.zh}办理", f"Leave it to {wanted.say('en')}"
    if action.by == ("holder",) and not attempt.state.holder:
        remedy, remedy_en = "尚无经办人，请先领取此工单", ""
    return attempt.refuse(
        "by", f"“{action.label.zh}”只能由{wanted.zh}办理", f"Only {wanted.say('en')} may do “{action.label.say('en')}”", action, remedy, remedy_en
    )


def _skill(attempt: Attempt, action: ActionRule) -> Refused | None:
    return skill_refusal(attempt, action.id, action.needs_skill, action)


def _from(attempt: Attempt, action: ActionRule) -> Refused | None:
    state = attempt.state
    procedure = attempt.book.procedure(state.kind)
    if leaves_from(action, state.stage, procedure):
        return None
    stage = procedure.stages[state.stage]
    wanted = "、".join(procedure.stages[name].zh for name in action.from_ if name in procedure.stages) or "办理中的各环节"
    wanted_en = ", ".join(procedure.stages[name].say("en") for name in action.from_ if name in procedure.stages) or "any open stage"
    return attempt.refuse(
        "from", f"工单现在处于“{stage.zh}”，不能“{action.label.zh}”", f"The case is at “{stage.say('en')}”; this is done at {wanted_en}", action,
        f"此操作只在以下环节进行：{wanted}", f"This is done at: {wanted_en}",
    )  # fmt: skip


def _when(attempt: Attempt, action: ActionRule) -> Refused | None:
    state = attempt.state
    view = state.view()
    if not action.when or action.when.holds(view):
        return None
    fields = attempt.index.fields(state.kind)
    unfilled = [fields[name].label.zh for name in action.when.of if view.get(name) is None and name in fields]
    names = "、".join(fields[name].label.zh if name in fields else name for name in action.when.of)
    unfilled_en = [fields[name].label.say("en") for name in action.when.of if view.get(name) is None and name in fields]
    remedy = f"请先填写：{'、'.join(unfilled)}" if unfilled else f"请核对{names}，或选择与之相符的操作"
    remedy_en = f"Fill in first: {', '.join(unfilled_en)}" if unfilled else "Check what the case says, or choose what fits it"
    return attempt.refuse(
        "when", f"按这张工单的{names}，不适用“{action.label.zh}”", f"“{action.label.say('en')}” does not apply to this case", action, remedy, remedy_en
    )


def _after(attempt: Attempt, action: ActionRule) -> Refused | None:
    for fact in action.after:
        if not any(record.name == fact and record.at <= attempt.at for record in attempt.state.facts):
            needed = fact_named(attempt, fact)
            return attempt.refuse(
                "after", f"须先完成“{needed.zh}”", f"“{needed.say('en')}” must come first", action, f"请先办理“{needed.zh}”，再“{action.label.zh}”",
                f"Do “{needed.say('en')}” first",
            )  # fmt: skip
    return None


def _count(attempt: Attempt, action: ActionRule) -> Refused | None:
    rule = action.count
    if rule is None:
        return None
    facts = attempt.state.facts
    begin = 0
    if rule.since:
        entered = [n for n, record in enumerate(facts) if record.name == "stage.entered" and record.payload.get("stage") == rule.since]
        begin = entered[-1] if entered else 0
    counted = [record.at for record in facts[begin:] if record.name == rule.of and _is_lately(attempt, record.at, rule.within)]
    count, needed = len(counted), fact_named(attempt, rule.of)
    if rule.at_least is not None and count < rule.at_least:
        return attempt.refuse(
            "count", f"“{needed.zh}”至少 {rule.at_least} 次，现有 {count} 次", f"“{needed.say('en')}” at least {rule.at_least} times, now {count}",
            action, f"再办理 {rule.at_least - count} 次“{needed.zh}”", f"Do “{needed.say('en')}” {rule.at_least - count} times more",
        )  # fmt: skip
    if rule.at_most is not None and count > rule.at_most and rule.within is not None:
        return _too_soon(attempt, action, sorted(counted)[count - rule.at_most - 1], rule.within)
    if rule.at_most is not None and count > rule.at_most:
        return attempt.refuse(
            "count", f"“{needed.zh}”最多 {rule.at_most} 次，现有 {count} 次", f"“{needed.say('en')}” at most {rule.at_most} times, now {count}",
            action, "次数已满，请选择其他操作",
        )  # fmt: skip
    return None


def _is_lately(attempt: Attempt, at: datetime, within: Within | None) -> bool:
    if within is None:
        return True
    ends = attempt.book.agenda.due(at, within).at
    return ends is None or ends > attempt.at


def _too_soon(attempt: Attempt, action: ActionRule, at: datetime, within: Within) -> Refused:
    """So often in so short a time and no more: when it may be done again."""
    ends = attempt.book.agenda.due(at, within).at
    if ends is None:
        return attempt.refuse("count", f"“{action.label.zh}”过于频繁", f"“{action.label.say('en')}” was done too lately", action, "请稍后再办理", "Do it later")
    again = ends.astimezone(attempt.book.agenda.zone)
    when = f"{again:%m 月 %d 日 %H:%M}".replace(" 0", " ").removeprefix("0")
    return attempt.refuse(
        "count", f"已经{action.label.zh}过，{when} 之后可以再次{action.label.zh}",
        f"“{action.label.say('en')}” was done lately; again after {again:%Y-%m-%d %H:%M}", action, "如有新情况，请直接留言补充",
    )  # fmt: skip


def _each(attempt: Attempt, action: ActionRule) -> Refused | None:
    """Every routed team does it once; who belongs to no routed team has no part to do."""
    if not action.each:
        return None
    own = own_part(attempt, action)
    if own:
        return None
    teams = tuple(team for team in attempt.state.routed_teams if team not in attempt.state.answered_teams)
    wanted = all_named(attempt, teams)
    return attempt.refuse(
        "each", f"本部门已经提交过或不在承办之列，尚待提交的是{wanted.zh or '（无）'}",
        f"Your team has done its part or has none; still owed by {wanted.say('en') or 'nobody'}", action, "请等其余承办部门提交",
    )  # fmt: skip


def own_part(attempt: Attempt, action: ActionRule) -> str:
    """The routed team whose part of an `each` action this person does now; "" when there is none left."""
    for team in attempt.state.routed_teams:
        if team in attempt.actor.actors and team not in attempt.state.answered_teams:
            return team
    return ""


def _four_eyes(attempt: Attempt, action: ActionRule) -> Refused | None:
    done = _did(attempt, action.four_eyes)
    if done is None:
        return None
    label = attempt.book.action(done).label
    return attempt.refuse(
        "four_eyes", f"您办理过“{label.zh}”，须由另一人“{action.label.zh}”", f"You did “{label.say('en')}”; another person must do this", action,
        "请转给没有参与此前处理的同事",
    )  # fmt: skip


def _did(attempt: Attempt, actions: tuple[str, ...]) -> str | None:
    return next((record.action for record in attempt.state.facts if record.action in actions and record.actor == attempt.actor.id), None)


def _checklist(attempt: Attempt, action: ActionRule) -> Refused | None:
    if not action.checklist:
        return None
    return checklist_refusal(attempt, attempt.book.get(Checklist, action.checklist), action)


def checklist_refusal(attempt: Attempt, checklist: Checklist, rule: Rule) -> Refused | None:
    items = missing_items(checklist, attempt.state)
    if not items:
        return None
    zh = "、".join(item.label.zh for item in items)
    en = ", ".join(item.label.say("en") for item in items)
    return attempt.refuse(
        "checklist", f"《{checklist.label.zh}》尚未完成：{zh}", f"Checklist not complete: {en}", rule, f"请先逐项核对：{zh}", f"Check first: {en}"
    )


def _task(attempt: Attempt, action: ActionRule) -> Refused | None:
    for task in attempt.state.tasks.values():
        if task.state == "open" and action.id in task.blocks:
            label = attempt.book.task(task.rule).label
            en = label.say("en")
            return attempt.refuse("task", f"待办“{label.zh}”尚未完成", f"The task “{en}” is still open", action, f"请先完成“{label.zh}”", f"Do “{en}” first")
    return None


def _approval(attempt: Attempt, action: ActionRule) -> Refused | None:
    if not action.approval:
        return None
    approval = attempt.book.get(Approval, action.approval)
    return None if is_given(attempt, approval) else approval_refusal(attempt, approval)


def is_given(attempt: Attempt, approval: Approval) -> bool:
    """Given for the amount the case holds now; a changed amount needs a new approval."""
    state = attempt.state.approvals.get(approval.id)
    return state is not None and state.state == "given" and state.amount == amount_of(approval, attempt.state.fields)


def approval_refusal(attempt: Attempt, approval: Approval) -> Refused | None:
    """Why this person may not approve now; None if he may: the band's approver or that of a higher band, and no doer of `not_by`."""
    state = attempt.state.approvals.get(approval.id)
    amount = amount_of(approval, attempt.state.fields)
    if approval.field != "always" and not amount:
        field = attempt.book.fields.get(approval.field)
        name = field.label.zh if field else approval.field
        return attempt.refuse(
            "approval", f"“{name}”尚未填写，无从审批", "The amount to approve is not filled in", approval, f"请先填写“{name}”", "Fill in the amount first"
        )
    if state is not None and state.state == "refused" and state.amount == amount:
        return attempt.refuse("approval", f"“{approval.label.zh}”未获批准", "The approval was refused", approval, "请修改后重新报批")
    entitled = approvers(approval, amount)
    if matched(entitled, attempt.actor, attempt.state, attempt.index) is None:
        wanted = named(attempt, entitled[0])
        of = f"{amount} 的" if amount else ""
        return attempt.refuse(
            "approval", f"{of}“{approval.label.zh}”须由{wanted.zh}批准", f"{wanted.say('en')} must approve this", approval, f"请报{wanted.zh}审批",
            f"Ask {wanted.say('en')} to approve it",
        )  # fmt: skip
    done = _did(attempt, approval.not_by)
    if done is not None:
        label = attempt.book.action(done).label
        return attempt.refuse(
            "four_eyes", f"您办理过“{label.zh}”，不得审批自己的事项", f"You did “{label.say('en')}”; another person must approve", approval,
            "请由另一位有权限的人审批",
        )  # fmt: skip
    return None


def approvers(approval: Approval, amount: str) -> tuple[str, ...]:
    """The approver of the amount's band, then those of the bands above it."""
    if not amount:
        return tuple(dict.fromkeys(band.approver for band in approval.bands))
    value = Decimal(amount)
    return tuple(dict.fromkeys(band.approver for band in approval.bands if band.up_to is None or value <= band.up_to))


def routed_by(attempt: Attempt, action: ActionRule, fields: dict[str, object]) -> tuple[str, ...]:
    """Who gets the work from this action: its fixed actors, or those its route names for the fields as they will be."""
    if action.hands_to:
        words: tuple[str, ...] = action.hands_to
    elif action.route:
        route = attempt.book.get(Route, action.route)
        value = fields.get(route.field)
        words = route.actors_for(str(value)) if value is not None else ()
        if not words:
            label = attempt.index.fields(attempt.state.kind)[route.field].label.zh
            raise attempt.refuse(
                "route", f"“{label}”尚未填写，无法确定责任部门", "The field the route looks at is empty", action, f"请先填写“{label}”", "Fill it in first"
            )
    else:
        return ()
    teams = tuple(one for word in words for one in expand(word, attempt.state, attempt.index))
    if not teams and action.route:
        otherwise = attempt.book.get(Route, action.route).otherwise
        teams = expand(otherwise, attempt.state, attempt.index) if otherwise and otherwise != EVERY_VALUE else ()
    if not teams:
        raise attempt.refuse("route", "尚未填写提供服务的部门，无法转交", "Nobody is named who could take the work", action, "请先填写提供服务的部门")
    return tuple(dict.fromkeys(teams))


_GATES: tuple[Callable[[Attempt, ActionRule], Refused | None], ...] = (
    _by, _skill, _from, _when, _after, _count, _each, _four_eyes, _checklist, _task, _approval,
)  # fmt: skip

_WORDS = {
    "customer": Label("客户", "the customer"),
    "system": Label("系统", "the system"),
    "holder": Label("经办人", "the holder"),
    "owner": Label("跟进人", "the owner"),
    "routed-teams": Label("承办部门", "the routed teams"),
    "serving-team": Label("提供服务的部门", "the serving team"),
    "everyone": Label("全体员工", "everyone"),
}
_FACTS = {
    "contact.logged": Label("登记联络", "log a contact"),
    "contact.answered": Label("答复客户", "answer the customer"),
    "contact.progress-told": Label("告知进展", "tell progress"),
    "case.received": Label("受理", "receipt"),
    "case.responded": Label("首次响应", "first response"),
    "case.taken": Label("领取", "take"),
    "customer.asked": Label("请客户补充", "ask the customer"),
    "customer.replied": Label("客户答复", "customer reply"),
    "unit.received": Label("收到设备", "unit received"),
    "shipment.delivered": Label("送达", "delivery"),
    "payment.received": Label("收到付款", "payment received"),
    "refund.arrived": Label("退款到账", "refund arrived"),
    "evidence.added": Label("添加凭证", "add evidence"),
    "consent.given": Label("客户同意", "consent"),
}
_EARNED = {
    "acknowledgement": ("请先阅读并确认本版制度", "Read and acknowledge this edition first"),
    "course": ("请先完成培训课程", "Finish the course first"),
    "exam": ("请先通过考试", "Pass the exam first"),
    "certificate": ("请先登记有效的资格证书", "Register a valid certificate first"),
}
