"""The supervisor's page in words: shares with what they are shares of, misses with cause and owner, work that wants somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.clocks.promises import source_of
from luyue.apps.clocks.tallies import owing
from luyue.apps.reports import supervision
from luyue.apps.reports.supervision import AGES, DAYS, Attainment, Share
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import amount, day_long, moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import drawn_supervisor as drawn
from luyue.apps.workspace import filling, present_cases
from luyue.apps.workspace.selectors import colleagues
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts.forms import CATEGORIES
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure, Team
from luyue.core.regulation.words import actor_words
from luyue.core.reporting import SMALL

# How many rows stand on the page; further ones are a link away.
_CLAUSES, _MISSES, _WANTING, _PREVENTIVE = 12, 12, 15, 8
_MOST_MISSES = 200
_CAUSES = CATEGORIES["platform/miss-cause"].values


def page(reader: Staff, book: Rulebook, now: datetime, days: int, *, unexplained: bool, everything: bool = False) -> dict[str, Any]:
    """The context of 主管台. `days` of the lists: 1, 7 or 30; the shares stand for all three side by side.

    Of the misses, the latest; with `everything` as many as a page can take.
    """
    found, work, away = supervision.attained(now), supervision.open_work(now), supervision.away_today(now)
    most = _MOST_MISSES if everything else _MISSES
    missed = [miss(one, book, now) for one in supervision.misses(reader, now, days, unexplained=unexplained, limit=most + 1)]
    wanting = _to_assign(reader, book, now, away)
    preventive = [task(one, now) for one in supervision.repeat_tasks(reader, book, _PREVENTIVE + 1)]
    clauses = _clauses(found.clauses, book, days)
    return {
        "day_words": day_long(timezone.localdate(now)),
        "windows": [{"label": label, "href": f"?days={n}", "current": n == days} for n, label in zip(DAYS, (_("今天"), _("7 天"), _("30 天")), strict=True)],
        "days": days,
        "whole": share(found.whole.by_days[1]),
        "missed_today": found.whole.by_days[1].missed,
        "promises": supervision.running(now),
        "work": work,
        "teams": drawn.teams(_teams(found.teams, book)),
        "clauses": drawn.clauses(clauses[:_CLAUSES]),
        "n_clauses": len(clauses),
        "n_clauses_shown": min(len(clauses), _CLAUSES),
        "misses": drawn.misses(missed[:most]),
        "more_misses": len(missed) > most,
        "everything": everything,
        "most": most,
        "unexplained": unexplained,
        "causes": causes(supervision.miss_causes(now, days)),
        "backlog": drawn.backlog(_backlog(work.backlog, book)),
        "ages": _age_words(),
        "handed": _handed(work, reader, book),
        "to_assign": drawn.to_assign(wanting[:_WANTING]),
        "more_to_assign": len(wanting) > _WANTING,
        "colleagues": _colleagues(work.loads, away),
        "preventive": drawn.preventive(preventive[:_PREVENTIVE]),
        "more_preventive": len(preventive) > _PREVENTIVE,
        "once": filling.new_once(),
    }


def share(one: Share) -> dict[str, Any]:
    """A share as it is shown: never without its denominator, and marked when it says little."""
    return {"percent": one.percent, "kept": one.kept, "missed": one.missed, "of": one.of, "small": 0 < one.of < SMALL, "tone": tone(one.percent)}


def tone(percent: float | None) -> str:
    """The state's colour of a share: without a target in the regulation, 95 is where the desk begins to worry."""
    if percent is None:
        return ""
    return "kept" if percent >= 95 else "due" if percent >= 91 else "missed"


def _shares(one: Attainment) -> list[dict[str, Any]]:
    return [share(one.by_days[days]) for days in DAYS]


def _teams(teams: Mapping[str, Attainment], book: Rulebook) -> list[dict[str, Any]]:
    """Departments in the order of the regulation, then what nobody in particular owed; those without a verdict in thirty days are left out."""
    order = [*(name for name in book.all(Team) if name in teams), *sorted(name for name in teams if name and name not in book.all(Team))]
    cases = reverse("workspace:cases")
    rows = [{"label": actor_words(name, book, language()), "href": f"{cases}?team={name}", "shares": _shares(teams[name])} for name in order]
    if "" in teams:
        rows.append({"label": _("经办人、跟进人"), "href": "", "shares": _shares(teams[""])})
    return rows


def _clauses(clauses: Mapping[tuple[str, str], Attainment], book: Rulebook, days: int) -> list[dict[str, Any]]:
    """The clauses kept worst come first; then the rest by how much they were used."""
    judged = [(key, one) for key, one in clauses.items() if one.by_days[30].of]
    judged.sort(key=lambda row: (_rank(row[1].by_days[days]), _rank(row[1].by_days[30]), row[0]))
    rows = []
    for (regulation, clause), one in judged:
        ref = clause_ref(book, regulation, clause, language=language())
        address = reverse("workspace:clause-clocks", args=[regulation, clause]) if ref else ""
        rows.append({"ref": ref, "label": clause, "href": f"{address}?state=missed" if address else "", "shares": _shares(one)})
    return rows


def _rank(one: Share) -> float:
    return 200.0 if one.percent is None else one.percent


