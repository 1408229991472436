"""Every rule as one sentence, zh and en, so that a lawyer can read what the program will do."""

from __future__ import annotations

from collections.abc import Callable

from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    ActionRule,
    Approval,
    Category,
    Checklist,
    ClockRule,
    DataClass,
    Floor,
    Form,
    Ladder,
    Notice,
    Phrasebook,
    Procedure,
    ReportRule,
    Route,
    Rule,
    Skill,
    TaskRule,
    Team,
    TimetableRule,
)
from luyue.core.regulation.sayings.casework import say_action, say_approval, say_category, say_checklist, say_form, say_procedure, say_route
from luyue.core.regulation.sayings.house import say_skill, say_team, say_timetable
from luyue.core.regulation.sayings.promises import say_clock, say_ladder, say_notice, say_task
from luyue.core.regulation.sayings.records import say_data_class, say_floor, say_phrasebook, say_report


def sentence(rule: Rule, book: Rulebook, language: str = "zh") -> str:
    """What `rule` makes the program do, in one sentence of `language` ("zh" or "en")."""
    said = _SAYINGS[type(rule)](rule, book, language)
    return said if said.endswith(("。", ".")) else said + ("。" if language == "zh" else ".")


_SAYINGS: dict[type[Rule], Callable[..., str]] = {
    TimetableRule: say_timetable, Team: say_team, Skill: say_skill, Procedure: say_procedure, ActionRule: say_action, Form: say_form,
    Checklist: say_checklist, Category: say_category, Route: say_route, ClockRule: say_clock, Ladder: say_ladder, TaskRule: say_task,
    Notice: say_notice, Approval: say_approval, ReportRule: say_report, DataClass: say_data_class, Phrasebook: say_phrasebook,
    Floor: say_floor,
}  # fmt: skip  # fmt: skip
