"""A service desk for stories: one case, people by first name, local times, every effect through JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from luyue.core.calendar import load_day_table
from luyue.core.clockwork import ClockState
from luyue.core.procedure import Actor, CaseState, Step, World, decide, dump_effect, fold, load_effect, open_case, settle
from luyue.core.procedure.state import FactRecorded, NoticeDue, RoomEffect
from luyue.core.regulation.compile import compile_rulebook
from luyue.core.regulation.read import read_regulation
from luyue.core.regulation.rulebook import Rulebook

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Path(__file__).parents[3] / "luyue" / "regulations" / "calendars" / "cn.yaml"
SKILLS = frozenset({"bound-by-this-regulation", "objection-exam"})


def staff(number: int, *actors: str, skills: frozenset[str] = SKILLS) -> Actor:
    return Actor(f"staff:{number}", frozenset({*actors, "everyone"}), skills)


PEOPLE: dict[str, Actor] = {
    "anna": staff(1, "service-desk"),
    "lead": staff(2, "service-desk", "service-desk/lead"),
    "manager": staff(3, "management", "management/manager"),
    "general": staff(4, "management", "management/general-manager"),
    "tech": staff(5, "technical-support"),
    "store": staff(6, "warehouse"),
    "money": staff(7, "finance"),
    "adviser": staff(8, "advisors"),
    "bella": staff(9, "service-desk"),
    "lawyer": staff(10, "management", "management/legal"),
    "quality": staff(11, "quality"),
    "customer": Actor("customer:1", frozenset({"customer"})),
    "system": Actor("system", frozenset({"system"})),
    # The people of the small books.
    "dana": staff(21, "desk"),
    "dlead": staff(22, "desk", "desk/lead"),
    "sam": staff(23, "second"),
    "theo": staff(24, "third"),
}


def local(text: str) -> datetime:
    """`2026-03-04 09:00[:30]` in Shanghai; 24:00 is the next midnight."""
    if text.endswith("24:00"):
        return datetime.fromisoformat(text[:-5] + "23:59:59").replace(tzinfo=ZONE).astimezone(ZONE) + (local("2026-01-02 00:00:01") - local("2026-01-02 00:00"))
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def read_book(*paths: Path) -> Rulebook:
    regulations = []
    for path in paths:
        result = read_regulation(path.read_text(encoding="utf-8"), str(path))
        assert result.regulation is not None, result.problems
        regulations.append(result.regulation)
    days = load_day_table(CALENDAR.read_text(encoding="utf-8"))
    compiled = compile_rulebook(regulations, {"cn": days})
    errors = [problem for problem in compiled.problems if problem.severity == "error"]
    assert not errors, errors
    assert compiled.rulebook is not None
    return compiled.rulebook


@cache
def objections() -> Rulebook:
    """The objection regulation of the stories, with a floor that says nothing."""
    return read_book(HERE / "floor.md", HERE / "objections.md")


def no_repeats(name: str, about: Mapping[str, object]) -> object:
    return {"other-cases": 0, "task-is-open": False, "contract-versions": (), "payments": ()}.get(name)


class Desk:
    """One case and its people. `settle_first` may look at timers before every entry, or never."""

    def __init__(self, book: Rulebook | None = None, read: Callable[[str, Mapping[str, object]], object] = no_repeats) -> None:
        self.book = book or objections()
        self.state = CaseState()
        self.world = World(read)
        self.steps: list[Step] = []
        self.people = PEOPLE
        self.procedure = ""  # the first of the book

    def open(self, who: str = "anna", *, at: str, channel: str = "phone", kind: str = "individual", now: str = "", **data: object) -> Step:
        entered = local(now or at)
        step = open_case(
            self.book,
            self.procedure or next(iter(self.book.by_kind["procedure"])),
            self.people[who],
            channel=channel,
            customer_kind=kind,
            data=data,
            at=local(at),
            now=entered,
            world=self.world,
        )
        return self._write("open-case", self.people[who], step, entered)

    def do(self, action: str, who: str, at: str, *, now: str = "", **data: object) -> Step:
        entered = local(now or at)
        if local(at) < entered and "_late_reason" not in data and who not in ("customer", "system"):
            data["_late_reason"] = "补记"
        step = decide(self.book, self.state, action, self.people[who], data, at=local(at), now=entered, world=self.world)
        return self._write(action, self.people[who], step, entered)

    def settle(self, now: str) -> Step:
        step = settle(self.book, self.state, local(now), self.world)
        return self._write("settle", self.people["system"], step, local(now)) if step.effects else step

    def _write(self, action: str, actor: Actor, step: Step, now: datetime) -> Step:
        lines = json.dumps([dump_effect(effect) for effect in step.effects], ensure_ascii=False)
        effects = [load_effect(line) for line in json.loads(lines)]
        assert tuple(effects) == step.effects
        json.dumps(step.body, ensure_ascii=False)
        self.state = fold(self.state, effects, seq=self.state.head_seq + 1, action=action, actor=actor.id, entered_at=now)
        self.steps.append(step)
        return step

    def clock(self, rule: str, team: str = "") -> ClockState:
        """The only clock of a rule (and team)."""
        found = self.clocks(rule, team)
        assert len(found) == 1, found
        return found[0]

    def clocks(self, rule: str, team: str = "") -> list[ClockState]:
        return [clock for clock in self.state.clocks.values() if clock.rule == rule and clock.team == (team or clock.team)]

    def verdicts(self) -> list[tuple[str, str, str, datetime | None]]:
        return sorted((clock.rule, clock.team, clock.state, clock.settled_at) for clock in self.state.clocks.values())


def facts(step: Step) -> list[str]:
    return [effect.name for effect in step.effects if isinstance(effect, FactRecorded)]


def notices(step: Step) -> list[NoticeDue]:
    return [effect for effect in step.effects if isinstance(effect, NoticeDue)]


def rooms(step: Step) -> dict[str, Mapping[str, object]]:
    return {effect.name: effect.data for effect in step.effects if isinstance(effect, RoomEffect)}


INTAKE: dict[str, object] = {
    "customer_name": "王小姐",
    "contact_phone": "13800138000",
    "objection_text": "摄像头不能对焦",
    "city": "same-city",
    "demand": ["replace"],
}
QUALITY: dict[str, object] = {
    **INTAKE, "objection_type": "quality/malfunction", "unit_model": "CAM-9", "order_number": "DD-2026-000001",
    "appeared_at": "2026-03-03 20:00", "symptom": "不能对焦", "needs_device": "no",
}  # fmt: skip
FINDING: dict[str, object] = {
    "facts": "镜头马达损坏", "fact_evidence": ["evidence:1"], "contract_basis": "第 3 条", "legal_ground": "民法典第七百一十二条",
    "cause": "unit-defect", "liable_party": "company",
}  # fmt: skip
REMEDY: dict[str, object] = {"remedies": ["replace"], "remedy_amount": "150 CNY", "remedy_text": "换一台"}


def investigating(desk: Desk, at: str = "2026-03-04", data: Mapping[str, object] = QUALITY) -> None:
    """Received at 9:00, answered at once, registered and promised by 9:20, transferred at 9:30."""
    desk.open(at=f"{at} 09:00")
    desk.do("answer", "anna", f"{at} 09:02", text="已收到，马上处理")
    desk.do("register-objection", "anna", f"{at} 09:10", **data)
    desk.do("promise-date", "anna", f"{at} 09:20", promised_at="2026-03-06 18:00")
    desk.do("transfer-objection", "anna", f"{at} 09:30")


def tick_all(desk: Desk, checklist: str, who: str, at: str) -> None:
    for item in desk.book.by_kind["checklist"][checklist].items:
        desk.do("tick", who, at, checklist=checklist, item=item.id, result="pass", evidence=["evidence:2"])


def planning(desk: Desk) -> None:
    """Both teams have concluded by 15:00."""
    investigating(desk)
    tick_all(desk, "quality-investigation", "tech", "2026-03-04 13:00")
    desk.do("conclude-quality", "tech", "2026-03-04 14:00", **FINDING)
    desk.do("conclude-quality", "store", "2026-03-04 15:00", **FINDING)


def executing(desk: Desk) -> None:
    planning(desk)
    desk.do("take", "tech", "2026-03-04 15:10")
    desk.do("propose-remedy", "tech", "2026-03-04 15:30", **REMEDY)
    desk.do("decide-remedy", "lead", "2026-03-04 16:00")
    desk.do("give-feedback", "anna", "2026-03-04 16:30", explained="换新机", told_by="phone")
    desk.do("customer-accepts", "customer", "2026-03-04 17:00", answer="accepts")
