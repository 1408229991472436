"""Say of every requirement whether it is enforced, measured, guided or not yet, by which rules, shown by which tests.

`enforced` means: rules credit the row, and for each of them a test of the row fails when it is taken out of the regulation. `measured`
is the same where only a report credits it. `guided` rows have a reading or prose and no rule.
The proof is recorded in luyue/regulations/coverage.tsv and made again by tests/coverage whenever the tests run.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from luyue.site.coverage import GUIDED, STATUSES, Coverage, coverage, credits_of, recorded, requirements, shipped_regulations


def main(argv: list[str]) -> int:
    """Exit status 0: what is not yet there is an answer, not a fault."""
    parser = argparse.ArgumentParser(prog="luyue coverage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--status", choices=STATUSES, action="append", help="only rows of this status; may be given more than once")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only these rows, or all that begin so: S2, S2-36")
    options = parser.parse_args(argv)
    answers = [one for one in coverage(requirements(), credits_of(shipped_regulations()), recorded()) if _wanted(one, options)]
    print(_as_json(answers) if options.format == "json" else _as_text(answers))
    return 0


def _wanted(one: Coverage, options: argparse.Namespace) -> bool:
    named = not options.rows or any(one.id == name or one.id.startswith(f"{name}-") for name in options.rows)
    return named and (not options.status or one.status in options.status)


def _as_json(answers: Sequence[Coverage]) -> str:
    return json.dumps([asdict(one) for one in answers], ensure_ascii=False, indent=2)


def _as_text(answers: Sequence[Coverage]) -> str:
    lines: list[str] = []
    for one in answers:
        lines.append(f"{one.id:<8}{one.status:<10}{one.text}")
        lines += [f"{'':18}{_rules(one)}"] if one.rules else []
        lines += [f"{'':18}lacks: {lack}" for lack in one.lacks if one.rules and one.status != GUIDED]
    counts = Counter(one.status for one in answers)
    return "\n".join([*lines, f"{len(answers)} rows: " + ", ".join(f"{counts[status]} {status}" for status in STATUSES) + "."])


def _rules(one: Coverage) -> str:
    tests = f"; {len(one.tests)} test{'' if len(one.tests) == 1 else 's'}" if one.tests else ""
    return ", ".join(one.rules) + tests
