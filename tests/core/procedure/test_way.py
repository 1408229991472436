"""The straight way of a case, on the shipped regulations."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luyue.core.procedure import CaseState, way_ahead
from luyue.core.regulation.rules import Procedure
from tests.core.procedure.shipped_objection import shipped

OBJECTION = "received registered investigating planning feedback executing revisiting closed archived"


@pytest.mark.parametrize(
    ("kind", "stage", "fields", "wanted"),
    [
        ("objection", "received", {}, OBJECTION),
        ("objection", "revisiting", {}, "revisiting closed archived"),
        ("objection", "second-review", {}, "second-review planning feedback executing revisiting closed archived"),
        ("objection", "archived", {}, "archived"),
        ("objection", "withdrawn", {}, "withdrawn"),
        ("consultation", "talking", {"needs_advisor": "no"}, "talking handling answered"),
        ("consultation", "talking", {"needs_advisor": "yes"}, "talking needs planning deciding confirmed"),
        ("rental-order", "placed", {}, "placed preparing checked packed shipped accepted"),
        ("rental-order", "delivery-issue", {"solution": "replace"}, "delivery-issue accepted"),
    ],
)
def test_the_way_goes_straight_on(kind: str, stage: str, fields: Mapping[str, object], wanted: str) -> None:
    assert list(way_ahead(shipped(), CaseState(kind=kind, stage=stage, fields=fields))) == wanted.split()


def test_each_stage_is_left_by_the_action_that_takes_the_case_on() -> None:
    way = way_ahead(shipped(), CaseState(kind="consultation", stage="talking", fields={"needs_advisor": "yes"}))
    assert [rule and rule.id for rule in way.values()] == ["hand-to-advisor", "finish-need-talk", "send-plans", "confirm-plan", None]


def test_every_way_of_every_shipped_procedure_ends_in_a_final_stage() -> None:
    book = shipped()
    for procedure in book.all(Procedure).values():
        for stage in procedure.stages:
            assert list(way_ahead(book, CaseState(kind=procedure.id, stage=stage)))[-1] in procedure.final, (procedure.id, stage)
