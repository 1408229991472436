"""Who works when: timetables, teams, skills."""

from __future__ import annotations

from luyue.core.calendar import DayKind, Window
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AROUND_THE_CLOCK, Label, Skill, Team, TimetableRule
from luyue.core.regulation.words import listed, pick

DAY_KINDS: dict[DayKind, Label] = {
    DayKind.WORKDAY: Label("工作日", "workdays"),
    DayKind.MAKEUP_WORKDAY: Label("调休上班日", "make-up workdays"),
    DayKind.REST_DAY: Label("休息日", "rest days"),
    DayKind.PUBLIC_HOLIDAY: Label("节假日", "public holidays"),
}


def _window(window: Window) -> str:
    def clock(seconds: int) -> str:
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"

    return f"{clock(window.opens_s)}–{clock(window.closes_s)}"


def say_timetable(rule: TimetableRule, book: Rulebook, language: str) -> str:
    groups: dict[tuple[Window, ...], list[str]] = {}
    for kind, label in DAY_KINDS.items():
        groups.setdefault(rule.open.get(kind, ()), []).append(label.say(language))
    parts = []
    for windows, days in groups.items():
        hours = listed((_window(window) for window in windows), language) or pick(language, "不开放", "closed")
        parts.append(f"{'和'.join(days) if language == 'zh' else ' and '.join(days)} {hours}")
    if rule.dates:
        parts.append(pick(language, f"另有 {len(rule.dates)} 个特定日期", f"{len(rule.dates)} dates of their own"))
    return rule.label.say(language) + pick(language, "：", ": ") + pick(language, "，", ", ").join(parts)


def say_team(rule: Team, book: Rulebook, language: str) -> str:
    posts = listed((label.say(language) for label in rule.posts.values()), language)
    if rule.staffed == AROUND_THE_CLOCK:
        hours = pick(language, "昼夜当班", "staffed around the clock")
    else:
        timetable = book.get(TimetableRule, rule.staffed).label.say(language)
        hours = pick(language, f"在{timetable}内当班", f"staffed in {timetable.lower()}")
    said = rule.label.say(language) + pick(language, "：", ": ")
    return said + (pick(language, f"岗位有{posts}；", f"posts {posts}; ") if posts else "") + hours


def say_skill(rule: Skill, book: Rulebook, language: str) -> str:
    earned = {
        "acknowledgement": Label("确认本版制度", "acknowledging this edition"),
        "course": Label("完成培训", "completing the course"),
        "exam": Label("通过考试", "passing the exam"),
        "certificate": Label("持有证书", "holding the certificate"),
    }[rule.earned_by].say(language)
    if rule.gates == ("all-actions",):
        return pick(language, f"未{earned}者不得操作工单", f"Nobody works cases before {earned}")
    gated = listed((f"“{book.action(a).label.say(language)}”" for a in rule.gates), language)
    valid = f"（{rule.valid_for.replace('months', '个月').replace(' ', '')}内有效）" if rule.valid_for not in ("", "edition") else ""
    en_valid = f" (valid for {rule.valid_for})" if rule.valid_for not in ("", "edition") else ""
    return pick(language, f"未{earned}{valid}者不得办理{gated}", f"{gated} only after {earned}{en_valid}")
