"""Random lives of a case, and what must hold after every entry of every one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from luyue.core.clockwork import ClockState
from luyue.core.procedure import CaseState, Invalid, Refused, World, decide, dump_effect, fold, gates, load_effect, offered, open_case, settle
from luyue.core.procedure.checklists import missing_items
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import Effect
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Checklist
from tests.core.procedure.desk import FINDING, PEOPLE, QUALITY, REMEDY, local, no_repeats, objections

FIRST = local("2026-03-04 09:00")  # a Wednesday
TEXT = {"text": "已经在处理，请放心"}
DATA: dict[str, Mapping[str, object]] = {
    "register-objection": QUALITY,
    "promise-date": {"promised_at": "2026-03-06 18:00"},
    "pass-on": {"to_department": "finance", "pass_on_reason": "不归我们"},
    "conclude-quality": FINDING,
    "conclude-fee": FINDING,
    "propose-remedy": REMEDY,
    "give-feedback": {"explained": "换新", "told_by": "phone"},
    "customer-accepts": {"answer": "accepts"},
    "customer-rejects": {"answer": "rejects", "answer_text": "不同意"},
    "review-again": FINDING,
    "reopen-objection": {"reopen_reason": "又坏了"},
    "close-objection": {"demand_met": "met"},
    "book-pickup": {"window_starts_at": "2026-03-06 14:00", "window_ends_at": "2026-03-06 16:00"},
    "answer": TEXT,
    "note": TEXT,
    "tell-progress": TEXT,
    "ask-customer": TEXT,
    "customer-reply": TEXT,
    "log-call": {"direction": "outbound", "reached": "yes", **TEXT},
    "assign": {"holder": "staff:5"},
    "refuse-approval": {"reason": "太多"},
    "report-fact": {"fact": "shipment.delivered", "evidence": ["evidence:1"]},
    "add-evidence": {"evidence": ["evidence:1"], "evidence_kind": "photo"},
    "link": {"number": "YY-2026-000002"},
    "classify": {"objection_type": "fee/invoice", "order_number": "DD-1"},
}
CHANNELS = ("phone", "email", "shop", "web", "chat")
WHO = tuple(PEOPLE)
# Allowed nearly always, and leading away from the long road; the wilder moves take them often enough.
SIDEWAYS = ("withdraw-objection", "book-pickup", "arrive-for-pickup", "pass-on")
ONWARD, ANY_ACT, WILD = range(3)


class Move(NamedTuple):
    """One thing somebody tries: `pick` chooses among what can be done, `wild` how; it happened `late_min` minutes before it is entered."""

    wait_min: int
    who: int
    pick: int
    late_min: int
    wild: int


@dataclass
class Life:
    """How one run went: entries as in the journal, and the case after them."""

    state: CaseState
    entries: list[tuple[str, str, datetime, tuple[Effect, ...]]]
    refused: int = 0

    def verdicts(self) -> list[tuple[object, ...]]:
        """Everything a customer or a report could see of the clocks, by what they are and not by entry number."""
        return sorted((_seen(clock) for clock in self.state.clocks.values()), key=repr)


def _seen(clock: ClockState) -> tuple[object, ...]:
    return tuple(
        str(value)
        for value in (
            clock.rule, clock.team, clock.owed_by, clock.started_at, clock.state, clock.settled_at, clock.due_at, clock.promised_at,
            clock.pauses, sorted(clock.warned), sorted(clock.rungs), clock.left_s,
        )
    )  # fmt: skip


def live(moves: Sequence[Move], settle_every: timedelta | None, channel: int = 0, book: Rulebook | None = None) -> Life:
    """Run the moves. settle_every: how often timers are looked at between entries; None = never, they wait for the next entry."""
    book = book or objections()
    world = World(no_repeats)
    life = Life(CaseState(), [])
    opener = PEOPLE["anna"]
    step = open_case(book, "objection", opener, channel=CHANNELS[channel], customer_kind="individual", data=QUALITY, at=FIRST, now=FIRST, world=world)
    _write(life, "open-case", opener.id, FIRST, step.effects)
    now = FIRST
    for move in moves:
        later = now + timedelta(minutes=move.wait_min)
        _look(life, book, world, now, later, settle_every)
        now = later
        try:
            who, action, data = _choose(life, book, world, move, now)
            at = max(now - timedelta(minutes=move.late_min), FIRST)
            done = decide(book, life.state, action, PEOPLE[who], data, at=at, now=now, world=world)
        except (Refused, Invalid) as no:
            _check_words(no)
            life.refused += 1
            continue
        _write(life, action, PEOPLE[who].id, now, done.effects)
    end = now + timedelta(days=9)
    _look(life, book, world, now, end, settle_every)
    step = settle(book, life.state, end, world)
    _write(life, "settle", "system", end, step.effects)
    return life


def _look(life: Life, book: Rulebook, world: World, now: datetime, later: datetime, every: timedelta | None) -> None:
    moment = now
    while every is not None and moment < later:
        step = settle(book, life.state, moment, world)
        if step.effects:
            _write(life, "settle", "system", moment, step.effects)
        moment += every


def _write(life: Life, action: str, actor: str, now: datetime, effects: tuple[Effect, ...]) -> None:
    before = life.state
    lines = json.loads(json.dumps([dump_effect(effect) for effect in effects]))
    loaded = tuple(load_effect(line) for line in lines)
    assert loaded == effects, "effects change on their way through the journal"
    life.state = fold(before, loaded, seq=before.head_seq + 1, action=action, actor=actor, entered_at=now)
    life.entries.append((action, actor, now, loaded))
    check_entry(before, life.state, now)


def check_entry(before: CaseState, after: CaseState, now: datetime) -> None:
    """What no entry may ever do."""
    assert after.head_seq == before.head_seq + 1
    assert after.facts[: len(before.facts)] == before.facts, "a recorded fact changed"
    for key, old in before.clocks.items():
        new = after.clocks[key]
        if old.state in ("kept", "withdrawn"):
            assert new == old, f"{key} was settled and changed"
        if old.state == "missed":
            frozen = replace(new, rungs=old.rungs)
            assert frozen == old or new.corrected_by, f"{key} was missed and became {new.state}"
        if old.promised_at is not None and new.promised_at is not None:
            assert new.promised_at <= old.promised_at, f"the date told moved later in {key}"
    for clock in after.clocks.values():
        timers = [timer for timer in after.timers if timer.clock == clock.key]
        kinds = sorted(timer.kind for timer in timers if timer.kind != "warn")
        if clock.state == "running":
            assert clock.due_at is None or kinds == ["due"], f"{clock.key} runs with timers {kinds}"
            assert clock.due_at is None or now <= clock.due_at, f"{clock.key} should be missed by now"
        elif clock.state == "paused":
            assert clock.due_at is None
            assert kinds in (["cap"], []), f"{clock.key} is paused with timers {kinds}"
            assert clock.pauses[-1].to_at is None
        else:
            assert set(kinds) <= {"rung"}, f"{clock.key} is {clock.state} with timers {kinds}"
            assert not timers or clock.state == "missed"
        if clock.state == "kept" and clock.due_at is not None and clock.settled_at is not None:
            assert clock.settled_at <= clock.due_at, f"{clock.key} is kept after its deadline"
        if clock.state == "missed":
            assert clock.settled_at == clock.due_at


class Try(NamedTuple):
    who: str
    action: str
    about: str = ""
    item: str = ""


def _choose(life: Life, book: Rulebook, world: World, move: Move, now: datetime) -> tuple[str, str, dict[str, object]]:
    """Mostly a step that brings the case on, whoever may take it; sometimes any permitted act of one person, or a wild guess."""
    who = WHO[move.who]
    if move.wild == WILD:
        actions = [*DATA, "transfer-objection", "decide-remedy", "finish-remedy", "take", "nudge", "no-such-act"]
        chosen = Try(who, actions[move.pick % len(actions)])
    elif move.wild == ANY_ACT:
        offers = [offer for offer in offered(book, life.state, PEOPLE[who], now, world) if offer.permitted]
        chosen = Try(who, offers[move.pick % len(offers)].action, offers[move.pick % len(offers)].about)
    else:
        steps = list(_steps_onward(life.state, book, world, now))
        chosen = steps[move.pick % len(steps)] if steps else Try(who, "note")
    late = {"_late_reason": "补记"} if move.late_min else {}
    return chosen.who, chosen.action, {**_data(life.state, book, chosen, move), **late}


def _steps_onward(state: CaseState, book: Rulebook, world: World, now: datetime) -> Iterator[Try]:
    """What brings the case on from here: a stage's own actions not done in it yet, the checklists and tasks they wait for."""
    owed = next((task.key for task in state.tasks.values() if task.state == "open" and task.blocks), "")
    if owed:
        yield Try("anna", "do-task", owed)
    if state.stage in ("planning", "executing") and not state.holder:
        yield Try("tech", "take")
    if state.stage == "executing" and not state.happened("shipment.delivered"):
        yield Try("store", "report-fact")
    entered = max((number for number, fact in enumerate(state.facts) if fact.name == "stage.entered"), default=0)
    done = {fact.action for fact in state.facts[entered:]}
    index = index_of(book)
    for rule in book.actions_of(state.kind):
        if rule.id in SIDEWAYS or (rule.id in done and not rule.each):
            continue
        for who, person in PEOPLE.items():
            attempt = Attempt(book, index, state, person, now, world)
            if gates.is_for_this_case(attempt, rule):
                refusals = [refusal.code for refusal in gates.refusals(attempt, rule)]
                if not refusals:
                    yield Try(who, rule.id)
                elif refusals == ["checklist"]:
                    checklist = book.get(Checklist, rule.checklist)
                    yield Try(who, "tick", checklist.id, missing_items(checklist, state)[0].id)


