"""Kinds about the company itself: timetable, team, skill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from luyue.core.calendar import DayKind, Window
from luyue.core.regulation import scalars
from luyue.core.regulation.kinds.base import ANY_NAMES, NAMES, Key, Kind
from luyue.core.regulation.rules import AROUND_THE_CLOCK, Skill, Team, TimetableRule
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.yamlsubset import List, Map, Node, Text

_DAY_KINDS = tuple(kind.value for kind in DayKind)


def _windows(node: Node, at: Context) -> Any:
    """List of windows of one day; [] = closed. Sorted; overlap is a fault."""
    if not isinstance(node, List):
        return at.wrong(node, 'a list of windows such as ["09:00-21:00"], or [] for closed', '时间段列表，例如 ["09:00-21:00"]，关闭写 []')
    read = [(window, item) for item in node.items if (window := scalars.window(item, at)) is not BAD]
    read.sort(key=lambda pair: (pair[0].opens_s, pair[0].closes_s))
    for (earlier, _), (later, item) in pairwise(read):
        if later.opens_s < earlier.closes_s:
            at.report("windows-overlap", item, found=scalars.shown(item))
    return tuple(window for window, _ in read)


def _open(node: Node, at: Context) -> Any:
    """All four day kinds, none left to chance: a make-up Saturday is no ordinary Saturday."""
    if not isinstance(node, Map):
        return at.wrong(node, "a map of day kinds to windows", "各日期类型的时间段")
    result: dict[DayKind, Sequence[Window]] = {}
    for key, value in node.entries:
        if key.value not in _DAY_KINDS:
            at.report("unknown-key", key, key=key.value, where="open", where_zh="open", **hints(key.value, _DAY_KINDS))
            continue
        windows = _windows(value, at)
        if windows is not BAD:
            result[DayKind(key.value)] = windows
    for name in _DAY_KINDS:
        if node.key(name) is None:
            at.report("day-kind-open", node.entries[0][0] if node.entries else node, kind=name)
    return result


def _dates(node: Node, at: Context) -> Any:
    if not isinstance(node, Map):
        return at.wrong(node, "a map of dates to windows", "日期到时间段的对照")
    result: dict[date, Sequence[Window]] = {}
    for key, value in node.entries:
        day, windows = scalars.calendar_date(key, at), _windows(value, at)
        if day is not BAD and windows is not BAD:
            result[day] = windows
    return result


def _valid_for(node: Node, at: Context) -> Any:
    if isinstance(node, Text) and (node.value == "edition" or re.match(r"[1-9]\d{0,2} months?\Z", node.value, re.ASCII)):
        return node.value
    return at.wrong(node, "`12 months` or `edition`", "12 months 或 edition")


TIMETABLE = Kind(TimetableRule, {"open": Key(_open, required=True, empty={}), "dates": Key(_dates)})

TEAM = Kind(
    Team,
    {
        "label": Key(scalars.label, required=True),
        "posts": Key(scalars.labels),
        "staffed": Key(scalars.name, empty=AROUND_THE_CLOCK),
        "needs_skill": Key(ANY_NAMES),
    },
)

SKILL = Kind(
    Skill,
    {
        "earned_by": Key(scalars.one_of("acknowledgement", "course", "exam", "certificate"), required=True),
        "gates": Key(NAMES, required=True, empty=()),
        "valid_for": Key(_valid_for),
        "teams": Key(ANY_NAMES),
    },
)
