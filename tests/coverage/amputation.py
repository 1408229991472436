"""The shipped rulebook with one rule cut out, as if its block had never been written.

Cutting leaves names that point at nothing, and a book that trips over them would prove nothing: a test must miss what the rule does, not
its name. So everything that points at the lost rule is cut too, as an author would who takes the rule back: an action whose form is gone
asks for nothing, a clock without its timetable runs around the clock, a field without its list takes any words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from luyue.core.calendar import Agenda, DayTable, Within, load_day_table
from luyue.core.regulation import Draft, Rulebook, read_regulation
from luyue.core.regulation.book import Book, lay_together
from luyue.core.regulation.references import Reference, references
from luyue.core.regulation.rules import AROUND_THE_CLOCK, ClockRule, Form, Route, Rule
from luyue.core.regulation.text import Regulation
from luyue.site.coverage import SHIPPED, shipped_regulations

_KINDS = {"actor": "team", "receiver": "team"}


@cache
def calendars() -> Mapping[str, DayTable]:
    return {"cn": load_day_table((SHIPPED / "calendars" / "cn.yaml").read_text(encoding="utf-8"))}


@cache
def drafts() -> tuple[Draft, ...]:
    return tuple(Draft(regulation) for regulation in shipped_regulations())


@cache
def whole() -> Rulebook:
    book = lay_together(drafts(), calendars())
    return _rulebook(book, "whole", book.agenda)


@cache
def without(kind: str, rule_id: str) -> Rulebook:
    """The book after the cut. A form leaves an empty one where a case cannot do without (its intake)."""
    book = lay_together([_cut(draft, kind, rule_id) for draft in drafts()], calendars())
    lost = whole().by_kind[kind][rule_id]
    if isinstance(lost, Form):
        book.by_kind["form"][rule_id] = replace(lost, fields=())
    else:
        _mend(book, kind, rule_id)
    return _rulebook(book, f"without {kind} {rule_id}", book.agenda if kind == "timetable" else whole().agenda)


@cache
def longer(clock: str) -> Rulebook:
    """The book with a unit more time for one clock."""
    rule = whole().by_kind["clock"][clock]
    assert isinstance(rule, ClockRule)
    assert isinstance(rule.target, Within)
    clocks = {**whole().by_kind["clock"], clock: replace(rule, target=replace(rule.target, amount=rule.target.amount + 1))}
    return replace(whole(), digest=f"longer {clock}", by_kind=MappingProxyType({**whole().by_kind, "clock": MappingProxyType(clocks)}))


def _cut(draft: Draft, kind: str, rule_id: str) -> Draft:
    regulation = draft.regulation
    if not any(rule.kind == kind and rule.id == rule_id for rule in regulation.rules):
        return draft
    clauses = tuple(replace(one, rules=tuple(rule for rule in one.rules if (rule.kind, rule.id) != (kind, rule_id))) for one in regulation.clauses)
    return Draft(replace(regulation, clauses=clauses))


def _mend(book: Book, kind: str, rule_id: str) -> None:
    for rules in book.by_kind.values():
        for name, rule in rules.items():
            for reference in references(rule):
                base = reference.name.partition("/")[0]
                if _KINDS.get(reference.wanted, reference.wanted) == kind and rule_id in (reference.name, base):
                    rules[name] = _let_go(rules[name], reference)


def _let_go(rule: Rule, reference: Reference) -> Rule:
    """The rule without this one name."""
    path, name = reference.path, reference.name
    if path[0] == "in":
        return rule  # an action of a lost procedure is never met
    if path == ("hours",):
        key = "target" if hasattr(rule, "target") else "at_most"
        return replace(rule, **{key: _around_the_clock(getattr(rule, key))})
    if path[0] == "pauses":
        return replace(rule, pauses=replace(rule.pauses, cap=_around_the_clock(rule.pauses.cap)))  # type: ignore[call-arg, attr-defined]
    if path == ("count", "hours"):
        return replace(rule, count=replace(rule.count, within=_around_the_clock(rule.count.within)))  # type: ignore[call-arg, attr-defined]
    if path[0] == "fields":
        fields = [replace(one, kind="text", of="") if one.name == path[1] else one for one in rule.fields]  # type: ignore[attr-defined]
        return replace(rule, fields=tuple(fields))  # type: ignore[call-arg]
    if path[0] == "teams" and isinstance(rule, Route):
        return replace(rule, teams={value: _less(actors, name) for value, actors in rule.teams.items()})
    if path[0] == "steps":
        steps = list(rule.steps)  # type: ignore[attr-defined]
        one = steps[int(path[1])]
        key = "after" if path[2] == "hours" else path[2]
        held = getattr(one, key)
        steps[int(path[1])] = replace(one, **{key: _around_the_clock(held) if key == "after" else _less(held, name)})
        return replace(rule, steps=tuple(steps))  # type: ignore[call-arg]
    if path[0] == "bands":
        bands = tuple(replace(band, approver="") if band.approver == name else band for band in rule.bands)  # type: ignore[attr-defined]
        return replace(rule, bands=bands)  # type: ignore[call-arg]
    if path[0] == "staffed":
        return replace(rule, staffed=AROUND_THE_CLOCK)  # type: ignore[call-arg]
    return replace(rule, **{path[0]: _less(getattr(rule, path[0]), name)})


def _less(held: Any, name: str) -> Any:
    return tuple(one for one in held if one != name) if isinstance(held, tuple) else ""


def _around_the_clock(within: object) -> object:
    return replace(within, hours=AROUND_THE_CLOCK) if isinstance(within, Within) else within


def _rulebook(book: Book, digest: str, agenda: Agenda | None) -> Rulebook:
    """As `compile_drafts` makes it, whatever the checks would say."""
    assert agenda is not None
    frozen = MappingProxyType({kind: MappingProxyType(rules) for kind, rules in book.by_kind.items()})
    return Rulebook(digest, book.regulations, "", agenda, frozen)


def cut_from_text(source: str, rule: Rule) -> Regulation:
    """The regulation read from its text without the block of the rule: what `without` stands for."""
    lines = source.split("\n")
    first = last = rule.mark.line - 1
    while not lines[first].startswith("```"):
        first -= 1
    while not lines[last].startswith("```"):
        last += 1
    return read_regulation("\n".join(lines[:first] + lines[last + 1 :]), rule.mark.path).draft.regulation
