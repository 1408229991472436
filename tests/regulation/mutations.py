"""Seeded faults: each operator spoils a shipped regulation wherever it applies, and the check must name that fault by its code.

usage: python -m tests.regulation.mutations [--places N] [--operator WORDS]

Prints, for every operator, how many places there are, how many of its faults are named by the right code, by another one only, or not
at all. `--places` takes that many places of each operator, spread evenly over the texts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random

from luyue.core.regulation import Draft, Problem, compile_drafts, faults, read_regulation
from luyue.core.regulation.problems import ERROR, INFO
from tests.regulation.reading import calendars, draft
from tests.regulation.spoiling import OPERATORS, TEXTS, Mutant, Operator


@cache
def before(names: tuple[str, ...]) -> frozenset[tuple[str, str, str]]:
    """What is said of these texts as shipped."""
    return frozenset(findings({name: draft(TEXTS[name]) for name in names}))


@cache
def around(name: str) -> tuple[str, ...]:
    """The texts a fault of this one can be seen in: itself, what it stands on, and what stands on it."""
    below = {other: {*draft(path).regulation.floors, *draft(path).regulation.builds_on} for other, path in TEXTS.items()}
    return tuple(other for other in TEXTS if other == name or other in below[name] or name in below[other])


def findings(drafts: dict[str, Draft]) -> Iterator[tuple[str, str, str]]:
    for one in compile_drafts(list(drafts.values()), calendars()).problems:
        if one.severity != INFO:
            yield one.code, one.what, one.clause


def codes_of(mutant: Mutant) -> set[str]:
    """The codes of errors and warnings the fault brings."""
    read = read_regulation(mutant.source, mutant.regulation)
    drafts: dict[str, Draft] = {other: draft(TEXTS[other]) for other in around(mutant.regulation)}
    drafts[mutant.regulation] = read.draft
    own = {one.code for one in read.problems if one.severity != INFO}
    return own | {code for code, what, clause in findings(drafts) if (code, what, clause) not in before(around(mutant.regulation))}


def shown(mutant: Mutant) -> Iterator[Problem]:
    """Every error of a spoiled text, with what shows it."""
    read = read_regulation(mutant.source, mutant.regulation)
    drafts = {other: draft(TEXTS[other]) for other in around(mutant.regulation)} | {mutant.regulation: read.draft}
    result = compile_drafts(list(drafts.values()), calendars())
    assert result.book is not None
    yield from (faults.shown(result.book, one) for one in (*read.problems, *result.problems) if one.severity == ERROR)


def sample(operator: Operator, places: int, random: Random | None = None) -> list[Mutant]:
    """So many mutants of an operator, spread evenly, or drawn."""
    every = list(operator.mutants())
    if len(every) <= places:
        return every
    if random is not None:
        return random.sample(every, places)
    return [every[number * len(every) // places] for number in range(places)]


@dataclass
class Row:
    """How the faults of one operator were named."""

    operator: Operator
    places: int = 0
    right: int = 0
    otherwise: list[tuple[Mutant, set[str]]] = field(default_factory=list)
    missed: list[Mutant] = field(default_factory=list)

    def take(self, mutant: Mutant) -> None:
        codes = codes_of(mutant)
        self.places += 1
        if codes & set(self.operator.codes):
            self.right += 1
        elif codes:
            self.otherwise.append((mutant, codes))
        else:
            self.missed.append(mutant)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--places", type=int, default=1_000_000)
    parser.add_argument("--operator", default="")
    options = parser.parse_args()
    began, rows = time.perf_counter(), []
    print(f"{'operator':34}{'code':26}{'places':>7}{'right':>7}{'other':>7}{'missed':>7}")
    for operator in OPERATORS:
        if options.operator not in operator.name:
            continue
        row = Row(operator)
        for mutant in sample(operator, options.places):
            row.take(mutant)
        rows.append(row)
        print(f"{operator.name:34}{'/'.join(operator.codes):26}{row.places:7}{row.right:7}{len(row.otherwise):7}{len(row.missed):7}", flush=True)
        for mutant, codes in row.otherwise[:3]:
            print(f"    {mutant.regulation}:{mutant.at} said {', '.join(sorted(codes))}")
        for mutant in row.missed[:3]:
            print(f"    {mutant.regulation}:{mutant.at} said nothing")
    places, right = sum(row.places for row in rows), sum(row.right for row in rows)
    print(f"\n{right} of {places} faults named by the right code: {100 * right / max(1, places):.1f} % ({time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
