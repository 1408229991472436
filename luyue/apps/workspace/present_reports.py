"""Reports in words: every number with its denominator, the one before it, and the way to its cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.reports import runs, selectors
from luyue.apps.reports.models import Correction, Figure, Run
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref, heading_of, number_of
from luyue.apps.ui.wording import amount, moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, present_cases, present_causes
from luyue.apps.workspace.present_supervisor import tone
from luyue.apps.workspace.selectors import colleagues
from luyue.apps.workspace.shell import language
from luyue.core.procedure.periods import due_in, period_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Every, ReportRule
from luyue.core.regulation.vocabulary import MEASURES, NOT_COUNTED
from luyue.core.regulation.words import actors_words, value_words
from luyue.core.reporting import Figure as Counted
from luyue.core.reporting.answering import BEFORE

_NAME = re.compile(r"[a-z0-9-]+/[0-9A-Za-z-]+\Z")
_OWN_WORDS = {
    "satisfaction-mean": ("满意度平均分", "Mean satisfaction"),
    "answered": ("回访到的", "Reached by follow-up"),
    "corrected": ("更正的超时", "Misses corrected"),
    "survey-mean": ("调查平均分", "Mean mark of the survey"),
    "survey-answered": ("调查回收率", "Surveys answered"),
}

_SPREAD = "response-distribution"
_WITHIN = {
    "20s": ("20 秒", "20 s"), "1min": ("1 分钟", "1 min"), "5min": ("5 分钟", "5 min"), "15min": ("15 分钟", "15 min"), "1h": ("1 小时", "1 h"),
    "4h": ("4 小时", "4 h"), "24h": ("24 小时", "24 h"),
}  # fmt: skip


_WITHOUT_CASES = ("duties-done",)
_FAMILY = {
    "satisfaction-mean": "satisfaction", "answered": "satisfaction", "survey-mean": "survey", "survey-answered": "survey", "corrected": "attainment",
}  # fmt: skip


def is_name(rule: str, period: str) -> bool:
    """Whether they may stand in a file's name."""
    return bool(_NAME.match(f"{rule}/{period}"))


def shelf(found: Iterable[Run], book: Rulebook, now: datetime) -> dict[str, Any]:
    """Every report he may see, and those that are owed next by the rules in force."""
    rows = [_volume(one, now) for one in found]
    return {"rows": rows, "rules": [_rule(one, book, now) for one in book.all(ReportRule).values()]}


def _volume(run: Run, now: datetime) -> dict[str, Any]:
    book = rulebook_for(run.rulebook)
    needs = run.needs_actions and not run.n_improvements  # type: ignore[attr-defined]
    late = needs and run.due_at is not None and run.due_at < now
    return {
        "title": title(run, book), "period": run.period, "href": reverse("workspace:report", args=[run.rule, run.period]), "made": moment(run.made_at, now),
        "due": moment(run.due_at, now, ends=True) if run.due_at else "", "needs": needs, "late": late,
        "state": "missed" if late else "due" if needs else "kept", "n_corrections": run.n_corrections,  # type: ignore[attr-defined]
    }  # fmt: skip


def _rule(rule: ReportRule, book: Rulebook, now: datetime) -> dict[str, Any]:
    """A report the regulation owes: to whom, when the present period's is due, and what of it is not counted."""
    due_at = period = None
    if isinstance(rule.trigger, Every):
        present = period_of(rule.trigger.period, timezone.localdate(now))
        due_at, period = due_in(rule, present, book.agenda), present.name
    return {
        "title": rule.label.say(language()), "clause": clause_ref(book, rule.regulation, rule.clause, language=language()), "period": period or "",
        "recipients": actors_words(rule.recipients, book, language()), "due": moment(due_at, now, ends=True) if due_at else _("事实发生时，暂不自动生成"),
        "missing": [MEASURES[one.measure].say(language()) for one in rule.shows if one.measure in NOT_COUNTED],
    }  # fmt: skip


def title(run: Run, book: Rulebook) -> str:
    rule = book.all(ReportRule).get(run.rule)
    return rule.label.say(language()) if rule else run.rule


