"""Doing what the company owes without a case: the periodic tasks that `periods` opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework.company_opening import due_after, open_company_task
from luyue.apps.evidence.actions import claim
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.chain import parse
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.people.selectors import actor_words
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.tasks.models import Task
from luyue.core.clockwork import utc
from luyue.core.procedure.company import finish, following, paper_of, results
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, TaskRule


def do_company_task(
    task_id: int, *, by: Staff, data: Mapping[str, Any] | None = None, now: datetime | None = None, evidence: Iterable[UUID | str] = (),
    once: str | None = None,
) -> Entry:  # fmt: skip
    """Finish a task that belongs to no case, with the form and the checklist its rule asks for; the entry in the company's own stream.

    data      what `core.procedure.company.paper_of` asks, ids of held files under their fields.
    evidence  ids of held files that come with it without being an answer.
    raises    NotFound when there is no such task of his teams; Refused `task` when it is done already; Invalid for the paper.
    """
    at = utc(now or timezone.now())
    _, book = current_rulebook(at)

    def work() -> Entry:
        if once and (first := Entry.objects.filter(once=once[:120]).first()):
            return first
        task = Task.objects.select_for_update().filter(pk=task_id, case=None).first()
        if task is None or task.by not in actor_words(by.user):
            raise NotFound(str(task_id))
        if task.state != "open":
            raise Refused("task", "这项待办已经了结。", words_en="This task is done already.", rule=task.rule, clause=task.clause)
        rule = book.all(TaskRule).get(task.rule)
        filled, results = _filled(rule, book, dict(data or {}))
        values = filled.values
        task.state, task.done_at = "done", at
        task.save(update_fields=["state", "done_at"])
        effect: dict[str, Any] = {"effect": "period-task-done", "key": task.key, "rule": task.rule, "was_late": task.due_at is not None and at > task.due_at}
        files = list(dict.fromkeys([*map(str, evidence), *_files(rule, book, values)]))
        body = {**values, "_evidence": files}
        entry = append(
            ORG, name="task.done", action="do-company-task", actor=by.id, at=at, entered_at=at, effects=[effect | ({"results": results} if results else {})],
            body=body, once=once[:120] if once else None,
        )  # fmt: skip
        if files:
            claim(files, case=None, entry=entry, by={by.id})
        for following_rule in following(rule, filled.kept, book) if rule else ():
            key, due_at = f"{following_rule.id}@{task.key}"[:100], due_after(following_rule, at, book)
            open_company_task(following_rule, key, due_at, why="follow-up", at=at, now=at, about={**task.about, "after": task.key})
        return entry

    return write(work)


def company_tasks(reader: Staff, *, open_only: bool) -> QuerySet[Task]:
    """Tasks of no case that his teams and posts owe, by deadline; or those that are done, the latest first."""
    found = Task.objects.filter(case=None, by__in=sorted(actor_words(reader.user)))
    return found.filter(state="open").order_by("due_at", "pk") if open_only else found.exclude(state="open").order_by("-done_at", "-pk")


def company_task(reader: Staff, task_id: int) -> Task:
    """raises NotFound for absent and forbidden alike."""
    found = Task.objects.filter(case=None, by__in=sorted(actor_words(reader.user)), pk=task_id).first()
    if found is None:
        raise NotFound(str(task_id))
    return found


def done_entry(task: Task) -> tuple[Entry, Mapping[str, Any]] | None:
    """The entry that finished a task, and its words; None while it is open. The words may have been erased since."""
    at = task.done_at
    if at is None:
        return None
    for entry in Entry.objects.filter(stream=ORG, name="task.done", entered_at=at).select_related("body"):
        effects: Any = parse(entry.effects)
        if any(effect.get("key") == task.key for effect in effects):
            words: Any = parse(entry.body.body) if entry.body.body else {}
            return entry, words
    return None


def _filled(rule: TaskRule | None, book: Rulebook, data: dict[str, Any]) -> tuple[Filled, dict[str, str]]:
    """The paper of the rule as it stands now; a rule that is gone asks for nothing."""
    if rule is None:
        return Filled({}, {}), {}
    filled = finish(rule, data, book)
    return filled, results(rule, filled.values, book)


def _files(rule: TaskRule | None, book: Rulebook, values: Mapping[str, Any]) -> list[str]:
    fields = paper_of(rule, book).fields if rule else ()
    return [str(one) for field in fields if field.kind in FILE_KINDS for one in values.get(field.name) or ()]
