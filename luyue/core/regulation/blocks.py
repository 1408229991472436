"""Readers of everything in a regulation that is no rule: front matter, examples, readings, prose-only."""

from __future__ import annotations

from datetime import date
from typing import Any

from luyue.core.regulation import scalars
from luyue.core.regulation.kinds.base import NAMES, Key, Values, record
from luyue.core.regulation.rules import Label, Mark
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.text import Example, ProseOnly, Reading
from luyue.core.regulation.yamlsubset import Map, Node, Text

FRONT_MATTER: dict[str, Key] = {
    "regulation": Key(scalars.name, required=True),
    "edition": Key(scalars.calendar_date, required=True),
    "in_force_from": Key(scalars.calendar_date, required=True),
    "zone": Key(scalars.name, required=True),
    "calendar": Key(scalars.name, required=True),
    "label": Key(scalars.label, required=True),
    "short": Key(scalars.label),
    "currency": Key(scalars.name),
    "supersedes": Key(scalars.text),
    "floors": Key(scalars.listed(scalars.name)),
    "builds_on": Key(NAMES),
}


def read_front(node: Node | None, at: Context) -> Values:
    """Front matter with defaults; keys that are missing or unreadable are reported and filled with a stand-in."""
    values: Values = {
        "regulation": "", "edition": date.min, "in_force_from": date.min, "zone": "", "calendar": "",
        "label": Label(""), "short": Label(""), "currency": "CNY", "supersedes": "", "floors": (), "builds_on": (),
    }  # fmt: skip
    if node is None:
        return values
    if not isinstance(node, Map) or not node.entries:
        at.report("not-a", node, found=scalars.shown(node), wanted="a map of keys", wanted_zh="键与值")
        return values
    values |= record(node, FRONT_MATTER, at, "the front matter", "制度信息")
    if "L0" not in values["floors"] and values["regulation"] != "L0":
        at.report("floor-not-named", node.key("floors") or node.entries[0][0])
    return values


_READING = {
    "by": Key(scalars.text, required=True),
    "dated": Key(scalars.calendar_date, required=True),
    "says": Key(scalars.text, required=True),
    "fills": Key(scalars.text, required=True),
    "credits": Key(scalars.listed(scalars.name)),
}


def read_reading(node: Map, at: Context, mark: Mark) -> Reading:
    """Readings with faults are still readings, so that one missing key does not raise PL007 as well."""
    values: Values = {"by": "", "dated": date.min, "says": "", "fills": "", "credits": ()}
    values |= record(node, _READING, at, "a reading", "解读")
    return Reading(**values, mark=mark)


_PROSE_ONLY = {
    "because": Key(scalars.text, required=True),
    "watched_by": Key(scalars.kebab),
    "credits": Key(scalars.listed(scalars.name)),
}


def read_prose_only(node: Map, at: Context, mark: Mark) -> ProseOnly:
    values: Values = {"because": "", "watched_by": "", "credits": ()}
    values |= record(node, _PROSE_ONLY, at, "a prose-only block", "仅文字说明")
    return ProseOnly(**values, mark=mark)


# Examples --------------------------------------------------------------------------------------------


def _due(node: Node, at: Context) -> Any:
    if isinstance(node, Text) and node.value == "none":
        return "none"
    return scalars.instant(node, at)


def _given(node: Node, at: Context) -> Any:
    if not isinstance(node, Map):
        return at.wrong(node, "a map of fields to values", "字段与取值")
    given: dict[str, str | tuple[str, ...]] = {}
    for key, value in node.entries:
        if scalars.name(key, at) is BAD:
            continue
        if isinstance(value, Text):
            given[key.value] = value.value
        else:
            values = scalars.some(scalars.text)(value, at)
            if values is not BAD:
                given[key.value] = values
    return given


_EXAMPLE = {
    "clock": Key(scalars.kebab),
    "task": Key(scalars.kebab),
    "action": Key(scalars.kebab),
    "given": Key(_given),
    "promised": Key(scalars.instant),
    "due": Key(_due),
    "verdict": Key(scalars.one_of("kept", "missed")),
    "refused": Key(scalars.text),
    "routed_to": Key(NAMES),
    "same_person_as": Key(scalars.kebab),
    "open_tasks": Key(NAMES),
    "missing": Key(NAMES),
    "count": Key(scalars.integer),
}
_EXPECTED = ("due", "verdict", "refused", "routed_to", "missing")


def read_examples(node: Map, at: Context, only_clock: str) -> list[Example]:
    """The labelled examples of one block; `only_clock` stands in where an example names no rule."""
    return [_example(label, value, at, only_clock) for label, value in node.entries if _is_map(value, at)]


def _is_map(node: Node, at: Context) -> bool:
    if isinstance(node, Map) and node.entries:
        return True
    at.wrong(node, "a map with the given facts and what is expected", "含已知事实和预期结果的对照")
    return False


def _example(label: Text, node: Node, at: Context, only_clock: str) -> Example:
    assert isinstance(node, Map)
    own = Map(node.line, node.column, node.length, [pair for pair in node.entries if "." not in pair[0].value])
    values = record(own, _EXAMPLE, at, "an example", "示例")
    facts: dict[str, str] = {}
    for key, value in node.entries:
        if "." in key.value:
            when = scalars.instant(value, at)
            if scalars.fact(key, at) is not BAD and when is not BAD:
                facts[key.value] = when
    named = [kind for kind in ("clock", "task", "action") if kind in values]
    if len(named) > 1:
        at.report("only-one-of", own.key(named[1]), keys=" / ".join(named))
    elif not named and not only_clock and not {"clock", "task", "action"} & {key.value for key, _ in own.entries}:
        at.report("example-of-nothing", label)
    if not any(own.key(key) for key in _EXPECTED):
        at.report("example-expects-nothing", label)
    kind = named[0] if named else "clock"
    rule = values.pop(kind, only_clock) if named else only_clock
    for other in ("clock", "task", "action"):
        values.pop(other, None)
    complete: Values = {
        "given": {}, "promised": "", "due": "", "verdict": "", "refused": "", "routed_to": (),
        "same_person_as": "", "open_tasks": (), "missing": (), "count": None,
    }  # fmt: skip
    mark = Mark(at.path, label.line, label.column)
    return Example(label=label.value, of=kind, rule=rule, facts=facts, mark=mark, **(complete | values))
