"""Kinds about a case: procedure, action, form, checklist."""

from __future__ import annotations

from typing import Any

from luyue.core.regulation import conditions, durations, scalars
from luyue.core.regulation.kinds.base import ANY_NAMES, FACTS, NAMES, Key, Kind, Values, record
from luyue.core.regulation.kinds.targets import SIDE, WITHIN_KEYS
from luyue.core.regulation.rules import (
    FIELD_KINDS,
    ActionRule,
    Checklist,
    Count,
    Field,
    Form,
    Item,
    Label,
    Mark,
    Procedure,
)  # fmt: skip
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.vocabulary import ABOUT, CASE_CHANNELS, CUSTOMER_KINDS
from luyue.core.regulation.yamlsubset import Map, Node, Text


def _number(node: Node, at: Context) -> Any:
    if isinstance(node, Text) and node.value.isascii() and node.value.isalpha() and node.value.isupper() and len(node.value) <= 6:
        return node.value
    return at.wrong(node, "a prefix of capital letters such as YY", "大写字母前缀，例如 YY")


def _stages(node: Node, at: Context) -> Any:
    stages = scalars.labels(node, at)
    if not stages and stages is not BAD:
        return at.wrong(node, "at least one stage", "至少一个环节")
    return stages


PROCEDURE = Kind(
    Procedure,
    {
        "label": Key(scalars.label, required=True),
        "customers": Key(scalars.some(scalars.one_of(*CUSTOMER_KINDS)), required=True, empty=()),
        "channels": Key(scalars.some(scalars.one_of(*CASE_CHANNELS)), required=True, empty=()),
        "intake": Key(scalars.kebab, required=True),
        "number": Key(_number, required=True),
        "stages": Key(_stages, required=True, empty={"": Label("")}),
        "final": Key(NAMES, required=True, empty=()),
        "about": Key(scalars.some(scalars.one_of(*ABOUT))),
        "starts_procedures": Key(ANY_NAMES),
    },
)


_COUNT = {
    "of": Key(scalars.fact, required=True),
    "at_least": Key(scalars.integer),
    "at_most": Key(scalars.integer),
    "since": Key(scalars.name),
    **WITHIN_KEYS,
}


def _count(node: Node, at: Context) -> Any:
    if not isinstance(node, Map) or not node.entries:
        return at.wrong(node, "a map with of and at_least or at_most", "含 of 与 at_least 或 at_most 的对照")
    values = record(node, _COUNT, at, "count", "count")
    if "of" not in values:
        return BAD
    least, most = values.get("at_least"), values.get("at_most")
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        at.report("limits-crossed", node)
        return BAD
    if node.key("within") is not None:
        within = durations.within(node, "within", at)
        if within is BAD:
            return BAD
        values["within"] = within
    elif stray := next((key for key in SIDE if node.key(key) is not None), None):
        at.report("side-key-alone", node.key(stray), key=stray)
        return BAD
    return Count(**values)


def _finish_action(values: Values, holder: Map, at: Context) -> None:
    if "route" in values and "hands_to" in values:
        at.report("only-one-of", holder.key("hands_to"), keys="route / hands_to")


ACTION = Kind(
    ActionRule,
    {
        "in": Key(scalars.kebab, required=True, to="procedure"),
        "from": Key(NAMES, required=True, to="from_", empty=()),
        "to": Key(scalars.name, required=True),
        "by": Key(NAMES, required=True, empty=(), owner=True),
        "records": Key(scalars.fact, required=True),
        "form": Key(scalars.kebab),
        "checklist": Key(scalars.kebab),
        "after": Key(FACTS),
        "count": Key(_count),
        "four_eyes": Key(ANY_NAMES),
        "approval": Key(scalars.kebab),
        "route": Key(scalars.kebab),
        "hands_to": Key(ANY_NAMES),
        "each": Key(scalars.one_of("routed-teams")),
        "needs_skill": Key(ANY_NAMES),
        "guards": Key(ANY_NAMES),
        "effects": Key(ANY_NAMES),
        "when": Key(conditions.condition),
    },
    _finish_action,
)


# Forms -----------------------------------------------------------------------------------------------

_FIELD = {
    "kind": Key(scalars.one_of(*sorted(FIELD_KINDS)), required=True),
    "label": Key(scalars.label, required=True),
    "required": Key(scalars.yes_no),
    "when": Key(conditions.condition),
    "of": Key(scalars.kebab),
    "at_least": Key(scalars.amount),
    "at_most": Key(scalars.amount),
    "hint": Key(scalars.label),
}
_NEEDS_OF = {"choice": "category", "choices": "category", "lines": "form"}


def _fields(node: Node, at: Context) -> Any:
    fields: dict[str, Field] = {}
    for key, value in scalars.pairs(node, at):
        name = scalars.snake(key, at)
        if name is BAD:
            continue
        if not isinstance(value, Map):
            at.wrong(value or key, "a map with kind and label", "含 kind 与 label 的对照")
            continue
        if name in fields:
            at.report("value-twice", key, found=name)
            continue
        values = record(value, _FIELD, at, f'field "{name}"', f"字段 {name}")
        if "kind" in values:
            _check_field(values, value, key, at)
        values.setdefault("kind", "text")
        values.setdefault("label", Label(name))
        fields[name] = Field(name=name, mark=Mark(at.path, key.line, key.column), **values)
    return tuple(fields.values())


def _check_field(values: Values, holder: Map, key: Text, at: Context) -> None:
    kind, wanted = values["kind"], _NEEDS_OF.get(values["kind"])
    if wanted and "of" not in values and holder.key("of") is None:
        at.report("of-missing", holder.key("kind") or key, kind=kind, wanted=wanted)
    if not wanted and "of" in values:
        at.report("of-surplus", holder.key("of") or key, kind=kind)
    least, most = values.get("at_least"), values.get("at_most")
    if least is not None and most is not None and least > most:
        at.report("limits-crossed", holder.key("at_most") or key)


FORM = Kind(Form, {"fields": Key(_fields, required=True, empty=())})


# Checklists ------------------------------------------------------------------------------------------

_ITEM = {
    "label": Key(scalars.label, required=True),
    "evidence": Key(scalars.one_of("photo", "video", "recording", "file", "record", "none")),
    "required": Key(scalars.yes_no),
    "when": Key(conditions.condition),
    "allows": Key(scalars.some(scalars.one_of("pass", "fail", "not-applicable"))),
}


def _items(node: Node, at: Context) -> Any:
    items: dict[str, Item] = {}
    for key, value in scalars.pairs(node, at):
        name = scalars.kebab(key, at)
        if name is BAD:
            continue
        assert value is not None
        if name in items:
            at.report("value-twice", key, found=name)
        if scalars.is_label(value):
            said = scalars.label(value, at)
            items[name] = Item(name, Label(name) if said is BAD else said)
        elif isinstance(value, Map):
            values = record(value, _ITEM, at, f'item "{name}"', f"检查项 {name}")
            values.setdefault("label", Label(name))
            items[name] = Item(id=name, **values)
        else:
            at.wrong(value, "a label or a map with label", "名称，或含 label 的对照")
    return tuple(items.values())


CHECKLIST = Kind(
    Checklist,
    {
        "items": Key(_items, required=True, empty=()),
        "per": Key(scalars.one_of("case", "unit", "order-line", *scalars.PERIODS)),
        "in_order": Key(scalars.yes_no),
        "complete_when": Key(scalars.one_of("all-ticked", "all-pass")),
    },
)
