"""What is told and what is kept: notices, reports, data classes, phrasebooks."""

from __future__ import annotations

from typing import ClassVar

from luyue.core.records import dataclass
from luyue.core.regulation.rules.base import ALWAYS, Condition, Label, Rule
from luyue.core.regulation.rules.times import Sample, Target, Tries, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Rule):
    """A message; with `asks`, a survey; with `tells`, the words of a form beside it."""

    kind: ClassVar[str] = "notice"
    trigger: Trigger
    recipients: tuple[str, ...]
    channels: tuple[str, ...]
    text: Label
    applies_to: Condition = ALWAYS
    tells: str = ""  # the form whose words the customer reads on the page of his case: a letter itself carries no free words
    asks: str = ""
    answer_within_days: int | None = None
    at_most: Tries | None = None  # times per days and customer
    sample: Sample | None = None
    guards: tuple[str, ...] = ()  # named guards: it stays unsent while one of them refuses


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of a report."""

    measure: str
    field: str = ""
    target: str = ""  # "at least 70%"
    of: str = ""  # of `attainment`: the one promise that is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRule(Rule):
    """Figures owed to somebody, by a time."""

    kind: ClassVar[str] = "report"
    trigger: Trigger
    recipients: tuple[str, ...]
    shows: tuple[Shown, ...]
    target: Target | None = None
    needs_actions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataClass(Rule):
    """Why data is held, who sees it, how long it is kept and what happens then."""

    kind: ClassVar[str] = "data_class"
    covers: tuple[str, ...]
    purpose: Label
    basis: str
    seen_by: tuple[str, ...]
    keep: str  # "3 years", "180 days"
    kept_from: str
    then: str  # erase | anonymise
    masked_for: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence to offer when a fact happens."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook(Rule):
    """What is said, and what is never said."""

    kind: ClassVar[str] = "phrasebook"
    channels: tuple[str, ...]
    applies_to: Condition = ALWAYS
    say: tuple[Say, ...] = ()
    never: tuple[str, ...] = ()
    if_said: str = "flag"
