"""The monthly analysis of causes in words: counts with their denominators, against the month before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.reports import improvements, selectors, supervision
from luyue.apps.reports.models import Improvement
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import day_short
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_cases, present_supervisor
from luyue.apps.workspace.shell import language
from luyue.core.procedure.periods import Period, period_before, period_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AfterRepeats, Procedure, TaskRule
from luyue.core.regulation.words import actor_words, value_words
from luyue.core.reporting import SMALL

_MONTHS_SHOWN = 6
_FIRST, _MOST = 15, 200


def month_of(asked: str, now: datetime) -> Period:
    """`2026-03`, else the month we are in; no month to come."""
    today = timezone.localdate(now)
    try:
        return period_of("month", min(date.fromisoformat(f"{asked}-01"), today))
    except ValueError:
        return period_of("month", today)


def fields_of(book: Rulebook) -> dict[str, list[str]]:
    """Answers by which some task counts repeats, and the kinds of case they are asked in; plus the type of those cases."""
    found: dict[str, list[str]] = {}
    for rule in book.all(TaskRule).values():
        if isinstance(rule.trigger, AfterRepeats):
            wanted = rule.applies_to.of.get("kind")
            kinds = list(wanted) if isinstance(wanted, tuple) else list(book.all(Procedure))
            for name in rule.trigger.same:
                found.setdefault(name, []).extend(kind for kind in kinds if kind not in found.get(name, ()))
    return found


def page(reader: Staff, book: Rulebook, now: datetime, month: Period, *, everything: bool = False) -> dict[str, Any]:
    """The context of 原因分析. Of what waits, the first; with `everything` as many as a page can take."""
    days, most = 30, _MOST if everything else _FIRST
    waiting = supervision.repeat_tasks(reader, book, most + 1)
    return {
        "month": month.name,
        "months": _months(month, now),
        "tables": [_table(name, kinds, book, month) for name, kinds in fields_of(book).items()],
        "repeats": [_rule_words(rule, book) for rule in book.all(TaskRule).values() if isinstance(rule.trigger, AfterRepeats)],
        "waiting": [present_supervisor.task(one, now) | {"by": actor_words(one["by"], book, language())} for one in waiting[:most]],
        "more_waiting": len(waiting) > most,
        "everything": everything,
        "most": most,
        "measures": [measure(one, reader, book, now) for one in selectors.preventive()],
        "causes": present_supervisor.causes(supervision.miss_causes(now, days)),
    }


def _months(chosen: Period, now: datetime) -> list[dict[str, Any]]:
    months = [period_of("month", timezone.localdate(now))]
    while len(months) < _MONTHS_SHOWN:
        months.append(period_before("month", months[-1]))
    return [{"label": one.name, "href": f"?month={one.name}", "current": one.name == chosen.name} for one in reversed(months)]


def _rule_words(rule: TaskRule, book: Rulebook) -> str:
    trigger = rule.trigger
    assert isinstance(trigger, AfterRepeats)
    values = {"days": trigger.days, "times": trigger.times, "what": rule.label.say(language()), "who": actor_words(rule.by, book, language())}
    return _("%(days)s 天内相同的达到 %(times)s 件，自动立“%(what)s”，由%(who)s提出") % values


def _table(name: str, kinds: list[str], book: Rulebook, month: Period) -> dict[str, Any]:
    zone, before = book.agenda.zone, period_before("month", month)
    found = supervision.causes_of(kinds, name, before.begins_at(zone), month.begins_at(zone), month.ends_at(zone))
    total, total_before = sum(one.n for one in found), sum(one.before for one in found)
    most = max((one.n for one in found), default=0)
    label = book.fields[name].label.say(language()) if name in book.fields else name
    rows = [
        {
            "label": value_words(name, one.value, book, language()) if one.value else _("没有填写"), "n": one.n, "percent": 1000 * one.n // total / 10,
            "before": one.before, "width": 100 * one.n // most,
            "href": f"{reverse('workspace:cause-cases', args=[name])}?month={month.name}&value={one.value}",
        }
        for one in found
        if one.n
    ]  # fmt: skip
    return {"label": label, "rows": rows, "of": total, "of_before": total_before, "before": before.name, "small": 0 < total < SMALL}


def measure(one: Improvement, reader: Staff, book: Rulebook, now: datetime) -> dict[str, Any]:
    """A measure with its owner and date; `state` draws its shape."""
    today = timezone.localdate(now)
    state = "kept" if one.done_at else "missed" if one.due_on < today else "running"
    return {
        "id": one.pk, "what": one.what, "owner": str(one.owner or ""), "due": day_short(one.due_on, today), "state": state, "result": one.result,
        "done": day_short(timezone.localdate(one.done_at), today) if one.done_at else "", "cause": _cause(one, book),
        "number": one.case.number if one.case else "", "href": reverse("workspace:case", args=[one.case.number]) if one.case else "",
        "may_finish": improvements.may_finish(one, reader), "late": bool(one.done_at and timezone.localdate(one.done_at) > one.due_on),
    }  # fmt: skip


def _cause(one: Improvement, book: Rulebook) -> str:
    """In the words of the answer it is a value of: several answers may be counted."""
    names = list(fields_of(book)) or ["cause"]
    words = (value_words(name, one.cause, book, language()) for name in names)
    return next((said for said in words if said != one.cause), one.cause) if one.cause else ""


def cases(reader: Staff, book: Rulebook, now: datetime, month: Period, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """The cases behind one number of a month."""
    zone, value = book.agenda.zone, asked.get("value", "")[:200]
    found = supervision.cases_with(reader, fields_of(book)[name], name, value, month.begins_at(zone), month.ends_at(zone))
    page = Paginator(found, present_cases.PER_PAGE).get_page(asked.get("page"))
    return {
        "title": value_words(name, value, book, language()) if value else _("没有填写"),
        "subtitle": month.name,
        "back": f"{reverse('workspace:causes')}?month={month.name}",
        "back_label": _("原因分析"),
        "rows": [present_cases.row(case, reader, book, now) for case in page],
        "page": page,
        "query": f"month={month.name}&value={value}&",
        "hidden": 0,
    }
