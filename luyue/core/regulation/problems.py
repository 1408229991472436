"""What is wrong with a regulation: one problem, where it stands, and how to say it.

A problem is data. `messages.py` holds the words, `render` draws the line people see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from luyue.core.records import dataclass
from luyue.core.regulation.messages import MESSAGES
from luyue.core.regulation.rules import Mark

Words = dict[str, Any]  # what fills the braces of a message
ERROR, WARNING, INFO = "error", "warning", "info"
_RANK = {ERROR: 0, WARNING: 1, INFO: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line: 1-based line and column, length in characters, and its clause."""

    path: str
    line: int
    column: int = 1
    length: int = 1
    clause: str = ""

    @property
    def mark(self) -> Mark:
        return Mark(self.path, self.line, self.column)


@dataclass(frozen=True, slots=True)
class WitnessStep:
    """One thing somebody does: `act` is an action of the regulation or a platform act, `words` who the person is, `data` its form as JSON."""

    at: datetime
    act: str
    by: str
    words: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that is seen of a fault: `as working days` – `2026-03-09 24:00`."""

    what: str
    what_zh: str
    value: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A case that shows a fault: opened at `start_at` with the answers `given`, taken to `stage` or until `fact` has happened.

    The checks say which case; the procedures act it out (`enact`) and fill in the shortest way there, the clocks that then run with
    their deadlines, and what can then be done. Where the rules do not hang together well enough to be acted out, `where` says in words
    which case is meant, and `seen` what contradicts itself in it. procedure is "" for faults no case of one procedure shows.
    """

    procedure: str
    given: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    fact: str = ""
    stage: str = ""
    start_at: datetime | None = None
    steps: tuple[WitnessStep, ...] = ()
    running: tuple[tuple[str, datetime | None], ...] = ()
    possible: tuple[str, ...] = ()
    where: str = ""
    where_zh: str = ""
    seen: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `column` and `length` count characters, not display columns.

    severity: error (cannot be adopted), warning (needs a named acknowledgement), info.
    `second` is the other place when two places disagree. `what`/`remedy` are English,
    `what_zh`/`remedy_zh` the same in Chinese; `message` is their name in `messages` and `words` what filled them.
    """

    code: str
    severity: str
    path: str
    line: int
    column: int
    length: int
    what: str
    remedy: str
    clause: str = ""
    second: Mark | None = None
    what_zh: str = ""
    remedy_zh: str = ""
    witness: Witness | None = None
    message: str = ""
    words: tuple[tuple[str, str], ...] = ()

    def say(self, language: str = "en") -> str:
        """What is wrong and what to write instead, as two sentences."""
        if language.startswith("zh"):
            return _stopped(self.what_zh, "。") + _stopped(self.remedy_zh, "。")
        return f"{_stopped(self.what, '.')} {_stopped(self.remedy, '.')}"


def _stopped(sentence: str, stop: str) -> str:
    return sentence if not sentence or sentence[-1] in ".?!。？！…" else sentence + stop


def problem(message: str, place: Place, second: Mark | None = None, shown_by: Witness | None = None, **words: Any) -> Problem:
    """Fill the named message of `messages.py` with `words` at `place`.

    A word given as `<name>_zh` replaces `<name>` in the Chinese sentence. KeyError for an unknown message.
    """
    entry = MESSAGES[message]
    english = {name: _one_line(word) for name, word in words.items()}
    chinese = english | {name[:-3]: word for name, word in english.items() if name.endswith("_zh")}
    return Problem(
        code=entry.code,
        severity=entry.severity,
        path=place.path,
        line=place.line,
        column=place.column,
        length=max(1, place.length),
        what=entry.what.format_map(english),
        remedy=entry.remedy.format_map(english),
        clause=place.clause,
        second=second,
        what_zh=entry.what_zh.format_map(chinese),
        remedy_zh=entry.remedy_zh.format_map(chinese),
        witness=shown_by,
        message=message,
        words=tuple(english.items()),
    )


def _one_line(word: object) -> str:
    """Shortened and on one line, so that a stray block never floods the report."""
    text = re.sub(r"\s+", " ", str(word))
    return text if len(text) <= 160 else text[:157] + "…"


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place in the text, the graver first; the same finding is said once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.path, p.line, p.column, _RANK[p.severity], p.code, p.what)))


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == ERROR for problem in problems)


def width(text: str) -> int:
    """Display columns: wide and full-width characters take two, combining ones none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def render(problem: Problem, source: str, language: str = "en") -> str:
    """`path:line:col: CODE what. What to write instead.` with clause, source line and caret."""
    grade = "" if problem.severity == ERROR else f" ({problem.severity})"
    lines = [f"{problem.path}:{problem.line}:{problem.column}: {problem.code}{grade} {problem.say(language)}"]
    if problem.clause:
        lines.append(f"   in {problem.clause}")
    text_lines = source.split("\n")
    if 1 <= problem.line <= len(text_lines):
        text = text_lines[problem.line - 1].rstrip("\r").replace("\t", " ")
        gutter = f"   {problem.line} | "
        before = width(text[: problem.column - 1])
        marked = text[problem.column - 1 : problem.column - 1 + problem.length]
        lines.append(gutter + text)
        lines.append(" " * (len(gutter) - 2) + "| " + " " * before + "^" * max(1, width(marked)))
    if problem.second is not None:
        lines.append(f"   and {problem.second.path}:{problem.second.line}:{problem.second.column}")
    return "\n".join(lines)
