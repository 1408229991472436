"""Saved views, texts, drafts and the outcomes of an act on many cases, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.casework import letters
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import bulk, canned, refusing
from luyue.apps.workspace import drafts as kept_drafts
from luyue.apps.workspace.models import CannedText, Draft
from luyue.apps.workspace.saved import Shown
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts import ACTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, TaskRule, Team

MANY = {"take": (), "assign": ("holder", "text"), "note": ("text",), "do-task": ("task",), "link": ("number", "relation")}  # what each act asks
COMPOSER = "composer"


def list_path(query: str) -> str:
    return f"{reverse('workspace:cases')}?{query}"


def view_row(one: Shown, book: Rulebook) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "href": list_path(one.query), "count": one.count, "team": team_words(one.team, book), "may_drop": one.may_drop}


def team_words(team: str, book: Rulebook) -> str:
    known = book.all(Team).get(team)
    return known.label.say(language()) if known else team


def many(book: Rulebook, people: list[tuple[str, str]]) -> dict[str, Any]:
    """What the bar under a list offers for the cases ticked in it."""
    acts = [{"id": one, "label": ACTS[one].label.say(language())} for one in bulk.ACTS]
    tasks = [(rule.id, rule.label.say(language())) for rule in book.all(TaskRule).values() if not rule.form]
    return {"acts": acts, "people": people, "tasks": tasks}


def outcomes(found: Sequence[bulk.Outcome], action: str, book: Rulebook) -> dict[str, Any]:
    rows = []
    for one in found:
        why = refusing.block(one.refused, book) if one.refused else None
        words = f"{why['title']}。{why['missing']}" if why else one.why
        rows.append({"number": one.number, "subject": one.subject, "is_done": one.is_done, "why": words, "href": reverse("workspace:case", args=[one.number])})
    done = sum(one.is_done for one in found)
    undone = action == bulk.UNDO
    label = _("撤销这一批") if undone else ACTS[action].label.say(language())
    return {"rows": rows, "label": label, "done": done, "left": len(found) - done, "done_words": _("已撤销") if undone else _("已办理")}


def texts(reader: Staff, book: Rulebook, posted: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    scopes = {canned.OWN: _("只给自己"), canned.COMPANY: _("全公司")}
    return {
        "texts": [_text(one, reader, book) for one in canned.texts_for(reader)],
        "scopes": [(one, scopes.get(one) or team_words(one, book)) for one in canned.scopes_of(reader)],
        "variables": [f"{{{one}}}" for one in letters.VARIABLES],
        "posted": posted,
        "errors": errors,
    }


def _text(one: CannedText, reader: Staff, book: Rulebook) -> dict[str, Any]:
    scope = _("全公司") if one.is_company else team_words(one.team, book) if one.team else _("只给自己")
    return {"id": one.pk, "name": one.name, "text": one.text, "scope": scope, "may_drop": canned.may_drop(one, reader)}


def drafts(found: Iterable[Draft], case: Case, now: datetime) -> list[dict[str, Any]]:
    """What was written and not sent, whatever stage the case has reached since."""
    book = rulebook_by_id(case.rulebook_id)
    return [
        {"form": one.form, "label": _form_words(one.form, book), "text": kept_drafts.words_of(one), "at": moment(one.updated_at, now)}
        for one in found
    ]  # fmt: skip


def _form_words(form: str, book: Rulebook) -> str:
    if form == COMPOSER:
        return _("回复与备注")
    rule = book.all(ActionRule).get(form)
    return rule.label.say(language()) if rule else ACTS[form].label.say(language()) if form in ACTS else form
