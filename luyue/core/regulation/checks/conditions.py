"""PL101/PL104: conditions ask closed fields that exist, for values that exist; forms agree on their fields."""

from __future__ import annotations

from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.names import forgiven, unknown
from luyue.core.regulation.field_world import Asked, FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.rules import (
    CLOSED_KINDS,
    ActionRule,
    AfterRepeats,
    AheadOf,
    Approval,
    Bound,
    Checklist,
    ClockRule,
    Condition,
    Form,
    Notice,
    OnFact,
    PastOf,
    Phrasebook,
    ReportRule,
    Route,
    Rule,
    TaskRule,
    covers,
)
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.vocabulary import BY_PROMISE, CASE_FIELDS, FACTS, OF_AMOUNTS, PAYLOAD_FIELDS

# Known of every case at any time; other fields of the platform come only with the fact that carries them.
_ALWAYS_KNOWN = frozenset(CASE_FIELDS)


def check(book: Book) -> Iterator[Problem]:
    world = world_of(book)
    for rule, path, condition, procedures, fact in conditions(book, world):
        for name, wanted in condition.of.items():
            yield from _entry(book, world, rule, (*path, name), name, wanted, procedures)
            if fact and name in PAYLOAD_FIELDS - _ALWAYS_KNOWN:
                yield from _payload(book, world, rule, (*path, name), name, fact, procedures)
    yield from _named_fields(book, world)
    yield from _forms(book, world)


def conditions(book: Book, world: FieldWorld) -> Iterator[tuple[Rule, tuple[str, ...], Condition, tuple[str, ...], str]]:
    """(rule, path, condition, procedures it is asked in, fact that triggers the rule) of the whole book but floors."""
    for kind in (ClockRule, TaskRule, Notice, Phrasebook):
        for rule in book.all(kind).values():
            condition: Condition = rule.applies_to  # type: ignore[attr-defined]
            if condition:
                yield rule, ("applies_to",), condition, world.procedures_of(condition), _trigger_fact(rule)
    for action in book.all(ActionRule).values():
        if action.when:
            yield action, ("when",), action.when, (action.procedure,), ""
    for form in book.all(Form).values():
        procedures = book.procedures_of_form.get(form.id, ())
        for field in form.fields:
            if field.when:
                yield form, ("fields", field.name, "when"), field.when, procedures, ""
    for checklist in book.all(Checklist).values():
        users = [action.procedure for action in book.all(ActionRule).values() if action.checklist == checklist.id]
        for item in checklist.items:
            if item.when:
                yield checklist, ("items", item.id, "when"), item.when, tuple(dict.fromkeys(users)), ""


def _trigger_fact(rule: Rule) -> str:
    if isinstance(rule, ClockRule):
        return rule.starts_at
    trigger = getattr(rule, "trigger", None)
    return trigger.fact if isinstance(trigger, OnFact) else ""


def _entry(
    book: Book,
    world: FieldWorld,
    rule: Rule,
    path: tuple[str, ...],
    name: str,
    wanted: tuple[str, ...] | Bound,
    procedures: tuple[str, ...],
) -> Iterator[Problem]:
    asked = world.find(name, procedures)
    if asked is None:
        if not forgiven(book, "field", name) and not book.is_broken(Form):
            yield unknown(book, rule, path[:-1], name, "field", world.names(procedures))
    elif asked.kind not in CLOSED_KINDS:
        yield book.report("condition-open", rule, *path[:-1], word=name, field=name, kind=asked.kind)
    elif isinstance(wanted, Bound):
        if asked.kind not in ("number", "money"):
            yield book.report("condition-bound", rule, *path, field=name)
    elif asked.kind in ("number", "money"):
        yield book.report("condition-needs-bound", rule, *path, field=name, kind=asked.kind)
    else:
        yield from _values(book, rule, path, asked, wanted)


def _values(book: Book, rule: Rule, path: tuple[str, ...], asked: Asked, wanted: tuple[str, ...]) -> Iterator[Problem]:
    if asked.values is None:
        return
    for value in wanted:
        if value not in asked.values and not forgiven(book, asked.field.of if asked.field else asked.name, value):
            if asked.field and ("category", asked.field.of) in book.broken:
                continue
            if asked.name == "kind" and ("procedure", value) in book.broken:
                continue
            words: Words = {"value": value, "field": asked.name}
            yield book.report("condition-value", rule, *path, word=value, **words, **hints(value, asked.values))
    if rule.kind == "route":
        return  # values of a route lie over one another in a way of their own (PL308)
    for position, value in enumerate(wanted):
        if any(covers(other, value) and other != value for other in wanted[:position] + wanted[position + 1 :]):
            yield book.report("value-twice", rule, *path, word=value, found=value)


