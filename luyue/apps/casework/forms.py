"""Forms of the rulebook as people see them: field specs for the page, and plain data out of what was posted.

The shapes of specs are those of the `ui` room (`luyue/apps/ui/fields.py`); nothing is checked here, the core does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from luyue.core.procedure.acts import CATEGORIES, FORMS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Category, Condition, Field, Form, covers

OTHER = "other"
MAX_LINES = 100
Known = Mapping[str, object]


def form_of(book: Rulebook, form_id: str) -> Form:
    """A form of the rulebook, or a platform act's own (`platform/answer`)."""
    return FORMS.get(form_id) or book.form(form_id)


def category_of(book: Rulebook, category_id: str) -> Category:
    return CATEGORIES.get(category_id) or book.category(category_id)


def specs(
    form: Form,
    book: Rulebook,
    *,
    language: str = "zh",
    known: Known | None = None,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    leave_out: frozenset[str] = frozenset(),
) -> list[dict[str, Any]]:
    """The fields of `form` to draw, in order; fields whose condition the case already decides against are left out.

    known   closed values of the case, for conditions on fields of earlier forms.
    values  what to fill in (a stored answer, or the posted data after an error).
    errors  field name (lines: `lines.0.amount`) -> words.
    """
    known, values, errors = known or {}, values or {}, errors or {}
    own = {field.name for field in form.fields}
    drawn: list[dict[str, Any]] = []
    for field in form.fields:
        if field.name in leave_out:
            continue
        live, decided = _split(field.when, own)
        if not decided.holds(known):
            continue
        drawn.append(_spec(field, book, language, values, errors, live))
        if _asks_other(field, form, book):
            drawn.append(_other(field, language, values, errors))
    return drawn


def data_of(form: Form, book: Rulebook, posted: QueryDict, files: Mapping[str, list[str]] | None = None) -> dict[str, object]:
    """What was posted for the fields of `form`, as the core takes it; blanks stay out.

    files   ids of held attachments by field name.
    """
    return _data(form.fields, form, book, posted, files or {}, "")


def _data(fields: tuple[Field, ...], form: Form, book: Rulebook, posted: QueryDict, files: Mapping[str, list[str]], prefix: str) -> dict[str, object]:
    data: dict[str, object] = {}
    for field in fields:
        value = _posted(field, book, posted, files, prefix + field.name)
        if value not in (None, "", []):
            data[field.name] = value
        words = posted.get(f"{prefix}{field.name}_{OTHER}", "").strip()
        if words and _asks_other(field, form, book) and OTHER in _as_list(value):
            data[f"{field.name}_{OTHER}"] = words
    return data


def _posted(field: Field, book: Rulebook, posted: QueryDict, files: Mapping[str, list[str]], name: str) -> object:
    if field.kind in FILE_KINDS:
        return [*posted.getlist(f"{name}.kept"), *files.get(name, ())]
    if field.kind == "choices":
        return [one for one in posted.getlist(name) if one]
    if field.kind == "choice":
        return _chosen(posted, name)
    if field.kind == "signature":
        return posted.get(f"{name}.name", "").strip() if posted.get(f"{name}.agreed") == "yes" else ""
    if field.kind == "lines":
        return _lines(field, book, posted, files, name)
    return posted.get(name, "").strip()


def _chosen(posted: QueryDict, name: str) -> str:
    """The value, or the finer one chosen below it in a second row of tiles."""
    value, finer = posted.get(name, "").strip(), [one for one in posted.getlist(f"{name}.sub") if one]
    return next((one for one in finer if covers(value, one)), value) if value else ""


def _lines(field: Field, book: Rulebook, posted: QueryDict, files: Mapping[str, list[str]], name: str) -> list[dict[str, object]]:
    form = book.form(field.of)
    rows = sorted({int(key.split(".")[1]) for key in (*posted, *files) if key.startswith(f"{name}.") and key.split(".")[1].isdecimal()})
    filled = (_data(form.fields, form, book, posted, files, f"{name}.{row}.") for row in rows[:MAX_LINES])
    return [line for line in filled if line]


