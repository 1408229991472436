"""What was filled in, in words: the answers of a form as label and value, for the timeline and the case's own record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from luyue.apps.casework.forms import OTHER, category_of, form_of
from luyue.apps.customers.sealed import masked_email
from luyue.apps.ui.wording import day_plain, masked_phone, moment, money
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.shell import language
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Field, Form
from luyue.core.regulation.words import YES_NO, listed

Names = Mapping[str, str]


def said(form: Form, body: Mapping[str, Any], book: Rulebook, names: Names) -> list[tuple[str, str]]:
    """(label, words) of every answer in the order of the form; files are shown beside it, not here."""
    found = []
    for field in form.fields:
        value = body.get(field.name)
        if value in (None, "", []) or field.kind in FILE_KINDS:
            continue
        found.append((field.label.say(language()), words(field, value, book, names)))
        if other := body.get(f"{field.name}_{OTHER}"):
            found.append((_("其他内容"), str(other)))
    return found


def words(field: Field, value: Any, book: Rulebook, names: Names) -> str:
    """One answer as people read it."""
    if field.kind in ("choice", "choices"):
        return listed((category_words(field, str(one), book) for one in _list(value)), language())
    if field.kind == "lines":
        form = form_of(book, field.of)
        return "\n".join(_("，").join(f"{label} {word}" for label, word in said(form, line, book, names)) for line in _list(value))
    if field.kind == "yes-no":
        return YES_NO[value].say(language()) if value in YES_NO else str(value)
    if field.kind == "money":
        return money(value, trim=True)
    if field.kind == "instant":
        return moment(datetime.fromisoformat(str(value)))
    if field.kind == "date":
        return day_plain(date.fromisoformat(str(value)))
    if field.kind == "phone":
        return masked_phone(str(value))
    if field.kind == "email":
        return masked_email(str(value))
    if field.kind == "person":
        return names.get(str(value), str(value))
    return str(value)


def category_words(field: Field, value: str, book: Rulebook) -> str:
    """A value of a category with its parents: 质量 · 功能异常."""
    values = category_of(book, field.of).values
    if value == OTHER and value not in values:
        return _("其他")
    parts = value.split("/")
    paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    return " · ".join(values[path].say(language()) if path in values else path for path in paths)


def is_long(form: Form, body: Mapping[str, Any]) -> bool:
    """Whether somebody wrote sentences: then the answers are read like a message."""
    return any(field.kind in ("long-text", "lines") and body.get(field.name) for field in form.fields)


def latest(form: Form, bodies: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The newest answer to every field of the form, out of entries from the oldest to the newest."""
    names = [field.name for field in form.fields]
    names += [f"{name}_{OTHER}" for name in names]
    merged: dict[str, Any] = {}
    for body in bodies:
        merged |= {name: body[name] for name in names if name in body}
    return merged


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
