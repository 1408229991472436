"""Conditions: closed maps of field to values or band. Whether field and values exist is checked with all rules together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from luyue.core.regulation.rules import Bound, Condition
from luyue.core.regulation.scalars import BAD, Context, amount, name, some
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.yamlsubset import Map, Node


def condition(node: Node, at: Context) -> Any:
    """{field: value | [values] | {over, up_to}}."""
    if not isinstance(node, Map) or not node.entries:
        return at.wrong(node, "a map such as {channel: [phone, chat]}", "条件，例如 {channel: [phone, chat]}")
    of: dict[str, tuple[str, ...] | Bound] = {}
    for key, value in node.entries:
        if name(key, at) is BAD:
            continue
        wanted = bound(value, at) if isinstance(value, Map) else some(name)(value, at)
        if wanted is not BAD and wanted != ():
            of[key.value] = wanted
    return Condition(of)


def bound(node: Map, at: Context) -> Any:
    limits: dict[str, Decimal] = {}
    for key, value in node.entries:
        if key.value not in ("over", "up_to"):
            at.report("unknown-key", key, key=key.value, where="a band", where_zh="区间", **hints(key.value, ("over", "up_to")))
            return BAD
        limit = amount(value, at)
        if limit is BAD:
            return BAD
        limits[key.value] = limit
    over, up_to = limits.get("over"), limits.get("up_to")
    if (over is None and up_to is None) or (over is not None and up_to is not None and over >= up_to):
        at.report("band-empty", node)
        return BAD
    return Bound(over, up_to)
