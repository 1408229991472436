"""Every regulation that ships, lived through at random by people of all its teams, forms filled by their own fields."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from luyue.core.procedure import Actor, CaseState, Invalid, Refused, World, decide, offered, open_case, settle
from luyue.core.procedure.acts import CATEGORIES, FORMS
from luyue.core.procedure.checklists import missing_items
from luyue.core.regulation.read import read_regulation
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Category, Checklist, Field, Form, Procedure, Skill, Team
from tests.core.procedure.desk import CALENDAR, local, read_book
from tests.core.procedure.random_life import Life, _check_words, _look, _write

SHIPPED = sorted(path for path in CALENDAR.parents[1].glob("*/*.md"))
FIRST = local("2026-03-04 09:00")
PLAN = {"version": 1, "lines": ({"unit_model": "A", "unit_price": "10", "quantity": 1},), "total": "10"}
ROOMS: dict[str, object] = {
    "other-cases": 2,
    "task-is-open": False,
    "contract-versions": ({"version": 1, "agreed": True, "in_force": True},),
    "contract-price": {"order": "DD-1", "total": "80", "days": 4},
    "planned-units": ({"model": "A", "wanted": 1, "free": 2},),
    "confirmed-plan": PLAN,
    "order": PLAN,
    "case-number": "CASE-1",
    "units-to-allocate": ({"model": "A", "serial": "SN-1"},),
}
WORLD = World(lambda name, about: ROOMS.get(name))


@cache
def book_of(path: Path) -> Rulebook:
    """The regulation with its floors and all it builds on."""
    by_id = {shipped.parent.name: shipped for shipped in SHIPPED}
    paths, todo = [], [path]
    while todo:
        one = todo.pop()
        if one not in paths:
            paths.append(one)
            regulation = read_regulation(one.read_text(encoding="utf-8"), str(one)).regulation
            assert regulation is not None
            todo += [by_id[name] for name in (*regulation.floors, *regulation.builds_on)]
    return read_book(*paths)


def people_of(book: Rulebook) -> list[Actor]:
    skills = frozenset(book.all(Skill))
    actors = [frozenset({team.id}) for team in book.all(Team).values()]
    actors += [frozenset({team.id, f"{team.id}/{post}"}) for team in book.all(Team).values() for post in team.posts]
    staff = [Actor(f"staff:{number}", words | {"everyone"}, skills) for number, words in enumerate(actors, start=1)]
    return [*staff, Actor("customer:1", frozenset({"customer"})), Actor("system", frozenset({"system"}))]


def filled_in(form: Form, book: Rulebook, known: Mapping[str, object], chance: random.Random, now: datetime) -> dict[str, object]:
    """The form answered as its fields want, each optional one now and then."""
    answers: dict[str, object] = {}
    for field in form.fields:
        if field.asked({**known, **answers}) and (field.required or chance.random() < 0.5):
            answers[field.name] = _answer(field, book, {**known, **answers}, chance, now)
            if answers[field.name] in ("other", ["other"]) and not any("other" in str(other.when.of.get(field.name)) for other in form.fields):
                answers[f"{field.name}_other"] = "没有列出的"
    return answers


def _answer(field: Field, book: Rulebook, known: Mapping[str, object], chance: random.Random, now: datetime) -> object:
    if field.kind in ("choice", "choices"):
        category = CATEGORIES.get(field.of) or book.get(Category, field.of)
        value = chance.choice(list(category.values) or ["6f0a7c0e-2f0e-4d5c-9a62-5d0f4d4b7a11"])  # which files there are only the case knows
        return value if field.kind == "choice" else [value]
    if field.kind == "lines":
        return [filled_in(book.form(field.of), book, known, chance, now)]
    if field.kind in ("number", "money"):
        return str(chance.randint(int(field.at_least or 1), int(field.at_most or 3000)))
    by_kind = {
        "yes-no": chance.choice(("yes", "no")),
        "date": "2026-03-20",
        "instant": (now + timedelta(hours=chance.randint(1, 90))).isoformat(),
        "phone": "13800138000",
        "email": "a@example.com",
        "person": f"staff:{chance.randint(1, 9)}",
        "order": "CASE-1",
    }
    return by_kind.get(field.kind, "evidence-1")


def lived(book: Rulebook, procedure: str, seed: int, every: timedelta | None) -> Life:
    chance, life = random.Random(seed), Life(CaseState(), [])
    people = people_of(book)
    rule = book.procedure(procedure)
    now = FIRST
    data = filled_in(book.form(rule.intake), book, {}, chance, now)
    step = open_case(
        book, procedure, people[0], channel=chance.choice(rule.channels), customer_kind=chance.choice(rule.customers), data=data, at=now,
        now=now, world=WORLD,
    )  # fmt: skip
    _write(life, "open-case", people[0].id, now, step.effects)
    for _ in range(40):
        later = now + timedelta(minutes=chance.choice((0, 3, 20, 300, 2000)))
        _look(life, book, WORLD, now, later, every)
        now = later
        person, action, form, about = _chosen(life, book, people, chance, now)
        answers = _filled_for(life, book, action, form, about, chance, now)
        try:
            done = decide(book, life.state, action, person, answers, at=now, now=now, world=WORLD)
        except (Refused, Invalid) as no:
            _check_words(no)
            life.refused += 1
            continue
        _write(life, action, person.id, now, done.effects)
    end = now + timedelta(days=20)
    _look(life, book, WORLD, now, end, every)
    _write(life, "settle", "system", end, settle(book, life.state, end, WORLD).effects)
    return life


def _chosen(life: Life, book: Rulebook, people: list[Actor], chance: random.Random, now: datetime) -> tuple[Actor, str, str, str]:
    """Anybody, anything he is offered and may do, the regulation's own actions more often; a checklist that stands in the way is ticked."""
    for person in chance.sample(people, len(people)):
        offers = offered(book, life.state, person, now, WORLD)
        own = [offer for offer in offers if offer.kind == "action" and offer.permitted and not _too_soon(life, book, offer.action, chance)]
        owed = [offer for offer in offers if offer.kind == "action" and [one.code for one in offer.refusals] == ["checklist"]]
        if own and chance.random() < 0.7:
            offer = chance.choice(own)
            return person, offer.action, offer.form, ""
        if owed and chance.random() < 0.9:
            return person, "tick", "", book.action(chance.choice(owed).action).checklist
        platform = [offer for offer in offers if offer.kind == "platform" and offer.permitted]
        if platform and chance.random() < 0.2:
            offer = chance.choice(platform)
            return person, offer.action, offer.form, offer.about
    return people[0], "note", "platform/note", ""


