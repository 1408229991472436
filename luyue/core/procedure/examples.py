"""Running the worked examples of actions: the case is walked to where the action may be done, then it is done (language §1.1).

Examples of clocks and tasks are checked by `core/regulation`, with the calendar alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from luyue.core.procedure.gates import Attempt, is_for_this_case
from luyue.core.procedure.index import index_of
from luyue.core.procedure.rehearsal import ALONE, Rehearsal, Walk
from luyue.core.procedure.state import Actor, Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule
from luyue.core.regulation.text import Example, Regulation

_MORNING = (10, 0)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """`found` says what happened instead when `holds` is False."""

    regulation: str
    clause: str
    example: Example
    holds: bool
    found: str


def run_examples(book: Rulebook) -> tuple[ExampleResult, ...]:
    """Every example of an action in every regulation of the rulebook."""
    results = []
    for regulation in book.regulations:
        for clause in regulation.clauses:
            for example in clause.examples:
                if example.of == "action":
                    found = _run(book, regulation, example)
                    results.append(ExampleResult(regulation.id, clause.id, example, not found, found))
    return tuple(results)


def _run(book: Rulebook, regulation: Regulation, example: Example) -> str:
    """Empty when the example holds, else what was seen instead at the nearest place."""
    rule = book.action(example.rule)
    start = datetime(regulation.edition.year, 3, 10, *_MORNING, tzinfo=ZoneInfo(regulation.zone))
    rehearsal = Rehearsal(book, rule.procedure, start, _given(example), frozenset(example.missing))
    seen = "no case ever comes to where the action may be done"
    for walk in rehearsal.places(towards=rule.from_):
        if not _is_here(book, walk, rule, example):
            continue
        found = _attempt(rehearsal, walk, rule, example)
        if not found:
            return ""
        seen = found if seen.startswith("no case") else seen
    return seen


def _given(example: Example) -> Mapping[str, object]:
    return {name: list(value) if isinstance(value, tuple) else str(value).removesuffix(" CNY") for name, value in example.given.items()}


def _is_here(book: Rulebook, walk: Walk, rule: ActionRule, example: Example) -> bool:
    state = walk.state
    if example.count is not None and rule.count and sum(fact.name == rule.count.of for fact in state.facts) != example.count:
        return False
    open_tasks = {task.rule for task in state.tasks.values() if task.state == "open"}
    attempt = Attempt(book, index_of(book), state, Actor("staff:0"), walk.now, ALONE)
    here = example.refused in ("when", "from") or is_for_this_case(attempt, rule)
    return here and set(example.open_tasks) <= open_tasks


def _attempt(rehearsal: Rehearsal, walk: Walk, rule: ActionRule, example: Example) -> str:
    """Let each person who may try; empty when the outcome is the example's."""
    seen = "nobody may do it"
    for actor in _people(rehearsal, walk, rule, example):
        try:
            after = rehearsal.did(walk, rule.id, actor, rehearsal.data(walk, rule))
        except Refused as refused:
            if refused.code == example.refused:
                return ""
            seen = f"refused: {refused.code} ({refused.words})"
            continue
        except Invalid as invalid:
            if example.refused == "form":
                return ""
            seen = f"form: {invalid}"
            continue
        if not example.refused and (not example.routed_to or set(after.state.routed_teams) == set(example.routed_to)):
            return ""
        seen = f"done, routed to {', '.join(after.state.routed_teams)}"
    return seen


def _people(rehearsal: Rehearsal, walk: Walk, rule: ActionRule, example: Example) -> list[Actor]:
    people = rehearsal.people(walk, rule)
    if not example.same_person_as:
        return people
    same = walk.doers.get(example.same_person_as)
    return [Actor(same, actor.actors, actor.skills) for actor in people] if same else []
