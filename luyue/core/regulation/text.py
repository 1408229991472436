"""A regulation as read: front matter, clauses in order, and what stands under each clause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from luyue.core.records import dataclass
from luyue.core.regulation.rules import Label, Mark, Rule

UNNAMED = Label("")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the company reads a gap of its text, by whom and since when."""

    by: str
    dated: date
    says: str
    fills: str
    credits: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class ProseOnly:
    """Why a clause has no rule, and what watches over it instead."""

    because: str
    watched_by: str
    credits: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example; `facts` maps a full fact name to its local instant as written."""

    label: str
    of: str  # clock | task | action
    rule: str
    given: Mapping[str, str | tuple[str, ...]]
    facts: Mapping[str, str]
    promised: str
    due: str  # instant, "none", or "" when the example is not about time
    verdict: str
    refused: str
    routed_to: tuple[str, ...]
    same_person_as: str
    open_tasks: tuple[str, ...]
    missing: tuple[str, ...]
    count: int | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered paragraph: its id, its title, its prose as people read it, and its blocks."""

    id: str
    title: str
    prose: str  # CommonMark without the blocks
    chapter: str
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    readings: tuple[Reading, ...]
    prose_only: tuple[ProseOnly, ...]
    mark: Mark
    english: str = ""  # the title in English, without its number
    chapter_english: str = ""

    def titled(self, language: str) -> str:
        """The title, in English where it has one."""
        return (self.english if language == "en" else "") or self.title


@dataclass(frozen=True, slots=True)
class Regulation:
    """One edition as read. `sha256` is of the bytes, `source` the text with plain line ends."""

    id: str
    edition: date
    in_force_from: date
    zone: str
    calendar: str
    currency: str
    label: Label
    supersedes: str
    floors: tuple[str, ...]
    builds_on: tuple[str, ...]
    chapters: tuple[str, ...]
    clauses: tuple[Clause, ...]
    path: str
    sha256: str
    source: str
    short: Label = UNNAMED  # what people call it in a row: 异议制度

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for clause in self.clauses for rule in clause.rules)

    def clause(self, clause_id: str) -> Clause:
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
