"""The string-only subset of YAML that rule blocks are written in, with every position kept.

Everything is text: `no`, `9:00` and `1.10` stay as written, the schema gives types. Refused because they
hide meaning: anchors, aliases, tags, merge keys, doubled keys, end-of-line comments (they silently cut a
label at ` #`), tabs, folded text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from luyue.core.yaml_lines import List, Map, Node, Text, plain

__all__ = ["List", "Map", "Node", "Report", "Text", "compose"]

Report = Callable[..., None]


def compose(lines: Sequence[str], first_line: int, first_column: int, report: Report) -> Node | None:
    """Read the lines of one block; `first_line`/`first_column` say where its first character stands.

    report(message, node, **words) is called for every fault. None if nothing can be made of the block.
    """
    node = plain(lines, first_line, first_column)
    if node is not None:
        return node
    from luyue.core.regulation.yaml_events import read_events

    return read_events(lines, first_line, first_column, report)
