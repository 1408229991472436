"""Markdown → front matter, chapters, clauses and the fenced blocks under them, with positions.

Only block structure is asked for; words inside a paragraph are left as written. Text of headings, paragraphs and fences alone — no
lists, quotations, HTML — is split here; for any other the complete CommonMark reader is loaded, which takes longer than a whole check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from luyue.core.records import dataclass, field
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
    english: str = ""
    chapter_english: str = ""
    prose: list[tuple[int, str]] = field(default_factory=list)  # (file line, text)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    front: Block | None
    chapters: list[str]
    sections: list[Section]


@dataclass(slots=True)
class Part:
    """A heading (level 0 only) or a fence: its first line and the one behind its last, counted from 0, and its words or info."""

    kind: str
    lines: tuple[int, int]
    words: str
    level: int = 0


def read_page(text: str, report: Report) -> Page:
    """Split a regulation. report(message, node, **words) is called for every fault of structure."""
    lines = text.split("\n")
    front, start = _front_matter(lines, report)
    page = Page(front, [], [])
    chapter, chapter_english, section, cursor = "", "", None, start
    loose = True  # reported once: words and blocks above the first clause
    for part in plain_parts(lines, start) or all_parts(lines, start):
        first, last = part.lines
        if part.kind == "heading":
            _keep_prose(section, lines, cursor, first)
            cursor = last
            title, english, clause_id = _heading(part.words)
            at = _heading_place(lines[first], first)
            if clause_id is None:
                chapter, chapter_english = title, english
                page.chapters.append(title)
                continue
            if not CLAUSE_ID.match(clause_id):
                report("clause-id-bad", at, id=clause_id)
            section = Section(clause_id, title, chapter, at.line, at.column, english, chapter_english)
            page.sections.append(section)
            continue
        block = _block(part, lines, report)
        if block is None:
            continue
        if section is None:
            if loose:
                report("block-before-clause", Node(first + 1, 1, len(lines[first]) or 1))
                loose = False
        else:
            section.blocks.append(block)
        _keep_prose(section, lines, cursor, first)
        cursor = last
    _keep_prose(section, lines, cursor, len(lines))
    return page


# Where a line outside fences may begin something else than a heading, a fence or a paragraph.
_OTHER_START = re.compile(r"[ \t\-+*_>=<~\[]|#|\d{1,9}[.)]")
_HEADING = re.compile(r"#{1,6}(?: (.*[^# ])|) *\Z")
_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*\Z")
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")


def plain_parts(lines: Sequence[str], start: int) -> list[Part] | None:
    """Headings and fences of a text that has nothing else but paragraphs; None where the complete reader is needed."""
    parts: list[Part] = []
    fence = None
    for number in range(start, len(lines)):
        line = lines[number]
        if fence is not None:
            match = _CLOSING.match(line) if line and line[-1] in "`~ \t" else None
            if match is not None and match[1].startswith(fence[1]):
                parts[-1].lines = (parts[-1].lines[0], number + 1)
                fence = None
        elif (fence := _FENCE.match(line)) is not None:
            parts.append(Part("fence", (number, len(lines)), fence[2]))
        elif line.startswith("#"):
            match = _HEADING.match(line)
            if match is None or "\t" in line:
                return None
            parts.append(Part("heading", (number, number + 1), (match[1] or "").strip()))
        elif line and _OTHER_START.match(line) and line.strip(" "):
            return None
    return None if fence is not None else parts


def all_parts(lines: Sequence[str], start: int) -> Iterator[Part]:
    """The same of any text, as CommonMark has it."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark")
    reader.core.ruler.enableOnly(["normalize", "block"])
    tokens = reader.parse("\n" * start + "\n".join(lines[start:]))
    for index, token in enumerate(tokens):
        if token.map is not None and token.type == "heading_open" and token.level == 0:
            yield Part("heading", (token.map[0], token.map[1]), tokens[index + 1].content)
        elif token.map is not None and token.type == "fence":
            yield Part("fence", (token.map[0], token.map[1]), token.info, token.level)


def _front_matter(lines: Sequence[str], report: Report) -> tuple[Block | None, int]:
    if not lines or lines[0].rstrip() != "---":
        report("no-front-matter", Node(1, 1, max(1, len(lines[0]) if lines else 1)))
        return None, 0
    for number in range(1, len(lines)):
        if lines[number].rstrip() == "---":
            return Block("front", list(lines[1:number]), 2, 1), number + 1
    report("front-matter-open", Node(1, 1, 3))
    return None, len(lines)


def _heading(content: str) -> tuple[str, str, str | None]:
    """Title, the same in English, and clause id: `第一条 目的 / Purpose | purpose`. A heading without a bar only groups."""
    words, bar, clause_id = content.rpartition("|")
    title, _, english = (words if bar else content).partition(" / ")
    return title.strip(), english.strip(), clause_id.strip() if bar else None


def _heading_place(line: str, number: int) -> Node:
    bar = line.rfind("|")
    column = bar + 1 + len(line[bar + 1 :]) - len(line[bar + 1 :].lstrip()) if bar >= 0 else 0
    return Node(number + 1, column + 1, max(1, len(line.rstrip()) - column))


def _keep_prose(section: Section | None, lines: Sequence[str], start: int, end: int) -> None:
    if section is not None:
        section.prose.extend((number + 1, lines[number]) for number in range(start, min(end, len(lines))))


def _block(part: Part, lines: Sequence[str], report: Report) -> Block | None:
    """The block of a `yaml rule` (example, …) fence, of kind LOST if it is faulty; None for any other fence, which is prose."""
    words = part.words.split()
    first, last = part.lines
    opening = lines[first]
    at = Node(first + 1, 1, max(1, len(opening)))
    lost = Block(LOST, list(lines[first + 1 : last]), first + 2, 1)
    if not words or words[0] not in ("yaml", "yml", *BLOCKS):
        return None
    if words[0] != "yaml" or len(words) != 2 or words[1] not in BLOCKS:
        report("unknown-block", at, found=part.words, known=", ".join(f"yaml {name}" for name in BLOCKS))
        return lost
    if part.level != 0:
        report("nested-block", at)
        return lost
    if last - first < 2 or not FENCE_END.match(lines[last - 1]):
        report("unclosed-block", at)
        return lost
    indent = len(opening) - len(opening.lstrip(" "))
    inner = [line[indent:] if line[:indent].isspace() else line for line in lines[first + 1 : last - 1]]
    return Block(words[1], inner, first + 2, 1 + indent)
