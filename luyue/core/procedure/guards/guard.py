"""What a guard is: a named reason to refuse, a pure function of one moment of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

# Guards about the person who acts: they bar him from ticking the action's checklist as well.
BARS_CHECKING = frozenset({"not-the-person-complained-about"})


@dataclass(frozen=True, slots=True)
class Denial:
    """Why not, in both languages, and what to do instead (the guard's own remedy if empty)."""

    zh: str
    en: str
    remedy: str = ""


class Guard(Protocol):
    """One file each; the name stands in regulations and in journals and never changes (language §5).

    reads: fields it looks at, which must be askable before the action. selectors: readers of other rooms it asks the world.
    needs_form: it looks at the form of the action itself, so it cannot speak before the form is filled.
    """

    @property
    def name(self) -> str: ...
    @property
    def sentence(self) -> Label: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    @property
    def selectors(self) -> tuple[str, ...]: ...
    @property
    def needs_form(self) -> bool: ...
    @property
    def remedy(self) -> str: ...

    def denies(self, moment: Moment) -> Denial | None: ...


def lines_of(moment: Moment, field: str) -> list[Mapping[str, object]]:
    """The lines of a `lines` field of this form; [] when it is not filled."""
    value = moment.data.get(field)
    return [line for line in value if isinstance(line, Mapping)] if isinstance(value, list | tuple) else []


def record_of(value: object) -> Mapping[str, object]:
    """A reader's answer as a mapping; empty when the room knows nothing."""
    return value if isinstance(value, Mapping) else {}


def rows_of(value: object) -> list[Mapping[str, object]]:
    """A reader's answer as rows; [] when the room knows none."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
