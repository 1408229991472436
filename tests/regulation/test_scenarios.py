"""tests/scenarios.tsv: every scenario of the field is answered for, by a test or an example that is there."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

from luyue.core.calendar import Within
from tests.core.calendar.calendars import agenda, at

ROOT = Path(__file__).parents[2]
KINDS = {"test", "example", "not-sayable"}


@cache
def index() -> list[dict[str, str]]:
    with (ROOT / "tests" / "scenarios.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def source(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def functions(path: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(source(path))) if isinstance(node, ast.FunctionDef)}


def test_every_scenario_is_named_once_and_answered_by_a_known_kind() -> None:
    assert [row["scenario"] for row in index()] == [f"S{number}" for number in range(1, 59)]
    assert {row["kind"] for row in index()} <= KINDS
    assert [row["scenario"] for row in index() if row["kind"] == "not-sayable"] == ["S56"]
    assert all(row["what"] and row["proof"] for row in index())


def test_every_named_test_and_example_is_there() -> None:
    for row in index():
        if row["kind"] == "example":
            assert (ROOT / row["proof"]).is_file(), row
        elif row["kind"] == "test":
            path, _, name = row["proof"].partition("::")
            name, _, cases = name.partition("[")
            assert name in functions(path), row
            for case in cases.rstrip("]").split(",") if cases else ():
                assert f'"{case}"' in source(path), row


def test_natural_days_end_with_the_day_and_not_at_closing() -> None:
    """S56: what the language gives instead of what it cannot say."""
    assert agenda().due(at("2026-09-24 15:00"), Within(7, "day", counted="days_end")).at == at("2026-10-09 00:00")
