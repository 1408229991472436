"""The worked examples of actions, run; and each kind of gate taken away to see its example fail."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from luyue.core.procedure.examples import ExampleResult, run_examples
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule
from tests.core.shipped import shipped_book


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return shipped_book()


def without(book: Rulebook, action: str, **changed: object) -> Rulebook:
    """The rulebook with one gate of one action gone."""
    actions = dict(book.by_kind["action"]) | {action: replace(book.action(action), **changed)}
    return replace(book, digest=f"{book.digest} without {action}", by_kind=MappingProxyType({**book.by_kind, "action": actions}))


def of(results: tuple[ExampleResult, ...], action: str, refused: str) -> list[ExampleResult]:
    return [one for one in results if one.example.rule == action and one.example.refused == refused]


def test_every_shipped_example_of_an_action_holds(book: Rulebook) -> None:
    results = run_examples(book)
    assert len(results) >= 45
    assert {f"{one.clause}: {one.example.label}: {one.found}" for one in results if not one.holds} == set()


@pytest.mark.parametrize(
    "action, gate, refused",
    [
        ("review-again", {"four_eyes": ()}, "four_eyes"),
        ("archive-objection", {"checklist": ""}, "checklist"),
        ("arrive-for-pickup", {"after": ()}, "after"),
        ("pack", {"guards": ()}, "guard:label-matches-order"),
        ("send-plans", {"count": None}, "count"),
        ("review-again", {"count": None}, "count"),
    ],
)
def test_an_example_fails_when_its_gate_is_taken_away(book: Rulebook, action: str, gate: dict[str, object], refused: str) -> None:
    assert isinstance(book.action(action), ActionRule)
    only = replace(book, regulations=tuple(_only(one, action) for one in book.regulations))
    shipped = of(run_examples(only), action, refused)
    assert shipped
    assert all(one.holds for one in shipped)
    assert not any(one.holds for one in of(run_examples(without(only, action, **gate)), action, refused))


def _only(regulation: object, action: str) -> object:
    clauses = tuple(replace(c, examples=tuple(e for e in c.examples if e.rule == action)) for c in regulation.clauses)  # type: ignore[attr-defined]
    return replace(regulation, clauses=clauses)  # type: ignore[type-var]