def _spec(field: Field, book: Rulebook, language: str, values: Mapping[str, Any], errors: Mapping[str, str], live: Condition) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "name": field.name,
        "kind": field.kind,
        "label": field.label.say(language),
        "hint": field.hint.say(language),
        "required": field.required,
        "value": values.get(field.name),
        "errors": [errors[field.name]] if field.name in errors else [],
        "when": _spelled_out(live, book),
        "at_least": field.at_least,
        "at_most": field.at_most,
    }
    if field.kind in FILE_KINDS:
        spec["files"] = values.get(f"{field.name}.files", ())
    if field.kind in ("choice", "choices"):
        spec["choices"] = choices(category_of(book, field.of), language)
    if field.kind == "lines":
        sub = book.form(field.of)
        spec["fields"] = specs(sub, book, language=language)
        spec["row_errors"] = _row_errors(field.name, errors)
    return spec


def _row_errors(name: str, errors: Mapping[str, str]) -> dict[int, dict[str, list[str]]]:
    rows: dict[int, dict[str, list[str]]] = {}
    for key, words in errors.items():
        parts = key.split(".")
        if len(parts) >= 3 and parts[0] == name and parts[1].isdecimal():
            rows.setdefault(int(parts[1]), {})[".".join(parts[2:])] = [words]
    return rows


def choices(category: Category, language: str) -> list[dict[str, Any]]:
    """The tree of a category: {value, label, children}, and `other` at the end of an open one."""
    roots: list[dict[str, Any]] = []
    by_path: dict[str, dict[str, Any]] = {}
    for path, label in category.values.items():
        node: dict[str, Any] = {"value": path, "label": label.say(language), "children": []}
        by_path[path] = node
        parent, _, _ = path.rpartition("/")
        (by_path[parent]["children"] if parent else roots).append(node)
    if category.open and OTHER not in category.values:
        roots.append({"value": OTHER, "label": "其他" if language == "zh" else "Other", "children": []})
    return roots


def _asks_other(field: Field, form: Form, book: Rulebook) -> bool:
    """Whether `other` of an open category has no field of its own in the form for its words."""
    if field.kind not in ("choice", "choices") or not category_of(book, field.of).open:
        return False
    own: Callable[[Field], bool] = lambda one: OTHER in _wanted(one.when, field.name) or one.name == f"{field.name}_{OTHER}"  # noqa: E731
    return not any(own(one) for one in form.fields)


def _other(field: Field, language: str, values: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    name = f"{field.name}_{OTHER}"
    label = f"{field.label.zh}：其他内容" if language == "zh" else f"{field.label.say(language)}: other"
    return {
        "name": name,
        "kind": "text",
        "label": label,
        "required": True,
        "value": values.get(name),
        "errors": [errors[name]] if name in errors else [],
        "when": {field.name: (OTHER,)},
    }


def _split(condition: Condition, own: set[str]) -> tuple[Condition, Condition]:
    """The part of a condition the page decides while people type, and the part the case has decided already."""
    live = {name: wanted for name, wanted in condition.of.items() if name in own}
    decided = {name: wanted for name, wanted in condition.of.items() if name not in own}
    return Condition(live), Condition(decided)


def _spelled_out(condition: Condition, book: Rulebook) -> dict[str, Any]:
    """A condition for the browser: a parent value stands together with the values below it."""
    spelled: dict[str, Any] = {}
    for name, wanted in condition.of.items():
        field = book.fields.get(name)
        if isinstance(wanted, tuple) and field is not None and field.of in book.all(Category):
            below = book.category(field.of).values
            wanted = tuple(dict.fromkeys([*wanted, *(path for path in below for one in wanted if covers(one, path))]))
        spelled[name] = wanted
    return spelled


def _wanted(condition: Condition, name: str) -> tuple[str, ...]:
    wanted = condition.of.get(name, ())
    return wanted if isinstance(wanted, tuple) else ()


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
