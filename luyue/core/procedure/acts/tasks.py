"""Work inside a stage: ticking checklists, doing, trying and cancelling tasks, giving and refusing approvals."""

from __future__ import annotations

from collections.abc import Mapping

from luyue.core.procedure import follow, gates, work
from luyue.core.procedure.actors import has_post, is_staff, is_system, matched
from luyue.core.procedure.acts.act import Act, Doing, no, staff_only
from luyue.core.procedure.checklists import earlier_owed, missing_items, tick_item
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.guards import GUARDS
from luyue.core.procedure.guards.guard import BARS_CHECKING
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import ApprovalState, Invalid, Refused, TaskState, Tick, Ticked
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import ActionRule, Approval, Checklist, Item, Label


def _tick(doing: Doing, filled: Filled) -> None:
    values, attempt, case = filled.values, doing.attempt, doing.flow.case
    checklist = attempt.index.checklists(attempt.state.kind).get(str(values["checklist"]))
    if checklist is None:
        raise Invalid({"checklist": Said("本流程没有这张检查单", "This procedure has no such checklist")})
    item = next((one for one in checklist.items if one.id == values["item"]), None)
    if item is None or not item.when.holds(doing.flow.view()):
        raise Invalid({"item": Said(f"《{checklist.label.zh}》没有这一项", f"“{checklist.label.say('en')}” has no such item")})
    subject = str(values.get("subject") or "")
    if subject and checklist.per == "case":
        raise Invalid({"subject": Said("这张检查单按工单核对，不分对象", "This checklist is for the case as a whole")})
    result = str(values["result"])
    _check_result(item, result, values)
    _check_ticker(attempt, checklist, doing)
    earlier = earlier_owed(checklist, item.id, subject, case)
    if earlier is not None:
        raise no(
            "order", f"《{checklist.label.zh}》须按顺序核对，先核对“{earlier.label.zh}”", f"Tick “{earlier.label.say('en')}” first",
            f"请先核对“{earlier.label.zh}”", rule=checklist.id, clause=checklist.clause, remedy_en=f"Tick “{earlier.label.say('en')}” first",
        )  # fmt: skip
    complete = not missing_items(checklist, case)
    case.emit(Ticked(Tick(checklist.id, tick_item(item.id, subject), result, doing.actor.id, doing.at)))
    doing.record("item.ticked", checklist=checklist.id, item=item.id, result=result)
    if not complete and not missing_items(checklist, case):
        doing.record("checklist.completed", checklist=checklist.id)


def _check_result(item: Item, result: str, values: Mapping[str, object]) -> None:
    if result not in item.allows:
        raise Invalid({"result": Said(f"“{item.label.zh}”不能选这个结果", f"“{item.label.say('en')}” cannot have this result")})
    if result == "not-applicable" and not values.get("note"):
        raise Invalid({"note": Said("选择“不适用”须写明理由", "Say why it does not apply")})
    if result != "not-applicable" and item.evidence != "none" and not values.get("evidence"):
        raise Invalid({"evidence": Said(f"“{item.label.zh}”须附{_EVIDENCE.get(item.evidence, '凭证')}", f"“{item.label.say('en')}” needs evidence")})


def _check_ticker(attempt: Attempt, checklist: Checklist, doing: Doing) -> None:
    """Who may do what the checklist is for, or has the case, may tick it; not who is barred from investigating at all."""
    state, index = attempt.state, attempt.index
    actions = [action for action in index.actions(state.kind) if action.checklist == checklist.id]
    words = ["routed-teams", "holder", "owner"]
    words += [word for action in actions for word in action.by]
    words += [task.by for task in state.tasks.values() if attempt.book.task(task.rule).checklist == checklist.id]
    if matched(words, attempt.actor, state, index) is None:
        raise no(
            "by", f"《{checklist.label.zh}》由承办部门核对", "The team that does the work ticks this checklist", "请承办部门的同事核对",
            rule=checklist.id, clause=checklist.clause,
        )  # fmt: skip
    for action in actions:
        _refuse_the_barred(doing, action)


def _refuse_the_barred(doing: Doing, action: ActionRule) -> None:
    """Whoever may not draw the conclusion may not gather what it rests on either."""
    attempt = doing.attempt
    moment = Moment(attempt.book, attempt.state, action, attempt.actor, {}, attempt.at, doing.now, attempt.world)
    for name in action.guards:
        denial = GUARDS[name].denies(moment) if name in BARS_CHECKING else None
        if denial is not None:
            remedy = denial.remedy or GUARDS[name].remedy
            raise no(f"guard:{name}", denial.zh, denial.en, remedy, rule=action.id, clause=action.clause)


def _do_task(doing: Doing, filled: Filled) -> Mapping[str, object]:
    task = _task(doing)
    attempt = doing.attempt
    rule = attempt.book.task(task.rule)
    form = attempt.book.form(rule.form) if rule.form else None
    how = doing.fill(form, also=("task",))
    _check_doer(attempt, task)
    if rule.checklist:
        refused = gates.checklist_refusal(attempt, attempt.book.get(Checklist, rule.checklist), rule)
        if refused is not None:
            raise refused
    doing.own_if_nobody()
    follow.set_fields(doing.flow, how.kept, doing.at)
    work.finish_task(doing.flow, task, doing.at, doing.team, how.kept)
    return {"task": task.key, **how.values}


