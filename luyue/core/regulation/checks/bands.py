"""PL209, PL302, PL304, PL308: ladders rise, routes and approval bands cover every value once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from luyue.core.regulation.book import Book
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import ANY_OPEN, ActionRule, Approval, Category, Form, Ladder, Route, Step, covers


def check(book: Book) -> Iterator[Problem]:
    yield from _ladders(book)
    yield from _approvals(book)
    if not book.is_broken(Form, Category):
        yield from _routes(book)


def _ladders(book: Book) -> Iterator[Problem]:
    for ladder in book.all(Ladder).values():
        if ("ladder", ladder.id) in book.broken:
            continue
        for number, (before, after) in enumerate(pairwise(ladder.steps), start=1):
            if not _later(before, after):
                yield book.report("step-not-later", ladder, "steps", str(number))


def _later(before: Step, after: Step) -> bool:
    """warned, missed, then times after the miss; times in other hours cannot be compared and are let be."""
    ranks = [0 if step.at == "warned" else 1 if step.at == "missed" else 2 for step in (before, after)]
    if ranks[0] != ranks[1] or before.after is None or after.after is None:
        return ranks[0] < ranks[1]
    if before.after.in_hours and after.after.in_hours:
        return before.after.hours != after.after.hours or before.after.seconds < after.after.seconds
    if before.after.unit == after.after.unit:
        return before.after.amount < after.after.amount
    return True


def _approvals(book: Book) -> Iterator[Problem]:
    for approval in book.all(Approval).values():
        if ("approval", approval.id) in book.broken or approval.field == "always":
            continue
        top: Decimal | None = Decimal(0)
        for number, band in enumerate(approval.bands):
            bottom = band.over if band.over is not None else Decimal(0)
            path = ("bands", str(number))
            words: Words = {"rule": approval.id, "rule_zh": approval.label.zh}
            if top is None or bottom < top:
                yield book.report("band-overlap", approval, *path, gap=_gap(bottom, top or band.up_to), shown_by=_amount(book, approval, bottom + 1), **words)
            elif bottom > top:
                yield book.report("band-gap", approval, *path, gap=_gap(top, bottom), shown_by=_amount(book, approval, bottom), **words)
            top = band.up_to
        if top is not None and approval.bands:
            path = ("bands", str(len(approval.bands) - 1))
            shown_by = _amount(book, approval, top + 1)
            yield book.report("band-gap", approval, *path, gap=f"> {top:f}", rule=approval.id, rule_zh=approval.label.zh, shown_by=shown_by)


def _routed(book: Book, route: Route, value: str) -> Witness | None:
    """A case with that value, where it would be routed."""
    users = [one for one in book.all(ActionRule).values() if one.route == route.id]
    return Witness(users[0].procedure, ((route.field, value),), stage=_from(users[0])) if users else None


def _amount(book: Book, approval: Approval, amount: Decimal) -> Witness | None:
    """A case with that amount, where it would be approved."""
    users = [one for one in book.all(ActionRule).values() if one.approval == approval.id]
    return Witness(users[0].procedure, ((approval.field, f"{amount:f}"),), stage=_from(users[0])) if users else None


def _from(action: ActionRule) -> str:
    return "" if action.from_ == (ANY_OPEN,) else next(iter(action.from_), "")


def _gap(bottom: Decimal, top: Decimal | None) -> str:
    return f"> {bottom:f}" if top is None else f"{bottom:f} – {top:f}"


def _routes(book: Book) -> Iterator[Problem]:
    world = world_of(book)
    for route in book.all(Route).values():
        if ("route", route.id) in book.broken:
            continue
        users = tuple(one.procedure for one in book.all(ActionRule).values() if one.route == route.id) or tuple(book.forms_of)
        asked = world.find(route.field, users)
        for value in route.teams:
            if any(covers(other, value) and other != value for other in route.teams):
                words: Words = {"value": value, "rule": route.id, "rule_zh": route.label.zh}
                yield book.report("value-covered-twice", route, "teams", word=value, **words)
        if asked is None or asked.values is None:
            continue
        left = [leaf for leaf in asked.leaves if not any(covers(value, leaf) for value in route.teams)]
        optional = asked.field is not None and (not asked.field.required or bool(asked.field.when))
        if left and not route.otherwise:
            category = book.all(Category).get(asked.field.of) if asked.field else None
            label = category.values[left[0]].zh if category and left[0] in category.values else left[0]
            words = {"route": route.id, "route_zh": route.label.zh, "value": left[0], "value_zh": label}
            yield book.report("route-gap", route, "teams", shown_by=_routed(book, route, left[0]), **words)
        elif route.otherwise and not left and not optional:
            yield book.report("otherwise-dead", route, "otherwise", field=route.field)
