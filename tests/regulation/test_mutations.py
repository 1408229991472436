"""Seeded faults: each operator spoils a shipped regulation in one place, and the check must name that fault by its code.

An operator is a pattern and its replacement. It is tried at up to `PLACES` places, spread over all the texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from luyue.core.regulation import Draft, compile_drafts, read_regulation
from luyue.core.regulation.problems import INFO
from tests.regulation.reading import SHIPPED, calendars, draft

PLACES = 3
TEXTS = {path.parent.name: path for path in sorted(SHIPPED.glob("*/*.md"))}
SOURCES = {name: path.read_text(encoding="utf-8") for name, path in TEXTS.items()}


@dataclass(frozen=True)
class Operator:
    """code: what must be said. besides: what the same fault may rightly raise as well."""

    name: str
    code: str
    pattern: str
    replacement: str | Callable[[re.Match[str]], str]
    besides: str = ""
    texts: str = "company live-rental-objections live-rental-individual L0"


def one_more(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 7}{match[3]}"


def next_year(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 1}{match[3]}"


def swapped(match: re.Match[str]) -> str:
    word = match[2]
    return f"{match[1]}{word[:-3]}{word[-2]}{word[-3]}{word[-1]}"


OPERATORS = [
    Operator("clock without owner", "PL102", r"(?m)^owed_by: .*\n", ""),
    Operator("action without doer", "PL102", r"(?m)^by: .*\n(?=records: )", ""),
    Operator(
        "fact misspelt", "PL101", r"(?m)^((?:starts|stops)_at: \[?)([a-z.-]{6,})(?=[,\]\n])", swapped, "PL304 PL404 PL306", "company live-rental-objections"
    ),
    Operator("team misspelt", "PL101", r"(?m)^(owed_by: )((?:service|finance|warehouse|technical)[a-z-]*)", swapped),
    Operator("ladder misspelt", "PL101", r"(?m)^on_miss: standard", "on_miss: standart"),
    Operator("form misspelt", "PL101", r"(?m)^(form: )([a-z-]{6,})", swapped, "PL108 PL404"),
    Operator("hours left out", "PL105", r"(?m)^hours: .*\n", ""),
    Operator("counting left out", "PL105", r"(?m)^counted: .*\n", ""),
    Operator("bare day", "PL105", r"(?m)^(within: \d+) working days?", r"\1 d"),
    Operator("no unit", "PL105", r"(?m)^(within: \d+) (?:h|min)$", r"\1"),
    Operator("other number", "PL005", r"(?m)^(within: )(\d+)( .*)$", one_more, "PL202"),
    Operator("hours for minutes", "PL005", r"(?m)^(within: \d+) min$", r"\1 h"),
    Operator("example one year on", "PL005", r"(?m)^(  due: )(\d{4})(-.*)$", next_year),
    Operator("warning after the deadline", "PL207", r"(?m)^warn_at: .*$", "warn_at: [50%, 100%]"),
    Operator("cap left out", "PL208", r", cap: [^,}]*(?:, (?:counted|hours): [a-z_-]*)?", ""),
    Operator("key misspelt", "PL001", r"(?m)^on_miss:", "on_mis:"),
    Operator("key doubled", "PL009", r"(?m)^(label: .*\n)(?=[a-z_]+:)", r"\1\1"),
    Operator("comment after a value", "PL009", r"(?m)^(within: .*)$", r"\1 # 待定"),
    Operator("block unclosed by a quote", "PL001", r"(?m)^(within: )", r'\1"'),
    Operator("yes for true", "PL104", r"required: no", "required: false"),
    Operator("value misspelt", "PL104", r"(objection_type: )(quality|fee|contract|recovery|service)(?=[,}\]\n])", swapped, "PL304 PL108"),
    Operator("channel misspelt", "PL104", r"(channel: \[?)(phone|email)", swapped, "PL304"),
    Operator("amount in dollars", "PL104", r"(\d) CNY", r"\1 USD", "PL308 PL005"),
    Operator("stage misspelt", "PL101", r"(?m)^(to: )([a-z-]{6,})$", swapped, "PL401 PL404"),
    Operator("guard misspelt", "PL101", r"(?m)^(guards: \[)([a-z-]{8,})", swapped),
    Operator("variable misspelt", "PL108", r"\{case\.number\}", "{case.numbr}"),
    Operator("clause id doubled", "PL002", r"(?m)^(## .* \| )(?!purpose)[a-z-]+$", r"\1response-time", "PL003", "live-rental-objections"),
    Operator("clause without blocks", "PL003", r"(?m)^(## .* \| [a-z-]+\n.*\n)", r"\1\n## 第零条 空 | hollow\n文字。\n", "PL004 PL005 PL006 PL007"),
    Operator("rule doubled", "PL002", r"(?s)(```yaml rule\n(?:team|timetable|ladder|category): .*?```\n)", r"\1\1", "PL005"),
    Operator("step not later", "PL209", r"(?m)^(  - \{after: .*\}\n)", r"\1\1"),
    Operator("exception unlinked", "PL301", r"(?m)^exception_to: .*\n", "", "PL305"),
    Operator("band with a hole", "PL308", r"over: 200 CNY", "over: 300 CNY", "PL005"),
    Operator("promised date from elsewhere", "PL404", r"(?m)^due_from: .*$", "due_from: nowhere_at"),
]


@cache
def before() -> frozenset[tuple[str, str, str]]:
    return frozenset(findings({name: draft(path) for name, path in TEXTS.items()}))


def findings(drafts: dict[str, Draft]) -> Iterator[tuple[str, str, str]]:
    result = compile_drafts(list(drafts.values()), calendars())
    for one in result.problems:
        if one.severity != INFO:
            yield one.code, one.what, one.clause


def mutants(operator: Operator) -> Iterator[tuple[str, str]]:
    """(regulation, spoiled text): up to PLACES of them, spread evenly over all the places there are."""
    places = [(name, match) for name in operator.texts.split() for match in re.finditer(operator.pattern, SOURCES[name])]
    step = max(1, len(places) // PLACES)
    for name, match in places[::step][:PLACES]:
        source = SOURCES[name]
        new = match.expand(operator.replacement) if isinstance(operator.replacement, str) else operator.replacement(match)
        if new != match[0]:
            yield name, source[: match.start()] + new + source[match.end() :]


def codes_of(name: str, source: str) -> set[str]:
    read = read_regulation(source, name)
    drafts: dict[str, Draft] = {other: draft(path) for other, path in TEXTS.items()}
    drafts[name] = read.draft
    own = {one.code for one in read.problems if one.severity != INFO}
    return own | {code for code, what, clause in findings(drafts) if (code, what, clause) not in before()}


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_a_seeded_fault_is_named_by_its_code_and_by_no_other(operator: Operator) -> None:
    spoiled = list(mutants(operator))
    assert spoiled, "the operator no longer fits any shipped text"
    for name, source in spoiled:
        codes = codes_of(name, source)
        assert operator.code in codes, (name, codes)
        assert codes <= {operator.code, *operator.besides.split()}, (name, codes)
