"""The string-only YAML subset: everything stays text, every value knows its place, nothing hides."""

from __future__ import annotations

import pytest

from luyue.core.regulation.yamlsubset import List, Map, Node, Text, compose


def read(source: str, line: int = 1, column: int = 1) -> tuple[Node | None, list[tuple[str, int, int]]]:
    said: list[tuple[str, int, int]] = []
    node = compose(source.split("\n"), line, column, lambda message, at, **_: said.append((message, at.line, at.column)))
    return node, said


@pytest.mark.parametrize("value", ["no", "yes", "on", "9:00", "1.10", "0x1f", "2026-01-01", "~", "null", "1e3", "021"])
def test_scalars_that_yaml_would_convert_stay_as_written(value: str) -> None:
    node, said = read(f"a: {value}")
    assert isinstance(node, Map)
    assert isinstance(node.entries[0][1], Text)
    assert (node.entries[0][1].value, said) == (value, [])


def test_places_count_characters_even_after_wide_ones() -> None:
    node, _ = read("名: {渠道: [电话, 门店]}", line=10, column=3)
    assert isinstance(node, Map)
    inner = node.entries[0][1]
    assert isinstance(inner, Map)
    values = inner.entries[0][1]
    assert isinstance(values, List)
    assert [(one.line, one.column, one.length) for one in values.items] == [(10, 12, 2), (10, 16, 2)]


def test_a_literal_block_keeps_its_lines_and_its_hashes() -> None:
    node, said = read("says: |\n  一行\n  # 不是注释 #1\nby: 主笔")
    assert isinstance(node, Map)
    assert [entry[1].value for entry in node.entries if isinstance(entry[1], Text)] == ["一行\n# 不是注释 #1\n", "主笔"]
    assert said == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a: &x b", ("yaml-extra", 1, 4)),
        ("a: b\nc: *a", ("yaml-extra", 2, 4)),
        ("a: !!str b", ("yaml-extra", 1, 4)),
        ("a: &x {b: c}", ("yaml-extra", 1, 4)),
        ("<<: {a: b}", ("yaml-extra", 1, 1)),
        ("a: b\na: c", ("key-twice", 2, 1)),
        ("a: {b: c, b: d}", ("key-twice", 1, 11)),
        ("a: 单据 #3", ("end-of-line-comment", 1, 7)),
        ('a: "b" # c', ("end-of-line-comment", 1, 8)),
        ("a: [b, c] # d", ("end-of-line-comment", 1, 11)),
        ("a:\tb", ("tab", 1, 3)),
        ("a: >\n  b\n  c", ("folded-text", 1, 4)),
        ("a: b\n  c", ("text-over-lines", 1, 4)),
        ("a: b: c", ("not-yaml", 1, 5)),
        ("a: b\n---\nc: d", ("second-document", 2, 1)),
        ("? [a]\n: b", ("key-not-text", 1, 3)),
    ],
)
def test_what_hides_meaning_is_named_where_it_stands(source: str, fault: tuple[str, int, int]) -> None:
    assert fault in read(source)[1]


def test_comments_on_lines_of_their_own_and_hashes_in_quotes_are_fine() -> None:
    assert read('# 说明\na: "b #1"\n  # 再说明\nc: d#e')[1] == []


def test_aliases_that_would_grow_without_end_are_refused_before_they_grow() -> None:
    bomb = "\n".join(["a: &a [x, x]", *(f"{name}: &{name} [*{before}, *{before}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True))])
    node, said = read(bomb)
    assert isinstance(node, Map)
    assert {message for message, _, _ in said} == {"yaml-extra"}


def test_deep_nesting_is_refused_without_running_deep() -> None:
    assert [message for message, _, _ in read("a: " + "[" * 5000)[1]] == ["too-deep"]
