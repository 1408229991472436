"""制度 › 版本: drafts and what is wrong with them, editions held against each other, and what they would do to open cases."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.foretelling import CaseForetold, Preview, visible
from luyue.apps.clocks.promises import source_of
from luyue.apps.regulation.checking import day_changes
from luyue.apps.regulation.models import Draft, Edition, Move
from luyue.apps.regulation.selectors import named
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.shell import language
from luyue.core.calendar import DayTable
from luyue.core.procedure import Foretold, Gone
from luyue.core.regulation import Problem
from luyue.core.regulation.diff import SAME, ClauseChange, compare
from luyue.core.regulation.problems import ERROR, WARNING
from luyue.core.regulation.rulebook import Rulebook

SHOWN = 100  # cases of one kind; the others are counted
AROUND = 1  # lines shown on either side of a problem


def state_words(row: Draft) -> str:
    return {Draft.DRAFT: _("草稿"), Draft.PROPOSED: _("等第二人采用"), Draft.ADOPTED: _("已采用"), Draft.DISCARDED: _("已作废")}[row.state]


def draft_line(row: Draft, now: datetime) -> dict[str, Any]:
    """One draft in a list."""
    return {
        "href": reverse("workspace:draft", args=[row.pk]),
        "title": row.label or row.name or _("没有名称的草稿"),
        "kind": _("日历") if row.kind == Draft.CALENDAR else _("制度"),
        "state": row.state,
        "state_words": state_words(row),
        "based_on": row.based_on,
        "by": str(row.proposed_by or row.edited_by),
        "at": moment(row.proposed_at or row.updated_at, now),
    }


# ------------------------------------------------------------------------------------------------ problems


def problems(found: Iterable[Problem], source: str) -> list[dict[str, Any]]:
    """Each with its line and what stands around it; errors first, then by place."""
    lines = source.split("\n")
    ranked = sorted(found, key=lambda one: (one.severity != ERROR, one.line, one.column))
    return [_problem(one, lines) for one in ranked]


def _problem(one: Problem, lines: Sequence[str]) -> dict[str, Any]:
    words = {ERROR: _("错误"), WARNING: _("提醒")}
    zh = language() == "zh"
    own = one.path.startswith("draft.")
    shown = range(max(1, one.line - AROUND), min(len(lines), one.line + AROUND) + 1) if own else ()
    return {
        "code": one.code,
        "severity": one.severity,
        "severity_words": words.get(one.severity, _("说明")),
        "line": one.line if own else 0,
        "where": "" if own else f"{one.path}:{one.line}",
        "clause": one.clause,
        "what": (one.what_zh or one.what) if zh else one.what,
        "remedy": (one.remedy_zh or one.remedy) if zh else one.remedy,
        "example": _example(one, zh),
        "excerpt": [_line(number, lines[number - 1], one if number == one.line else None) for number in shown],
    }


def _example(one: Problem, zh: bool) -> dict[str, Any] | None:
    """The first case that meets the fault, and times that are at odds in it."""
    shown = one.witness
    if shown is None or not (shown.where or shown.seen):
        return None
    seen = [{"what": sight.what_zh if zh else sight.what, "value": sight.value} for sight in shown.seen]
    return {"where": shown.where_zh if zh else shown.where, "seen": seen}


def _line(number: int, text: str, problem: Problem | None) -> dict[str, Any]:
    if problem is None:
        return {"number": number, "before": text[:240], "marked": "", "after": ""}
    start = min(problem.column - 1, len(text))
    end = min(start + problem.length, len(text))
    return {"number": number, "before": text[max(0, start - 120) : start], "marked": text[start:end] or " ", "after": text[end : end + 120]}


# ------------------------------------------------------------------------------------------------ differences


def differences(before: Rulebook | None, after: Rulebook, regulation: str) -> dict[str, Any]:
    """Clause by clause, only what differs."""
    changes = compare(before, after, regulation, language())
    shown = [_change(one) for one in changes if one.kind != SAME]
    return {"clauses": shown, "n_same": len(changes) - len(shown), "whole": before is None}


def _change(one: ClauseChange) -> dict[str, Any]:
    words = {"added": _("新增"), "changed": _("修改"), "removed": _("删除"), "moved": _("换条")}
    return {
        "id": one.id,
        "title": one.title,
        "kind": one.kind,
        "kind_words": words[one.kind],
        "pieces": _pieces(one.before, one.after) if one.before != one.after else [],
        "rules": [
            {"kind": rule.kind, "kind_words": words[rule.kind], "label": rule.label, "id": rule.id, "before": rule.before,
             "after": rule.after if rule.after != rule.before else ""}
            for rule in one.rules
        ],
        "notes": one.notes_changed,
    }  # fmt: skip


def _pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Sentence by sentence and then character by character, so that a moved figure stands out and not half a paragraph."""
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", before[a:b]))
            continue
        if b > a:
            found.append(("del", before[a:b]))
        if d > c:
            found.append(("ins", after[c:d]))
    return found


def days(before: DayTable | None, after: DayTable) -> list[dict[str, str]]:
    """Every day whose kind changes."""
    names = {"workday": _("工作日"), "makeup_workday": _("调休上班"), "rest_day": _("休息日"), "public_holiday": _("法定节假日"), "": "—"}
    return [{"on": str(on), "before": names[old], "after": names[new], "name": name} for on, old, new, name in day_changes(before, after)]


