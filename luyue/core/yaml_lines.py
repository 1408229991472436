"""The plain part of YAML, read line by line: what nearly every block of a regulation and every calendar is written in.

Block maps and lists, one-line flow maps and lists, one-line scalars and `|` texts without modifiers. For anything else — and for
anything that might be a fault — the answer is None, and the complete reader has the word: it alone decides what is wrong. Both give
the same nodes (a test compares them), but this one needs a quarter of the time and nothing to be loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from luyue.core.records import dataclass, field

_DEEPEST = 10
_LONGEST_KEY = 1000
# Control characters, line ends other than our own, byte order marks: not for this reader.
_FOREIGN = re.compile("[^\\n\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"
_KEY = re.compile(r"([^\s\-?:,\[\]{}#&*!|>'\"%@`.](?:[^:#]|:(?=[^ ]))*):(?: +|$)")
_FLOW_KEY = re.compile(r" *([^\s\-?:,\[\]{}#&*!|>'\"%@`][^:,\[\]{}#?'\"]*): +")
_FLOW_VALUE = re.compile(r" *(?:\"([^\"\\#]*)\"|'([^'#]*)'|([^\s\-?:,\[\]{}#&*!|>'\"%@`][^:,\[\]{}#?]*?)) *(?=[,\]}])")
_FLOW_PAIR = re.compile(_FLOW_KEY.pattern + _FLOW_VALUE.pattern.removesuffix("(?=[,\\]}])") + "([,}])")
_FLOW_NEXT = re.compile(r" *([,\]}\[{])")


@dataclass(slots=True)
class Node:
    """Where a value stands in the file: 1-based line and column, length in characters of its first line."""

    line: int
    column: int
    length: int


@dataclass(slots=True)
class Text(Node):
    value: str = ""
    style: str = ""  # "" plain, '"', "'", "|"


@dataclass(slots=True)
class Map(Node):
    entries: list[tuple[Text, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        for name, node in self.entries:
            if name.value == key:
                return node
        return None

    def key(self, key: str) -> Text | None:
        return next((name for name, _ in self.entries if name.value == key), None)


@dataclass(slots=True)
class List(Node):
    items: list[Node] = field(default_factory=list)


class _NotPlain(Exception):
    """The text needs the complete reader."""


def plain(lines: Sequence[str], first_line: int, first_column: int) -> Node | None:
    """The node of a block whose first character stands at `first_line`, `first_column`; None when the complete reader is needed."""
    if _FOREIGN.search("\n".join(lines)):
        return None
    reader = _Lines(lines, first_line, first_column)
    try:
        if reader.indent < 0:
            return None
        root = reader.block(reader.indent, 1)
        return root if reader.indent < 0 else None
    except _NotPlain:
        return None


def value_of(node: Node) -> object:
    """Text, list and dict, without their places."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Map):
        return {key.value: value_of(value) for key, value in node.entries}
    return [value_of(item) for item in node.items] if isinstance(node, List) else None