def page(
    reader: Staff, run: Run, now: datetime, *, errors: Mapping[str, str] | None = None, posted: Mapping[str, str] | None = None
) -> dict[str, Any]:  # fmt: skip
    book = rulebook_for(run.rulebook)
    rule = book.all(ReportRule).get(run.rule)
    before = selectors.run_before(run)
    earlier = {(one.measure, one.field, one.value): one for one in selectors.figures_of(before)} if before else {}
    corrected = selectors.corrections_of(run)
    found = selectors.figures_of(run)
    groups = _groups(found, earlier, corrected, run, book, now)
    measures = [present_causes.measure(one, reader, book, now) for one in selectors.improvements_of(run)]
    labels = {"what": _("措施"), "owner": _("责任人"), "due_on": _("完成日期")}
    return {
        "run": run,
        "title": title(run, book),
        "period": run.period,
        "regulation": book.regulation(run.regulation).label.say(language()),
        "clause": clause_ref(book, run.regulation, run.clause, language=language()),
        "recipients": actors_words(rule.recipients, book, language()) if rule else "",
        "made": moment(run.made_at, now),
        "due": moment(run.due_at, now, ends=True) if run.due_at else "",
        "digest": run.digest[:8],
        "is_whole": runs.stored_digest(run) == run.digest,
        "keys": [one for group in groups for one in group["whole"]],
        "groups": groups,
        "before": before.period if before else "",
        "n_corrections": len(corrected),
        "not_counted": [MEASURES[one.measure].say(language()) for one in rule.shows if one.measure in NOT_COUNTED] if rule else [],
        "measures": measures,
        "needs": run.needs_actions and not measures,
        "table": reverse("workspace:report-table", args=[run.rule, run.period]),
        "here_path": reverse("workspace:report", args=[run.rule, run.period]),
        "fields": _measure_fields(labels, posted or {}, errors or {}),
        "errors": filling.summary(errors or {}, labels),
    }


def _measure_fields(labels: Mapping[str, str], posted: Mapping[str, str], errors: Mapping[str, str]) -> list[dict[str, Any]]:
    built: list[dict[str, Any]] = [
        {"name": "what", "kind": "long-text", "label": labels["what"]},
        {"name": "owner", "kind": "person", "label": labels["owner"], "choices": colleagues()},
        {"name": "due_on", "kind": "date", "label": labels["due_on"]},
    ]
    return [one | {"value": posted.get(one["name"], ""), "errors": filling.listed(errors.get(one["name"]))} for one in built]


_Key = tuple[str, str, str]


