"""The straight way of a case: the stages that lie ahead if nobody says no, and the action each is left by."""

from __future__ import annotations

from luyue.core.procedure.index import index_of, leaves_from
from luyue.core.procedure.state import CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import SAME, ActionRule, Procedure

# What turns a case off its way or begins it anew: possible, but nothing to announce beforehand.
_ASIDE = frozenset(("case.withdrawn", "case.reopened", "customer.refused"))


def way_ahead(book: Rulebook, state: CaseState) -> dict[str, ActionRule | None]:
    """Stage to the action that takes the case on from it, from the present stage to the last one of the way, which has none.

    Of several the one is taken that goes forward to another stage or to the first final one, in the order of the text; else one that
    goes back; another final stage only where nothing else is left. What the filled fields rule out is left out.
    """
    procedure, view = book.procedure(state.kind), state.view()
    rules = [rule for rule in index_of(book).actions(state.kind) if rule.to != SAME and rule.records not in _ASIDE and rule.when.may_hold(view)]
    way: dict[str, ActionRule | None] = {}
    stage = state.stage
    while stage not in way:
        onward = [rule for rule in rules if leaves_from(rule, stage, procedure) and rule.to not in way and rule.to != stage]
        taken = min(onward, key=lambda rule: _rank(procedure, stage, rule.to), default=None)
        way[stage] = taken
        if taken is not None:
            stage = taken.to
    return way


def _rank(procedure: Procedure, stage: str, to: str) -> int:
    stages = list(procedure.stages)
    if to in procedure.final:
        return 0 if to == procedure.final[0] else 2
    return 0 if stages.index(to) > stages.index(stage) else 1
