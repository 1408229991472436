"""Reading the values that parts are given: any object or mapping with the documented names."""

from collections.abc import Mapping
from functools import cache
from typing import Any


def take(thing: Any, name: str, default: Any = None) -> Any:
    """The value called `name` of an object or mapping; `default` when it is absent or None."""
    value = thing.get(name) if type(thing) is dict or _is_mapping(type(thing)) else getattr(thing, name, None)
    return default if value is None else value


@cache
def _is_mapping(kind: type) -> bool:
    """Asked of a thing itself it takes longer than the answer."""
    return issubclass(kind, Mapping)


def epoch(instant: Any) -> int | None:
    """Whole seconds since 1970 of an aware instant; None for None."""
    return None if instant is None else int(instant.timestamp())


def in_percent(value: float) -> str:
    """12.5%, with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


# The states of a promise; each has its own silhouette, words and colour.
STATES = ("running", "due", "missed", "kept", "paused", "not_started")
