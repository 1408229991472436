"""Effects as JSON for the journal and back: stable keys, instants as ISO text in UTC, tuples as lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from luyue.core.clockwork import ClockState, PauseSpan, TimerState
from luyue.core.procedure.state import (
    Absorbed,
    ApprovalSet,
    ApprovalState,
    CaseOpened,
    ClockSet,
    Effect,
    EntryUndone,
    FactRecorded,
    FieldsSet,
    HolderSet,
    MergedInto,
    NoticeDue,
    OwnerSet,
    RoomEffect,
    Routed,
    StageEntered,
    TaskSet,
    TaskState,
    TeamAnswered,
    Tick,
    Ticked,
    TimersSet,
    Unticked,
    ValuesErased,
    WaitingSet,
)  # fmt: skip

# The names are in every journal ever written: never rename one.
_NAMES: dict[str, type] = {
    "fact": FactRecorded,
    "opened": CaseOpened,
    "stage": StageEntered,
    "fields": FieldsSet,
    "holder": HolderSet,
    "owner": OwnerSet,
    "routed": Routed,
    "answered": TeamAnswered,
    "waiting": WaitingSet,
    "clock": ClockSet,
    "timers": TimersSet,
    "task": TaskSet,
    "approval": ApprovalSet,
    "tick": Ticked,
    "notice": NoticeDue,
    "room": RoomEffect,
    "unticked": Unticked,
    "undone": EntryUndone,
    "merged": MergedInto,
    "absorbed": Absorbed,
    "values-erased": ValuesErased,
}
_NAME_OF = {kind: name for name, kind in _NAMES.items()}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (*_NAMES.values(), ClockState, PauseSpan, TimerState, TaskState, ApprovalState, Tick)}
_INSTANTS = frozenset("at started_at due_at promised_at settled_at received_at since from_at to_at opened_at done_at asked_at".split())
_PARTS: dict[str, type] = {"clock": ClockState, "task": TaskState, "approval": ApprovalState, "tick": Tick}
_LISTS: dict[str, type] = {"pauses": PauseSpan, "timers": TimerState}


def dump_effect(effect: Effect) -> dict[str, Any]:
    """JSON-ready, with the effect's name under `effect`. ValueError for a naive instant."""
    return {"effect": _NAME_OF[type(effect)], **_dump(effect)}


def load_effect(data: Mapping[str, Any]) -> Effect:
    """The effect `dump_effect` wrote. KeyError for an effect this version does not know."""
    kind = _NAMES[data["effect"]]
    return _load(kind, data)  # type: ignore[no-any-return]


def iso(instant: datetime) -> str:
    """Text in UTC to the second, e.g. 2026-03-04T01:05:00Z; sorts as time does."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no UTC offset. Give an aware instant.")
    return instant.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _dump(value: object) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    names = _FIELDS.get(kind)
    if names is not None:
        return {name: _dump(getattr(value, name)) for name in names}
    if isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, tuple | list):
        return [_dump(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _dump(one) for key, one in value.items()}
    raise TypeError(f"{kind.__name__} cannot stand in the journal: {value!r}")


def _load(kind: type, data: Mapping[str, Any]) -> Any:
    # A key this version does not know is an error (TypeError); one that is absent takes its default, so fields may be added.
    return kind(**{name: _part(kind, name, value) for name, value in data.items() if name != "effect"})


def _part(kind: type, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS and isinstance(value, str) and value:
        return from_iso(value)
    if isinstance(value, Mapping):
        part = _PARTS.get(name)
        return _load(part, value) if part else _plain(value)
    if isinstance(value, list):
        if name in _LISTS:
            return tuple(_load(_LISTS[name], one) for one in value)
        if kind is TaskState and name == "tries":
            return tuple(from_iso(one) for one in value)
        return _plain(value)
    return value


def _plain(value: Any) -> Any:
    """Closed values as the state holds them: lists are tuples."""
    if isinstance(value, list):
        return tuple(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
