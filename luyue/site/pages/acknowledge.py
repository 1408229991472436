"""Reading an edition and being bound by it: those in force, and those adopted for a later day. Until then one may read every page."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from luyue.apps.regulation.acknowledgement import acknowledge, coming_editions, pending_editions, previous_edition
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import named, regulation_of
from luyue.core.regulation.text import Clause, Regulation
from luyue.site.pages.shell import around

ADDED, CHANGED, REMOVED, SAME = "added", "changed", "removed", "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A clause as it stands now; `pieces` are (kind same | ins | del, words) against the edition before."""

    id: str
    title: str
    kind: str
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ToRead:
    edition: Edition
    title: str
    supersedes: date | None
    changes: tuple[Change, ...]
    n_same: int


def page(request: HttpRequest) -> HttpResponse:
    pending = [*pending_editions(request.user), *coming_editions(request.user)]
    if request.method == "POST":
        chosen = next((edition for edition in pending if str(edition.pk) == request.POST.get("edition")), None)
        if chosen:
            acknowledge(request.user, chosen)
            messages.success(request, _("已确认《%(label)s》%(edition)s 版。") % {"label": named(chosen, _language()), "edition": chosen.edition})
        return redirect("acknowledge")
    return render(request, "acknowledge.html", around(request, to_read=[to_read(edition) for edition in pending]))


def to_read(edition: Edition) -> ToRead:
    """What somebody has to read: what differs from the edition before, or the whole text of a first edition."""
    before = previous_edition(edition)
    text = _text(edition)
    changes = compared(_text(before) if before else None, text)
    shown = tuple(change for change in changes if change.kind != SAME)
    return ToRead(edition, text.label.say(_language()), before.edition if before else None, shown, len(changes) - len(shown))


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def compared(before: Regulation | None, after: Regulation) -> list[Change]:
    """Clause by clause in the order of the new text, then what was removed."""
    old = {clause.id: clause for clause in before.clauses} if before else {}
    found = [_change(old.pop(clause.id, None), clause) for clause in after.clauses]
    return found + [Change(clause.id, clause.titled(_language()), REMOVED, (("del", clause.prose.strip()),)) for clause in old.values()]


def _change(old: Clause | None, new: Clause) -> Change:
    words = new.prose.strip()
    if old is None:
        return Change(new.id, new.titled(_language()), ADDED, (("same", words),))
    if old.prose.strip() == words:
        return Change(new.id, new.titled(_language()), SAME, ())
    return Change(new.id, new.titled(_language()), CHANGED, _pieces(old.prose.strip(), words))


def _pieces(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Character by character: Chinese has no spaces to compare by."""
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", old[a:b]))
            continue
        if b > a:
            found.append(("del", old[a:b]))
        if d > c:
            found.append(("ins", new[c:d]))
    return tuple(found)


def _text(edition: Edition) -> Regulation:
    return regulation_of(edition.source, f"{edition.regulation}/{edition.edition}.md")
