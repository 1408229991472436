"""Markdown → front matter, chapters, clauses and the fenced blocks under them, with positions.

Only block structure is asked of the Markdown reader; words inside a paragraph are left as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from luyue.core.regulation.yamlsubset import Node, Report

BLOCKS = ("rule", "example", "reading", "prose-only")
LOST = "lost"  # a block with a fault of its fence, already reported
CLAUSE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
FENCE_END = re.compile(r" {0,3}(`{3,}|~{3,})\s*\Z")


@dataclass(slots=True)
class Block:
    """The inside of one fence. `line` is the 1-based file line of its first inner line."""

    kind: str
    lines: list[str]
    line: int
    column: int


@dataclass(slots=True)
class Section:
    """A clause as found: heading, prose lines, blocks."""

    id: str
    title: str
    chapter: str
    line: int
    column: int
    prose: list[tuple[int, str]] = field(default_factory=list)  # (file line, text)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    front: Block | None
    chapters: list[str]
    sections: list[Section]


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark")
    reader.core.ruler.enableOnly(["normalize", "block"])
    return reader


def read_page(text: str, report: Report) -> Page:
    """Split a regulation. report(message, node, **words) is called for every fault of structure."""
    lines = text.split("\n")
    front, start = _front_matter(lines, report)
    page = Page(front, [], [])
    chapter, section, cursor = "", None, start
    tokens = _reader().parse("\n" * start + "\n".join(lines[start:]))
    loose = True  # reported once: words and blocks above the first clause
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type == "heading_open" and token.level == 0:
            _keep_prose(section, lines, cursor, token.map[0])
            cursor = token.map[1]
            title, clause_id = _heading(tokens[index + 1].content)
            at = _heading_place(lines[token.map[0]], token.map[0])
            if clause_id is None:
                chapter = title
                page.chapters.append(title)
                continue
            if not CLAUSE_ID.match(clause_id):
                report("clause-id-bad", at, id=clause_id)
            section = Section(clause_id, title, chapter, at.line, at.column)
            page.sections.append(section)
        elif token.type == "fence":
            block = _block(token, lines, report)
            if block is None:
                continue
            if section is None:
                if loose:
                    report("block-before-clause", Node(token.map[0] + 1, 1, len(lines[token.map[0]]) or 1))
                    loose = False
            else:
                section.blocks.append(block)
            _keep_prose(section, lines, cursor, token.map[0])
            cursor = token.map[1]
    _keep_prose(section, lines, cursor, len(lines))
    return page


def _front_matter(lines: Sequence[str], report: Report) -> tuple[Block | None, int]:
    if not lines or lines[0].rstrip() != "---":
        report("no-front-matter", Node(1, 1, max(1, len(lines[0]) if lines else 1)))
        return None, 0
    for number in range(1, len(lines)):
        if lines[number].rstrip() == "---":
            return Block("front", list(lines[1:number]), 2, 1), number + 1
    report("front-matter-open", Node(1, 1, 3))
    return None, len(lines)


def _heading(content: str) -> tuple[str, str | None]:
    """Title and clause id; a heading without a bar only groups."""
    title, bar, clause_id = content.rpartition("|")
    return (title.strip(), clause_id.strip()) if bar else (content.strip(), None)


def _heading_place(line: str, number: int) -> Node:
    bar = line.rfind("|")
    column = bar + 1 + len(line[bar + 1 :]) - len(line[bar + 1 :].lstrip()) if bar >= 0 else 0
    return Node(number + 1, column + 1, max(1, len(line.rstrip()) - column))


def _keep_prose(section: Section | None, lines: Sequence[str], start: int, end: int) -> None:
    if section is not None:
        section.prose.extend((number + 1, lines[number]) for number in range(start, min(end, len(lines))))


def _block(token: Token, lines: Sequence[str], report: Report) -> Block | None:
    """The block of a `yaml rule` (example, …) fence, of kind LOST if it is faulty; None for any other fence, which is prose."""
    assert token.map is not None
    words = token.info.split()
    first, last = token.map
    opening = lines[first]
    at = Node(first + 1, 1, max(1, len(opening)))
    lost = Block(LOST, list(lines[first + 1 : last]), first + 2, 1)
    if not words or words[0] not in ("yaml", "yml", *BLOCKS):
        return None
    if words[0] != "yaml" or len(words) != 2 or words[1] not in BLOCKS:
        report("unknown-block", at, found=token.info, known=", ".join(f"yaml {name}" for name in BLOCKS))
        return lost
    if token.level != 0:
        report("nested-block", at)
        return lost
    if last - first < 2 or not FENCE_END.match(lines[last - 1]):
        report("unclosed-block", at)
        return lost
    indent = len(opening) - len(opening.lstrip(" "))
    inner = [line[indent:] if line[:indent].isspace() else line for line in lines[first + 1 : last - 1]]
    return Block(words[1], inner, first + 2, 1 + indent)
