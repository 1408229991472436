"""How far the shipped regulations answer for the list of requirements: which rule keeps a row, and which test would notice its loss.

Three texts meet here, all in `luyue/regulations`: `requirements.tsv` (the rows), the `credits` of rules, readings and prose-only
blocks, and `coverage.tsv`, the record of the proof. A line of the proof says: without this rule, this test of this row fails. It is
made by `python -m tests.coverage.proof --write` and made again by the tests, which fail when the record and the proof differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luyue.core.regulation import read_regulation
from luyue.core.regulation.kinds import NOT_RUN
from luyue.core.regulation.text import Regulation

SHIPPED = Path(__file__).parents[1] / "regulations"
REQUIREMENTS = "requirements.tsv"
RECORD = "coverage.tsv"

ENFORCED, MEASURED, GUIDED, NOT_YET = "enforced", "measured", "guided", "not yet"
STATUSES = (ENFORCED, MEASURED, GUIDED, NOT_YET)
REPORT = "report"
# Kinds that do nothing to a case by themselves: a row may be enforced while one of these beside it still waits for a proof.
ASIDE = frozenset({REPORT, "data_class"})
# Tests somebody wrote for the row; the other names are worked examples of the regulation.
STORIES = "tests/"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the list. `wants` is how it asks to be kept: E by rule (timer, form, guard, report …), G by guidance."""

    id: str
    text: str
    wants: str


@dataclass(frozen=True, slots=True, order=True)
class Credit:
    """What says it answers for a row: a rule, or with `rule` empty a reading or prose-only block of a clause."""

    row: str
    kind: str
    rule: str
    clause: str

    @property
    def name(self) -> str:
        return f"{self.kind} {self.rule or self.clause}"


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """Without the rule, this test of the row fails. `rule` is "<kind> <id>"."""

    row: str
    rule: str
    test: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer for one row; `lacks` says what keeps it from more."""

    id: str
    status: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    text: str
    wants: str
    lacks: tuple[str, ...] = ()


def requirements(folder: Path = SHIPPED) -> tuple[Requirement, ...]:
    """Rows in the order of the list. ValueError names a line that has not three columns."""
    rows = []
    for number, line in enumerate((folder / REQUIREMENTS).read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != 3:
            raise ValueError(f"{folder / REQUIREMENTS}:{number}: {len(cells)} columns. Write id, text and what it wants, parted by tabs.")
        rows.append(Requirement(*cells))
    return tuple(rows)


def shipped_regulations(folder: Path = SHIPPED) -> tuple[Regulation, ...]:
    """The newest edition of every regulation, as far as it can be read."""
    newest = [max(one.glob("*.md")) for one in sorted(folder.iterdir()) if one.is_dir() and any(one.glob("*.md"))]
    return tuple(read_regulation(path.read_text(encoding="utf-8"), str(path)).draft.regulation for path in newest)


def credits_of(regulations: Iterable[Regulation]) -> tuple[Credit, ...]:
    """In the order of the texts."""
    found: list[Credit] = []
    for regulation in regulations:
        for clause in regulation.clauses:
            where = f"{regulation.id}/{clause.id}"
            found += [Credit(row, rule.kind, rule.id, where) for rule in clause.rules for row in rule.credits]
            found += [Credit(row, "reading", "", where) for reading in clause.readings for row in reading.credits]
            found += [Credit(row, "prose-only", "", where) for block in clause.prose_only for row in block.credits]
    return tuple(dict.fromkeys(found))


def recorded(folder: Path = SHIPPED) -> tuple[Proof, ...]:
    """The record of the last proof; () when there is none yet."""
    path = folder / RECORD
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return tuple(Proof(*line.split("\t")) for line in lines)


def as_record(proofs: Iterable[Proof]) -> str:
    return "".join(f"{one.row}\t{one.rule}\t{one.test}\n" for one in sorted(set(proofs)))


def coverage(rows: Sequence[Requirement], credits: Sequence[Credit], proofs: Sequence[Proof]) -> tuple[Coverage, ...]:
    """One answer a row, in the order of the rows. A proof counts only while its rule is there and still credits the row."""
    by_row: dict[str, list[Credit]] = defaultdict(list)
    for credit in credits:
        by_row[credit.row].append(credit)
    tests: dict[tuple[str, str], list[str]] = defaultdict(list)
    for proof in proofs:
        tests[(proof.row, proof.rule)].append(proof.test)
    return tuple(_answer(row, by_row.get(row.id, ()), tests) for row in rows)


def _answer(row: Requirement, credits: Sequence[Credit], tests: Mapping[tuple[str, str], Sequence[str]]) -> Coverage:
    """Strict on purpose: one rule that acts and that no test would miss keeps the whole row from being called enforced."""
    names = tuple(credit.name for credit in credits)
    rules = [credit for credit in credits if credit.rule]
    if not rules:
        status, lacks = (GUIDED, ["no rule answers for it, only words"]) if credits else (NOT_YET, ["no clause answers for it"])
        return Coverage(row.id, status, names, (), row.text, row.wants, tuple(lacks))
    proven = [credit for credit in rules if (row.id, credit.name) in tests]
    unproven = [credit for credit in rules if credit not in proven]
    found = tuple(dict.fromkeys(test for credit in proven for test in tests[(row.id, credit.name)]))
    wanting = [_lack(credit) for credit in unproven if credit.kind not in ASIDE]
    aside = [_lack(credit) for credit in unproven if credit.kind in ASIDE]
    if REPORT in row.wants and not any(credit.kind == REPORT for credit in proven):
        wanting.append("it asks for a report, and no report is proven")
    if not any(test.startswith(STORIES) for test in found):
        # An example shows that a rule reckons right; that it is what the row asks for is said by a test marked with the row.
        wanting.append("no story tells this row")
    kept = MEASURED if all(credit.kind == REPORT for credit in proven) else ENFORCED
    return Coverage(row.id, NOT_YET if wanting else kept, names, found, row.text, row.wants, (*wanting, *aside))


def _lack(credit: Credit) -> str:
    if credit.kind in ASIDE and credit.kind in NOT_RUN:
        return f"{credit.name}: nothing acts on this kind of rule yet"
    return f"{credit.name}: no test of this row fails without it"
