"""Two editions of a regulation held against each other: clause by clause, and each rule by what it makes the program do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Rule
from luyue.core.regulation.sentence import sentence
from luyue.core.regulation.text import Clause, Regulation

ADDED, CHANGED, REMOVED, MOVED, SAME = "added", "changed", "removed", "moved", "same"
_MARK = re.compile(r"Mark\([^)]*\)")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """before and after are its sentences, "" where there is none. kind: added, changed, removed, or moved from another clause.

    A changed rule with equal sentences differs in what a sentence does not say: a label, a hint, an order.
    """

    kind: str
    rule_kind: str
    id: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """kind: added, changed, removed or same. before and after are the prose."""

    kind: str
    id: str
    title: str
    before: str
    after: str
    rules: tuple[RuleChange, ...]
    notes_changed: bool = False  # readings, worked examples, reasons of prose without rules


def compare(before: Rulebook | None, after: Rulebook, regulation: str, language: str = "zh") -> tuple[ClauseChange, ...]:
    """Every clause of the new text in its order, then those that are gone. `before` may not hold the regulation at all."""
    old = _of(before, regulation)
    new = after.regulation(regulation)
    there = {(rule.kind, rule.id): (rule, clause.id) for clause in (old.clauses if old else ()) for rule in clause.rules}
    here = {(rule.kind, rule.id) for rule in new.rules}
    earlier = {clause.id: clause for clause in (old.clauses if old else ())}

    def said(rule: Rule, book: Rulebook) -> str:
        return sentence(book.all(type(rule)).get(rule.id, rule), book, language)

    def rules(was: Clause | None, clause: Clause | None) -> Iterator[RuleChange]:
        for rule in clause.rules if clause else ():
            known, place = there.get((rule.kind, rule.id), (None, ""))
            if known is None or before is None:
                yield RuleChange(ADDED, rule.kind, rule.id, rule.label.say(language), "", said(rule, after))
            elif _plain(known) != _plain(rule) or (told := said(known, before)) != said(rule, after):
                yield RuleChange(CHANGED, rule.kind, rule.id, rule.label.say(language), said(known, before), said(rule, after))
            elif clause is not None and place != clause.id:
                yield RuleChange(MOVED, rule.kind, rule.id, rule.label.say(language), told, told)
        for rule in was.rules if was else ():
            if (rule.kind, rule.id) not in here and before is not None:
                yield RuleChange(REMOVED, rule.kind, rule.id, rule.label.say(language), said(rule, before), "")

    found = []
    for clause in new.clauses:
        was = earlier.pop(clause.id, None)
        found.append(_clause(was, clause, tuple(rules(was, clause)), language))
    return (*found, *(_clause(clause, None, tuple(rules(clause, None)), language) for clause in earlier.values()))


def _clause(was: Clause | None, clause: Clause | None, rules: tuple[RuleChange, ...], language: str) -> ClauseChange:
    if clause is None:
        assert was is not None
        return ClauseChange(REMOVED, was.id, was.titled(language), was.prose.strip(), "", rules)
    if was is None:
        return ClauseChange(ADDED, clause.id, clause.titled(language), "", clause.prose.strip(), rules)
    notes = _notes(was) != _notes(clause)
    differs = bool(rules) or notes or (was.prose.strip(), was.title, was.english) != (clause.prose.strip(), clause.title, clause.english)
    return ClauseChange(CHANGED if differs else SAME, clause.id, clause.titled(language), was.prose.strip(), clause.prose.strip(), rules, notes)


def _of(book: Rulebook | None, regulation: str) -> Regulation | None:
    return next((one for one in book.regulations if one.id == regulation), None) if book else None


def _plain(rule: Rule) -> str:
    """The rule without the places it stands at, which every added line moves."""
    return _MARK.sub("", repr(rule)).replace(f"clause={rule.clause!r}", "")


def _notes(clause: Clause) -> str:
    return _MARK.sub("", repr((clause.readings, clause.examples, clause.prose_only)))
