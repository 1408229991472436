"""Deadlines under another calendar or edition: an explicit act of two people, never a side effect (clock semantics 11, 12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from luyue.core import clockwork
from luyue.core.calendar import Span, Within
from luyue.core.clockwork import ClockState, utc
from luyue.core.procedure import clocks, entry
from luyue.core.procedure.entry import Step
from luyue.core.procedure.fold import SYSTEM
from luyue.core.procedure.index import index_of
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import CaseState
from luyue.core.procedure.world import EMPTY_WORLD, World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval, Checklist, Procedure, TaskRule, Team


def rebase(book: Rulebook, state: CaseState, now: datetime, revised: Rulebook, world: World = EMPTY_WORLD) -> Step:
    """One entry with every running clock of the case as `revised` has it.

    Timers owed by `now` are settled under `book` first: what is missed stays missed. Settled and paused clocks do not move; dates told to
    the customer never move later. To judge each instant by the calendar then in force, give `revised` an `Agenda.revised`. No
    effects when nothing moves, so the same call serves as a preview.
    """
    now = utc(now)
    flow = entry.begin(book, state, "rebase", SYSTEM, now, world)
    settle_flow(flow, now)
    flow.say_all()
    settled = tuple(flow.case.effects)
    again = entry.begin(revised, flow.case.frozen_at(state.head_seq), "rebase", SYSTEM, now, world)
    for clock in list(again.case.clocks.values()):
        rule = again.index.terms.get(clock.rule)
        if rule is not None:
            clocks.turn(again, clockwork.move(clock, rule, again.index.ladder(rule), revised.agenda, now), at=now, by=SYSTEM)
    moved = entry.finish(again, {})
    return Step((*settled, *moved.effects))


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a revision makes of one running clock. moved: as `rebase` would leave it; the clock itself when its deadline stays.

    counted_at: the deadline as the new text counts it. late_at_once: that lies before now, so the old deadline stays.
    """

    clock: ClockState
    moved: ClockState
    counted_at: datetime | None
    late_at_once: bool

    @property
    def is_earlier(self) -> bool:
        return self._both() and self.moved.due_at < self.clock.due_at  # type: ignore[operator]

    @property
    def is_later(self) -> bool:
        return self.moved.due_at is None or (self._both() and self.moved.due_at > self.clock.due_at)  # type: ignore[operator]

    @property
    def becomes_firm(self) -> bool:
        return self.clock.provisional and not self.moved.provisional

    def _both(self) -> bool:
        return self.moved.due_at is not None and self.clock.due_at is not None


def foretell(clock: ClockState, revised: Rulebook, now: datetime) -> Foretold | None:
    """What `rebase` would do to this running clock, and what the new text would ask; None when it asks the same.

    A clock whose deadline has passed is missed before anything moves, so nothing is foretold of it.
    """
    index = index_of(revised)
    rule = index.terms.get(clock.rule)
    if rule is None or clock.state != "running" or clock.due_at is None or clock.due_at < now or not isinstance(rule.target, Within):
        return None
    # Most deadlines stay: the sum alone says so.
    due = revised.agenda.due(clock.started_at, rule.target, [Span(pause.from_at, pause.to_at) for pause in clock.pauses])
    if due.at == clock.due_at and due.provisional == clock.provisional:
        return None
    return Foretold(clock, clockwork.revised(clock, due, now) or clock, due.at, due.at is not None and due.at < now)


# ----------------------------------------------------------------------------- who cannot move


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything of a rulebook that a case rests on, by id: also what is settled, because its page and its figures name it."""

    kind: str
    stage: str
    clocks: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    approvals: frozenset[str] = frozenset()
    checklists: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Gone:
    """Something a case rests on that another rulebook does not have. what: procedure stage clock task approval checklist team calendar."""

    what: str
    id: str


def standing_of(state: CaseState) -> Standing:
    return Standing(
        kind=state.kind,
        stage=state.stage,
        clocks=frozenset(clock.rule for clock in state.clocks.values()),
        tasks=frozenset(task.rule for task in state.tasks.values()),
        approvals=frozenset(state.approvals),
        checklists=frozenset(checklist for checklist, _ in state.ticks),
        teams=team_ids((*state.teams, *state.routed_teams)),
    )


def team_ids(actors: Iterable[str]) -> frozenset[str]:
    """The teams behind `team` and `team/post`."""
    return frozenset(actor.partition("/")[0] for actor in actors)


def gone(standing: Standing, revised: Rulebook) -> tuple[Gone, ...]:
    """What keeps a case under its own rulebook, in a fixed order; empty when it can move."""
    return tuple(sorted(_gone(standing, revised)))


def _gone(standing: Standing, revised: Rulebook) -> Iterator[Gone]:
    procedure = revised.all(Procedure).get(standing.kind)
    if procedure is None:
        yield Gone("procedure", standing.kind)
    elif standing.stage not in procedure.stages:
        yield Gone("stage", standing.stage)
    known = (
        ("clock", standing.clocks, index_of(revised).terms),
        ("task", standing.tasks, revised.all(TaskRule)),
        ("approval", standing.approvals, revised.all(Approval)),
        ("checklist", standing.checklists, revised.all(Checklist)),
        ("team", standing.teams, revised.all(Team)),
    )
    for what, wanted, there in known:
        yield from (Gone(what, name) for name in wanted if name not in there)
