"""Deadlines under another calendar or edition: an explicit act of two people, never a side effect (clock semantics 11, 12)."""

from __future__ import annotations

from datetime import datetime

from luyue.core import clockwork
from luyue.core.clockwork import utc
from luyue.core.procedure import clocks, entry
from luyue.core.procedure.entry import Step
from luyue.core.procedure.fold import SYSTEM
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import CaseState
from luyue.core.procedure.world import EMPTY_WORLD, World
from luyue.core.regulation.rulebook import Rulebook


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
