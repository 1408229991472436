"""The first case in which a rule acts, and so the first in which its fault is felt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from luyue.core.calendar import Within
from luyue.core.regulation.book import Book
from luyue.core.regulation.cells import region, shown, witness
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.problems import Problem, Witness
from luyue.core.regulation.rules import (
    ANY_OPEN,
    RULE_KINDS,
    ActionRule,
    Approval,
    Category,
    Checklist,
    ClockRule,
    Condition,
    Floor,
    Form,
    Ladder,
    Notice,
    OnFact,
    Phrasebook,
    Procedure,
    Route,
    Rule,
    Skill,
    TaskRule,
    Team,
    TimetableRule,
)
from luyue.core.regulation.text import Regulation
from luyue.core.regulation.vocabulary import FACTS


def rule_at(book: Book, problem: Problem) -> Rule | None:
    """The rule whose block, or whose worked example, a problem stands in."""
    for regulation in book.regulations:
        if regulation.path == problem.path:
            marks: list[tuple[int, Rule | None]] = [(rule.mark.line, book.by_kind.get(rule.kind, {}).get(rule.id, rule)) for rule in regulation.rules]
            marks += [(line, None) for line in _other_blocks(regulation)]
            marks += [(example.mark.line, _rule_of(book, example.of, example.rule)) for clause in regulation.clauses for example in clause.examples]
            before = [(line, number) for number, (line, _) in enumerate(marks) if line <= problem.line]
            return marks[max(before)[1]][1] if before else None
    return None


def _other_blocks(regulation: Regulation) -> Iterator[int]:
    for clause in regulation.clauses:
        yield clause.mark.line
        yield from (reading.mark.line for reading in clause.readings)
        yield from (prose.mark.line for prose in clause.prose_only)


def _rule_of(book: Book, kind: str, name: str) -> Rule | None:
    return book.by_kind.get(kind, {}).get(name) if kind in RULE_KINDS else None


def bite(book: Book, rule: Rule | None) -> Witness | None:
    """A case in which the rule acts. None for what acts in no case: a report, a rule nothing uses."""
    seen: set[tuple[str, str]] = set()
    while rule is not None and (rule.kind, rule.id) not in seen:
        seen.add((rule.kind, rule.id))
        found = _own(book, rule)
        if found is not None:
            return found
        using = _USED_BY.get(type(rule))
        rule = next(using(book, rule), None) if using is not None else None
    return None


def any_case(book: Book, problem: Problem) -> Witness | None:
    """For faults of the front matter, which all cases share: the first kind of case the book knows."""
    for regulation in book.regulations:
        if regulation.path == problem.path and problem.line < min((clause.mark.line for clause in regulation.clauses), default=0):
            return next((in_words(book, Witness(one)) for one in book.all(Procedure)), None)
    return None


def _own(book: Book, rule: Rule) -> Witness | None:
    """Where a rule says by itself which cases it is for."""
    if isinstance(rule, ClockRule):
        return _judged(book, rule.applies_to, rule.starts_at)
    if isinstance(rule, TaskRule | Notice):
        return _judged(book, rule.applies_to, rule.trigger.fact) if isinstance(rule.trigger, OnFact) else None
    if isinstance(rule, Phrasebook):
        return _judged(book, rule.applies_to, "")
    if isinstance(rule, Procedure):
        return in_words(book, Witness(rule.id))
    if isinstance(rule, ActionRule):
        return _acted(book, rule)
    return None


def _judged(book: Book, condition: Condition, fact: str) -> Witness | None:
    world = world_of(book)
    procedures = world.procedures_of(condition)
    for procedure in procedures:
        case = region(world, condition, procedure)
        if not case.impossible:
            return in_words(book, shown(case, procedure, fact))
    return in_words(book, Witness(procedures[0], fact=fact)) if procedures else None


def _acted(book: Book, action: ActionRule) -> Witness | None:
    home = book.all(Procedure).get(action.procedure)
    if home is None:
        return None
    stages = [stage for stage in home.stages if stage in action.from_ or (ANY_OPEN in action.from_ and stage not in home.final)]
    found = _judged(book, Condition({"kind": (home.id,)} | dict(action.when.of)), "")
    return None if found is None else in_words(book, replace(found, stage=stages[0] if stages else ""))


def in_words(book: Book, found: Witness) -> Witness:
    """The case said in words: what kind it is, what is known of it, and where or when the fault is met."""
    home = book.all(Procedure).get(found.procedure)
    if home is None:
        return found
    world, case = world_of(book), {name: " + ".join(value) if isinstance(value, tuple) else value for name, value in found.given}
    english, chinese = [witness(world, case, home.id)], [witness(world, case, home.id, "zh")]
    if found.stage in home.stages:
        english.append(f"in stage {found.stage}")
        chinese.append(f"在环节“{home.stages[found.stage].zh}”")
    if found.fact:
        english.append(f"at {found.fact}")
        chinese.append(f"{_fact_zh(book, found.fact)}时")
    return replace(found, where=", ".join(english), where_zh="，".join(chinese))


def _fact_zh(book: Book, fact: str) -> str:
    makers = book.actions_by_fact.get(fact)
    if fact in FACTS:
        return FACTS[fact].zh
    return f"“{makers[0].label.zh}”" if makers else fact


# What uses a rule that belongs to no case by itself -----------------------------------------------------------------------------------


def _of_form(book: Book, form: Form) -> Iterator[Rule]:
    yield from (one for one in book.all(Procedure).values() if one.intake == form.id)
    yield from (one for one in book.all(ActionRule).values() if one.form == form.id)
    yield from (one for one in book.all(TaskRule).values() if one.form == form.id)
    yield from (one for one in book.all(Notice).values() if one.asks == form.id)
    yield from (one for one in book.all(Form).values() if any(field.of == form.id for field in one.fields))


def _of_category(book: Book, category: Category) -> Iterator[Rule]:
    root = category.under.partition("/")[0]
    yield from (one for one in book.all(Form).values() if any(field.of in (category.id, root) for field in one.fields))


def _of_team(book: Book, team: Team) -> Iterator[Rule]:
    yield from (one for one in book.all(ClockRule).values() if one.owed_by.partition("/")[0] == team.id)
    yield from (one for one in book.all(ActionRule).values() if team.id in {word.partition("/")[0] for word in one.by})
    yield from (one for one in book.all(TaskRule).values() if one.by.partition("/")[0] == team.id)


def _of_timetable(book: Book, timetable: TimetableRule) -> Iterator[Rule]:
    yield from (one for one in book.all(ClockRule).values() if isinstance(one.target, Within) and one.target.hours == timetable.id)
    yield from (one for one in book.all(Team).values() if one.staffed == timetable.id)


def _of_ladder(book: Book, ladder: Ladder) -> Iterator[Rule]:
    yield from (one for kind in (ClockRule, TaskRule) for one in book.all(kind).values() if getattr(one, "on_miss", "") == ladder.id)


def _of_floor(book: Book, floor: Floor) -> Iterator[Rule]:
    yield from (one for one in book.all(ClockRule).values() if one.starts_at == floor.starts_at and set(one.stops_at) & set(floor.stops_at))


def _of_skill(book: Book, skill: Skill) -> Iterator[Rule]:
    yield from (one for one in book.all(ActionRule).values() if one.id in skill.gates or skill.gates == ("all-actions",))


def _by_action(key: str) -> Callable[[Book, Any], Iterator[Rule]]:
    def using(book: Book, rule: Rule) -> Iterator[Rule]:
        yield from (one for one in book.all(ActionRule).values() if getattr(one, key) == rule.id)

    return using


_USED_BY: dict[type[Rule], Callable[[Book, Any], Iterator[Rule]]] = {
    Form: _of_form, Category: _of_category, Team: _of_team, TimetableRule: _of_timetable, Ladder: _of_ladder, Floor: _of_floor,
    Skill: _of_skill, Checklist: _by_action("checklist"), Route: _by_action("route"), Approval: _by_action("approval"),
}  # fmt: skip