def _too_soon(life: Life, book: Rulebook, action: str, chance: random.Random) -> bool:
    """Whoever may end a case may end it any time; repeating what this stage has seen leads nowhere either. Both now and then."""
    rule, facts = book.action(action), [fact for fact in life.state.facts if fact.actor != "system"]
    entered = max(number for number, fact in enumerate(facts) if fact.name == "stage.entered")
    ends = rule.to in book.procedure(rule.procedure).final and len(facts) < 45
    return (ends or any(fact.action == action for fact in facts[entered:])) and chance.random() < 0.95


def _filled_for(life: Life, book: Rulebook, action: str, form: str, about: str, chance: random.Random, now: datetime) -> dict[str, object]:
    if action == "tick" and about:
        item = missing_items(book.get(Checklist, about), life.state)[0]
        return {"checklist": about, "item": item.id, "result": "pass", "evidence": ["evidence:1"]}
    rule = FORMS.get(form) or (book.form(form) if form else None)
    answers = filled_in(rule, book, life.state.view(), chance, now) if rule is not None else {}
    return {**answers, "task": about} if action == "do-task" else answers


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_nobody_gets_more_than_a_refusal_and_no_verdict_depends_on_the_ticker(path: Path) -> None:
    book = book_of(path)
    for procedure in book.all(Procedure):
        stages: Counter[str] = Counter()
        for seed in range(4):
            never = lived(book, procedure, seed, None)
            looked = lived(book, procedure, seed, timedelta(hours=2))
            assert never.verdicts() == looked.verdicts()
            stages.update(str(fact.payload["stage"]) for fact in never.state.facts if fact.name == "stage.entered")
        assert len(stages) > 1, f"no life of {procedure} got anywhere"
