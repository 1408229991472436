"""What is certainly filled in by the time something happens.

For every stage of a procedure: the forms every path into it has passed. Greatest fixed point over the actions,
so loops (revision, reopening) lose nothing they do not have to.
"""

from __future__ import annotations

from collections.abc import Iterable

from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.flow import from_stages
from luyue.core.regulation.rules import SAME, ActionRule, Procedure

Forms = frozenset[str]


class Filled:
    """Forms certainly answered before an action, at a fact, in a stage of one procedure."""

    def __init__(self, book: Book, procedure: Procedure) -> None:
        self.procedure = procedure
        self.actions = book.actions_by_procedure.get(procedure.id, [])
        self.intake: Forms = frozenset({procedure.intake})
        self._all: Forms = frozenset(action.form for action in self.actions if action.form) | self.intake
        self._in_stage: dict[str, Forms] = dict.fromkeys(procedure.stages, self._all)
        self._in_stage[procedure.entry_stage] = self.intake
        self._at_fact: dict[str, Forms] = {action.records: self._all for action in self.actions}
        self._settle()

    def in_stage(self, stage: str) -> Forms:
        return self._in_stage.get(stage, self.intake)

    def before(self, action: ActionRule) -> Forms:
        """Filled when the action is offered, its own form not yet."""
        stages = from_stages(action, self.procedure)
        certain = _common(self._in_stage[stage] for stage in stages) if stages else self._all
        return certain.union(*(self._at_fact.get(fact, frozenset()) for fact in action.after), self.intake)

    def at_fact(self, fact: str) -> Forms:
        """Filled when the fact happens; facts no action records may happen any time after intake."""
        return self._at_fact.get(fact, self.intake)

    def _with_own(self, action: ActionRule) -> Forms:
        return self.before(action) | ({action.form} if action.form else frozenset())

    def _settle(self) -> None:
        changed = True
        while changed:
            changed = False
            for fact in self._at_fact:
                makers = [self._with_own(action) for action in self.actions if action.records == fact]
                changed |= _shrink(self._at_fact, fact, _common(makers))
            for stage in self.procedure.stages:
                entries = [self._with_own(action) for action in self.actions if action.to == stage and action.to != SAME]
                if entries and stage != self.procedure.entry_stage:
                    changed |= _shrink(self._in_stage, stage, _common(entries))


def _common(forms: Iterable[Forms]) -> Forms:
    found = list(forms)
    return frozenset.intersection(*found) if found else frozenset()


def _shrink(table: dict[str, Forms], key: str, forms: Forms) -> bool:
    smaller = table[key] & forms
    changed = smaller != table[key]
    table[key] = smaller
    return changed