def _payload(book: Book, world: FieldWorld, rule: Rule, path: tuple[str, ...], name: str, fact: str, procedures: tuple[str, ...]) -> Iterator[Problem]:
    """`clock`, `task`, `item` … only exist on facts that carry them."""
    if fact not in FACTS or name in FACTS[fact].payload or any(name in world.of(one) for one in procedures):
        return
    known = [*FACTS[fact].payload, *world.names(procedures)]
    yield book.report("payload-unfit", rule, *path[:-1], word=name, fact=fact, field=name, **hints(name, known))


def _named_fields(book: Book, world: FieldWorld) -> Iterator[Problem]:
    """Fields named outside conditions: routes, approvals, reports, repeats, reminders."""
    every = tuple(book.forms_of)
    for route in book.all(Route).values():
        users = tuple(one.procedure for one in book.all(ActionRule).values() if one.route == route.id) or every
        yield from _entry(book, world, route, ("field", route.field), route.field, (), users)
        asked = world.find(route.field, users)
        if asked is not None and asked.kind in CLOSED_KINDS:
            yield from _values(book, route, ("teams",), asked, tuple(route.teams))
    for approval in book.all(Approval).values():
        if approval.field != "always":
            users = tuple(one.procedure for one in book.all(ActionRule).values() if one.approval == approval.id) or every
            yield from _of_kind(book, world, approval, ("field",), approval.field, users, "money")
    for report in book.all(ReportRule).values():
        for shown in report.shows:
            if shown.field and shown.measure in OF_AMOUNTS:
                yield from _of_kind(book, world, report, ("shows", shown.field), shown.field, every, OF_AMOUNTS[shown.measure])
            elif shown.field and not (shown.measure == "attainment" and shown.field in BY_PROMISE):
                yield from _entry(book, world, report, ("shows", shown.field), shown.field, (), every)
    for task in book.all(TaskRule).values():
        if isinstance(task.trigger, AfterRepeats):
            for name in task.trigger.same:
                yield from _entry(book, world, task, ("after_repeats", "same", name), name, (), world.procedures_of(task.applies_to))
    for notice in book.all(Notice).values():
        if isinstance(notice.trigger, AheadOf | PastOf):
            users = world.procedures_of(notice.applies_to)
            key = "ahead_of" if isinstance(notice.trigger, AheadOf) else "past"
            yield from _of_kind(book, world, notice, (key,), notice.trigger.field, users, "instant")


def _of_kind(book: Book, world: FieldWorld, rule: Rule, path: tuple[str, ...], name: str, procedures: tuple[str, ...], wanted: str) -> Iterator[Problem]:
    asked = world.find(name, procedures)
    if asked is None:
        if name and not forgiven(book, "field", name) and not book.is_broken(Form):
            known = [field for one in procedures for field, how in world.of(one).items() if how.kind == wanted]
            yield unknown(book, rule, path, name, "field", known)
    elif asked.kind != wanted:
        yield book.report("field-wrong-kind", rule, *path, word=name, field=name, kind=asked.kind, wanted=wanted)


def _forms(book: Book, world: FieldWorld) -> Iterator[Problem]:
    """A name has one kind in a procedure, and a field depends only on what was asked before it."""
    forms = book.all(Form)
    seen: set[tuple[str, str]] = set()
    for procedure, ids in book.forms_of.items():
        for form_id in ids:
            for field in forms[form_id].fields:
                first = world.of(procedure)[field.name]
                key = (form_id, field.name)
                if first.kind != field.kind and first.form != form_id and key not in seen:
                    seen.add(key)
                    words: Words = {"field": field.name, "kind": field.kind, "other": first.kind, "form": first.form}
                    yield book.report("field-two-kinds", forms[form_id], "fields", field.name, "kind", second=forms[first.form], **words)
    for form in forms.values():
        order = {field.name: position for position, field in enumerate(form.fields)}
        for position, field in enumerate(form.fields):
            for name in field.when.of:
                if order.get(name, -1) >= position:
                    path = ("fields", field.name, "when")
                    yield book.report("when-on-later-field", form, *path, word=name, field=field.name, other=name)
