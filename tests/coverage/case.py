"""Telling what happens to one case of the shipped regulations, in local times, by people of every team.

What a story claims it says by `assert`: that an act can be done, is refused with a code, misses fields. A rulebook that has lost a rule
must fail a story on its claim, so nothing here trips over a missing name before the claim is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from luyue.core.procedure import Actor, CaseState, Invalid, Refused, Step, World, decide, fold, open_case, settle
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.state import ClockState, FactRecorded, NoticeDue, RoomEffect
from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Notice

ZONE = ZoneInfo("Asia/Shanghai")
APPLIANCE_SKILLS = frozenset({"bound-by-appliance-regulation", "appliance-product-exam", "appliance-software-exam", "appliance-fault-exam", "appliance-tool-certificate"})
SKILLS = frozenset({"bound-by-this-regulation", "bound-by-service-regulation", "bound-by-network-regulation", "objection-exam", "service-exam"}) | APPLIANCE_SKILLS


def _staff(number: int, *words: str) -> Actor:
    return Actor(f"staff:{number}", frozenset({*words, "everyone"}), SKILLS)


PEOPLE: Mapping[str, Actor] = {
    "anna": _staff(1, "service-desk"),
    "bella": _staff(2, "service-desk"),
    "lead": _staff(3, "service-desk", "service-desk/lead"),
    "manager": _staff(4, "management", "management/manager"),
    "general": _staff(5, "management", "management/general-manager"),
    "lawyer": _staff(6, "management", "management/legal"),
    "tech": _staff(7, "technical-support"),
    "store": _staff(8, "warehouse"),
    "money": _staff(9, "finance"),
    "adviser": _staff(10, "advisors"),
    "quality": _staff(11, "quality"),
    "newcomer": Actor("staff:12", frozenset({"service-desk", "everyone"}), SKILLS - {"bound-by-this-regulation"}),
    "beginner": Actor("staff:14", frozenset({"service-desk", "everyone"}), SKILLS - {"bound-by-service-regulation"}),
    "unexamined": Actor("staff:15", frozenset({"service-desk", "everyone"}), SKILLS - {"service-exam"}),
    "outsider": Actor("staff:16", frozenset({"service-desk", "everyone"}), SKILLS - {"bound-by-network-regulation"}),
    "chair": _staff(17, "service-management-group", "service-management-group/chair"),
    "untested": Actor("staff:13", frozenset({"technical-support", "everyone"}), SKILLS - {"objection-exam"}),
    "maker": _staff(18, "product"),
    "unbound": Actor("staff:19", frozenset({"service-desk", "everyone"}), SKILLS - {"bound-by-appliance-regulation"}),
    **{f"without {one}": Actor("staff:20", frozenset({"service-desk", "everyone"}), SKILLS - {one}) for one in sorted(APPLIANCE_SKILLS)},
    "customer": Actor("customer:1", frozenset({"customer"})),
    "system": Actor("system", frozenset({"system"})),
}

# What the other rooms answer when a guard or effect asks about this case.
ROOMS: Mapping[str, object] = {"other-cases": 0, "task-is-open": False, "contract-versions": (), "payments": ({"route": "微信支付"},), "order-to-invoice": None, "rent-of-unit": {"order": "DD-1", "per_day": "100.00"}, "deposit": {"order": "DD-1", "held": "3000.00", "frozen": "0.00"}}


def local(text: str) -> datetime:
    """`2026-03-04 09:00` in Shanghai; 24:00 is the midnight that ends the day."""
    day, _, clock = text.partition(" ")
    hours, minutes = clock.split(":")
    return datetime.fromisoformat(day).replace(tzinfo=ZONE) + timedelta(hours=int(hours), minutes=int(minutes))


class Case:
    def __init__(self, book: Rulebook, procedure: str, rooms: Mapping[str, object] | None = None) -> None:
        self.book, self.procedure = book, procedure
        self.state = CaseState()
        self.rooms = {**ROOMS, **(rooms or {})}
        self.world = World(lambda name, _about: self.rooms.get(name))

    # ------------------------------------------------------------------ what people do

    def open(self, at: str, who: str = "anna", *, channel: str = "phone", customer: str = "individual", **data: object) -> Step:
        assert self.procedure in self.book.by_kind["procedure"], f"no case of {self.procedure} can be opened"
        now = local(at)
        step = open_case(self.book, self.procedure, PEOPLE[who], channel=channel, customer_kind=customer, data=data, at=now, now=now, world=self.world)
        return self._write("open-case", who, step, now)

    def do(self, action: str, who: str, at: str, **data: object) -> Step:
        assert self.can(action), f"there is no act {action}"
        now = local(at)
        return self._write(action, who, decide(self.book, self.state, action, PEOPLE[who], data, at=now, now=now, world=self.world), now)

    def refused(self, action: str, who: str, at: str, **data: object) -> str:
        """The code it is refused with."""
        with pytest.raises(Refused) as no:
            self._try(action, who, at, data)
        return no.value.code

    def misses(self, action: str, who: str, at: str, **data: object) -> set[str]:
        """The fields found wrong or lacking."""
        with pytest.raises(Invalid) as invalid:
            self._try(action, who, at, data)
        return set(invalid.value.errors)

    def _try(self, action: str, who: str, at: str, data: Mapping[str, object]) -> None:
        assert self.can(action), f"there is no act {action}"
        decide(self.book, self.state, action, PEOPLE[who], data, at=local(at), now=local(at), world=self.world)

    def can(self, action: str) -> bool:
        return action in self.book.by_kind["action"] or action in ACTS

    def intake_misses(self, at: str, who: str = "anna", **data: object) -> set[str]:
        fresh = Case(self.book, self.procedure, self.rooms)
        with pytest.raises(Invalid) as invalid:
            fresh.open(at, who, **data)  # type: ignore[arg-type]
        return set(invalid.value.errors)

    def tick(self, checklist: str, item: str, who: str, at: str, **more: object) -> Step:
        return self.do("tick", who, at, checklist=checklist, item=item, **{"result": "pass", "evidence": ["evidence:2"], **more})

    def tick_all(self, checklist: str, items: str, who: str, at: str) -> None:
        for item in items.split():
            self.tick(checklist, item, who, at)

    def settle(self, now: str) -> Step:
        return self._write("settle", "system", settle(self.book, self.state, local(now), self.world), local(now))

    def _write(self, action: str, who: str, step: Step, now: datetime) -> Step:
        if step.effects:
            seq = self.state.head_seq + 1
            self.state = fold(self.state, step.effects, seq=seq, action=action, actor=PEOPLE[who].id, entered_at=now)
        return step

    # ------------------------------------------------------------------ what came of it

    @property
    def stage(self) -> str:
        return self.state.stage

    def clocks(self, rule: str) -> list[ClockState]:
        return [clock for clock in self.state.clocks.values() if clock.rule == rule]

    def clock(self, rule: str) -> ClockState:
        """The latest clock of the rule."""
        found = self.clocks(rule)
        assert found, f"no clock {rule} runs"
        return found[-1]

    def due(self, rule: str) -> str:
        """When it is due, local; midnight is written 24:00 of the day before."""
        due_at = self.clock(rule).due_at
        assert due_at is not None
        at = due_at.astimezone(ZONE)
        if (at.hour, at.minute) == (0, 0):
            return f"{at - timedelta(days=1):%Y-%m-%d} 24:00"
        return f"{at:%Y-%m-%d %H:%M}"

    def answer(self, name: str) -> object:
        """What the case holds in a field."""
        return self.state.fields.get(name)

    def open_tasks(self) -> set[str]:
        return {task.rule for task in self.state.tasks.values() if task.state == "open"}


def facts(step: Step) -> list[str]:
    return [effect.name for effect in step.effects if isinstance(effect, FactRecorded)]


def told(step: Step) -> dict[str, tuple[str, ...]]:
    """Messages that go out: notice and to whom."""
    return {effect.notice: effect.recipients for effect in step.effects if isinstance(effect, NoticeDue)}


def words_of(book: Rulebook, notice: str) -> str:
    """What the customer reads."""
    rule = book.by_kind["notice"].get(notice)
    assert isinstance(rule, Notice), f"there is no notice {notice}"
    return rule.text.zh


def rooms(step: Step) -> dict[str, Mapping[str, object]]:
    return {effect.name: effect.data for effect in step.effects if isinstance(effect, RoomEffect)}


def is_promised(case: Case, rule: str, due: str, stop: Callable[[str], object]) -> None:
    """A running time limit from both sides: due then, kept by acting at that very instant, missed a minute later."""
    assert case.due(rule) == due
    before = case.state
    stop(due)
    assert case.clock(rule).state == "kept"
    case.state = before
    day, _, clock = due.partition(" ")
    hours, minutes = clock.split(":")
    case.settle(f"{day} {hours}:{int(minutes) + 1}")
    assert case.clock(rule).state == "missed"