def _try_task(doing: Doing, filled: Filled) -> None:
    task = _task(doing)
    rule = doing.attempt.book.task(task.rule)
    if rule.tries is None:
        raise no("tries", f"“{rule.label.zh}”须完成，不计次数", "This task is done or not done; tries do not count", "请直接完成此待办",
                 rule=rule.id, clause=rule.clause)  # fmt: skip
    _check_doer(doing.attempt, task)
    work.try_task(doing.flow, task, doing.at, doing.team)


def _cancel_task(doing: Doing, filled: Filled) -> None:
    task = _task(doing)
    rule = doing.attempt.book.task(task.rule)
    if not has_post(doing.actor):
        raise no("by", "只有主管可以取消待办", "Only a lead may cancel a task", "请主管取消", rule=rule.id, clause=rule.clause)
    if task.blocks:
        raise no("task", f"“{rule.label.zh}”是必经步骤，不能取消", "The regulation demands this task; it cannot be cancelled", "请完成此待办",
                 rule=rule.id, clause=rule.clause)  # fmt: skip
    work.cancel_task(doing.flow, task, doing.at)


def _task(doing: Doing) -> TaskState:
    """The open task by key, or by rule when only one of it is open."""
    name = str(doing.data.get("task") or "")
    tasks = doing.attempt.state.tasks
    found = [task for task in tasks.values() if task.state == "open" and name in (task.key, task.rule)]
    if len(found) != 1:
        settled = next((task for task in tasks.values() if name == task.key), None)
        over, choose = Said("这项待办已经了结", "This task is settled already"), Said("请选择一项未完成的待办", "Choose an open task")
        raise Invalid({"task": over if settled is not None else choose})
    if doing.at < found[0].opened_at:
        raise Invalid({"at": Said("发生时间不能早于待办产生的时间，请核对", "It cannot have happened before the task arose")})
    return found[0]


def _check_doer(attempt: Attempt, task: TaskState) -> None:
    rule = attempt.book.task(task.rule)
    words = (task.by, "holder") if task.by == "owner" and not attempt.state.owner else (task.by,)
    if matched(words, attempt.actor, attempt.state, attempt.index) is None and not is_system(attempt.actor):
        wanted = gates.named(attempt, task.by)
        raise no("by", f"“{rule.label.zh}”由{wanted.zh}完成", f"{wanted.say('en')} does this task", f"请由{wanted.zh}完成",
                 rule=rule.id, clause=rule.clause, remedy_en=f"Leave it to {wanted.say('en')}")  # fmt: skip


def _approve(doing: Doing, filled: Filled) -> None:
    approval, asked = _asked(doing, filled)
    refused = gates.approval_refusal(doing.attempt, approval)
    if refused is not None:
        raise refused
    work.settle_approval(doing.flow, asked, "given", doing.at, doing.actor.id, doing.team)


def _refuse_approval(doing: Doing, filled: Filled) -> None:
    approval, asked = _asked(doing, filled)
    refused = gates.approval_refusal(doing.attempt, approval)
    if refused is not None:
        raise refused
    work.settle_approval(doing.flow, asked, "refused", doing.at, doing.actor.id, doing.team)


def _asked(doing: Doing, filled: Filled) -> tuple[Approval, ApprovalState]:
    name = str(filled.values.get("approval") or "")
    found = [one for one in doing.attempt.state.approvals.values() if one.state == "asked" and name in ("", one.rule)]
    if len(found) != 1:
        choose, none = Said("请选择一项待审批的事项", "Choose what is to be approved"), Said("现在没有待审批的事项", "Nothing waits for approval")
        raise Invalid({"approval": choose if found or name else none})
    if doing.at < found[0].asked_at:
        raise Invalid({"at": Said("发生时间不能早于报批的时间，请核对", "It cannot have happened before approval was asked for")})
    return doing.attempt.book.get(Approval, found[0].rule), found[0]


def _may_approve(attempt: Attempt) -> Refused | None:
    refused = staff_only(attempt)
    if refused is not None:
        return refused
    asked = [one for one in attempt.state.approvals.values() if one.state == "asked"]
    if not asked:
        return no("approval", "现在没有待审批的事项", "Nothing is waiting for approval")
    reasons = [gates.approval_refusal(attempt, attempt.book.get(Approval, one.rule)) for one in asked]
    return None if None in reasons else reasons[0]


def _has_open_task(attempt: Attempt) -> Refused | None:
    if any(task.state == "open" for task in attempt.state.tasks.values()):
        return None
    return no("task", "现在没有未完成的待办", "There is no open task")


def _may_tick(attempt: Attempt) -> Refused | None:
    if not (is_staff(attempt.actor) or is_system(attempt.actor)):
        return staff_only(attempt)
    if attempt.index.checklists(attempt.state.kind):
        return None
    return no("checklist", "本流程没有检查单", "This procedure has no checklist")


_EVIDENCE = {"photo": "照片", "video": "视频", "recording": "录音", "file": "文件", "record": "记录"}

ACTS = (
    Act("tick", Label("逐项核对", "Tick"), _may_tick, _tick),
    Act("do-task", Label("完成待办", "Do a task"), _has_open_task, _do_task),
    Act("try-task", Label("登记一次未成功的尝试", "Log a failed try"), _has_open_task, _try_task),
    Act("cancel-task", Label("取消待办", "Cancel a task"), _has_open_task, _cancel_task),
    Act("approve", Label("批准", "Approve"), _may_approve, _approve),
    Act("refuse-approval", Label("不批准", "Refuse approval"), _may_approve, _refuse_approval),
)
