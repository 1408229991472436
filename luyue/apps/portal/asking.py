"""The customer's form in two ways: whole, for browsers that hide what does not apply, or narrowed to one choice, for those that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from luyue.apps.casework.forms import OTHER, category_of
from luyue.apps.ui.wording import said as _
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Form
from luyue.core.regulation.words import field_value_words

PLAN = "remedies"
TYPE = "type"  # in the address: what was chosen first


def chooser(form: Form) -> str:
    """The choice that decides which other questions are asked; empty when every question is asked of everybody."""
    decided = [name for field in form.fields for name in field.when.of]
    return next((field.name for field in form.fields if field.kind == "choice" and field.name in decided), "")


def chosen_value(form: Form, book: Rulebook, given: Mapping[str, str]) -> str:
    """What `?type=` names, or the finer value in `?type.sub=`; empty when it is no value of the chooser."""
    name = chooser(form)
    if not name:
        return ""
    value, finer = given.get(TYPE, ""), given.get(f"{TYPE}.sub", "")
    value = finer if not value or finer.startswith(f"{value}/") else value
    category = category_of(book, next(field.of for field in form.fields if field.name == name))
    return value if value in category.values or (category.open and value == OTHER) else ""


def narrowed(fields: Iterable[Mapping[str, Any]], name: str, value: str) -> list[dict[str, Any]]:
    """The fields asked when the chooser `name` has this value; the chooser itself is answered."""
    kept: list[dict[str, Any]] = []
    for field in fields:
        when = dict(field.get("when") or {})
        wanted = when.pop(name, None)
        if field["name"] == name or (wanted is not None and value not in wanted):
            continue
        kept.append({**field, "when": when})
    return with_conditions(kept)


def with_conditions(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every field that is asked only sometimes says when, for readers without scripts."""
    fields = list(fields)
    labels = {one["name"]: {str(choice["value"]): choice["label"] for choice in _leaves(one.get("choices") or ())} for one in fields}
    told: list[dict[str, Any]] = []
    for field in fields:
        words = [labels.get(name, {}).get(str(value), str(value)) for name, values in (field.get("when") or {}).items() for value in values]
        hint = _("选“%(values)s”时填写") % {"values": _("、").join(words)} if words else ""
        told.append({**field, "hint": _("；").join(one for one in (str(field.get("hint") or ""), hint) if one)})
    return told


def of_the_plan(fields: Iterable[Mapping[str, Any]], page: Any) -> list[dict[str, Any]]:
    """Whoever says which measures he accepts chooses among those that were proposed to him."""
    planned, plan = page.state.fields.get(PLAN), page.book.fields.get(PLAN)
    kept = []
    for one in fields:
        field = page.book.fields.get(one["name"])
        if planned and plan is not None and field is not None and field.kind == "choices" and field.of == plan.of:
            one = {**one, "choices": [choice for choice in one.get("choices") or () if choice["value"] in planned]}
        kept.append(dict(one))
    return kept


def _leaves(choices: Iterable[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in choices:
        if isinstance(one, Mapping):
            found += [dict(one), *_leaves(one.get("children") or ())]
        else:
            found.append({"value": one[0], "label": one[1]})
    return found


def value_words(form: Form, book: Rulebook, value: str, language: str) -> str:
    """`设备质量异议 · 功能异常`, as the form calls it."""
    return field_value_words(next((one for one in form.fields if one.name == chooser(form)), None), value, book, language)
