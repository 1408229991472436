"""Every name by which one rule points at another, with its place in the rule and what it must be.

One table for reference checks, unused definitions and the pages that show what hangs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from luyue.core.calendar import Within
from luyue.core.records import dataclass
from luyue.core.regulation.rules import (
    AROUND_THE_CLOCK,
    ActionRule,
    AfterRepeats,
    Approval,
    ClockRule,
    DataClass,
    Floor,
    Form,
    Ladder,
    Notice,
    OnFact,
    Phrasebook,
    Procedure,
    ReportRule,
    Route,
    Rule,
    Skill,
    TaskRule,
    Team,
    Trigger,
)
from luyue.core.regulation.text import Regulation


@dataclass(slots=True)
class Reference:
    """`name` must be a `wanted` (a rule kind, fact, actor, timetable, guard or effect); `path` leads to it in the rule."""

    rule: Rule
    path: tuple[str, ...]
    name: str
    wanted: str


Found = Iterator[tuple[tuple[str, ...], str, str]]


def _each(path: str, names: Iterable[str], wanted: str) -> Found:
    return (((path,), name, wanted) for name in names if name)


def _one(path: str, name: str, wanted: str) -> Found:
    return _each(path, (name,), wanted)


def _hours(path: tuple[str, ...], target: object) -> Found:
    if isinstance(target, Within) and target.hours and target.hours != AROUND_THE_CLOCK:
        yield path, target.hours, "timetable"


def _trigger(trigger: Trigger, key: str) -> Found:
    if isinstance(trigger, OnFact):
        yield from _one(key, trigger.fact, "fact")
    elif isinstance(trigger, AfterRepeats):
        yield ("after_repeats", "of"), trigger.of, "fact"


def _team(rule: Team) -> Found:
    if rule.staffed != AROUND_THE_CLOCK:
        yield from _one("staffed", rule.staffed, "timetable")
    yield from _each("needs_skill", rule.needs_skill, "skill")


def _skill(rule: Skill) -> Found:
    yield from _each("gates", (name for name in rule.gates if name != "all-actions"), "action")
    yield from _each("teams", rule.teams, "team")


def _procedure(rule: Procedure) -> Found:
    yield from _one("intake", rule.intake, "form")
    yield from _each("starts_procedures", rule.starts_procedures, "procedure")


def _action(rule: ActionRule) -> Found:
    yield from _one("in", rule.procedure, "procedure")
    yield from _each("by", rule.by, "actor")
    yield from _one("form", rule.form, "form")
    yield from _one("checklist", rule.checklist, "checklist")
    yield from _each("after", rule.after, "fact")
    if rule.count is not None:
        yield ("count", "of"), rule.count.of, "fact"
        yield from _hours(("count", "hours"), rule.count.within)
    yield from _each("four_eyes", rule.four_eyes, "action")
    yield from _one("approval", rule.approval, "approval")
    yield from _one("route", rule.route, "route")
    yield from _each("hands_to", rule.hands_to, "actor")
    yield from _each("needs_skill", rule.needs_skill, "skill")
    yield from _each("guards", rule.guards, "guard")
    yield from _each("effects", rule.effects, "effect")


def _form(rule: Form) -> Found:
    for field in rule.fields:
        if field.of:
            yield ("fields", field.name, "of"), field.of, "form" if field.kind == "lines" else "category"


def _route(rule: Route) -> Found:
    for value, actors in rule.teams.items():
        yield from ((("teams", value), actor, "actor") for actor in actors)
    yield from _one("otherwise", rule.otherwise, "actor")


def _clock(rule: ClockRule) -> Found:
    yield from _one("starts_at", rule.starts_at, "fact")
    yield from _each("stops_at", rule.stops_at, "fact")
    yield from _each("until", rule.until, "fact")
    if rule.pauses is not None:
        yield ("pauses", "starts_at"), rule.pauses.starts_at, "fact"
        yield ("pauses", "stops_at"), rule.pauses.stops_at, "fact"
        yield from _hours(("pauses", "hours"), rule.pauses.cap)
    yield from _one("owed_by", rule.owed_by, "actor")
    yield from _one("on_miss", rule.on_miss, "ladder")
    yield from _hours(("hours",), rule.target)


def _ladder(rule: Ladder) -> Found:
    for number, step in enumerate(rule.steps):
        yield from ((("steps", str(number), "notify"), actor, "actor") for actor in step.notify)
        if step.hand_to:
            yield ("steps", str(number), "hand_to"), step.hand_to, "actor"
        if step.open:
            yield ("steps", str(number), "open"), step.open, "task"
        yield from _hours(("steps", str(number), "hours"), step.after)


def _task(rule: TaskRule) -> Found:
    yield from _trigger(rule.trigger, "opens_at")
    yield from _one("by", rule.by, "actor")
    yield from _one("form", rule.form, "form")
    yield from _one("checklist", rule.checklist, "checklist")
    yield from _each("blocks", rule.blocks, "action")
    yield from _one("on_miss", rule.on_miss, "ladder")
    yield from _each("stops_at", rule.stops_at, "fact")
    yield from _each("until", rule.until, "fact")
    yield from _hours(("hours",), rule.target)


def _notice(rule: Notice) -> Found:
    yield from _trigger(rule.trigger, "at")
    yield from _each("recipients", rule.recipients, "actor")
    yield from _one("asks", rule.asks, "form")
    yield from _one("tells", rule.tells, "form")
    yield from _each("guards", rule.guards, "guard")


def _approval(rule: Approval) -> Found:
    for number, band in enumerate(rule.bands):
        if band.approver:
            yield ("bands", str(number), "approver"), band.approver, "actor"
    yield from _each("not_by", rule.not_by, "action")
    yield from _one("on_miss", rule.on_miss, "ladder")
    yield from _hours(("hours",), rule.target)


def _report(rule: ReportRule) -> Found:
    yield from _trigger(rule.trigger, "at")
    yield from _each("recipients", rule.recipients, "actor")
    for shown in rule.shows:
        if shown.of:
            yield ("shows", shown.of), shown.of, "clock"
    yield from _hours(("hours",), rule.target)


def _data_class(rule: DataClass) -> Found:
    yield from _each("seen_by", rule.seen_by, "actor")
    yield from _each("masked_for", rule.masked_for, "actor")
    yield from _each("share_with", rule.share_with, "receiver")
    yield from _one("kept_from", rule.kept_from, "fact")


def _phrasebook(rule: Phrasebook) -> Found:
    for number, said in enumerate(rule.say):
        yield ("say", str(number), "at"), said.at, "fact"


def _floor(rule: Floor) -> Found:
    # Facts and kinds of a floor are not references: the law speaks of more than one company does.
    yield from _hours(("hours",), rule.at_most)
    yield from _hours(("hours",), rule.at_least)


_OF_KIND: dict[str, Callable[[Any], Found]] = {
    "team": _team, "skill": _skill, "procedure": _procedure, "action": _action, "form": _form, "route": _route,
    "clock": _clock, "ladder": _ladder, "task": _task, "notice": _notice, "approval": _approval, "report": _report,
    "data_class": _data_class, "phrasebook": _phrasebook, "floor": _floor,
}  # fmt: skip


def references(rule: Rule) -> Iterator[Reference]:
    """Names in the order of the keys; `exception_to` last. Conditions and stages are looked at elsewhere."""
    find = _OF_KIND.get(rule.kind)
    if find is not None:
        for path, name, wanted in find(rule):
            yield Reference(rule, path, name, wanted)
    if rule.exception_to:
        yield Reference(rule, ("exception_to",), rule.exception_to, rule.kind)


def watched(regulation: Regulation) -> Iterator[tuple[str, Any, Any]]:
    """(name, prose-only block, clause) of everything said to watch over prose."""
    for clause in regulation.clauses:
        for block in clause.prose_only:
            if block.watched_by:
                yield block.watched_by, block, clause