def _groups(
    found: Iterable[Figure], earlier: Mapping[_Key, Figure], corrected: Mapping[_Key, Correction], run: Run, book: Rulebook, now: datetime
) -> list[dict[str, Any]]:  # fmt: skip
    """Figures of one measure and field together: the wholes as key figures, the parts as rows."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:
        key = (one.measure, one.field, one.value)
        row = _row(one, earlier.get(key), corrected.get(key), run, book)
        whole = not one.field or one.value == "*"
        name = (_family(one.measure), "" if whole and one.value != "*" else one.field)
        group = groups.setdefault(name, {"title": "", "whole": [], "rows": [], "unit": one.unit})
        group["whole" if whole else "rows"].append(row)
        if not whole or one.value == "*":
            group["title"] = f"{measure_words(one.measure)} · {field_words(one.field, book)}"
    for group in groups.values():
        most = max((row["n"] for row in group["rows"]), default=0)
        for row in group["rows"]:
            row["width"] = row["percent_number"] if row["unit"] == "share" else 100 * row["n"] // most if most else 0
    return list(groups.values())


def _family(measure: str) -> str:
    return _FAMILY.get(measure, measure)


def counted(one: Figure | Correction) -> Counted:
    """The row as the core has it, so that shares are rounded in one place only."""
    return Counted(one.measure, one.unit, one.n, one.of, one.field, one.value, one.total, getattr(one, "target", ""))


def _row(one: Figure, before: Figure | None, later: Correction | None, run: Run, book: Rulebook) -> dict[str, Any]:
    shown = counted(one)
    address = reverse("workspace:report-figure", args=[run.rule, run.period, one.position])
    return {
        "label": _whole(one, book) if not one.field or one.value == "*" else value_label(one, book),
        "is_child": "/" in one.value and one.measure != _SPREAD,
        "unit": one.unit, "n": one.n, "of": one.of, "words": words_of(shown), "basis": _basis(shown),
        "percent_number": float(shown.percent or 0), "small": shown.is_small, "met": shown.is_met, "target": _target(one.target),
        "tone": tone(float(shown.percent)) if one.measure == "attainment" and shown.percent is not None else "",
        "before": words_of(counted(before)) if before else "", "later": words_of(counted(later)) if later else "",
        "href": address if (one.n or one.of) and one.measure not in _WITHOUT_CASES else "",
    }  # fmt: skip


def _whole(one: Figure, book: Rulebook) -> str:
    """A number over everything; by what it is divided below it, or two of the same measure could not be told apart."""
    words = measure_words(one.measure)
    return _("%(measure)s（按%(field)s）") % {"measure": words, "field": field_words(one.field, book)} if one.field else words


def words_of(one: Counted) -> str:
    """The number itself."""
    if one.unit == "share":
        return f"{one.percent}%" if one.percent is not None else "—"
    if one.unit == "mean":
        return str(one.mean) if one.mean is not None else "—"
    if one.unit == "seconds":
        return amount(float(one.mean), days=True) if one.mean is not None else "—"
    return str(one.n)


def _basis(one: Counted) -> str:
    """What the number is of: a share or a mean is never shown alone."""
    if one.unit == "share":
        return _("%(n)s / %(of)s") % {"n": one.n, "of": one.of}
    if one.unit in ("mean", "seconds"):
        return _("%(of)s 件") % {"of": one.of}
    return _("共 %(of)s") % {"of": one.of} if one.of else ""


def _target(target: str) -> str:
    if not target:
        return ""
    least, number = target.startswith("at least "), target.rpartition(" ")[2]
    return _("目标不低于 %(n)s") % {"n": number} if least else _("目标不高于 %(n)s") % {"n": number}


def measure_words(measure: str) -> str:
    if measure in _OWN_WORDS:
        return _OWN_WORDS[measure][language() == "en"]
    return MEASURES[measure].say(language()) if measure in MEASURES else measure


def field_words(field: str, book: Rulebook) -> str:
    """What something is counted by."""
    named = {"team": _("部门"), "clause": _("条款"), "rule": _("规则"), "kind": _("类型"), "task": _("待办"), "channel": _("渠道"), BEFORE: _("首次答复")}
    return named.get(field) or (book.fields[field].label.say(language()) if field in book.fields else field)


def value_label(one: Figure, book: Rulebook) -> str:
    if one.value == "*" or not one.field:
        return _("合计")
    if one.field == "clause":
        clauses = (clause for regulation in book.regulations for clause in regulation.clauses if clause.id == one.value)
        return next((f"{number_of(clause, language())} {heading_of(clause, language())}".strip() for clause in clauses), one.value)
    if not one.value:
        return _("经办人、跟进人") if one.field == "team" else _("没有填写")
    if one.measure == _SPREAD:
        value, _slash, within = one.value.rpartition("/")
        said = _("%(time)s以内") % {"time": _WITHIN[within][language() == "en"]}
        return f"{value_words(one.field, value, book, language())} · {said}" if value else said
    return value_words(one.field, one.value, book, language())


def behind(reader: Staff, run: Run, one: Figure, page: Page, now: datetime, *, is_counted: bool) -> dict[str, Any]:
    """The cases behind a figure; how many of them he may not see is said, not which."""
    book = rulebook_for(run.rulebook)
    n = selectors.counts_behind(one)
    back = reverse("workspace:report", args=[run.rule, run.period])
    label = measure_words(one.measure) + (f" · {value_label(one, book)}" if one.field else "")
    options = [
        {"label": _("计入的 %(n)s 件") % {"n": n[True]}, "href": "?of=counted", "current": is_counted},
        {"label": _("其余 %(n)s 件") % {"n": n[False]}, "href": "?of=rest", "current": not is_counted},
    ]
    return {
        "title": label, "subtitle": f"{title(run, book)} {run.period}", "back": back, "back_label": title(run, book), "options": options if n[False] else [],
        "rows": [present_cases.row(case, reader, book, now) for case in page], "page": page, "query": f"of={'counted' if is_counted else 'rest'}&",
        "hidden": n[is_counted] - page.paginator.count, "number": f"{words_of(counted(one))}（{_basis(counted(one))}）",
    }  # fmt: skip


