"""One journal entry in the making: the case's workings, what still follows, and what is to be said aloud."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luyue.core.clockwork import ClockState
from luyue.core.procedure.fold import Workings
from luyue.core.procedure.index import RuleIndex
from luyue.core.procedure.state import NoticeDue
from luyue.core.procedure.world import World
from luyue.core.regulation.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact about to be recorded. own_team_only: it speaks for one of several routed teams and stops only that team's clock."""

    name: str
    at: datetime
    team: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    by: str = ""
    own_team_only: bool = False
    depth: int = 0


class Flow:
    """What one entry is made in. Facts that follow from facts wait in a queue, so that each is told in full before the next."""

    __slots__ = ("book", "case", "depth", "index", "missed", "queue", "spoken", "world")

    def __init__(self, book: Rulebook, index: RuleIndex, case: Workings, world: World) -> None:
        self.book = book
        self.index = index
        self.case = case
        self.world = world
        self.depth = 0
        self.queue: deque[Happening] = deque()
        self.missed: deque[ClockState] = deque()
        self.spoken: dict[str, list[NoticeDue]] = {}

    def view(self, team: str = "", payload: Mapping[str, object] | None = None) -> dict[str, object]:
        """What a condition may look at: the closed fields, the case's own, and the fact's payload on top."""
        view = self.case.view()
        if team:
            view["team"] = team
        if payload:
            view.update(payload)
        return view

    def then(
        self, name: str, at: datetime, *, team: str = "", payload: Mapping[str, object] | None = None, by: str = "",
        own_team_only: bool = False,
    ) -> None:  # fmt: skip
        """This fact follows; `follow.drain` records it."""
        self.queue.append(Happening(name, at, team, payload or {}, by, own_team_only, self.depth + 1))

    def speak(self, about: str, notice: NoticeDue) -> None:
        """Announce at the end of the entry. After downtime only the highest rung of a clock speaks (design §1.7)."""
        earlier = self.spoken.get(about, [])
        self.spoken[about] = [*(one for one in earlier if one.at == notice.at), notice]

    def say_all(self) -> None:
        for notices in self.spoken.values():
            for notice in notices:
                self.case.emit(notice)
        self.spoken = {}
