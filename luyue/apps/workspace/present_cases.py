"""The list of cases: filters, rows, and the pages between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.clocks.promises import source_of
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import selectors
from luyue.apps.workspace.selectors import Wanted
from luyue.apps.workspace.shell import language, own_teams
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure, Team
from luyue.core.regulation.words import actors_words

PER_PAGE = 50


def page(
    rows: Page, wanted: Wanted, reader: Staff, book: Rulebook, now: datetime, asked: Mapping[str, str], people: Sequence[tuple[str, str]]
) -> dict[str, Any]:  # fmt: skip
    """The context of the list; `people` are the colleagues one may ask for."""
    return {
        "rows": [row(case, reader, book, now) for case in rows],
        "page": rows,
        "query": _query(asked, page=None),
        "wanted": wanted,
        "states": _states(wanted, asked),
        "selects": _selects(reader, book, wanted, people),
        "empty": None if rows else _empty(wanted),
    }


def row(case: Case, reader: Staff, book: Rulebook, now: datetime) -> dict[str, Any]:
    """One case in a list, by the words of the regulation in force."""
    rule = book.all(Procedure).get(case.kind)
    late = case.next_due_at is not None and case.is_open and now > case.next_due_at
    return {
        "number": case.number,
        "href": reverse("workspace:case", args=[case.number]),
        "customer": case.customer.name if case.customer else "",
        "subject": case.subject,
        "kind": rule.label.say(language()) if rule else case.kind,
        "stage": stage_words(book, case.kind, case.stage),
        "is_open": case.is_open,
        "state": "missed" if late else "paused" if case.is_open and case.waiting_since else "running" if case.next_due_at and case.is_open else "",
        "due": moment(case.next_due_at, now, ends=True) if case.next_due_at and case.is_open else "",
        "waits": bool(case.is_open and case.waiting_since),
        "closed": moment(case.closed_at, now) if case.closed_at else "",
        "received": moment(case.received_at, now),
        "holder": str(case.holder) if case.holder else "",
        "mine": case.holder_id == reader.user.pk,
    }


def stage_words(book: Rulebook, kind: str, stage: str) -> str:
    """A stage as the regulation in force calls it; as it stands for what is in no procedure any more."""
    rule = book.all(Procedure).get(kind)
    return rule.stages[stage].say(language()) if rule and stage in rule.stages else stage


def _states(wanted: Wanted, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    named = ((selectors.OPEN, _("未结")), (selectors.CLOSED, _("已结")), (selectors.ALL, _("全部")))
    return [{"label": label, "href": f"?{_query(asked, state=state, page=None)}", "current": wanted.state == state} for state, label in named]


def _query(asked: Mapping[str, str], **changed: str | None) -> str:
    """The question again with some answers changed; with `page` left out it can be continued by one."""
    kept = {name: value for name, value in asked.items() if value} | changed
    text = urlencode({name: value for name, value in kept.items() if value})
    return f"{text}&" if text and "page" in changed else text


def _selects(reader: Staff, book: Rulebook, wanted: Wanted, people: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The filters that have something to choose from, by the regulation in force."""
    said = language()
    procedures = book.all(Procedure)
    kinds = [(name, rule.label.say(said)) for name, rule in procedures.items()]
    stages = {stage: label.say(said) for name, rule in procedures.items() if wanted.kind in ("", name) for stage, label in rule.stages.items()}
    teams = [(team.id, team.label.say(said)) for team in (own_teams(reader, book) or book.all(Team).values())]
    whose = [(selectors.MINE, _("我经办的")), (selectors.FOLLOWED, _("我跟进的")), (selectors.UNHELD, _("没有经办人"))]
    others = [one for one in people if one[0] != f"staff:{reader.user.pk}"]
    promises = [(selectors.OVERDUE, _("已超时")), (selectors.TODAY, _("今天到期")), (selectors.WAITING, _("等客户"))]
    built = [
        ("kind", _("类型"), kinds, wanted.kind), ("stage", _("环节"), list(stages.items()), wanted.stage),
        ("team", _("部门"), teams, wanted.team), ("whose", _("归谁"), [*whose, *others], wanted.whose),
        ("class", _("类别"), _classes(book, wanted, said), wanted.classed),
        ("promise", _("时限"), promises, wanted.promise),
    ]  # fmt: skip
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in built if len(options) > 1 or value]


def _classes(book: Rulebook, wanted: Wanted, said: str) -> list[tuple[str, str]]:
    """The classes of the chosen kind, or of all kinds that have any; children under their parents."""
    found: dict[str, str] = {}
    for name, rule in book.all(Procedure).items():
        field = next((one for one in book.form(rule.intake).fields if one.kind == "choice"), None)
        if field is not None and field.of and wanted.kind in ("", name):
            values = book.category(field.of).values
            found |= {value: " · ".join(values[path].say(said) for path in _paths(value) if path in values) for value in values}
    return list(found.items())


def _paths(value: str) -> list[str]:
    parts = value.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _empty(wanted: Wanted) -> dict[str, Any]:
    if wanted.words:
        title, text = _("没有找到“%(words)s”") % {"words": wanted.words}, _("核对编号和号码，或换成客户名字里的几个字。电话要写全。")
    else:
        title, text = _("没有这样的工单"), _("换个条件看看。")
    return {"title": title, "text": text, "shape": "not_started", "actions": [{"label": _("看全部工单"), "href": f"{reverse('workspace:cases')}?state=all"}]}


def clock_row(clock: Any, book: Rulebook, now: datetime) -> dict[str, Any]:
    """A clock behind a number of the living regulation."""
    states = {"running": "running", "paused": "paused", "kept": "kept", "missed": "missed"}
    late = clock.state == "running" and clock.due_at is not None and now > clock.due_at
    return {
        "number": clock.case.number,
        "href": f"{reverse('workspace:case', args=[clock.case.number])}?see=clocks#clock-{clock.key.replace('/', '-')}",
        "customer": clock.case.customer.name if clock.case.customer else "",
        "subject": clock.case.subject,
        "state": "missed" if late else states.get(clock.state, ""),
        "due": moment(clock.due_at, now, ends=True) if clock.due_at else _("暂停") if clock.state == "paused" else "—",
        "promise": source.label.say(language()) if (source := source_of(book, clock.rule)) else "",
        "team": actors_words((clock.team or clock.owed_by,), book, language()),
        "settled": moment(clock.settled_at, now) if clock.settled_at else "",
        "holder": str(clock.case.holder) if clock.case.holder else "",
        "clause": clause_ref(book, clock.regulation, clock.clause, language=language()),
    }
