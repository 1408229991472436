"""When work is due: `within`, `due_from`, `due_in_period` with their side keys, and what triggers it."""

from __future__ import annotations

import re
from typing import Any

from luyue.core.regulation import durations, scalars
from luyue.core.regulation.kinds.base import Key, Values, missing, record
from luyue.core.regulation.rules import (
    AfterRepeats,
    AheadOf,
    Blank,
    DueFrom,
    Every,
    InPeriod,
    OnFact,
    PastOf,
    Pauses,
    Sample,
    Tries,
)  # fmt: skip
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.yamlsubset import List, Map, Node, Text

SIDE = ("hours", "counted", "day_ends")
AROUND = {"ahead_of": "lead_times", "past": "lag_times"}  # a date that sets off, and how long before or after it
WITHIN_KEYS = {name: Key(None) for name in ("within", *SIDE)}
_IN_PERIOD = re.compile(r"(\d{1,3}) working days? after\Z", re.ASCII)


def read_target(values: Values, holder: Map, at: Context, allowed: tuple[str, ...], required: bool) -> None:
    """Put `target` into values from exactly one of the `allowed` keys of holder."""
    given = [key for key in allowed if holder.key(key) is not None]
    values["target"] = None
    if len(given) > 1:
        at.report("only-one-of", holder.key(given[1]), keys=" / ".join(given))
        return
    if not given and at.misspelt & set(allowed):
        values["target"] = Blank()
        return
    if not given:
        stray = [key for key in SIDE if holder.key(key) is not None]
        if stray:
            at.report("side-key-alone", holder.key(stray[0]), key=stray[0])
        elif required:
            at.report("target-missing", holder.entries[0][1], kind=at.kind, keys=" / ".join(allowed))
        if required:
            values["target"] = Blank()
        return
    target = _target(given[0], holder, at)
    values["target"] = Blank() if target is BAD else target


def _target(key: str, holder: Map, at: Context) -> Any:
    node = holder.get(key)
    assert node is not None
    if key == "within":
        if isinstance(node, Text) and node.value == "blank":
            at.report("blank", node)
            return Blank()
        return durations.within(holder, key, at)
    for side in SIDE:
        if (surplus := holder.key(side)) is not None:
            at.report("side-key-alone", surplus, key=side)
    if key == "due_from":
        field = scalars.snake(node, at)
        return BAD if field is BAD else DueFrom(field)
    return in_period(node, at)


def in_period(node: Node, at: Context) -> Any:
    """`end`, or `5 working days after` the period."""
    if isinstance(node, Text):
        if node.value == "end":
            return InPeriod()
        if match := _IN_PERIOD.match(node.value):
            return InPeriod(int(match[1]))
    return at.wrong(node, "`end` or `5 working days after`", "end 或 5 working days after")


def pauses(node: Node, at: Context) -> Any:
    """{starts_at, stops_at, cap, hours | counted}: a pause without end or cap is a clock anyone can stop for ever."""
    if not isinstance(node, Map) or not node.entries:
        return at.wrong(node, "a map with starts_at, stops_at and cap", "含 starts_at、stops_at、cap 的对照")
    keys = {"starts_at": Key(scalars.fact), "stops_at": Key(scalars.fact), "cap": Key(None)}
    values = record(node, keys | {name: Key(None) for name in SIDE}, at, "a pause", "暂停")
    complete = True
    for key in keys:
        if node.key(key) is None:
            at.report("pause-open", node.entries[0][0], key=key)
            complete = False
    if not complete or len(values) < 2:
        return BAD
    cap = durations.within(node, "cap", at)
    return BAD if cap is BAD else Pauses(values["starts_at"], values["stops_at"], cap)


# Triggers --------------------------------------------------------------------------------------------

_REPEATS = {
    "of": Key(scalars.fact, required=True),
    "same": Key(scalars.some(scalars.snake), required=True),
    "times": Key(scalars.integer, required=True),
    "days": Key(scalars.integer, required=True),
}


def repeats(node: Node, at: Context) -> Any:
    values = _small(node, _REPEATS, at, "after_repeats", "after_repeats")
    return BAD if values is BAD else AfterRepeats(**values)


def _small(node: Node, keys: dict[str, Key], at: Context, where: str, where_zh: str) -> Any:
    if not isinstance(node, Map) or not node.entries:
        return at.wrong(node, f"a map with {', '.join(keys)}", f"含 {'、'.join(keys)} 的对照")
    values = record(node, keys, at, where, where_zh)
    return values if all(name in values for name, key in keys.items() if key.required) else BAD


_SAMPLE = {
    "of": Key(scalars.one_of("cases", "customers", "contacts"), required=True),
    "share": Key(scalars.share),
    "at_least": Key(scalars.integer),
}


def sample(node: Node, at: Context) -> Any:
    values = _small(node, _SAMPLE, at, "sample", "sample")
    if values is BAD:
        return BAD
    if ("share" in values) == ("at_least" in values):
        at.report("only-one-of", node, keys="share / at_least")
        return BAD
    return Sample(**values)


_TRIES = {"times": Key(scalars.integer, required=True), "days": Key(scalars.integer, required=True)}


def tries(node: Node, at: Context) -> Any:
    values = _small(node, _TRIES, at, "times per days", "次数与天数")
    return BAD if values is BAD else Tries(**values)


def read_trigger(values: Values, holder: Map, at: Context, allowed: tuple[str, ...]) -> None:
    """Put `trigger` into values from exactly one of the `allowed` keys: a fact, a period, repeats, a date ahead or past."""
    given = [key for key in allowed if holder.key(key) is not None]
    values["trigger"] = OnFact("")
    if len(given) > 1:
        at.report("only-one-of", holder.key(given[1]), keys=" / ".join(given))
        return
    if not given and at.misspelt & set(allowed):
        return
    if not given:
        at.report("trigger-missing", holder.entries[0][1], kind=at.kind, keys=" / ".join(allowed))
        return
    trigger = _trigger(given[0], holder, at)
    if trigger is not BAD:
        values["trigger"] = trigger


def _trigger(key: str, holder: Map, at: Context) -> Any:
    node = holder.get(key)
    assert node is not None
    if key == "every":
        period = scalars.one_of(*scalars.PERIODS)(node, at)
        return BAD if period is BAD else Every(period)
    if key == "after_repeats":
        return repeats(node, at)
    if key in AROUND:
        return _around(key, node, holder, at)
    fact = scalars.fact(node, at)
    return BAD if fact is BAD else OnFact(fact)


def _around(key: str, node: Node, holder: Map, at: Context) -> Any:
    """Before or after an instant the customer knows; the times run around the clock."""
    field, times = scalars.snake(node, at), holder.get(AROUND[key])
    if times is None:
        missing(holder, AROUND[key], at)
        return BAD
    found = []
    for item in times.items if isinstance(times, List) else [times]:
        name = Text(item.line, item.column, item.length, "lead")
        one = durations.within(Map(item.line, item.column, item.length, [(name, item)]), "lead", at, hours="around-the-clock")
        if one is not BAD:
            found.append(one)
    if field is BAD or not found:
        return BAD
    return AheadOf(field, tuple(found)) if key == "ahead_of" else PastOf(field, tuple(found))
