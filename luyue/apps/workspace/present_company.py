"""Company tasks in words: which period, by when, whose, with which paper, and what was written on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from luyue.apps.casework.forms import specs
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.models import Entry
from luyue.apps.tasks.models import Task
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, refusing
from luyue.apps.workspace.selectors import colleague_name, colleagues
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts.forms import CATEGORIES
from luyue.core.procedure.company import ITEM, paper_of
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Checklist, Form, Label, Mark, TaskRule
from luyue.core.regulation.sentence import sentence
from luyue.core.regulation.words import actor_words, field_value_words

_RESULTS = CATEGORIES["platform/result"].values


def row(task: Task, book: Rulebook, now: datetime) -> dict[str, Any]:
    rule = book.all(TaskRule).get(task.rule)
    late = task.state == "open" and task.due_at is not None and task.due_at < now
    was_late = task.done_at is not None and task.due_at is not None and task.done_at > task.due_at
    state = ("missed" if was_late else "kept") if task.done_at else "missed" if late else "running"
    return {
        "id": task.pk, "label": rule.label.say(language()) if rule else task.rule, "href": reverse("workspace:company-task", args=[task.pk]),
        "period": str(task.about.get("period") or ""), "case": str(task.about.get("case") or ""), "state": state,
        "due": moment(task.due_at, now, ends=True) if task.due_at else "", "done": moment(task.done_at, now) if task.done_at else "", "was_late": was_late,
        "by": actor_words(task.by, book, language()), "clause": clause_ref(book, task.regulation, task.clause, language=language()),
    }  # fmt: skip


def paper(task: Task, book: Rulebook) -> Form:
    """What is filled in; a task whose rule is gone asks for nothing."""
    rule = book.all(TaskRule).get(task.rule)
    if rule is None:
        return Form(id="platform/company", label=Label(task.rule), regulation=task.regulation, clause=task.clause, mark=Mark("", 0), fields=())
    return paper_of(rule, book)


def page(
    task: Task, book: Rulebook, now: datetime, *, told: tuple[Entry, Mapping[str, Any]] | None = None, files: Sequence[Attachment] = (),
    errors: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None, posted: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:  # fmt: skip
    rule = book.all(TaskRule).get(task.rule)
    form, shown = paper(task, book), row(task, book, now)
    fields = [] if task.done_at else _drawn(form, rule, book, values or {}, errors or {})
    return {
        "task": shown,
        "sentence": sentence(rule, book, language()) if rule else "",
        "fields": fields,
        "errors": filling.summary(errors or {}, {one["name"]: one["label"] for one in fields}),
        "refusal": refusing.block(refused, book, title=_("没有完成")) if refused else None,
        "once": (posted or {}).get("once") or filling.new_once(),
        "told": _told(form, told, files, book, now) if told else None,
    }


def _drawn(form: Form, rule: TaskRule | None, book: Rulebook, values: Mapping[str, Any], errors: Mapping[str, str]) -> list[dict[str, Any]]:
    drawn = specs(form, book, language=language(), values=values, errors=errors)
    allows = _allows(rule, book)
    staff = colleagues() if any(one.kind == "person" for one in form.fields) else []
    kinds = {one.name: one.kind for one in form.fields}
    for spec in drawn:
        if spec["name"] in allows:
            spec["choices"] = [one for one in spec["choices"] if one["value"] in allows[spec["name"]]]
        elif kinds.get(spec["name"]) == "person":
            spec["choices"] = staff
    return drawn


def _allows(rule: TaskRule | None, book: Rulebook) -> dict[str, tuple[str, ...]]:
    checklist = book.all(Checklist).get(rule.checklist) if rule and rule.checklist else None
    return {ITEM + item.id.replace("-", "_"): item.allows for item in checklist.items} if checklist else {}


def _told(form: Form, told: tuple[Entry, Mapping[str, Any]], files: Sequence[Attachment], book: Rulebook, now: datetime) -> dict[str, Any]:
    """What was written down when it was done, and who did it."""
    entry, words = told
    lines = []
    for one in form.fields:
        value = words.get(one.name)
        if value in (None, "", []) or one.kind in FILE_KINDS:
            continue
        if one.of in CATEGORIES:
            text = _RESULTS[str(value)].say(language()) if str(value) in _RESULTS else str(value)
        elif one.kind == "person":
            text = colleague_name(str(value))
        else:
            text = field_value_words(one, str(value), book, language())
        lines.append({"label": one.label.say(language()), "text": text, "fail": value == "fail"})
    return {
        "lines": lines, "who": colleague_name(entry.actor), "at": moment(entry.at, now), "erased": not words,
        "files": [{"name": one.name, "href": reverse("evidence:file", args=[one.pk])} for one in files],
    }  # fmt: skip
