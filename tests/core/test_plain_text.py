"""The quick readers of YAML and Markdown give exactly what the complete ones give, or leave the text to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from luyue.core.regulation.markdown import Block, all_parts, plain_parts, read_page
from luyue.core.regulation.yaml_events import read_events
from luyue.core.yaml_lines import plain

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "luyue" / "regulations").glob("*/*.md"))
TEXTS = {path: path.read_text(encoding="utf-8") for path in [*SHIPPED, *sorted((ROOT / "tests" / "regulation").glob("*/*.md"))]}
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ODD = [
    *"{}[]:,#&*!|>'\"%@`-?\t ~．\\=<",
    ": ",
    " #",
    "- ",
    "? ",
    "<<: ",
    "'a'",
    '"b"',
    "|",
    ">",
    "\u2028",
    "\x85",
    "\ufeff",
    "---",
    "...",
    "{a: b, c}",
    "[a: b]",
]


def blocks(text: str) -> list[Block]:
    page = read_page(text, lambda *_a, **_k: None)
    return [*([page.front] if page.front else []), *(block for section in page.sections for block in section.blocks)]


BLOCKS = [block.lines for text in TEXTS.values() for block in blocks(text) if block.lines]


def same_yaml(lines: list[str]) -> bool:
    """Whether the quick reader answered; it must then agree, and there must be nothing to complain of."""
    quick = plain(lines, 3, 2)
    if quick is None:
        return False
    faults: list[object] = []
    assert quick == read_events(lines, 3, 2, lambda *fault, **_: faults.append(fault))
    assert not faults
    return True


def test_every_block_of_every_regulation_is_read_alike_and_the_shipped_ones_quickly() -> None:
    for path, text in TEXTS.items():
        for block in blocks(text):
            assert same_yaml(block.lines) or path not in SHIPPED, (path, block.lines)


@QUICK
@given(st.data())
def test_a_spoiled_block_is_read_alike_or_left_to_the_complete_reader(data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from(BLOCKS)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[at])))
        deed = data.draw(st.sampled_from(["insert", "insert", "cut", "double", "drop", "indent", "dedent"]))
        if deed == "insert":
            lines[at] = lines[at][:column] + data.draw(st.sampled_from(ODD)) + lines[at][column:]
        elif deed == "cut":
            lines[at] = lines[at][:column]
        elif deed == "double":
            lines.insert(at, lines[at])
        elif deed == "drop" and len(lines) > 1:
            del lines[at]
        elif deed == "indent":
            lines[at] = " " * data.draw(st.integers(1, 4)) + lines[at]
        else:
            lines[at] = lines[at].removeprefix("  ")
    same_yaml(lines)


@QUICK
@given(st.lists(st.lists(st.sampled_from(["a", "b: ", "- ", "  ", "1", "号", *ODD]), max_size=6).map("".join), min_size=1, max_size=6))
def test_any_small_block_is_read_alike_or_left_to_the_complete_reader(lines: list[str]) -> None:
    same_yaml(lines)


def same_parts(lines: list[str]) -> bool:
    quick = plain_parts(lines, 0)
    if quick is not None:
        assert quick == list(all_parts(lines, 0))
    return quick is not None


def test_every_regulation_is_split_alike_and_the_shipped_ones_quickly() -> None:
    for path, text in TEXTS.items():
        lines = text.split("\n")
        start = lines.index("---", 1) + 1 if lines[0] == "---" else 0
        assert same_parts(lines[start:]) or path not in SHIPPED, path


@QUICK
@given(
    st.lists(
        st.lists(
            st.sampled_from(["#", "# ", "```", "~~~", " ", "\t", "-", "=", "text", "1.", "> ", "* ", "<p>", "|", "\u3000", "`", "yaml rule"]), max_size=5
        ).map("".join),
        max_size=9,
    )
)
@example(["# \u3000"])  # a wide space is no word of a heading
@example(["# 甲\u3000"])
def test_any_page_is_split_alike_or_left_to_the_complete_reader(lines: list[str]) -> None:
    same_parts(lines)


@pytest.mark.parametrize("line", ["- a", "> b", "    code", "* c", "1. d", "<div>", "===", "[a]: b", "#5 e", "# f #"])
def test_what_only_the_complete_reader_knows_is_left_to_it(line: str) -> None:
    assert plain_parts(["text", line], 0) is None
