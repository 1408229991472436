"""What a named effect is: data for other rooms to write in the action's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from luyue.core.procedure.state import Effect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class NamedEffect(Protocol):
    """One file each; the name stands in regulations and in journals and never changes (language §5).

    It computes a *result*; the room of the same name only writes it. selectors: readers of other rooms it asks the world.
    """

    @property
    def name(self) -> str: ...
    @property
    def sentence(self) -> Label: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    @property
    def selectors(self) -> tuple[str, ...]: ...

    def run(self, moment: Moment) -> Sequence[Effect]: ...
