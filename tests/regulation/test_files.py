"""Every file in `bad/` says exactly what its golden text says; no file in `good/` or among the shipped ones says anything."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from luyue.core.regulation import compile_drafts, compile_rulebook, read_regulation, render
from luyue.core.regulation.kinds import KINDS
from luyue.core.regulation.messages import CODES
from luyue.core.regulation.problems import ERROR, INFO, Problem
from tests.regulation.reading import HERE, SHIPPED, calendars, draft, problems_of

BAD = sorted((HERE / "bad").glob("*.md"))
GOOD = sorted((HERE / "good").glob("*.md"))
REGULATIONS = sorted(SHIPPED.glob("*/*.md"))
DOCS = HERE.parents[1] / "docs" / "errors"


def said(problems: tuple[Problem, ...], source: str, code: str) -> str:
    """Information is only kept where it is the point of the file."""
    kept = [one for one in problems if one.severity != INFO or one.code == code]
    return "".join(f"{render(one, source)}\n{one.say('zh')}\n" for one in kept)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_told_apart_by_its_code_and_told_in_full(path: Path) -> None:
    source, code = path.read_text(encoding="utf-8"), path.name[:5]
    problems = problems_of(source, path.name)
    graver = {one.code for one in problems if one.severity != INFO}
    assert graver == {code} or (not graver and code in {one.code for one in problems})
    golden = path.with_suffix(".txt")
    if os.environ.get("LUYUE_WRITE_GOLDEN"):
        golden.write_text(said(problems, source, code), encoding="utf-8")
    assert said(problems, source, code) == golden.read_text(encoding="utf-8")


def test_every_code_has_a_bad_file_and_a_page() -> None:
    assert {path.name[:5] for path in BAD} == set(CODES)
    assert {path.stem for path in DOCS.glob("PL*.md")} == set(CODES)


def test_no_golden_text_has_lost_its_file() -> None:
    assert {path.stem for path in (HERE / "bad").glob("*.txt")} == {path.stem for path in BAD}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_has_neither_errors_nor_warnings(path: Path) -> None:
    problems = problems_of(path.read_text(encoding="utf-8"), path.name)
    assert [one.say() for one in problems if one.severity != INFO] == []


def test_the_good_files_use_every_kind() -> None:
    used = {rule.kind for path in GOOD for rule in draft(path).regulation.rules}
    assert used == set(KINDS)


def test_the_shipped_regulations_have_no_errors_and_make_one_rulebook() -> None:
    reads = [read_regulation(path.read_text(encoding="utf-8"), str(path)) for path in REGULATIONS]
    assert [one.say() for read in reads for one in read.problems if one.severity == ERROR] == []
    result = compile_rulebook([read.regulation for read in reads if read.regulation], calendars())
    assert [one.say() for one in result.problems if one.severity == ERROR] == []
    assert result.rulebook is not None
    assert {one.id for one in result.rulebook.regulations} == {draft(path).regulation.id for path in REGULATIONS}


def test_a_rulebook_that_compiles_resolves_every_name_of_its_rules() -> None:
    from luyue.core.regulation.references import references
    from luyue.core.regulation.vocabulary import ACTORS, EFFECTS, FACTS, GUARDS

    book = compile_drafts([draft(path) for path in REGULATIONS], calendars()).rulebook
    assert book is not None
    actors = set(ACTORS) | {f"{team.id}/{post}" for team in book.by_kind["team"].values() for post in team.posts}  # type: ignore[attr-defined]
    facts = set(FACTS) | {action.records for action in book.by_kind["action"].values()}  # type: ignore[attr-defined]
    platform = {"fact": facts, "actor": actors | set(book.by_kind["team"]), "guard": set(GUARDS), "effect": set(EFFECTS)}
    platform["receiver"] = platform["actor"] | {"carrier", "insurer"}
    seen = 0
    for rule in book.rules():
        for reference in references(rule):
            known = platform.get(reference.wanted) or set(book.by_kind[reference.wanted])
            assert reference.name in known, (rule.id, reference)
            seen += 1
    assert seen > 500


def test_every_message_names_a_code_and_fits_the_house_form() -> None:
    from luyue.core.regulation.messages import MESSAGES

    for name, message in MESSAGES.items():
        assert re.fullmatch(r"PL\d{3}", message.code), name
        assert all((message.what, message.remedy, message.what_zh, message.remedy_zh)), name
        english, chinese = (_filled(one) for one in (message.what + message.remedy, message.what_zh + message.remedy_zh))
        assert chinese <= english, name


def _filled(text: str) -> set[str]:
    return {word.removesuffix("_zh") for word in re.findall(r"\{(\w+)\}", text)}


def test_the_reference_names_every_kind_key_and_word() -> None:
    from luyue.core.regulation.blocks import FRONT_MATTER
    from luyue.core.regulation.rules import FIELD_KINDS
    from luyue.core.regulation.vocabulary import ACTORS, CHANNELS, EFFECTS, FACTS, GUARDS, MEASURES, VARIABLES

    text = (HERE.parents[1] / "docs" / "language.md").read_text(encoding="utf-8")
    words = {*KINDS, *FRONT_MATTER, *FACTS, *ACTORS, *CHANNELS, *MEASURES, *GUARDS, *EFFECTS, *VARIABLES, *FIELD_KINDS}
    words |= {key for kind in KINDS.values() for key in kind.keys}
    missing = sorted(word for word in words if not re.search(rf"[`\s{{]{re.escape(word)}[`\s:,}}]", text))
    assert missing == []
