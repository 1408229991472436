"""The proof behind `luyue coverage`: every credited rule is cut out once, and the tests of its rows are run on what is left.

    python -m tests.coverage.proof            what the record would be
    python -m tests.coverage.proof --write    write it to luyue/regulations/coverage.tsv

Tests of a row are the stories marked `covers(row)` in tests/coverage/test_rows_*.py, and the worked examples of the regulation whose rule
credits the row or points at a rule that does. A story proves a rule when it fails by its own claim: an assertion, or a refusal where it
says an act can be done. A story that trips over anything else is a fault of the story, and the proof stops.
"""

from __future__ import annotations

import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from luyue.core.calendar import Within
from luyue.core.procedure import Invalid, Refused
from luyue.core.procedure.examples import run_examples
from luyue.core.regulation import Rulebook
from luyue.core.regulation.book import lay_together
from luyue.core.regulation.checks.examples import check as check_examples
from luyue.core.regulation.references import references
from luyue.core.regulation.rules import ClockRule, Mark, TaskRule
from luyue.core.regulation.text import Example
from luyue.site.coverage import RECORD, SHIPPED, Credit, Proof, as_record, credits_of
from tests.coverage.amputation import calendars, drafts, whole, without

HERE = Path(__file__).parent
_OWN_CLAIM = (AssertionError, Refused, Invalid, pytest.fail.Exception)


@dataclass(frozen=True, eq=False)
class Story:
    """One test with one set of parameters; `fails` runs it on a rulebook."""

    name: str
    rows: frozenset[str]
    tell: Callable[[Rulebook], None]

    def fails(self, book: Rulebook) -> bool:
        try:
            self.tell(book)
        except _OWN_CLAIM:
            return True
        except Exception as error:
            raise RuntimeError(f"{self.name} trips over {error!r} on the book {book.digest}. Let it assert first what it needs.") from error
        return False


@cache
def stories() -> tuple[Story, ...]:
    found = tuple(story for path in sorted(HERE.glob("test_rows_*.py")) for story in stories_of(path.stem))
    if broken := [one.name for one in found if one.fails(whole())]:
        raise RuntimeError(f"What fails on the whole book proves nothing: {', '.join(broken)}. Mend these stories first.")
    return found


def stories_of(module: str) -> Iterator[Story]:
    held = vars(importlib.import_module(f"tests.coverage.{module}"))
    for name, function in held.items():
        if name.startswith("test_") and callable(function):
            for words, rows, values in _runs(getattr(function, "pytestmark", [])):
                where = f"tests/coverage/{module}.py::{name}{f'[{words}]' if words else ''}"
                yield Story(where, rows, partial(function, **values))


def _runs(marks: list[Any]) -> Iterator[tuple[str, frozenset[str], Mapping[str, object]]]:
    """(id, rows, values) of every combination of parameters."""
    own = frozenset(row for mark in marks if mark.name == "covers" for row in mark.args)
    tables = []
    for mark in marks:
        if mark.name == "parametrize":
            names = [word.strip() for word in mark.args[0].split(",")]
            tables.append([_set(names, one, number) for number, one in enumerate(mark.args[1])])
    for chosen in product(*tables):
        rows = own.union(*(one[1] for one in chosen)) if chosen else own
        yield "-".join(one[0] for one in chosen), rows, {key: value for one in chosen for key, value in one[2].items()}


def _set(names: list[str], given: Any, number: int) -> tuple[str, frozenset[str], dict[str, object]]:
    """One row of a parametrize table: its id as pytest writes it, its rows, its values by name."""
    marks = getattr(given, "marks", ())
    values = given.values if hasattr(given, "marks") else given if len(names) > 1 else (given,)
    rows = frozenset(row for mark in marks if mark.name == "covers" for row in mark.args)
    words = [str(value) if isinstance(value, str | int | float) else f"{name}{number}" for name, value in zip(names, values, strict=True)]
    return getattr(given, "id", None) or "-".join(words), rows, dict(zip(names, values, strict=True))


# Worked examples -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Worked:
    """An example of the text. Examples of actions are played; those of clocks and tasks are reckoned again by the check."""

    name: str
    example: Example

    @property
    def rule(self) -> tuple[str, str]:
        return self.example.of, self.example.rule

    def fails(self, kind: str, rule_id: str) -> bool:
        if self.example.of == "action":
            return self._played(kind, rule_id)
        # Cutting the rule makes the example an error by itself; it proves something only if it reckons with what the rule says.
        return self.rule == (kind, rule_id) and self._reckons() and self.example.mark in _example_errors(drop=self.rule)

    def _played(self, kind: str, rule_id: str) -> bool:
        book = without(kind, rule_id)
        rule = book.by_kind["action"].get(self.example.rule)
        if rule is None or rule.procedure not in book.by_kind["procedure"]:  # type: ignore[attr-defined]
            return True
        return not run_examples(_only(book, self.example))[0].holds

    def _reckons(self) -> bool:
        return self.example.mark in _example_errors(longer=self.rule) and self.example.mark not in _example_errors()


