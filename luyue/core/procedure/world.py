"""What a decision may look at beyond its own case: named readers of other rooms, and the moment a guard or effect sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luyue.core.procedure.state import Actor, CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule


class Unread(LookupError):
    """No room answers this reader. Wire it in site/wiring.py."""


def _nothing(name: str, about: Mapping[str, object]) -> object:
    raise Unread(name)


@dataclass(frozen=True, slots=True)
class World:
    """`read(name, about)` answers a question about other rooms as plain data, or raises `Unread`.

    None means: the room knows no such thing (no order linked, no contract registered).
    """

    read: Callable[[str, Mapping[str, object]], object] = field(default=_nothing)


EMPTY_WORLD = World()


@dataclass(frozen=True, slots=True)
class Moment:
    """The snapshot a guard or effect is a pure function of. `data` is the validated form, words included."""

    book: Rulebook
    state: CaseState
    action: ActionRule
    actor: Actor
    data: Mapping[str, object]
    at: datetime
    now: datetime
    world: World

    def value(self, field_name: str) -> object:
        """From the form of this action, else from what the case already holds; None when unfilled."""
        value = self.data.get(field_name)
        return self.state.fields.get(field_name) if value is None else value

    def read(self, name: str, **about: object) -> object:
        """Ask another room about this case: the closed fields always travel along."""
        return self.world.read(name, {"kind": self.state.kind, "fields": self.state.fields, **about})
