"""Running the worked examples of actions: the case is walked to where the action may be done, then it is done (language §1.1).

Examples of clocks and tasks are checked by `core/regulation`, with the calendar alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from luyue.core.procedure.papers import ALONE, IN_ORDER
from luyue.core.procedure.rehearsal import Rehearsal, Walk
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
    after = (rule.count.of, example.count) if rule.count and example.count else ("", 0)
    for walk in rehearsal.places(rule.from_, after):
        if not _is_here(rehearsal, walk, rule, example):
            continue
        found = _attempt(rehearsal, walk, rule, example)
        if not found:
            return ""
        seen = found if seen.startswith("no case") else seen
    return seen


def _given(example: Example) -> Mapping[str, object]:
    return {name: list(value) if isinstance(value, tuple) else str(value).removesuffix(" CNY") for name, value in example.given.items()}


def _is_here(rehearsal: Rehearsal, walk: Walk, rule: ActionRule, example: Example) -> bool:
    state = walk.state
    if example.count is not None and rule.count and sum(fact.name == rule.count.of for fact in state.facts) != example.count:
        return False
    open_tasks = {task.rule for task in state.tasks.values() if task.state == "open"}
    here = example.refused in ("when", "from") or rehearsal.is_for(walk, rule)
    return here and set(example.open_tasks) <= open_tasks


def _attempt(rehearsal: Rehearsal, walk: Walk, rule: ActionRule, example: Example) -> str:
    """Let each person who may try; empty when the outcome is the example's.

    Where a guard or an effect is expected to refuse, it is tried with no papers in the other rooms too: that may be why it refuses.
    """
    seen = "nobody may do it"
    worlds = (IN_ORDER, ALONE) if example.refused.startswith(("guard:", "effect:")) else (IN_ORDER,)
    for actor, world in product(_people(rehearsal, walk, rule, example), worlds):
        try:
            after = rehearsal.did(walk, rule.id, actor, rehearsal.data(walk, rule), world)
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
