"""The typed rules of the regulation language: one frozen dataclass a rule kind (language §3).

Everything here is data. Reading, checking, saying aloud and running live elsewhere.
Names that point at other rules are plain ids; `Rulebook` resolves them.
"""

from __future__ import annotations

from luyue.core.regulation.rules.base import ALWAYS, ANY_OPEN, AROUND_THE_CLOCK, EVERY_VALUE, SAME, Bound, Condition, Label, Mark, Rule, covers
from luyue.core.regulation.rules.cases import (
    CLOSED_KINDS,
    FIELD_KINDS,
    FILE_KINDS,
    ActionRule,
    Approval,
    Band,
    Category,
    Checklist,
    Count,
    Field,
    Form,
    Item,
    Procedure,
    Route,
)
from luyue.core.regulation.rules.organisation import Skill, Team, TimetableRule
from luyue.core.regulation.rules.promises import ClockRule, Floor, Ladder, Pauses, Step, TaskRule
from luyue.core.regulation.rules.times import AfterRepeats, AheadOf, Blank, DueFrom, Every, InPeriod, OnFact, PastOf, Sample, Target, Tries, Trigger
from luyue.core.regulation.rules.words import DataClass, Notice, Phrasebook, ReportRule, Say, Shown

RULE_KINDS: dict[str, type[Rule]] = {
    cls.kind: cls
    for cls in (
        TimetableRule, Team, Skill, Procedure, ActionRule, Form, Checklist, Category, Route, ClockRule,
        Ladder, TaskRule, Notice, Approval, ReportRule, DataClass, Phrasebook, Floor,
    )
}  # fmt: skip

__all__ = [
    "ALWAYS",
    "ANY_OPEN",
    "AROUND_THE_CLOCK",
    "CLOSED_KINDS",
    "EVERY_VALUE",
    "FIELD_KINDS",
    "FILE_KINDS",
    "RULE_KINDS",
    "SAME",
    "ActionRule",
    "AfterRepeats",
    "AheadOf",
    "Approval",
    "Band",
    "Blank",
    "Bound",
    "Category",
    "Checklist",
    "ClockRule",
    "Condition",
    "Count",
    "DataClass",
    "DueFrom",
    "Every",
    "Field",
    "Floor",
    "Form",
    "InPeriod",
    "Item",
    "Label",
    "Ladder",
    "Mark",
    "Notice",
    "OnFact",
    "PastOf",
    "Pauses",
    "Phrasebook",
    "Procedure",
    "ReportRule",
    "Route",
    "Rule",
    "Sample",
    "Say",
    "Shown",
    "Skill",
    "Step",
    "Target",
    "TaskRule",
    "Team",
    "TimetableRule",
    "Tries",
    "Trigger",
    "covers",
]