def _data(state: CaseState, book: Rulebook, chosen: Try, move: Move) -> dict[str, object]:
    if chosen.action == "do-task":
        return {"task": chosen.about, "solved": "yes", "satisfaction": "5"}
    if chosen.action in ("try-task", "cancel-task"):
        key = next((task.key for task in state.tasks.values() if task.state == "open"), "")
        return {"task": key, **({"reason": "重复"} if chosen.action == "cancel-task" else {})}
    if chosen.action == "tick":
        lists = [rule.checklist for rule in book.actions_of("objection") if rule.checklist]
        checklist = book.get(Checklist, chosen.about or lists[move.pick % len(lists)])
        item = chosen.item or checklist.items[move.pick % len(checklist.items)].id
        return {"checklist": checklist.id, "item": item, "result": "pass", "evidence": ["evidence:3"]}
    if chosen.action == "correct-clock":
        key = next((clock.key for clock in state.clocks.values() if clock.state == "missed"), "none")
        return {"clock": key, "reason": "补记", "evidence": ["evidence:4"]}
    return dict(DATA.get(chosen.action, {}))


def _check_words(no: Refused | Invalid) -> None:
    """Every no says what is wrong, in both languages, and what to do."""
    if isinstance(no, Invalid):
        assert no.errors
        assert all(words for words in no.errors.values())
        return
    assert no.code
    assert no.words
    assert no.words_en
    assert not no.words_en.isspace()
