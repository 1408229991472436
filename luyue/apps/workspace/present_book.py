"""The living regulation: the text as a book, and beside each clause what the program makes of it and how it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from luyue.apps.clocks.selectors import ClauseCount
from luyue.apps.ui.promises import clause_number, heading_of, number_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.shell import language
from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval, Category, Checklist, ClockRule, DataClass, Form, ReportRule, Rule, TaskRule
from luyue.core.regulation.sentence import sentence
from luyue.core.regulation.text import Clause, Example, Regulation
from luyue.core.regulation.words import fact_words, value_words

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_LONG = (Form, Category, Checklist, DataClass)  # read aloud these are lists: they lie folded
_OPEN_RULES = 4
_AMOUNT = re.compile(
    r"(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九十百]+)\s?(?:分钟|小时|个?工作日|日内|天|个月|年|次|元|%)"
)  # fmt: skip
_ORDINAL = re.compile(r"第$")

Points = Mapping[str, Sequence[float]]


def shelf(book: Rulebook, counts: Mapping[tuple[str, str], ClauseCount]) -> list[dict[str, Any]]:
    """Every regulation in force, with how it is kept as a whole."""
    return [_volume(one, book, counts) for one in book.regulations]


def _volume(one: Regulation, book: Rulebook, counts: Mapping[tuple[str, str], ClauseCount]) -> dict[str, Any]:
    own = [count for (regulation, _clause), count in counts.items() if regulation == one.id]
    kept, missed = sum(count.kept for count in own), sum(count.missed for count in own)
    return {
        "title": one.label.say(language()),
        "href": reverse("workspace:regulation", args=[one.id]),
        "edition": one.edition,
        "in_force_from": one.in_force_from,
        "n_clauses": len(one.clauses),
        "running": sum(count.running for count in own),
        "missed": missed,
        "percent": 100 * kept / (kept + missed) if kept + missed else None,
        "target": target_of(book),
    }


def page(regulation: Regulation, book: Rulebook, counts: Mapping[tuple[str, str], ClauseCount], points: Points, editions: Sequence[Any]) -> dict[str, Any]:
    """The context of one regulation."""
    target = target_of(book)
    clauses = [
        _clause(regulation, clause, book, counts.get((regulation.id, clause.id), ClauseCount()), points.get(clause.id, ()), target)
        for clause in regulation.clauses
    ]
    row = next((one for one in editions if one.edition == regulation.edition), None)
    return {
        "title": regulation.label.say(language()),
        "regulation": regulation.id,
        "edition": regulation.edition,
        "in_force_from": regulation.in_force_from,
        "adopted": _("批准 %(first)s、%(second)s") % {"first": row.adopted_by, "second": row.second_by} if row and row.adopted_by else "",
        "n_rules": sum(1 for clause in regulation.clauses if clause.rules),
        "n_prose": sum(1 for clause in regulation.clauses if not clause.rules),
        "chapters": _chapters(regulation, clauses),
        "n_clauses": len(clauses),
        "clauses": clauses,
        "target": target,
    }


def target_of(book: Rulebook) -> float | None:
    """The attainment the company's own reports ask for in general; None when none of them names one."""
    for report in book.all(ReportRule).values():
        for shown in report.shows:
            found = re.search(r"(\d+(?:\.\d+)?)\s*%", shown.target) if shown.measure == "attainment" and not shown.of else None
            if found:
                return float(found[1])
    return None


