"""Doing what the company owes without a case: the periodic tasks that `periods` opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.people.selectors import actor_words
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.tasks.models import Task
from luyue.core.clockwork import utc
from luyue.core.procedure.entry import shape_of
from luyue.core.procedure.shape import fill
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import TaskRule


def do_company_task(
    task_id: int, *, by: Staff, data: Mapping[str, Any] | None = None, now: datetime | None = None, evidence: Iterable[UUID | str] = ()
) -> Entry:
    """Finish a task that belongs to no case, with the form its rule asks for; the entry in the company's own stream.

    raises  NotFound when there is no such task of his teams; Refused `task` when it is done already; Invalid for the form.
    """
    at = utc(now or timezone.now())
    _, book = current_rulebook(at)

    def work() -> Entry:
        task = Task.objects.select_for_update().filter(pk=task_id, case=None).first()
        if task is None or task.by not in actor_words(by.user):
            raise NotFound(str(task_id))
        if task.state != "open":
            raise Refused("task", "这项待办已经了结。", words_en="This task is done already.", rule=task.rule, clause=task.clause)
        filled = _filled(task, book, dict(data or {}))
        task.state, task.done_at = "done", at
        task.save(update_fields=["state", "done_at"])
        effect = {"effect": "period-task-done", "key": task.key, "rule": task.rule, "was_late": task.due_at is not None and at > task.due_at}
        body = {**filled, "_evidence": [str(one) for one in evidence]}
        return append(ORG, name="task.done", action="do-company-task", actor=by.id, at=at, entered_at=at, effects=[effect], body=body)

    return write(work)


def _filled(task: Task, book: Rulebook, data: dict[str, Any]) -> Mapping[str, Any]:
    """The form of the rule as it stands now; a rule that is gone asks for nothing."""
    rule = book.all(TaskRule).get(task.rule)
    form = book.form(rule.form) if rule and rule.form else None
    return fill(form, data, shape_of(book), known={}).values
