"""What a company itself tells the check beside the text: how much work is open, how long work takes, and who is there."""

from __future__ import annotations

from collections.abc import Mapping

from luyue.core.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Took:
    """The median of the staffed time that settled promises of one rule took."""

    median_s: int
    n_settled: int


@dataclass(frozen=True, slots=True)
class Lived:
    """n_open: open cases by procedure. took: by kind of rule (`clock`, `task`) and its id. actors: teams and posts somebody belongs to, where known."""

    n_open: Mapping[str, int] = field(default_factory=dict)
    took: Mapping[tuple[str, str], Took] = field(default_factory=dict)
    actors: frozenset[str] | None = None


NOTHING_LIVED = Lived()
