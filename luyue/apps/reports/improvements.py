"""What the company does about what its figures say: measures with an owner and a date, journalled in the company's own stream."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from luyue.apps.cases.models import Answer, Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.chain import parse
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import is_lead, works_here
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.apps.reports.models import Improvement, Run
from luyue.apps.reports.selectors import may_see
from luyue.apps.tasks.models import Task
from luyue.core.clockwork import utc
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rules import AfterRepeats, TaskRule

_WHAT = 1000


def open_for(run_id: int, *, by: Staff, what: str, owner_id: int | None, due_on: date | None, now: datetime | None = None) -> Improvement:
    """A measure about a report, by somebody it is reported to. raises NotFound, or Invalid naming every field."""
    at = utc(now or timezone.now())
    run = Run.objects.filter(pk=run_id).select_related("rulebook").first()
    if run is None or not may_see(by, run):
        raise NotFound(str(run_id))
    owner = User.objects.filter(pk=owner_id).first() if owner_id else None
    _check(what, owner, due_on, timezone.localdate(at))

    def work() -> Improvement:
        row = Improvement(run=run, what=what.strip()[:_WHAT], owner=owner, due_on=due_on, opened_by=by.id, opened_at=at)
        row.save(force_insert=True)
        _journal(row, "improvement.opened", by.id, at, {"run": f"{run.rule}@{run.period}", "owner": f"staff:{owner_id}", "due_on": str(due_on)})
        return row

    return write(work)


def finish(improvement_id: int, *, by: Staff, result: str, now: datetime | None = None) -> Improvement:
    """Done, by its owner or a lead, with a word on what came of it. raises NotFound, Invalid, Refused `done`."""
    at = utc(now or timezone.now())
    if not result.strip():
        raise Invalid({"result": Said("请写明做了什么、效果如何", "Say what was done and what came of it")})

    def work() -> Improvement:
        row = Improvement.objects.select_for_update(of=("self",)).filter(pk=improvement_id).first()
        if row is None or not (row.owner_id in by.persons or is_lead(by.user)):
            raise NotFound(str(improvement_id))
        if not may_finish(row, by):
            raise Refused("done", "这项措施已经完成", words_en="This measure is done already")
        row.done_at, row.done_by, row.result = at, by.id, result.strip()[:500]
        row.save(update_fields=["done_at", "done_by", "result"])
        _journal(row, "improvement.done", by.id, at, {"was_late": timezone.localdate(at) > row.due_on})
        return row

    return write(work)


def _check(what: str, owner: User | None, due_on: date | None, today: date) -> None:
    errors = {}
    if not what.strip():
        errors["what"] = "请写明要做什么"
    if owner is None or not works_here(owner) or owner.is_customer:
        errors["owner"] = "请从员工名单中选择责任人"
    if due_on is None:
        errors["due_on"] = "请填写完成日期"
    elif due_on < today:
        errors["due_on"] = "完成日期不能早于今天"
    if errors:
        raise Invalid(errors)


def _journal(row: Improvement, name: str, actor: str, at: datetime, effect: dict[str, Any]) -> Entry:
    words = {"what": row.what} if name == "improvement.opened" else {"result": row.result}
    effects = [{"effect": name.replace(".", "-"), "id": row.pk, **effect}]
    return append(ORG, name=name, action=name, actor=actor, at=at, entered_at=at, effects=effects, body=words)


# Preventive actions -------------------------------------------------------------------------------------------------------------------


def take_over(now: datetime) -> int:
    """Make a measure of every preventive plan that was written down: its owner and date are answers of the case in which the task was done."""
    done = 0
    known = set(Improvement.objects.exclude(source=None).values_list("source", flat=True))
    for task in Task.objects.filter(state="done", rule__in=_repeat_tasks(), case__isnull=False).select_related("case").defer("case__memo"):
        if task.case and f"{task.case.number}/{task.key}" not in known:
            done += _take_over(task, task.case, utc(now))
    return done


def _repeat_tasks() -> list[str]:
    """Rules of any rulebook in use that open a task when cases are alike."""
    found: set[str] = set()
    for rulebook_id in Case.objects.order_by().values_list("rulebook_id", flat=True).distinct():
        rules = rulebook_by_id(rulebook_id).all(TaskRule)
        found |= {name for name, rule in rules.items() if isinstance(rule.trigger, AfterRepeats)}
    return sorted(found)


def _take_over(task: Task, case: Case, now: datetime) -> bool:
    book = rulebook_by_id(case.rulebook_id)
    rule = book.all(TaskRule).get(task.rule)
    form = book.form(rule.form) if rule and rule.form else None
    if form is None or rule is None or not isinstance(rule.trigger, AfterRepeats):
        return False
    owner_field = next((one.name for one in form.fields if one.kind == "person"), "")
    due_field = next((one.name for one in form.fields if one.kind == "date"), "")
    answers = dict(Answer.objects.filter(case=case).values_list("field", "text"))
    due_on = answers.get(due_field) or ""
    if not due_on:
        return False
    owner = str(answers.get(owner_field) or "").removeprefix("staff:")
    words = _words_of(task, case)
    what = "；".join(str(words[one.name]) for one in form.fields if one.kind in ("text", "long-text") and words.get(one.name))
    cause = "、".join(str(answers[name]) for name in rule.trigger.same if answers.get(name))

    def work() -> bool:
        source = f"{case.number}/{task.key}"
        if Improvement.objects.filter(source=source).exists():
            return False
        row = Improvement(
            source=source, case=case, cause=cause[:200], what=what[:_WHAT] or rule.label.zh, due_on=date.fromisoformat(due_on[:10]),
            owner_id=int(owner) if owner.isdecimal() else None, opened_by="system", opened_at=now,
        )  # fmt: skip
        row.save(force_insert=True)
        _journal(row, "improvement.opened", "system", now, {"source": source, "owner": f"staff:{owner}", "due_on": due_on})
        return True

    return write(work)


def _words_of(task: Task, case: Case) -> dict[str, Any]:
    """What was written when the task was done."""
    bodies = EntryBody.objects.filter(entry__stream=f"case:{case.number}", entry__action="do-task").order_by("-entry__seq").values_list("body", flat=True)
    for text in bodies:
        words = parse(text) if text else {}
        if isinstance(words, dict) and words.get("task") == task.key:
            return words
    return {}


def may_finish(row: Improvement, by: Staff) -> bool:
    """Its owner, whoever stands in for him, or a lead."""
    return row.done_at is None and (row.owner_id in by.persons or is_lead(by.user))
