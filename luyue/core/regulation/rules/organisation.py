"""Who is there, when, and what they must have learnt: timetables, teams, skills."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from luyue.core.calendar import DayKind, Window
from luyue.core.records import dataclass, field
from luyue.core.regulation.rules.base import AROUND_THE_CLOCK, Label, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableRule(Rule):
    """When a company is open, by day kind and by single date (language 3.1)."""

    kind: ClassVar[str] = "timetable"
    open: Mapping[DayKind, tuple[Window, ...]]
    dates: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Rule):
    """An accountable department with its posts."""

    kind: ClassVar[str] = "team"
    posts: Mapping[str, Label] = field(default_factory=dict)
    staffed: str = AROUND_THE_CLOCK
    needs_skill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Rule):
    """What a person must have before doing something."""

    kind: ClassVar[str] = "skill"
    earned_by: str  # acknowledgement | course | exam | certificate
    gates: tuple[str, ...]  # action ids, or ("all-actions",)
    valid_for: str = ""  # "12 months" | "edition" | "" = for good
    teams: tuple[str, ...] = ()
