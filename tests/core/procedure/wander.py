"""Lives of cases in any rulebook: whoever does whatever with whatever papers, mostly as the text foresees, sometimes not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from luyue.core.procedure import Invalid, Refused, fold, offered, open_case, settle
from luyue.core.procedure.acts import ACTS, FORMS
from luyue.core.procedure.decide import decide
from luyue.core.procedure.papers import ALONE, IN_ORDER
from luyue.core.procedure.rehearsal import Rehearsal, Walk
from luyue.core.procedure.state import Actor, CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Category, Field, Form

ODD: tuple[object, ...] = (None, "", "x", -1, 3.5, True, [], ["x"], {}, {"a": 1}, "2026-02-30", "yes", "１２", "other", 10**12)

_ONWARD, _ENDING = 0.4, 0.05


@dataclass
class Wandering:
    """How far a case came: what was done, what was refused, and the case."""

    state: CaseState
    done: int = 0
    refused: int = 0


def wander(book: Rulebook, procedure: str, seed: int, steps: int) -> Wandering:
    """A case of a procedure and up to so many things done to it. Raises what the machinery raises, but never Refused or Invalid."""
    random = Random(seed)
    rule = book.procedure(procedure)
    start = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo(book.regulations[-1].zone)) + timedelta(minutes=random.randrange(200 * 1440))
    rehearsal = Rehearsal(book, procedure, start, _given(book, random))
    form = book.form(rule.intake)
    kind, channel = random.choice(rule.customers), random.choice(rule.channels)
    data = rehearsal.fill(form, {"kind": procedure, "channel": channel, "customer_kind": kind, "stage": rule.entry_stage})
    try:
        opened = open_case(
            book, procedure, rehearsal.opener, channel=channel, customer_kind=kind, data=_spoiled(data, form, random, 0.1), at=start, now=start, world=IN_ORDER
        )
    except (Refused, Invalid):
        return Wandering(CaseState(), refused=1)
    life = Wandering(fold(CaseState(), opened.effects, seq=1, action="open-case", actor=rehearsal.opener.id, entered_at=start), done=1)
    now = start
    for _ in range(steps):
        now += timedelta(minutes=random.choice((1, 1, 5, 30, 240, 1440, 7 * 1440)))
        _settle(book, life, now)
        if random.random() < _ONWARD and (ways := list(rehearsal.onward(Walk(life.state, now)))):
            # As the text foresees, and seldom to an early end, so that cases come far.
            way = random.choice([one for one in ways if one.state.stage not in rule.final or random.random() < _ENDING] or ways)
            life.state, now, life.done = way.state, way.now, life.done + 1
        else:
            _step(rehearsal, life, now, random)
    return life


def _given(book: Rulebook, random: Random) -> dict[str, object]:
    """For every field one of its values, drawn."""
    return {one.name: value for form in book.all(Form).values() for one in form.fields if (value := _value(book, one, random)) is not None}


def _value(book: Rulebook, one: Field, random: Random) -> object:
    category = book.all(Category).get(one.of)
    if one.kind in ("choice", "choices") and category is not None:
        leaves = [path for path in category.values if not any(other.startswith(path + "/") for other in category.values)]
        return random.choice(leaves) if one.kind == "choice" else random.sample(leaves, min(len(leaves), random.randint(1, 2)))
    if one.kind == "yes-no":
        return random.choice(("yes", "no"))
    if one.kind == "money":
        return str(random.choice((1, 150, 900, 4000, 60_000)))
    return None


def _settle(book: Rulebook, life: Wandering, now: datetime) -> None:
    step = settle(book, life.state, now)
    if step.effects:
        life.state = fold(life.state, step.effects, seq=life.state.head_seq + 1, action="settle", actor="system", entered_at=now)


def _step(rehearsal: Rehearsal, life: Wandering, now: datetime, random: Random) -> None:
    book, walk = rehearsal.book, Walk(life.state, now)
    action, actor, form = _choice(rehearsal, walk, random)
    data = rehearsal.fill(form, life.state.view()) if form is not None else {}
    data = _about(book, action, data, life.state, random)
    data = _spoiled(data, form, random, 0.15)
    at = now - timedelta(minutes=random.choice((0, 0, 0, 10, 300)))
    world = random.choice((IN_ORDER, IN_ORDER, ALONE))
    if random.random() < 0.2:
        offered(book, life.state, actor, now, world)
    try:
        step = decide(book, life.state, action, actor, data, at=at, now=now, world=world)
    except (Refused, Invalid):
        life.refused += 1
        return
    life.state = fold(life.state, step.effects, seq=life.state.head_seq + 1, action=action, actor=actor.id, entered_at=now)
    life.done += 1


def _choice(rehearsal: Rehearsal, walk: Walk, random: Random) -> tuple[str, Actor, Form | None]:
    """Mostly an action of this stage by somebody who may; else any act by anybody."""
    book, draw = rehearsal.book, random.random()
    final = book.procedure(rehearsal.procedure).final
    here = [rule for rule in book.actions_of(rehearsal.procedure) if rehearsal.is_for(walk, rule) and (rule.to not in final or random.random() < _ENDING)]
    if here and draw < 0.6:
        rule = random.choice(here)
        people = rehearsal.people(walk, rule)
        if people:
            return rule.id, random.choice(people), book.form(rule.form) if rule.form else None
    if draw < 0.9:
        act = random.choice(sorted(ACTS))
        return act, _anybody(rehearsal, random), FORMS.get(f"platform/{act}")
    every = book.actions_of(rehearsal.procedure)
    rule = random.choice([rule for rule in every if rule.to not in final] or every)
    return rule.id, _anybody(rehearsal, random), book.form(rule.form) if rule.form else None


def _anybody(rehearsal: Rehearsal, random: Random) -> Actor:
    if random.random() < 0.2:
        return Actor("customer:1", frozenset({"customer"}))
    words = sorted(rehearsal._all_words())
    one = rehearsal.actor(f"person-{random.randrange(4)}", tuple(random.sample(words, min(3, len(words)))))
    return replace(one, skills=frozenset()) if random.random() < 0.3 else one


def _about(book: Rulebook, action: str, data: dict[str, object], state: CaseState, random: Random) -> dict[str, object]:
    """What the acts about tasks, checklists and approvals need to name."""
    if action in ("do-task", "try-task", "cancel-task") and state.tasks:
        task = random.choice(sorted(state.tasks))
        form = book.task(state.tasks[task].rule).form if state.tasks[task].rule in book.by_kind.get("task", {}) else ""
        return {
            **data,
            **(Rehearsal(book, state.kind, datetime(2026, 3, 1, tzinfo=ZoneInfo("UTC"))).fill(book.form(form), state.view()) if form else {}),
            "task": task,
        }
    if action == "tick" and book.by_kind.get("checklist"):
        checklist = random.choice(sorted(book.by_kind["checklist"]))
        item = random.choice(book.by_kind["checklist"][checklist].items)  # type: ignore[attr-defined]
        return {**data, "checklist": checklist, "item": item.id, "result": random.choice(("pass", "fail")), "evidence": ["evidence:1"]}
    if action == "report-fact":
        return {**data, "fact": random.choice(("shipment.delivered", "refund.arrived", "unit.received", "case.closed")), "evidence": ["evidence:1"]}
    return data


def _spoiled(data: dict[str, object], form: Form | None, random: Random, share: float) -> dict[str, object]:
    """Sometimes one answer is missing, odd, or to a question nobody asked."""
    if random.random() >= share:
        return data
    spoiled = dict(data)
    name = random.choice([*spoiled, "unknown_field"])
    if random.random() < 0.4:
        spoiled.pop(name, None)
    else:
        spoiled[name] = random.choice(ODD)
    return spoiled