def miss(row: Mapping[str, Any], book: Rulebook, now: datetime) -> dict[str, Any]:
    """One miss: which promise, how late, whose, why, and where to say why."""
    rule = source_of(book, row["rule"])
    department = owing(row["owed_by"], row["team"])
    late_s = (now - row["due_at"]).total_seconds() if row["is_owed"] and row["due_at"] else None
    explain = f"{reverse('workspace:act', args=[row['case__number'], 'explain-miss'])}"
    return {
        "number": row["case__number"],
        "href": reverse("workspace:case", args=[row["case__number"]]),
        "subject": row["case__subject"],
        "label": rule.label.say(language()) if rule else row["rule"],
        "clause": clause_ref(book, row["regulation"], row["clause"], language=language()),
        "due": moment(row["due_at"], now, ends=True) if row["due_at"] else "",
        "late": _("超 %(span)s") % {"span": amount(late_s)} if late_s is not None else _("已补办"),
        "is_owed": row["is_owed"],
        "team": actor_words(department, book, language()) if department else "",
        "holder": row["case__holder__name"] or row["case__holder__username"] or "",
        "cause": cause_words(row["cause"]),
        "explain": explain,
    }


def cause_words(cause: str) -> str:
    return _CAUSES[cause].say(language()) if cause in _CAUSES else cause


def causes(found: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    rows = list(found)
    total, most = sum(n for _cause, n in rows), max((n for _cause, n in rows), default=0)
    return [
        {
            "label": cause_words(cause) or _("还没有说明"), "n": n, "of": total, "percent": 1000 * n // total / 10, "width": 100 * n // most,
            "unexplained": not cause,
        }
        for cause, n in rows
    ]


def _backlog(found: Mapping[tuple[str, str], list[int]], book: Rulebook) -> list[dict[str, Any]]:
    """Open cases by kind and stage in the order of the procedures."""
    by_place = dict(found)
    rows = []
    for name, procedure in book.all(Procedure).items():
        for stage, label in procedure.stages.items():
            ages = by_place.pop((name, stage), None)
            if ages:
                rows.append(_place(procedure.label.say(language()), label.say(language()), name, stage, ages))
    return rows + [_place(kind, stage, kind, stage, ages) for (kind, stage), ages in sorted(by_place.items())]


def _place(kind: str, stage: str, kind_id: str, stage_id: str, ages: list[int]) -> dict[str, Any]:
    address = f"{reverse('workspace:cases')}?kind={kind_id}&stage={stage_id}"
    return {"kind": kind, "stage": stage, "ages": ages, "n": sum(ages), "old": ages[-1], "href": address}


def _age_words() -> list[str]:
    inner = [_("%(a)s 至 %(b)s 天") % {"a": a, "b": b} for a, b in pairwise(AGES)]
    return [_("不到 %(n)s 天") % {"n": AGES[0]}, *inner, _("%(n)s 天以上") % {"n": AGES[-1]}]


def _handed(work: supervision.OpenWork, reader: Staff, book: Rulebook) -> dict[str, Any]:
    rows = [
        {
            "number": row["number"], "href": reverse("workspace:case", args=[row["number"]]), "subject": row["subject"], "times": row["hand_overs"],
            "stage": present_cases.stage_words(book, row["kind"], row["stage"]), "holder": row["holder__name"] or row["holder__username"] or "",
        }
        for row in (supervision.passed_around(reader) if work.most > 1 else ())
    ]  # fmt: skip
    return {"cases": work.handed, "mean": round(work.times / work.handed, 2) if work.handed else None, "rows": rows}


def _to_assign(reader: Staff, book: Rulebook, now: datetime, away: Mapping[int, str]) -> list[dict[str, Any]]:
    rows = []
    for row in supervision.to_assign(reader, now, away.keys(), _WANTING + 1):
        late = row["next_due_at"] is not None and row["next_due_at"] < now
        absent, unheld = away.get(row["holder"]), row["holder"] is None
        rows.append({
            "number": row["number"], "href": reverse("workspace:case", args=[row["number"]]), "customer": row["customer__name"] or "",
            "subject": row["subject"], "stage": present_cases.stage_words(book, row["kind"], row["stage"]),
            "state": "missed" if late else "paused" if row["waiting_since"] else "running" if row["next_due_at"] else "",
            "due": moment(row["next_due_at"], now, ends=True) if row["next_due_at"] else "",
            "why": _("%(who)s请假") % {"who": absent} if absent else _("无人经办") if unheld else _("已超时") if late else "",
            "holder": row["holder__name"] or row["holder__username"] or "",
        })  # fmt: skip
    return rows


def _colleagues(loads: Mapping[int, int], away: Collection[int]) -> list[dict[str, Any]]:
    """Who is here today, with how many open cases each has; who is away stands at the end and says so."""
    rows = [{"value": value, "name": name, "n": loads.get(int(value[6:]), 0), "away": int(value[6:]) in away} for value, name in colleagues()]
    return sorted(rows, key=lambda one: (one["away"], one["n"], one["name"]))


def task(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A preventive action that waits for its plan."""
    number, due_at = row["case__number"], row["due_at"]
    return {
        "number": number, "href": f"{reverse('workspace:act', args=[number, 'do-task'])}?task={row['key'].replace('#', '%23')}",
        "case_href": reverse("workspace:case", args=[number]), "by": row["by"], "due": moment(due_at, now, ends=True) if due_at else "",
        "late": due_at is not None and due_at < now, "subject": row["case__subject"],
    }  # fmt: skip
