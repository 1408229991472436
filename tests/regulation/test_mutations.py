"""A seeded sample of the mutation corpus: faults are named by their code (`python -m tests.regulation.mutations` runs all of it)."""

from __future__ import annotations

from random import Random

import pytest

from luyue.core.regulation.faults import NO_WITNESS
from tests.regulation import mutations
from tests.regulation.spoiling import OPERATORS, SEED, SOURCES, Operator


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_a_seeded_fault_is_named_by_its_code(operator: Operator) -> None:
    (mutant,) = mutations.sample(operator, 1, Random(f"{SEED} {operator.name}"))
    codes = mutations.codes_of(mutant)
    assert codes & set(operator.codes), (mutant.regulation, mutant.at, codes)
    assert [one.say() for one in mutations.shown(mutant) if one.witness is None and one.code not in NO_WITNESS] == []


def test_every_operator_applies_to_the_shipped_texts_and_spoils_something() -> None:
    for operator in OPERATORS:
        mutants = list(operator.mutants())
        assert mutants, f"{operator.name} no longer fits any shipped text"
        assert all(mutant.source != SOURCES[mutant.regulation] for mutant in mutants[:5])
