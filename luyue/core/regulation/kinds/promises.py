"""Kinds that promise: clock, ladder, task, floor."""

from __future__ import annotations

from typing import Any

from luyue.core.regulation import conditions, durations, scalars
from luyue.core.regulation.kinds.base import ANY_NAMES, FACTS, NAMES, Key, Kind, Values, missing, record
from luyue.core.regulation.kinds.targets import (
    SIDE,
    WITHIN_KEYS,
    pauses,
    read_target,
    read_trigger,
    sample,
    tries,
)  # fmt: skip
from luyue.core.regulation.rules import ALWAYS, ClockRule, Floor, Ladder, Step, TaskRule
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.yamlsubset import List, Map, Node

RUNS = ("once", "each", "each-team", "first-unanswered", "again")
TASK_RUNS = (*RUNS, "one-open")


def _warnings(node: Node, at: Context) -> Any:
    shares = scalars.some(scalars.percent)(node, at)
    if shares is not BAD and list(shares) != sorted(set(shares)):
        return at.wrong(node, "percentages in rising order", "由小到大的百分比")
    return shares


def _finish_clock(values: Values, holder: Map, at: Context) -> None:
    read_target(values, holder, at, ("within", "due_from"), required=True)
    if values.get("runs") == "again" and holder.key("until") is None:
        at.report("missing-key", holder.key("runs"), key="until", where="a clock that runs again", where_zh="循环时限")
    if "stop_ends" in values and values.get("runs") != "each":
        at.report("stop-ends-unfit", holder.key("stop_ends"))
    if "pauses" in values and "case.responded" in values.get("stops_at", ()):
        at.report("pause-on-response", holder.key("pauses"))


CLOCK = Kind(
    ClockRule,
    {
        "applies_to": Key(conditions.condition, required=True, empty=ALWAYS),
        "starts_at": Key(scalars.fact, required=True),
        "stops_at": Key(FACTS, required=True, empty=()),
        "due_from": Key(None),
        "owed_by": Key(scalars.name, required=True, owner=True),
        "runs": Key(scalars.one_of(*RUNS)),
        "stop_ends": Key(scalars.one_of("oldest", "all")),
        "until": Key(FACTS),
        "pauses": Key(pauses),
        "warn_at": Key(_warnings),
        "on_miss": Key(scalars.kebab, required=True),
        "effort": Key(durations.effort, to="effort_s", empty=0),
        **WITHIN_KEYS,
    },
    _finish_clock,
)


# Ladders ---------------------------------------------------------------------------------------------

_STEP = {
    "at": Key(scalars.one_of("warned", "missed")),
    "after": Key(None),
    "notify": Key(NAMES),
    "hand_to": Key(scalars.name),
    "open": Key(scalars.kebab),
    **{name: Key(None) for name in SIDE},
}


def _steps(node: Node, at: Context) -> Any:
    if not isinstance(node, List) or not node.items:
        return at.wrong(node, "a list of steps", "升级步骤的列表")
    steps: list[Step] = []
    for item in node.items:
        if not isinstance(item, Map) or not item.entries:
            at.wrong(item, "a map such as {at: missed, notify: [owner]}", "例如 {at: missed, notify: [owner]}")
            continue
        values = record(item, _STEP, at, "a step", "升级步骤")
        if (item.key("at") is None) == (item.key("after") is None):
            at.report("only-one-of", item, keys="at / after")
            continue
        if item.key("after") is not None:
            after = durations.within(item, "after", at)
            if after is BAD:
                continue
            values["after"] = after
        elif stray := next((key for key in SIDE if item.key(key) is not None), None):
            at.report("side-key-alone", item.key(stray), key=stray)
        if not {"notify", "hand_to", "open"} & {key.value for key, _ in item.entries}:
            at.report("owner-missing", item, key="notify", kind="step")
        steps.append(Step(**values))
    return tuple(steps)


LADDER = Kind(Ladder, {"steps": Key(_steps, required=True, empty=())})


# Tasks -----------------------------------------------------------------------------------------------


def _finish_task(values: Values, holder: Map, at: Context) -> None:
    read_trigger(values, holder, at, ("opens_at", "every", "after_repeats"))
    read_target(values, holder, at, ("within", "due_in_period"), required=False)
    periodic = holder.key("every") is not None
    if holder.key("due_in_period") is not None and not periodic:
        at.report("only-periodic", holder.key("due_in_period"), key="due_in_period")
    if holder.key("catch_up") is not None and not periodic:
        at.report("only-periodic", holder.key("catch_up"), key="catch_up")
    if values["target"] is None and not periodic:
        at.report("target-missing", holder.entries[0][1], kind="task", keys="within")


TASK = Kind(
    TaskRule,
    {
        "opens_at": Key(None),
        "every": Key(None),
        "after_repeats": Key(None),
        "applies_to": Key(conditions.condition),
        "by": Key(scalars.name, required=True, owner=True),
        "due_in_period": Key(None),
        "form": Key(scalars.kebab),
        "checklist": Key(scalars.kebab),
        "sample": Key(sample),
        "tries": Key(tries),
        "blocks": Key(ANY_NAMES),
        "catch_up": Key(scalars.one_of("once", "each", "skip")),
        "on_miss": Key(scalars.kebab),
        "runs": Key(scalars.one_of(*TASK_RUNS)),
        "stops_at": Key(FACTS),
        "until": Key(FACTS),
        "effort": Key(durations.effort, to="effort_s", empty=0),
        **WITHIN_KEYS,
    },
    _finish_task,
)


# Floors ----------------------------------------------------------------------------------------------


def _finish_floor(values: Values, holder: Map, at: Context) -> None:
    given = [key for key in ("at_most", "at_least") if holder.key(key) is not None]
    if len(given) != 1:
        at.report("only-one-of", holder.key(given[1]) if given else holder.entries[0][1], keys="at_most / at_least")
    elif values.get("of") == "data_class":
        limit = scalars.keep(holder.get(given[0]), at)  # type: ignore[arg-type]
        if limit is not BAD:
            values[given[0]] = limit
    else:
        limit = durations.within(holder, given[0], at)
        if limit is not BAD:
            values[given[0]] = limit
    if holder.key("law") is None:
        missing(holder, "law", at)
    wanted = ("covers",) if values.get("of") == "data_class" else ("starts_at", "stops_at")
    if values.get("of") in ("clock", "task", "data_class"):
        for key in wanted:
            if holder.key(key) is None:
                missing(holder, key, at)


FLOOR = Kind(
    Floor,
    {
        "of": Key(scalars.one_of("clock", "task", "data_class", "notice"), required=True),
        "applies_to": Key(conditions.condition),
        "starts_at": Key(scalars.fact),
        "stops_at": Key(FACTS),
        "covers": Key(NAMES),
        "at_most": Key(None),
        "at_least": Key(None),
        "runs": Key(scalars.yes_no),
        **{name: Key(None) for name in SIDE},
    },
    _finish_floor,
)
