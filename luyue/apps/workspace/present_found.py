"""What a search found: cases with the piece of their words that was asked for, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.translation import ngettext

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.search import Excerpt, Found, excerpts
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_cases
from luyue.apps.workspace.selectors import of_ids
from luyue.core.regulation.rulebook import Rulebook

PER_PAGE = 30


def page(found: Found, words: str, reader: Staff, book: Rulebook, now: datetime, number: str | None) -> dict[str, Any]:
    """The context of the page; excerpts are cut for the cases shown only."""
    shown = Paginator(found.ids, PER_PAGE).get_page(number)
    said = excerpts(shown.object_list, words)
    cases = {case.pk: case for case in of_ids(shown.object_list)}
    rows = [present_cases.row(cases[one], reader, book, now) | {"said": pieces(said.get(one))} for one in shown.object_list if one in cases]
    n = len(found.ids)
    return {
        "rows": rows,
        "page": shown,
        "query": f"{urlencode({'q': words})}&",
        "count": _("%(n)s 件以上，列出最近的") % {"n": n} if found.is_cut else ngettext("%(n)s 件", "%(n)s 件", n) % {"n": n},
    }


def pieces(excerpt: Excerpt | None) -> list[tuple[bool, str]]:
    """(whether it was asked for, text) in turn."""
    if excerpt is None:
        return []
    found, at = [], 0
    for start, end in excerpt.marks:
        found += [(False, excerpt.text[at:start]), (True, excerpt.text[start:end])]
        at = end
    return [(is_asked, text) for is_asked, text in [*found, (False, excerpt.text[at:])] if text]