class _Lines:
    """A place in the lines: `at` is the current line of substance, `indent` where its text begins (-1 past the end)."""

    def __init__(self, lines: Sequence[str], first_line: int, first_column: int) -> None:
        self.lines = lines
        self.first_line, self.first_column = first_line, first_column
        self.at, self.indent, self.text = -1, -1, ""
        self._next()

    def _next(self) -> None:
        """To the next line that is neither blank nor a comment."""
        self.at += 1
        while self.at < len(self.lines):
            text = self.lines[self.at].rstrip(" ")
            if text:
                bare = text.lstrip(" ")
                if bare[0] != "#":
                    self.text, self.indent = text, len(text) - len(bare)
                    return
            self.at += 1
        self.indent = -1

    def block(self, indent: int, depth: int) -> Node:
        """The map or list whose lines begin at `indent`."""
        if depth > _DEEPEST:
            raise _NotPlain
        if self.text.startswith("- ", indent):
            return self._list(indent, depth)
        return self._map(indent, depth)

    def _map(self, indent: int, depth: int) -> Map:
        node = Map(self.first_line + self.at, self.first_column + indent, 1)
        seen = set()
        while self.indent == indent:
            match = _KEY.match(self.text, indent)
            if match is None or match[1][-1] == " " or len(match[1]) > _LONGEST_KEY or match[1] in seen or match[1] == "<<":
                raise _NotPlain
            seen.add(match[1])
            key = Text(self.first_line + self.at, self.first_column + indent, len(match[1]), match[1])
            node.entries.append((key, self._value(match.end(), match.end(1) + 1, indent, depth)))
        if self.indent > indent:
            raise _NotPlain
        return node

    def _list(self, indent: int, depth: int) -> List:
        node = List(self.first_line + self.at, self.first_column + indent, 1)
        while self.indent == indent and self.text.startswith("- ", indent):
            start = indent + 1
            while self.text.startswith(" ", start):
                start += 1
            if _KEY.match(self.text, start):  # `- key: value` begins a map of its own
                self.indent = start
                node.items.append(self._map(start, depth + 1))
            else:
                node.items.append(self._inline(start, indent, depth))
        if self.indent > indent:
            raise _NotPlain
        return node

    def _value(self, start: int, bare: int, indent: int, depth: int) -> Node:
        """What follows the colon of a key; `bare` is the column just behind the colon."""
        if start < len(self.text):
            return self._literal(start, indent) if self.text[start:] == "|" else self._inline(start, indent, depth)
        empty = Text(self.first_line + self.at, self.first_column + bare, 1)
        self._next()
        if self.indent > indent or (self.indent == indent and self.text.startswith("- ", indent)):
            return self.block(self.indent, depth + 1)
        return empty

    def _inline(self, start: int, indent: int, depth: int) -> Node:
        """A value that ends with its line."""
        text, first = self.text, self.text[start]
        if "#" in text:
            raise _NotPlain
        node: Node
        if first in "[{":
            node, end = self._flow(start, depth + 1)
            if end != len(text):
                raise _NotPlain
        elif first in "\"'":
            if len(text) < start + 2 or text[-1] != first or first in text[start + 1 : -1] or "\\" in text:
                raise _NotPlain
            node = Text(self.first_line + self.at, self.first_column + start, len(text) - start, text[start + 1 : -1], first)
        elif first in _INDICATORS or text[-1] == ":" or ": " in text[start:]:
            raise _NotPlain
        else:
            node = Text(self.first_line + self.at, self.first_column + start, len(text) - start, text[start:])
        self._next()
        if self.indent > indent:
            raise _NotPlain
        return node

    def _flow(self, start: int, depth: int) -> tuple[Map | List, int]:
        """The flow map or list that opens at a column, and the column behind its end."""
        if depth > _DEEPEST:
            raise _NotPlain
        line, column = self.first_line + self.at, self.first_column
        is_map = self.text[start] == "{"
        node: Map | List = Map(line, column + start, 1) if is_map else List(line, column + start, 1)
        closing, seen, at = "}" if is_map else "]", set(), start + 1
        match = _FLOW_NEXT.match(self.text, at)
        if match is not None and match[1] == closing:
            return node, match.end()
        while True:
            if isinstance(node, Map):
                pair = _FLOW_PAIR.match(self.text, at)
                match = pair or _FLOW_KEY.match(self.text, at)
                if match is None or match[1] in seen or len(match[1]) > _LONGEST_KEY or match[1][-1] == " " or match[1] == "<<":
                    raise _NotPlain
                seen.add(match[1])
                key = Text(line, column + match.start(1), len(match[1]), match[1])
                if pair is not None:  # nearly all of them: key, scalar and what ends it in one go
                    node.entries.append((key, self._scalar(pair, 1)))
                    at = pair.end()
                    if pair[5] == "}":
                        return node, at
                    continue
                value, at = self._flow_value(match.end(), depth)
                node.entries.append((key, value))
            else:
                value, at = self._pair(at, depth) if _FLOW_KEY.match(self.text, at) else self._flow_value(at, depth)
                node.items.append(value)
            match = _FLOW_NEXT.match(self.text, at)
            if match is None or match[1] not in (",", closing):
                raise _NotPlain
            at = match.end()
            if match[1] == closing:
                return node, at

    def _pair(self, at: int, depth: int) -> tuple[Node, int]:
        """`[count-by: {field: cause}]`: a map of one entry without braces of its own."""
        match = _FLOW_KEY.match(self.text, at)
        assert match is not None
        if match[1][-1] == " " or match[1] == "<<" or len(match[1]) > _LONGEST_KEY or depth >= _DEEPEST:
            raise _NotPlain
        line, column = self.first_line + self.at, self.first_column + match.start(1)
        value, at = self._flow_value(match.end(), depth + 1)
        return Map(line, column, 1, [(Text(line, column, len(match[1]), match[1]), value)]), at

    def _flow_value(self, at: int, depth: int) -> tuple[Node, int]:
        match = _FLOW_VALUE.match(self.text, at)
        if match is not None:
            return self._scalar(match, 0), match.end()
        match = _FLOW_NEXT.match(self.text, at)
        if match is None or match[1] not in "[{":
            raise _NotPlain
        return self._flow(match.end() - 1, depth + 1)

    def _scalar(self, match: re.Match[str], before: int) -> Text:
        """The scalar whose double-quoted, single-quoted or plain form are the groups after `before`."""
        group = before + 3
        quote = ""
        if match[group] is None:
            group, quote = (before + 1, '"') if match[before + 1] is not None else (before + 2, "'")
        begin, end = match.span(group)
        begin, end = begin - len(quote), end + len(quote)
        return Text(self.first_line + self.at, self.first_column + begin, end - begin, match[group], quote)

    def _literal(self, start: int, indent: int) -> Text:
        """A `|` text: its lines without their common indent, ended by one line end."""
        node = Text(self.first_line + self.at, self.first_column + start, 1, "", "|")
        taken: list[str] = []
        inner, number = 0, self.at + 1
        while number < len(self.lines):
            line = self.lines[number]
            bare = line.lstrip(" ")
            own = len(line) - len(bare)
            if bare and own <= indent:
                break
            inner = inner or (own if bare else 0)
            if not inner or (own < inner if bare else own > inner):
                raise _NotPlain
            taken.append(line[inner:])
            number += 1
        while taken and not taken[-1]:
            taken.pop()
        if not taken:
            raise _NotPlain
        node.value = "\n".join(taken) + "\n"
        self.at = number - 1
        self._next()
        return node
