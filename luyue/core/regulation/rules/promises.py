"""What is owed and by when: clocks, ladders, tasks, and the floor of the law."""

from __future__ import annotations

from typing import ClassVar

from luyue.core.calendar import Within
from luyue.core.records import dataclass
from luyue.core.regulation.rules.base import ALWAYS, Condition, Rule
from luyue.core.regulation.rules.times import Sample, Target, Tries, Trigger


@dataclass(frozen=True, slots=True)
class Pauses:
    """Between which facts a clock stands still, and for how long at most."""

    starts_at: str
    stops_at: str
    cap: Within


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule(Rule):
    """A running promise: from one fact to another, owed by somebody, by a time."""

    kind: ClassVar[str] = "clock"
    applies_to: Condition
    starts_at: str
    stops_at: tuple[str, ...]
    target: Target
    owed_by: str
    runs: str = "once"  # once each each-team first-unanswered again
    stop_ends: str = "oldest"
    until: tuple[str, ...] = ()
    pauses: Pauses | None = None
    warn_at: tuple[int, ...] = ()
    on_miss: str = ""
    effort_s: int = 0  # the least working time it takes, as the author knows it; binds nobody


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: `at` warned|missed, or `after` the miss."""

    at: str = ""
    after: Within | None = None
    notify: tuple[str, ...] = ()
    hand_to: str = ""
    open: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder(Rule):
    """Who hears of a missed promise, step by step."""

    kind: ClassVar[str] = "ladder"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule(Rule):
    """Work owed that is no stage change."""

    kind: ClassVar[str] = "task"
    trigger: Trigger
    by: str
    target: Target | None = None
    applies_to: Condition = ALWAYS
    form: str = ""
    checklist: str = ""
    sample: Sample | None = None
    tries: Tries | None = None
    blocks: tuple[str, ...] = ()
    catch_up: str = "once"
    on_miss: str = ""
    runs: str = "once"  # as a clock's, or one-open: while one is open, what would open another joins it
    stops_at: tuple[str, ...] = ()  # any of these facts does the work
    until: tuple[str, ...] = ()
    effort_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor(Rule):
    """A limit of the law on rules, not on cases."""

    kind: ClassVar[str] = "floor"
    of: str  # clock task data_class notice
    applies_to: Condition = ALWAYS
    starts_at: str = ""
    stops_at: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    at_most: Within | str | None = None  # str: "3 years" for data_class
    at_least: Within | str | None = None
    runs: bool = False
