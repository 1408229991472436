"""Kinds that decide: category, route, approval."""

from __future__ import annotations

from typing import Any

from luyue.core.regulation import scalars
from luyue.core.regulation.kinds.base import ANY_NAMES, NAMES, Key, Kind, Values, record
from luyue.core.regulation.kinds.targets import WITHIN_KEYS, read_target
from luyue.core.regulation.rules import Approval, Band, Category, Label, Route
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.yamlsubset import List, Map, Node, Text

_VALUE = {"label": Key(scalars.label, required=True), "values": Key(None)}


def _values(node: Node, at: Context) -> Any:
    """path → label, depth first, parents before children."""
    paths: dict[str, Label] = {}
    _collect(node, "", paths, at)
    return paths


def _collect(node: Node, above: str, paths: dict[str, Label], at: Context) -> None:
    for key, value in scalars.pairs(node, at):
        identifier = scalars.kebab(key, at)
        if identifier is BAD:
            continue
        path = f"{above}/{identifier}" if above else identifier
        if path in paths:
            at.report("value-twice", key, found=path)
        assert value is not None
        if scalars.is_label(value):
            said = scalars.label(value, at)
            paths[path] = Label(identifier) if said is BAD else said
        elif isinstance(value, Map):
            values = record(value, _VALUE, at, f'value "{path}"', f"取值 {path}")
            paths[path] = values.get("label", Label(identifier))
            if (below := value.get("values")) is not None:
                _collect(below, path, paths, at)
        else:
            at.wrong(value, "a label or a map with label and values", "名称，或含 label、values 的对照")


def _finish_category(values: Values, holder: Map, at: Context) -> None:
    if values.get("open") and values.get("under"):
        at.report("only-one-of", holder.key("open"), keys="open / under")
    if values.get("open") and "other" not in values["values"]:
        values["values"] = values["values"] | {"other": Label("其他", "Other")}


CATEGORY = Kind(
    Category,
    {"values": Key(_values, required=True, empty={}), "under": Key(scalars.name), "open": Key(scalars.yes_no)},
    _finish_category,
)


def _teams(node: Node, at: Context) -> Any:
    if not isinstance(node, Map) or not node.entries:
        return at.wrong(node, "a map of values to teams", "取值到部门的对照")
    teams: dict[str, tuple[str, ...]] = {}
    for key, value in node.entries:
        actors = NAMES(value, at)
        if scalars.name(key, at) is not BAD and actors is not BAD:
            teams[key.value] = actors
    return teams


ROUTE = Kind(
    Route,
    {
        "field": Key(scalars.name, required=True),
        "teams": Key(_teams, required=True, empty={}, owner=True),
        "otherwise": Key(scalars.name),
    },
)


_BAND = {"over": Key(scalars.amount), "up_to": Key(scalars.amount), "approver": Key(scalars.name)}


def _bands(node: Node, at: Context) -> Any:
    if not isinstance(node, List) or not node.items:
        return at.wrong(node, "a list of bands", "区间列表")
    bands: list[Band] = []
    for item in node.items:
        if not isinstance(item, Map) or not item.entries:
            at.wrong(item, "a map such as {up_to: 200 CNY, approver: team/post}", "例如 {up_to: 200 CNY, approver: 部门/岗位}")
            continue
        values = record(item, _BAND, at, "a band", "区间")
        if item.key("approver") is None:
            at.report("owner-missing", item, key="approver", kind="band")
        over, up_to = values.get("over"), values.get("up_to")
        if over is not None and up_to is not None and over >= up_to:
            at.report("band-empty", item)
        bands.append(Band(over, up_to, values.get("approver", "")))
    return tuple(bands)


def _finish_approval(values: Values, holder: Map, at: Context) -> None:
    read_target(values, holder, at, ("within",), required=False)
    if values["target"] is not None and holder.key("on_miss") is None and isinstance(holder.get("within"), Text):
        at.report("missing-key", holder.key("within"), key="on_miss", where="an approval with a deadline", where_zh="有期限的审批")


APPROVAL = Kind(
    Approval,
    {
        "field": Key(scalars.name, required=True),
        "bands": Key(_bands, required=True, empty=(Band(None, None, ""),), owner=True),
        "not_by": Key(ANY_NAMES),
        "on_miss": Key(scalars.kebab),
        **WITHIN_KEYS,
    },
    _finish_approval,
)