def _chapters(regulation: Regulation, clauses: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    chapters: dict[str, list[dict[str, Any]]] = {}
    for clause, shown in zip(regulation.clauses, clauses, strict=True):
        chapters.setdefault((clause.chapter_english if language() == "en" else "") or clause.chapter, []).append(shown)
    return [{"title": title, "clauses": these} for title, these in chapters.items()]


def _clause(regulation: Regulation, clause: Clause, book: Rulebook, count: ClauseCount, points: Sequence[float], target: float | None) -> dict[str, Any]:
    judged = count.kept + count.missed
    percent = 100 * count.kept / judged if judged else None
    short = [rule for rule in clause.rules if not isinstance(rule, _LONG)]
    first, rest = short[:_OPEN_RULES], [*short[_OPEN_RULES:], *(rule for rule in clause.rules if isinstance(rule, _LONG))]
    clocks = reverse("workspace:clause-clocks", args=[regulation.id, clause.id])
    return {
        "id": clause.id,
        "number": _number(clause),
        "heading": heading_of(clause, language()),
        "text": prose(clause),
        "rules": [_rule(rule, book) for rule in first],
        "more": [_rule(rule, book) for rule in rest],
        "readings": [{"says": one.says.strip(), "fills": one.fills, "by": one.by, "dated": one.dated} for one in clause.readings],
        "prose_only": [{"because": one.because.strip(), "watched": _label(one.watched_by, book)} for one in clause.prose_only],
        "examples": [_example(one, book) for one in clause.examples],
        "is_prose": not clause.rules,
        "has_clocks": any(isinstance(rule, ClockRule | TaskRule | Approval) for rule in clause.rules),
        "running": count.running,
        "kept": count.kept,
        "missed": count.missed,
        "percent": percent,
        "points": points if len(points) > 1 else (),
        "state": _standing(percent, target, count.missed),
        "clocks": clocks,
    }


def _number(clause: Clause) -> str:
    """As the text itself writes it; in English `Art. 16`."""
    return number_of(clause, "en") if language() == "en" else clause.title.split(" ")[0] if clause_number(clause.title) else ""


def _standing(percent: float | None, target: float | None, missed: int) -> str:
    """The mark in the contents: only clauses that need a look have one."""
    if percent is None or not missed:
        return ""
    aim = target if target is not None else 100.0
    return "" if percent >= aim else "due" if percent >= aim - 4 else "missed"


def _rule(rule: Rule, book: Rulebook) -> dict[str, str]:
    words = sentence(rule, book, language())
    head, mark, rest = words.partition("：" if language() == "zh" else ": ")
    named = bool(mark) and len(head) <= 24
    return {"head": head if named else "", "words": rest if named else words, "law": rule.law, "ours": rule.origin == "ours"}  # type: ignore[dict-item]


def _label(rule_id: str, book: Rulebook) -> str:
    return next((rule.label.say(language()) for rules in book.by_kind.values() for name, rule in rules.items() if name == rule_id), rule_id)


def prose(clause: Clause) -> SafeString:
    """The clause's own words, with the numbers that rules carry out underlined."""
    rendered = _MARKDOWN.render(clause.prose)
    if not any(_has_number(rule) for rule in clause.rules):
        return mark_safe(rendered)
    return mark_safe(_AMOUNT.sub(lambda found: _marked(rendered, found), rendered))


def _marked(rendered: str, found: re.Match[str]) -> str:
    return found[0] if _ORDINAL.search(rendered[: found.start()]) else f"<mark>{escape(found[0])}</mark>"


def _has_number(rule: Rule) -> bool:
    return isinstance(getattr(rule, "target", None), Within) or isinstance(rule, Approval) or bool(getattr(rule, "tries", None) or getattr(rule, "count", None))


def _example(one: Example, book: Rulebook) -> dict[str, Any]:
    """A worked example as lines: what is given, what happens, what follows."""
    given = [_given(name, value, book) for name, value in one.given.items()]
    facts = [f"{_fact(name, book)} {at}" for name, at in one.facts.items()]
    return {"label": one.label, "given": _("，").join(given), "facts": facts, "ends": _("；").join(_ends(one, book))}


def _given(name: str, value: str | tuple[str, ...], book: Rulebook) -> str:
    field = book.fields.get(name)
    values: Iterable[str] = value if isinstance(value, tuple) else (value,)
    label = field.label.say(language()) if field else {"channel": _("渠道"), "customer_kind": _("客户"), "kind": _("类型")}.get(name, name)
    return f"{label} {'、'.join(value_words(name, one, book, language()) for one in values)}"


def _fact(name: str, book: Rulebook) -> str:
    return fact_words(name, book, language()).strip('“”"')


def _ends(one: Example, book: Rulebook) -> list[str]:
    verdicts = {"kept": _("按时"), "missed": _("超时"), "running": _("在走"), "paused": _("暂停"), "withdrawn": _("撤销")}
    ends = []
    if one.due:
        ends.append(_("不设期限") if one.due == "none" else _("应于 %(due)s 完成") % {"due": one.due})
    if one.promised:
        ends.append(_("告诉客户 %(at)s") % {"at": one.promised})
    if one.verdict:
        ends.append(verdicts.get(one.verdict, one.verdict))
    if one.refused:
        ends.append(_("不予办理"))
    if one.routed_to:
        ends.append(_("转 %(teams)s") % {"teams": _("、").join(value_words("team", team, book, language()) for team in one.routed_to)})
    if one.open_tasks:
        ends.append(_("生成待办 %(tasks)s") % {"tasks": _("、").join(_label(task, book) for task in one.open_tasks)})
    return ends
