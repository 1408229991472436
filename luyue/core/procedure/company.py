"""What the company owes without a case: the paper its periodic tasks are done with, form and checklist on one sheet; and what that leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from luyue.core.procedure import shape
from luyue.core.procedure.acts.forms import CATEGORIES
from luyue.core.procedure.entry import shape_of
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import Invalid
from luyue.core.procedure.vocabulary import EDITION_PROPOSED
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Checklist, Condition, Field, Form, Item, Label, OnFact, TaskRule

ITEM, EVIDENCE, NOTE = "item_", "_evidence", "_note"
_RESULT = "platform/result"
_KINDS = {"record": "evidence"}  # what proves an item, as a field; the rest are kinds of fields themselves


def paper_of(rule: TaskRule, book: Rulebook) -> Form:
    """Everything that is written down when the task is done: the fields of its form, then its checklist item by item."""
    own = book.form(rule.form).fields if rule.form else ()
    checklist = book.all(Checklist).get(rule.checklist) if rule.checklist else None
    items = tuple(field for item in checklist.items for field in _of_item(item)) if checklist else ()
    return Form(
        id=f"platform/company/{rule.id}", label=rule.label, regulation=rule.regulation, clause=rule.clause, mark=rule.mark, origin="platform",
        fields=(*own, *items),
    )  # fmt: skip


def finish(rule: TaskRule, data: Mapping[str, object], book: Rulebook) -> Filled:
    """The paper as filled in. raises Invalid for everything that is missing or wrong, item by item."""
    paper = paper_of(rule, book)
    filled = shape.fill(paper, data, shape_of(book, {}, CATEGORIES), known={})
    errors = dict(_not_allowed(rule, filled.values, book))
    if errors:
        raise Invalid(errors)
    return filled


def results(rule: TaskRule, values: Mapping[str, object], book: Rulebook) -> dict[str, str]:
    """item id -> pass, fail or not-applicable, of a filled paper."""
    checklist = book.all(Checklist).get(rule.checklist) if rule.checklist else None
    found = {item.id: values.get(field_name(item)) for item in checklist.items} if checklist else {}
    return {item: str(result) for item, result in found.items() if result}


def field_name(item: Item) -> str:
    return ITEM + item.id.replace("-", "_")


def _of_item(item: Item) -> Iterator[Field]:
    name = field_name(item)
    asked = Field(name, "choice", item.label, item.required, item.when, _RESULT)
    yield asked
    if item.evidence != "none":
        proves = Label(f"{item.label.zh}：凭证", f"{item.label.say('en')}: evidence")
        kind = _KINDS.get(item.evidence, item.evidence)
        yield replace(asked, name=name + EVIDENCE, kind=kind, label=proves, of="", when=Condition({name: ("pass", "fail")}))
    words = Label(f"{item.label.zh}：说明", f"{item.label.say('en')}: words")
    yield replace(asked, name=name + NOTE, kind="long-text", label=words, of="", required=True, when=Condition({name: ("fail", "not-applicable")}))


def _not_allowed(rule: TaskRule, values: Mapping[str, object], book: Rulebook) -> Iterator[tuple[str, str]]:
    checklist = book.all(Checklist).get(rule.checklist) if rule.checklist else None
    for item in checklist.items if checklist else ():
        result = values.get(field_name(item))
        if result is not None and result not in item.allows:
            yield field_name(item), Said(f"“{item.label.zh}”不能选这个结果", f"“{item.label.say('en')}” cannot have this result")


def following(done: TaskRule, answers: Mapping[str, object], book: Rulebook) -> tuple[TaskRule, ...]:
    """What has to be done because this task of the company is done with these answers: tasks that wait for `task.done` of it by name."""
    view = {**answers, "task": done.id}
    waiting = (one for one in book.all(TaskRule).values() if one.trigger == OnFact("task.done") and "task" in one.applies_to.of)
    return tuple(one for one in waiting if one.applies_to.holds(view))


def hearings(regulation: str, book: Rulebook) -> tuple[TaskRule, ...]:
    """What the regulation in force asks for between putting a revision of it forward and adopting it."""
    return tuple(one for one in book.all(TaskRule).values() if one.trigger == OnFact(EDITION_PROPOSED) and one.regulation == regulation)
