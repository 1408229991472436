"""What describes a rule kind to the reader: a table of keys, and what to make of several keys together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from luyue.core.records import dataclass, field
from luyue.core.regulation import scalars
from luyue.core.regulation.rules import Label, Rule
from luyue.core.regulation.scalars import BAD, Context, Reader
from luyue.core.regulation.suggest import hints, nearest
from luyue.core.regulation.yamlsubset import Map


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a kind.

    to: attribute of the rule if it is not the key; empty: what the attribute holds when the key could not be
    read; owner: its absence means that nobody answers for the work (PL102); read None: read by `finish`.
    """

    read: Reader | None
    required: bool = False
    to: str = ""
    empty: Any = ""
    owner: bool = False


Values = dict[str, Any]
Finish = Callable[[Values, Map, Context], None]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A rule kind: its dataclass, its keys, and a last step that may combine keys or compare them."""

    rule: type[Rule]
    keys: Mapping[str, Key]
    finish: Finish | None = None
    all_keys: Mapping[str, Key] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_keys", COMMON | dict(self.keys))


COMMON: dict[str, Key] = {
    "label": Key(scalars.label, empty=Label("")),
    "origin": Key(scalars.one_of("text", "ours", "law"), empty="text"),
    "law": Key(scalars.text),
    "credits": Key(scalars.listed(scalars.name), empty=()),
    "exception_to": Key(scalars.kebab),
}

NAMES = scalars.some(scalars.name)
ANY_NAMES = scalars.listed(scalars.name)
FACTS = scalars.some(scalars.fact)


def missing(holder: Map, key: str, at: Context, owner: bool = False) -> None:
    """Report a required key that is absent from the rule, unless a misspelt key stands for it."""
    if key in at.misspelt:
        return
    if owner:
        at.report("owner-missing", holder.entries[0][1], key=key, kind=at.kind)
    else:
        at.report("missing-key", holder.entries[0][1], key=key, where=f"this {at.kind}", where_zh=f"这条 {at.kind} 规则")


def record(holder: Map, keys: Mapping[str, Key], at: Context, where: str, where_zh: str) -> Values:
    """Read a small map inside a rule (a step, a field) by its own table; absent keys are left out."""
    values: Values = {}
    for key, node in holder.entries:
        rule = keys.get(key.value)
        if rule is None:
            at.report("unknown-key", key, key=key.value, where=where, where_zh=where_zh, **hints(key.value, keys))
        elif rule.read is not None:
            value = rule.read(node, at)
            if value is not BAD:
                values[rule.to or key.value] = value
    meant = {nearest(key.value, keys) for key, _ in holder.entries if key.value not in keys}
    for name, rule in keys.items():
        if rule.required and holder.key(name) is None and name not in meant:
            at.report("missing-key", holder, key=name, where=where, where_zh=where_zh)
    return values
