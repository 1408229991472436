"""What the command palette and the search page find: acts, pages, clauses and cases, by words, pinyin initials or number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.ui import navigation
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import heading_of, number_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.pinyin import found
from luyue.apps.workspace.selectors import cases_matching
from luyue.apps.workspace.shell import closed_to, language
from luyue.apps.workspace.starting import procedures_to_open
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure

Row = dict[str, Any]
_MOST = 6  # rows of one group: the palette is for choosing, not for reading
_MOST_ACTS = 9  # whoever opens it to register something sees every kind there is


def groups(reader: Staff, book: Rulebook, query: str, *, cases: bool = True) -> list[dict[str, Any]]:
    """The groups of rows for `query`; without one, what can be begun and where one can go. `cases`: the matters too."""
    query = query.strip()[:80]
    built = [
        {"label": _("操作"), "rows": _best(query, _acts(book, reader), _MOST_ACTS)},
        {"label": _("页面"), "rows": _best(query, _places(reader))},
    ]
    if query:
        if cases:
            built.append({"label": _("工单"), "rows": [_case_row(case, book, query) for case in cases_matching(reader, query, _MOST)]})
        built.append({"label": _("条款"), "rows": _best(query, _clauses(book))})
    return [group for group in built if group["rows"]]


def _best(query: str, rows: Iterable[Row], most: int = _MOST) -> list[Row]:
    """Rows that have the query, those that begin with it first."""
    scored = []
    for place, row in enumerate(rows):
        marks = found(query, row["label"])
        if marks is not None:
            scored.append((bool(marks) and marks[0][0] > 0, place, row | {"marks": marks}))
    return [row for _late, _place, row in sorted(scored, key=lambda one: one[:2])[:most]]


def _acts(book: Rulebook, reader: Staff) -> Iterator[Row]:
    for procedure in procedures_to_open(book, reader):
        label = _("登记%(what)s") % {"what": procedure.label.say(language())}
        yield {"label": label, "href": reverse("workspace:new", args=[procedure.id]), "icon": "plus"}


def _places(reader: Staff) -> Iterator[Row]:
    for group in navigation.groups({}, closed_to(reader)):
        for entry in group["entries"]:  # type: ignore[attr-defined]
            yield {"label": entry["label"], "href": entry["href"], "icon": entry["icon"], "meta": f"G {entry['key'].upper()}" if entry["key"] else ""}
    yield {"label": _("发出的信"), "href": reverse("workspace:letters"), "icon": "mail", "meta": ""}
    yield {"label": _("常用话术"), "href": reverse("workspace:texts"), "icon": "message-2", "meta": ""}
    yield {"label": _("保存的视图"), "href": reverse("workspace:views"), "icon": "inbox", "meta": ""}
    yield {"label": _("我的设置"), "href": reverse("workspace:me"), "icon": "user", "meta": ""}


def _clauses(book: Rulebook) -> Iterator[Row]:
    for regulation in book.regulations:
        name = regulation.short.say(language()) or regulation.label.say(language())
        for clause in regulation.clauses:
            label = f"{name} {number_of(clause, language())} {heading_of(clause, language())}".replace("  ", " ")
            yield {"label": label, "href": f"{reverse('workspace:regulation', args=[regulation.id])}#{clause.id}", "icon": "book-2", "meta": ""}


def _case_row(case: Case, book: Rulebook, query: str) -> Row:
    customer = case.customer.name if case.customer else ""
    label = " · ".join(part for part in (case.number, customer, case.subject[:24]) if part)
    rule = book.all(Procedure).get(case.kind)
    stage = rule.stages[case.stage].say(language()) if rule and case.stage in rule.stages else ""
    return {"label": label, "href": reverse("workspace:case", args=[case.number]), "icon": "inbox", "meta": stage, "marks": found(query, label) or []}
