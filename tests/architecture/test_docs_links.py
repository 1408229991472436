"""Documents name what is there: files, symbols, headings, commands, make targets, and the words of the interface.

A link to code carries the symbol as its title, `[decide](../luyue/core/procedure/decide.py "decide")`, because line numbers die with the
next edit. In a regulation the title is a clause (`response-time`) or a rule (`clock first-response-live`); elsewhere any text of the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from luyue.core.regulation import read_regulation
from luyue.site.cli import command_names
from tests.architecture.house import ROOT

DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md", "luyue/apps/*/README.md", "tests/*/README.md") for path in ROOT.glob(pattern))
GUIDE = ROOT / "docs" / "guide.zh-CN.md"
RECIPES = ROOT / "docs" / "recipes"

LINK = re.compile(r'(?<!!)\[[^\]]*\]\(([^()\s]+?)(?:\s+"([^"]*)")?\)')
FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2\s*$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")


def prose(path: Path) -> str:
    """The text without fenced blocks: a link there is an example."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def faults(path: Path, text: str) -> Iterator[str]:
    """Every link of `text`, standing in the document `path`, that leads nowhere."""
    for target, title in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            yield f"{target}: there is no such file"
        elif heading and heading not in headings(file):
            yield f"{target}: {file.name} has no such heading"
        elif title and title not in symbols(file) and not (file.suffix not in (".py", ".md") and title in file.read_text(encoding="utf-8")):
            yield f"{target}: {file.name} has no '{title}'"


@cache
def headings(path: Path) -> frozenset[str]:
    """Anchors as GitHub makes them."""
    lines = re.findall(r"^#+ +(.+?) *$", prose(path), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines)


@cache
def symbols(path: Path) -> frozenset[str]:
    """What a title may name: of a module its functions, classes, methods and constants; of a regulation its clauses and rules."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if path.suffix == ".py":
        return frozenset(_defined(ast.parse(text).body, ""))
    if path.suffix == ".md" and text.startswith("---\nregulation:"):
        regulation = read_regulation(text, str(path)).draft.regulation
        return frozenset({clause.id for clause in regulation.clauses} | {f"{rule.kind} {rule.id}" for rule in regulation.rules})
    return frozenset()


def _defined(body: list[ast.stmt], inside: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield inside + node.name
            if isinstance(node, ast.ClassDef):
                yield from _defined(node.body, f"{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (inside + one.id for one in targets if isinstance(one, ast.Name))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(faults(path, prose(path))) == []


@pytest.mark.parametrize(
    "planted, said",
    [
        ("[x](nowhere.md)", "no such file"),
        ('[x](../luyue/site/cli.py "fly")', "has no 'fly'"),
        ('[x](../luyue/regulations/company/2026-01-01.md "clock never")', "has no 'clock never'"),
        ("[x](glossary.md#never)", "no such heading"),
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(planted: str, said: str) -> None:
    (found,) = faults(GUIDE, planted)
    assert said in found


def test_links_with_symbols_are_taken() -> None:
    fine = '[a](../luyue/site/cli.py "main") [b](../luyue/regulations/company/2026-01-01.md "ladder standard") [c](glossary.md#glossary)'
    assert list(faults(GUIDE, fine)) == []


def test_every_step_of_the_walkthrough_shows_where_it_happens() -> None:
    steps = re.split(r"^## ", prose(ROOT / "docs" / "walkthrough.md"), flags=re.MULTILINE)[1:]
    assert len(steps) >= 8
    for step in steps:
        for paragraph in step.split("\n\n")[1:]:
            if paragraph.strip() and not paragraph.lstrip().startswith(("|", "    ")):
                assert re.search(r'\]\([^)]+ "[^"]+"\)', paragraph), f"This paragraph links to no symbol: {paragraph[:80]}"


# ----------------------------------------------------------------------------- paths, commands, words

PATH = re.compile(r"(?:luyue|tests|docs|tools)/[\w./<>*{}-]+|[\w-]+\.(?:toml|md|in)")


@pytest.mark.parametrize("path", [*sorted(RECIPES.glob("*.md")), ROOT / "docs" / "architecture.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.stem)
def test_every_path_a_recipe_names_is_there(path: Path) -> None:
    named = [word for word in CODE.findall(prose(path)) if PATH.fullmatch(word)]
    for word in named:
        # What the reader is to make himself is written <so>; the folder it goes into must be there.
        known = re.sub(r"[^/]*[<*].*$", "", word)
        assert (ROOT / known).exists() or (path.parent / known).exists(), f"{path.name} names {word}"


def test_there_is_a_recipe_for_each_common_change() -> None:
    assert {path.stem for path in RECIPES.glob("*.md")} >= {"add-a-rule-kind", "add-a-channel", "add-a-room", "add-a-guard", "add-a-page"}


def test_documents_name_commands_and_make_targets_that_exist() -> None:
    commands = set(command_names())
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        called = [word for line in [*CODE.findall(text), *re.findall(r"^ {4,}(.+)$", text, re.MULTILINE)] for word in _called(line)]
        for tool, word in called:
            known = commands if tool == "luyue" else targets
            assert word in known, f"{path.relative_to(ROOT)} names `{tool} {word}`"


def _called(line: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"(?:^|[ /])(luyue|make) ([a-z][a-z-]*)\b(?![=./])", line)


@cache
def interface() -> str:
    """Everything of the product that puts words before people."""
    files = [path for pattern in ("*.py", "*.html", "*.js", "*.md") for path in (ROOT / "luyue").rglob(pattern)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if not {"tests", "vendor"} & set(path.relative_to(ROOT).parts))


def test_the_guide_quotes_only_words_the_interface_has() -> None:
    quoted = set(re.findall(r"「([^」]+)」", GUIDE.read_text(encoding="utf-8")))
    assert len(quoted) > 30
    assert sorted(word for word in quoted if word not in interface()) == []


def test_a_word_nobody_shows_would_be_noticed() -> None:
    assert "为什么是这个时间" in interface()
    assert "一键甩锅" not in interface()