@cache
def examples() -> tuple[Worked, ...]:
    found = []
    for draft in drafts():
        regulation = draft.regulation
        for clause in regulation.clauses:
            found += [Worked(f"{regulation.id}/{clause.id}: {one.label}", one) for one in clause.examples]
    return tuple(found)


def _only(book: Rulebook, example: Example) -> Rulebook:
    """The book with this one example."""
    regulations = tuple(
        replace(one, clauses=tuple(replace(clause, examples=tuple(e for e in clause.examples if e == example)) for clause in one.clauses))
        for one in book.regulations
    )
    return replace(book, regulations=regulations)


@cache
def _example_errors(drop: tuple[str, str] | None = None, longer: tuple[str, str] | None = None) -> frozenset[object]:
    """Marks of the examples the check objects to, when a rule is dropped or its time made one unit longer."""
    changed = []
    for draft in drafts():
        clauses = []
        for clause in draft.regulation.clauses:
            rules = [_longer(rule) if (rule.kind, rule.id) == longer else rule for rule in clause.rules if (rule.kind, rule.id) != drop]
            clauses.append(replace(clause, rules=tuple(rules)))
        changed.append(replace(draft, regulation=replace(draft.regulation, clauses=tuple(clauses))))
    problems = list(check_examples(lay_together(changed, calendars())))
    return frozenset(one.example.mark for one in examples() for problem in problems if _is_at(problem, one.example))


def _longer(rule: Any) -> Any:
    assert isinstance(rule, ClockRule | TaskRule)
    if isinstance(rule.target, Within):
        return replace(rule, target=replace(rule.target, amount=rule.target.amount + 1))
    return rule


def _is_at(problem: Any, example: Example) -> bool:
    mark = example.mark
    return problem.severity == "error" and problem.path == mark.path and mark.line <= problem.line < _end(mark)


@cache
def _end(mark: Mark) -> int:
    """The line after an example: the next one, or the end of the fence."""
    source = next(one.regulation.source for one in drafts() if one.regulation.path == mark.path)
    lines = source.split("\n")
    number = mark.line
    while lines[number].startswith(" "):
        number += 1
    return number + 1


# The proof -------------------------------------------------------------------------------------------


def prove(only: str = "") -> list[Proof]:
    """Every (row, rule, test) where the test fails without the rule. only: rows that begin so."""
    by_row: dict[str, list[Story]] = defaultdict(list)
    for story in stories():
        for row in story.rows:
            by_row[row].append(story)
    found = []
    for credit in credits_of(draft.regulation for draft in drafts()):
        if credit.rule and credit.row.startswith(only):
            found += [Proof(credit.row, credit.name, test) for test in _tests(credit, by_row[credit.row])]
    return found


def _tests(credit: Credit, told: list[Story]) -> list[str]:
    """Stories first; to play an example of an action takes long, so that is done only for rules no story proves."""
    found = [story.name for story in told if _fails(story, credit.kind, credit.rule)]
    for worked in _examples_for(credit):
        if (worked.example.of != "action" or not found) and _fails_worked(worked, credit.kind, credit.rule):
            found.append(worked.name)
    return found


@cache
def _fails(story: Story, kind: str, rule_id: str) -> bool:
    return story.fails(without(kind, rule_id))


@cache
def _fails_worked(worked: Worked, kind: str, rule_id: str) -> bool:
    return worked.fails(kind, rule_id)


def _examples_for(credit: Credit) -> list[Worked]:
    """Examples whose rule credits the row itself, or uses the rule that does."""
    found = []
    for worked in examples():
        rule = whole().by_kind[worked.example.of].get(worked.example.rule)
        if rule is not None:
            uses = any((one.wanted, one.name) == (credit.kind, credit.rule) for one in references(rule))
            if worked.rule == (credit.kind, credit.rule) or (uses and worked.example.of == "action"):
                found.append(worked)
    return found


def main(argv: list[str]) -> int:
    record = as_record(prove())
    if "--write" in argv:
        (SHIPPED / RECORD).write_text(record, encoding="utf-8")
    else:
        sys.stdout.write(record)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
