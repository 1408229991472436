"""Rulebooks of a few rules, made by hand, for what the objection regulation does not use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luyue.core.calendar import Agenda, DayKind, Timetable, Window, Within, load_day_table
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    ALWAYS,
    ActionRule,
    Category,
    Checklist,
    ClockRule,
    Condition,
    Field,
    Form,
    Label,
    Ladder,
    Mark,
    Notice,
    OnFact,
    Pauses,
    Procedure,
    Rule,
    Step,
    TaskRule,
    Team,
)
from tests.core.procedure.desk import CALENDAR

COMMON: dict[str, Any] = {"regulation": "small", "clause": "one", "mark": Mark("small.md", 1)}
HOURS = "service-hours"
MATTER = Condition({"kind": ("matter",)})


def named(rule_id: str) -> dict[str, Any]:
    return {"id": rule_id, "label": Label(rule_id, rule_id), **COMMON}


def hours(amount: int) -> Within:
    return Within(amount, "h", "around-the-clock")


def minutes(amount: int, timetable: str = HOURS) -> Within:
    return Within(amount, "min", timetable)


def working_days(amount: int) -> Within:
    return Within(amount, "working day", counted="workdays_end")


def clock(rule_id: str, starts_at: str, stops_at: str | tuple[str, ...], target: Any = None, **more: Any) -> ClockRule:
    stops = (stops_at,) if isinstance(stops_at, str) else stops_at
    given = {"applies_to": MATTER, "owed_by": "desk", "target": target or hours(4), **more}
    return ClockRule(**named(rule_id), starts_at=starts_at, stops_at=stops, **given)


def action(rule_id: str, records: str, *, to: str = "same", from_: tuple[str, ...] = ("any-open",), **more: Any) -> ActionRule:
    return ActionRule(**named(rule_id), procedure="matter", from_=from_, to=to, by=more.pop("by", ("desk", "customer")), records=records, **more)


def task(rule_id: str, trigger: Any, **more: Any) -> TaskRule:
    given = {"by": "desk", "trigger": OnFact(trigger) if isinstance(trigger, str) else trigger, "applies_to": MATTER, **more}
    return TaskRule(**named(rule_id), **given)


def notice(rule_id: str, trigger: Any, **more: Any) -> Notice:
    given = {"recipients": ("customer",), "channels": ("as-received",), "text": Label(rule_id), "applies_to": MATTER, **more}
    return Notice(**named(rule_id), trigger=OnFact(trigger) if isinstance(trigger, str) else trigger, **given)


def ladder(rule_id: str, *steps: Step) -> Ladder:
    return Ladder(**named(rule_id), steps=steps)


def form(rule_id: str, *fields: Field) -> Form:
    return Form(**named(rule_id), fields=fields)


def field(name: str, kind: str, *, required: bool = True, of: str = "", when: Condition = ALWAYS, **more: Any) -> Field:
    return Field(name, kind, Label(name), required, when, of, **more)


def category(rule_id: str, *values: str, is_open: bool = False) -> Category:
    return Category(**named(rule_id), values={value: Label(value) for value in values}, open=is_open)


def checklist(rule_id: str, *items: Any, **more: Any) -> Checklist:
    return Checklist(**named(rule_id), items=items, **more)


def team(rule_id: str, *posts: str, staffed: str = HOURS, **more: Any) -> Team:
    return Team(**named(rule_id), posts={post: Label(post) for post in posts}, staffed=staffed, **more)


PAUSES = Pauses("customer.asked", "customer.replied", hours(10))


def small_book(*rules: Rule, intake: Form | None = None, stages: Mapping[str, str] | None = None, final: tuple[str, ...] = ("done",)) -> Rulebook:
    """A book with one procedure `matter` (stages open, doing, done), three teams and a close action, plus `rules`."""
    days = load_day_table(CALENDAR.read_text(encoding="utf-8"))
    open_hours = {
        DayKind.WORKDAY: (Window.parse("09:00-21:00"),),
        DayKind.MAKEUP_WORKDAY: (Window.parse("09:00-21:00"),),
        DayKind.REST_DAY: (Window.parse("10:00-18:00"),),
        DayKind.PUBLIC_HOLIDAY: (Window.parse("10:00-18:00"),),
    }
    procedure = Procedure(
        **named("matter"),
        customers=("individual", "company"),
        channels=("phone", "email", "chat"),
        intake="intake",
        number="MT",
        stages={name: Label(label) for name, label in (stages or {"open": "受理", "doing": "办理", "done": "办结"}).items()},
        final=final,
        starts_procedures=("matter",),
    )
    base: list[Rule] = [
        procedure,
        intake or form("intake", field("subject", "text", required=False)),
        team("desk", "lead"),
        team("second"),
        team("third"),
    ]
    if not any(isinstance(rule, ActionRule) and rule.to == "done" for rule in rules):
        base.append(action("close", "case.closed", to="done"))
    by_kind: dict[str, dict[str, Rule]] = {}
    for rule in (*base, *rules):
        by_kind.setdefault(rule.kind, {})[rule.id] = rule
    return Rulebook(digest="small", regulations=(), calendar_digest="", agenda=Agenda(days, {HOURS: Timetable(HOURS, open_hours)}), by_kind=by_kind)
