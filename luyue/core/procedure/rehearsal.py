"""Walking imaginary cases through a rulebook: every person it needs, and every form filled in somehow.

Used to run the worked examples of actions, and to see whether every stage can be reached and left.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count

from luyue.core.procedure.acts import FORMS
from luyue.core.procedure.decide import decide, open_case
from luyue.core.procedure.fold import fold
from luyue.core.procedure.gates import Attempt, is_for_this_case
from luyue.core.procedure.index import index_of
from luyue.core.procedure.papers import IN_ORDER, Papers
from luyue.core.procedure.state import Actor, CaseState, Invalid, Refused
from luyue.core.procedure.world import World
from luyue.core.regulation.problems import WitnessStep
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import SAME, ActionRule, Checklist, ClockRule, Form, Skill, Team

# A walk wider than this is a regulation whose stages do not lead anywhere.
MAX_STATES = 400
# A stage nearer is worth so many steps within a stage.
_PER_STAGE = 3
# A fact that must still happen is worth more than any way through the stages.
_PER_FACT = 40
_STEP = timedelta(minutes=1)
_EVERYDAY = {
    "answer": "case.responded", "log-call": "contact.logged", "take": "case.taken", "ask-customer": "customer.asked",
    "customer-reply": "customer.replied",
}  # fmt: skip
_OUTSIDE = ("shipment.delivered", "unit.received", "refund.arrived", "payment.received")


@dataclass(frozen=True)
class Walk:
    """A case somewhere on its way: its state, the moment, and who did what."""

    state: CaseState
    now: datetime
    doers: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[WitnessStep, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    """Cases of one procedure, opened at `start`, with some answers given and some never given."""

    book: Rulebook
    procedure: str
    start: datetime
    given: Mapping[str, object] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def open(self, channel: str) -> Walk:
        """A fresh case. Raises Invalid or Refused when the regulation does not let one be opened like this."""
        rule = self.book.procedure(self.procedure)
        form = self.book.form(rule.intake)
        data = self.fill(form, {"kind": rule.id, "channel": channel, "customer_kind": rule.customers[0], "stage": rule.entry_stage})
        step = open_case(
            self.book, self.procedure, self.opener, channel=channel,
            customer_kind=rule.customers[0], data=data, at=self.start, now=self.start, world=IN_ORDER, complete=not self.missing,
        )  # fmt: skip
        state = fold(CaseState(), step.effects, seq=1, action="open-case", actor="staff:0", entered_at=self.start)
        return Walk(state, self.start, steps=(_step(self.start, "open-case", self.opener, data),))

    def places(self, towards: Collection[str] = (), after: tuple[str, int] = ("", 0)) -> Iterator[Walk]:
        """Every place a case can come to, each once: those nearest to the stages `towards` first, then the shortest way.

        after: a fact and how often it must have happened by then; until it has, those nearest to where it is recorded come first.
        """
        channel = str(self.given.get("channel") or self.book.procedure(self.procedure).channels[0])
        fact, times = after
        to_stage = self._distances(towards)
        to_fact = self._distances([stage for rule in self._actions if rule.records == fact for stage in rule.from_])
        order, first = count(), self.open(channel)
        waiting, seen = [(0, next(order), 0, first)], {self._place(first, times)}
        while waiting and len(seen) < MAX_STATES:
            _, _, steps, walk = heapq.heappop(waiting)
            yield walk
            for onward in self.onward(walk):
                if (place := self._place(onward, times)) not in seen:
                    seen.add(place)
                    lacking = times - sum(one.name == fact for one in onward.state.facts) if times else 0
                    near = to_fact if lacking > 0 else to_stage
                    away = steps + 1 + _PER_STAGE * near.get(onward.state.stage, MAX_STATES) + _PER_FACT * max(0, lacking)
                    heapq.heappush(waiting, (away, next(order), steps + 1, onward))

    def _place(self, walk: Walk, times: int = 0) -> tuple[object, ...]:
        """What of a case decides where it can go; two walks at one place need not both be gone on from.

        times: up to how often counted facts are told apart, where that is more often than the gates that count them do.
        """
        state = walk.state
        happened = frozenset(one.name for one in state.facts if one.name in self._telling)
        open_tasks = tuple(sorted(task.rule for task in state.tasks.values() if task.state == "open" and task.blocks))
        counts = tuple(min(_counted(state, of, since), max(most, times)) for (of, since), most in self._counts.items())
        return state.stage, happened, counts, bool(state.holder), tuple(sorted(state.answered_teams)), open_tasks, frozenset(one[0] for one in state.ticks)

    @cached_property
    def _actions(self) -> tuple[ActionRule, ...]:
        return self.book.actions_of(self.procedure)

    @cached_property
    def _telling(self) -> frozenset[str]:
        """The facts that may open or close a gate: those actions wait for, those a stage collects, those clocks wait for from outside."""
        wanted = {fact for rule in self._actions for fact in rule.after} | {of for of, _ in self._counts} | {"approval.given"}
        wanted |= {rule.records for rule in self._actions if rule.to == SAME}
        waited = {fact for rule in self.book.all(ClockRule).values() for fact in (rule.starts_at, *rule.stops_at)}
        return frozenset(wanted | (waited & set(_OUTSIDE)))

    @cached_property
    def _counts(self) -> dict[tuple[str, str], int]:
        """(fact, since which stage) of every gate that counts, and the number from which more make no difference."""
        most: dict[tuple[str, str], int] = {}
        for rule in self._actions:
            if rule.count:
                key = (rule.count.of, rule.count.since or "")
                bound = max(rule.count.at_least or 0, (rule.count.at_most or 0) + 1)
                most[key] = max(most.get(key, 0), bound)
        return most

    def _distances(self, towards: Collection[str]) -> dict[str, int]:
        """How many stages away from `towards` each stage is; everything is near when there is no direction."""
        stages = self.book.procedure(self.procedure).stages
        if not towards or set(towards) == {"any-open"}:
            return dict.fromkeys(stages, 0)
        near, rim, steps = dict.fromkeys(towards, 0), set(towards), 0
        while rim:
            steps += 1
            rim = {stage for rule in self._actions if rule.to in rim for stage in rule.from_ if stage not in near}
            near |= dict.fromkeys(rim, steps)
        return near

    def onward(self, walk: Walk) -> Iterator[Walk]:
        """What can be done next, each with its outcome."""
        for rule in self._actions:
            if not self.is_for(walk, rule):
                continue
            for actor in self.people(walk, rule):
                try:
                    yield self.did(walk, rule.id, actor, self.data(walk, rule))
                except (Refused, Invalid):
                    continue
                break
        yield from self._everyday(walk)

    def is_for(self, walk: Walk, rule: ActionRule) -> bool:
        """Whether the action belongs to this stage and to cases like this one."""
        return is_for_this_case(Attempt(self.book, index_of(self.book), walk.state, Actor("staff:0"), walk.now, IN_ORDER), rule)

    def _everyday(self, walk: Walk) -> Iterator[Walk]:
        staff = self.actor("desk", self._all_words())
        for act, fact in _EVERYDAY.items():
            if not self._wants(walk, act, fact):
                continue
            actor = Actor("customer:1", frozenset({"customer"})) if act == "customer-reply" else self.actor(f"{act}er", self._all_words())
            yield from self._try(walk, act, actor, self.fill(FORMS[f"platform/{act}"], walk.state.fields))
        for fact in _OUTSIDE:
            if fact in self._telling and not walk.state.happened(fact):
                yield from self._try(walk, "report-fact", staff, {"fact": fact, "evidence": ["示例"], "text": "示例"})
        for checklist in self._checklists(walk):
            ticked = walk
            for item in checklist.items:
                data = {"checklist": checklist.id, "item": item.id, "result": "pass", "evidence": ["示例"], "note": "示例"}
                ticked = next(self._try(ticked, "tick", staff, data), ticked)
            yield ticked
        for task in walk.state.tasks.values():
            if task.state == "open":
                form = self.book.task(task.rule).form
                filled = self.fill(self.book.form(form), walk.state.fields) if form else {}
                yield from self._try(walk, "do-task", staff, {"task": task.key, **filled})

    def _wants(self, walk: Walk, act: str, fact: str) -> bool:
        """Whether an everyday act can change what is possible: a gate waits for its fact, or somebody must hold the case."""
        if act == "take":
            return not walk.state.holder and any("holder" in rule.by for rule in self._actions)
        return fact in self._telling and not walk.state.happened(fact)

    def _try(self, walk: Walk, act: str, actor: Actor, data: Mapping[str, object]) -> Iterator[Walk]:
        try:
            yield self.did(walk, act, actor, data)
        except (Refused, Invalid):
            return

    def _checklists(self, walk: Walk) -> list[Checklist]:
        here = [rule for rule in self._actions if walk.state.stage in rule.from_ or rule.from_ == ("any-open",)]
        wanted = dict.fromkeys(rule.checklist for rule in here if rule.checklist and rule.when.holds(walk.state.fields))
        return [self.book.get(Checklist, one) for one in wanted if not any(tick[0] == one for tick in walk.state.ticks)]

    def did(self, walk: Walk, action: str, actor: Actor, data: Mapping[str, object], world: World = IN_ORDER) -> Walk:
        """The walk after `actor` did `action` a minute later. Raises Refused, Invalid."""
        now = walk.now + _STEP
        step = decide(self.book, walk.state, action, actor, data, at=now, now=now, world=world)
        state = fold(walk.state, step.effects, seq=walk.state.head_seq + 1, action=action, actor=actor.id, entered_at=now)
        return Walk(state, now, {**walk.doers, action: actor.id}, (*walk.steps, _step(now, action, actor, data)))

    # ------------------------------------------------------------------ people and papers

    def people(self, walk: Walk, rule: ActionRule) -> list[Actor]:
        """One person for each word of `by`, different from everybody who did something else before."""
        found = []
        for word in rule.by:
            if word == "customer":
                found.append(Actor("customer:1", frozenset({"customer"})))
            elif word == "holder" and walk.state.holder:
                found.append(Actor(walk.state.holder, self._all_words(), self._skills()))
            elif word in ("routed-teams", "serving-team", "owner", "everyone"):
                found += [self.actor(f"{rule.id}@{team}", (team,)) for team in walk.state.routed_teams or ("service-desk",)]
            else:
                found.append(self.actor(f"{rule.id}@{word}", (word.partition("/")[0], word)))
        return found

    @property
    def opener(self) -> Actor:
        return self.actor("open-case", ("service-desk", "service-desk/lead"))

    def actor(self, name: str, words: tuple[str, ...] | frozenset[str]) -> Actor:
        """A member of staff of this name; equal names are one person."""
        number = sum(ord(char) * (place + 7) for place, char in enumerate(name)) % 100_000 + 1
        return Actor(f"staff:{number}", frozenset({*words, "everyone"}), self._skills())

    def _all_words(self) -> frozenset[str]:
        teams = self.book.all(Team)
        return frozenset([*teams, *(f"{team}/{post}" for team, rule in teams.items() for post in rule.posts)])

    def _skills(self) -> frozenset[str]:
        return frozenset(self.book.all(Skill))

    def data(self, walk: Walk, rule: ActionRule) -> dict[str, object]:
        return self.fill(self.book.form(rule.form), walk.state.fields) if rule.form else {}

    def fill(self, form: Form, known: Mapping[str, object]) -> dict[str, object]:
        return Papers(self.book, self.start, self.given, self.missing).fill(form, known)


def _step(at: datetime, act: str, actor: Actor, data: Mapping[str, object]) -> WitnessStep:
    words = tuple(sorted(word for word in actor.actors if word != "everyone"))
    return WitnessStep(at, act, actor.id, words, json.dumps(dict(data), ensure_ascii=False, sort_keys=True, default=str))


def _counted(state: CaseState, of: str, since: str) -> int:
    """How often the fact happened since that stage was last entered; in the whole life of the case when no stage is named."""
    number = 0
    for one in reversed(state.facts):
        if since and one.name == "stage.entered" and one.payload.get("stage") == since:
            break
        number += one.name == of
    return number
