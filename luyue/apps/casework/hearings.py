"""Who has to be heard before a revision binds: tasks that the edition in force opens when the next one is put forward."""

from __future__ import annotations

from datetime import datetime

from luyue.apps.casework.company_opening import due_after, open_company_task
from luyue.apps.journal.actions import ORG, append
from luyue.apps.regulation.models import Draft
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.tasks.models import Task
from luyue.core.clockwork import utc
from luyue.core.procedure.company import hearings
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rules import TaskRule

WHY = "propose-draft"


def open_hearings(draft: Draft, now: datetime) -> None:
    """The draft was put forward. What was heard of it once is heard, though it was sent back and changed since: that is what hearing is for."""
    if draft.kind != Draft.EDITION:
        return
    _, book = current_rulebook(now)
    for rule in hearings(draft.name, book):
        about = {"period": draft.label or draft.name, "draft": draft.pk}
        open_company_task(rule, _key(rule, draft.pk), due_after(rule, utc(now), book), why=WHY, at=now, now=now, about=about)


def require_hearings(regulation: str, draft_id: int | None, now: datetime) -> None:
    """raises Refused `hearing` while somebody has still to be heard. A text that nobody put forward as a draft was heard by nobody."""
    _, book = current_rulebook(now)
    for rule in hearings(regulation, book):
        if draft_id is None or not Task.objects.filter(case=None, key=_key(rule, draft_id), state="done").exists():
            raise Refused(
                "hearing", f"「{rule.label.zh}」还没有完成，新版本不能采用。", words_en=f"“{rule.label.say('en')}” comes before adoption and is not done.",
                rule=rule.id, clause=rule.clause, remedy="先把修订稿提请通过，再到“公司待办”完成这一项。",
            )  # fmt: skip


def end_hearings(draft: Draft, now: datetime) -> None:
    """The draft is put aside: nobody need be heard about it."""
    for task in Task.objects.filter(case=None, state="open", key__endswith=_of_draft(draft.pk)):
        task.state, task.done_at = "cancelled", now
        task.save(update_fields=["state", "done_at"])
        effects = [{"effect": "period-task-cancelled", "key": task.key, "rule": task.rule}]
        append(ORG, name="task.cancelled", action="discard-draft", actor="system", at=now, entered_at=now, effects=effects)


def _key(rule: TaskRule, draft_id: int) -> str:
    return f"{rule.id}{_of_draft(draft_id)}"


def _of_draft(draft_id: int) -> str:
    return f"@draft-{draft_id}"
