"""Opening a task that belongs to no case: the period began, another such task is done, or a revision was put forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.tasks.models import Task
from luyue.core.calendar import Within
from luyue.core.clockwork import utc
from luyue.core.procedure.codec import iso
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import TaskRule


def open_company_task(rule: TaskRule, key: str, due_at: datetime | None, *, why: str, at: datetime, now: datetime, about: Mapping[str, Any]) -> int:
    """One task and its entry, once; two workers that notice the same thing make one of them. How many were opened: 1 or 0.

    why   the action of the entry; `at` when it became owed. about: what the task keeps, its `period` shown beside it.
    """
    if Task.objects.filter(case=None, key=key).exists():
        return 0
    told = {name: value for name, value in about.items() if name != "period"}

    def work() -> int:
        if Entry.objects.filter(once=f"{why}:{key}").exists():
            return 0
        effects = [{"effect": "period-task", "due_at": iso(due_at) if due_at else None, "key": key, "rule": rule.id, **told}]
        append(ORG, name="task.opened", action=why, actor="system", at=at, entered_at=now, effects=effects, once=f"{why}:{key}")
        failpoint("periods.entry")
        Task(
            case=None, key=key, rule=rule.id, regulation=rule.regulation, clause=rule.clause, by=rule.by, state="open", opened_at=now,
            due_at=due_at, blocks=list(rule.blocks), about=dict(about),
        ).save(force_insert=True)  # fmt: skip
        return 1

    return write(work)


def due_after(rule: TaskRule, at: datetime, book: Rulebook) -> datetime | None:
    """When it is due, counted from the fact it waited for."""
    due = book.agenda.due(at, rule.target).at if isinstance(rule.target, Within) else None
    return utc(due) if due else None
