"""The complete reader of rule blocks: PyYAML's events turned into nodes, and every fault of the text said at its place.

Loaded only for a block that is not plain (`yaml_lines`): nearly always one with a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import yaml

from luyue.core.records import dataclass, field
from luyue.core.yaml_lines import List, Map, Node, Text

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
DEEPEST = 12  # no block of the language nests deeper than half of this

Report = Callable[..., None]


@dataclass(slots=True)
class _Open:
    """A collection being read: its node and, in a map, the key waiting for its value."""

    node: Map | List
    key: Text | None = None
    seen: dict[str, Text] = field(default_factory=dict)


def read_events(lines: Sequence[str], first_line: int, first_column: int, report: Report) -> Node | None:
    """What `compose` promises, for any text."""
    source = "\n".join(lines) + "\n"
    for number, line in enumerate(lines):
        if "\t" in line:
            report("tab", Node(first_line + number, first_column + line.index("\t"), 1))
            source = source.replace("\t", " ")
    builder = _Builder(first_line, first_column, report)
    try:
        loader = _Loader(source)
        while loader.check_event():
            if not builder.take(loader.get_event()):
                return None
    except yaml.YAMLError as error:
        _report_unreadable(error, lines, first_line, first_column, report)
        return None
    except (ValueError, UnicodeError) as error:  # lone surrogates and other characters YAML does not allow
        report("not-yaml", Node(first_line, first_column, 1), detail=str(error), hint="", hint_zh="")
        return None
    _report_comments(lines, builder.texts, first_line, first_column, report)
    return builder.root


class _Builder:
    """Turns parse events into nodes without recursion."""

    def __init__(self, first_line: int, first_column: int, report: Report) -> None:
        self.line, self.column, self.report = first_line, first_column, report
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.texts: list[tuple[int, int, int, int, str]] = []  # from line/column to line/column, in the block
        self.documents = 0

    def take(self, event: yaml.Event) -> bool:
        """False when the rest of the block cannot be read."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._text(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_extras(event)
            place = self._at(event, 1)
            shape = Map if isinstance(event, yaml.MappingStartEvent) else List
            node: Map | List = shape(place.line, place.column, 1)
            self._add(node)
            self.open.append(_Open(node))
            if len(self.open) > DEEPEST:
                self.report("too-deep", node)
                return False
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.AliasEvent):
            place = self._at(event, 1)
            self.report("yaml-extra", place, found="*" + str(event.anchor), name="alias", name_zh="别名")
            self._add(Text(place.line, place.column, 1))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.report("second-document", self._at(event, 3))
                return False
        return True

    def _at(self, event: yaml.Event, length: int) -> Node:
        mark = event.start_mark
        assert mark is not None
        return Node(self.line + mark.line, self.column + mark.column, length)

    def _text(self, event: yaml.ScalarEvent) -> Text:
        self._refuse_extras(event)
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        style = event.style or ("" if event.implicit[0] else '"')
        same_line = end.line == start.line
        length = end.column - start.column if same_line else 1
        node = Text(self.line + start.line, self.column + start.column, max(1, length), event.value, style)
        self.texts.append((start.line, start.column, end.line, end.column, style))
        if style == ">":
            self.report("folded-text", node)
        elif style != "|" and not same_line:
            self.report("text-over-lines", node)
        return node

    def _refuse_extras(self, event: yaml.NodeEvent) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self.report("yaml-extra", self._at(event, 1), found="&" + anchor, name="anchor", name_zh="锚点")
        if tag is not None:
            self.report("yaml-extra", self._at(event, 1), found=tag, name="tag", name_zh="标签")

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if isinstance(top.node, List):
            top.node.items.append(node)
        elif top.key is None:
            top.key = self._as_key(node, top)
        else:
            first = top.seen.setdefault(top.key.value, top.key)
            if first is top.key:
                top.node.entries.append((top.key, node))
            else:
                self.report("key-twice", top.key, key=top.key.value, first=first.line)
            top.key = None

    def _as_key(self, node: Node, top: _Open) -> Text:
        if not isinstance(node, Text):
            self.report("key-not-text", node)
            return Text(node.line, node.column, 1)
        if node.value == "<<":
            self.report("yaml-extra", node, found="<<", name="merge key", name_zh="合并键")
        return node


def _report_unreadable(error: yaml.YAMLError, lines: Sequence[str], first_line: int, first_column: int, report: Report) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = min(mark.line, len(lines) - 1) if mark and lines else 0
    column = min(mark.column, len(lines[line])) if mark and lines else 0
    detail = getattr(error, "problem", None) or "a character that is not allowed"
    hint = hint_zh = ""
    if "mapping values" in detail:
        hint, hint_zh = "Put text that holds “: ” in double quotes", "含“: ”的文字请用双引号括起"
    elif "cannot start any token" in detail or "did not find expected" in detail:
        hint, hint_zh = "Put the text in double quotes or in a | block", "请把文字放进双引号或 | 段"
    else:
        hint, hint_zh = "Compare the block with the reference of its kind", "请对照该类规则的写法"
    report("not-yaml", Node(first_line + max(line, 0), first_column + column, 1), detail=detail, hint=hint, hint_zh=hint_zh)


def _report_comments(
    lines: Sequence[str],
    texts: Sequence[tuple[int, int, int, int, str]],
    first_line: int,
    first_column: int,
    report: Report,
) -> None:
    """Comments may only have a line of their own: after a value they eat the rest of the text."""
    for number, line in enumerate(lines):
        if "#" not in line or line.lstrip().startswith("#"):
            continue
        for column in _comment_starts(line):
            if not any(_covers(span, number, column) for span in texts):
                report("end-of-line-comment", Node(first_line + number, first_column + column, len(line) - column))
                break


def _comment_starts(line: str) -> Iterator[int]:
    for column, char in enumerate(line):
        if char == "#" and column and line[column - 1] in " \t":
            yield column


def _covers(span: tuple[int, int, int, int, str], line: int, column: int) -> bool:
    from_line, from_column, to_line, to_column, style = span
    if style in ("|", ">"):
        return from_line < line < to_line or (line == to_line and column < to_column)
    return (from_line, from_column) <= (line, column) < (to_line, to_column)