# ------------------------------------------------------------------------------------------------ what it does to open cases


def preview(found: Preview, reader: Staff, book: Rulebook, now: datetime) -> dict[str, Any]:
    """Over all cases in figures; case by case only those the reader may open."""
    late, stuck = _cases(found.late, reader, book, now), _cases(found.stuck, reader, book, now)
    changed = _cases([one for one in found.changed if not one.late_at_once], reader, book, now)
    return {
        "n_open": found.n_open,
        "n_changed": len(found.changed),
        "n_late": len(found.late),
        "n_stuck": len(found.stuck),
        "rules": [
            {"label": _rule_label(one.rule, book), "ref": _rule_ref(one.rule, book), "earlier": one.earlier, "later": one.later, "firm": one.firm,
             "late": one.late_at_once}
            for one in sorted(found.rules.values(), key=lambda one: (-one.late_at_once, -one.earlier - one.later, one.rule))
        ],
        "groups": [
            {"label": _("按新版已超时，保留原期限"), "cases": late},
            {"label": _("期限有变"), "cases": changed},
            {"label": _("不能移入"), "cases": stuck},
        ],
    }  # fmt: skip


def _cases(found: Sequence[CaseForetold], reader: Staff, book: Rulebook, now: datetime) -> dict[str, Any]:
    seen = visible(reader, found)
    rows = [
        {
            "number": one.number,
            "href": reverse("workspace:case", args=[one.number]),
            "subject": one.subject,
            "moves": [_move(move, book, now) for move in one.moves],
            "gone": [gone_words(gone) for gone in one.gone],
        }
        for one in seen[:SHOWN]
    ]
    return {"rows": rows, "more": len(seen) - len(rows), "unseen": len(found) - len(seen), "n": len(found)}


def _move(one: Foretold, book: Rulebook, now: datetime) -> dict[str, Any]:
    told = one.moved.told_at
    return {
        "label": _rule_label(one.clock.rule, book),
        "old": _due(one.clock.due_at, now),
        "new": _due(one.moved.due_at, now),
        "same": one.moved.due_at == one.clock.due_at,
        "counted": _due(one.counted_at, now) if one.late_at_once else "",
        "told": _due(told, now) if told != one.moved.due_at else "",
        "firm": one.becomes_firm,
    }


def _due(at: datetime | None, now: datetime) -> str:
    return moment(at, now, ends=True) if at else _("无期限")


def gone_words(one: Gone) -> str:
    """Why a case stays where it is."""
    words = {
        "procedure": _("新版没有这类工单"), "stage": _("新版没有环节"), "clock": _("新版没有时限"), "task": _("新版没有待办"),
        "approval": _("新版没有审批"), "checklist": _("新版没有清单"), "team": _("新版没有部门"), "calendar": _("时区不同"),
    }  # fmt: skip
    return f"{words[one.what]} {one.id}".strip()


def _rule_label(rule: str, book: Rulebook) -> str:
    found = source_of(book, rule)
    return found.label.say(language()) if found else rule


def _rule_ref(rule: str, book: Rulebook) -> dict[str, Any] | None:
    found = source_of(book, rule)
    return clause_ref(book, found.regulation, found.clause, language=language()) if found else None


# ------------------------------------------------------------------------------------------------ editions and moves


def edition_lines(found: Iterable[Edition], today: date) -> list[dict[str, Any]]:
    """Regulations, each with its editions; `state` of an edition: in-force, coming, past, waiting."""
    groups: dict[str, dict[str, Any]] = {}
    for row in found:
        group = groups.setdefault(row.regulation, {"id": row.regulation, "title": named(row, language()), "editions": [], "has_current": False})
        if row.adopted_at is None:
            state = "waiting"
        elif row.in_force_from > today:
            state = "coming"
        else:
            state = "past" if group["has_current"] else "in-force"
            group["has_current"] = True
        adopted_by = "、".join(one for one in (row.adopted_by, row.second_by) if one)
        group["editions"].append(
            {
                "edition": row.edition, "in_force_from": row.in_force_from, "state": state, "state_words": _STANDING[state](),
                "href": reverse("workspace:edition", args=[row.regulation, row.edition]), "by": adopted_by,
            }
        )  # fmt: skip
    return list(groups.values())


_STANDING = {"in-force": lambda: _("施行中"), "coming": lambda: _("待施行"), "past": lambda: _("已被取代"), "waiting": lambda: _("未采用")}


def move_line(row: Move, now: datetime) -> dict[str, Any]:
    states = {Move.ASKED: _("等第二人批准"), Move.RUNNING: _("正在移入"), Move.DONE: _("已完成"), Move.WITHDRAWN: _("已撤回")}
    return {
        "id": row.pk,
        "state": row.state,
        "state_words": states[row.state],
        "name": row.name,
        "text": row.text if row.cause == Move.EDITION else _("日历修订"),
        "kinder": row.only == Move.KINDER,
        "asked": f"{row.asked_by} {moment(row.asked_at, now)}",
        "second": f"{row.second} {moment(row.decided_at, now)}" if row.second and row.decided_at else "",
        "moved": row.n_moved,
        "stayed": row.n_stayed,
    }
