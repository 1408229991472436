"""Where domain rooms hang in: readers that guards and effects ask, and writers of what named effects computed.

Rooms register theirs in `site/wiring.py`, and nowhere else. Names are permanent: they stand in regulations and in journals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry
from luyue.core.procedure.state import CaseState
from luyue.core.procedure.world import Unread, World
from luyue.core.regulation.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Writing:
    """What a writer of a named effect works in: the case as it stands after the entry, inside the entry's transaction."""

    case: Case
    state: CaseState
    book: Rulebook
    entry: Entry
    body: Mapping[str, Any]
    now: datetime


Read = Callable[[Case | None, Mapping[str, object]], object]
Write = Callable[[Writing, Mapping[str, Any]], None]

Forget = Callable[[Case], None]

READERS: dict[str, Read] = {}
WRITERS: dict[str, Write] = {}
FORGETTERS: dict[str, Forget] = {}


def register_reader(name: str, read: Read) -> None:
    """`read(case, about)` answers with plain data; `case` is None while one is being opened. ValueError when the name is taken."""
    _register(READERS, name, read)


def register_writer(effect: str, write: Write) -> None:
    """`write(writing, data)` puts the effect of this name into its room's tables. ValueError when the name is taken."""
    _register(WRITERS, effect, write)


def register_forgetter(room: str, forget: Forget) -> None:
    """`forget(case)` takes away what a room above keeps of a case's words, inside the transaction that erases them."""
    _register(FORGETTERS, room, forget)


def world_of(case: Case | None) -> World:
    """What guards and effects may ask about this case."""

    def read(name: str, about: Mapping[str, object]) -> object:
        if name not in READERS:
            raise Unread(name)
        return READERS[name](case, about)

    return World(read)


def _register(table: dict[str, Any], name: str, function: Any) -> None:
    if table.setdefault(name, function) is not function:
        raise ValueError(f"Two rooms answer to '{name}'. Give one of them another name in site/wiring.py.")
