"""What is known of one running promise: plain data, loaded from rows and written back by the rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class PauseSpan:
    from_at: datetime
    to_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockState:
    """One running promise. `key` is unique in its case: "<rule>#<seq of start>[@team]"."""

    key: str
    rule: str  # clock id, "task/<id>", "approval/<id>", "floor/<id>"
    clause: str
    owed_by: str  # resolved actor: team, team/post, "holder", "owner", "customer"
    state: str  # running | paused | kept | missed | withdrawn
    started_at: datetime
    due_at: datetime | None
    team: str = ""
    promised_at: datetime | None = None  # the date told to the customer; never moves later
    provisional: bool = False
    settled_at: datetime | None = None
    left_s: int | None = None  # own-hours seconds left, while paused
    pauses: tuple[PauseSpan, ...] = ()
    warned: tuple[int, ...] = ()  # percents announced
    rungs: tuple[int, ...] = ()  # ladder steps announced
    corrected_by: str = ""  # who overturned a miss, with evidence, after a fact was entered late

    @property
    def is_open(self) -> bool:
        return self.state == "running" or self.state == "paused"

    @property
    def told_at(self) -> datetime | None:
        """What the customer may hold us to: the date told, or the deadline where it is earlier (clock semantics 12)."""
        return self.due_at if self.promised_at is None or self.due_at is None else min(self.promised_at, self.due_at)


@dataclass(frozen=True, slots=True)
class TimerState:
    """Something to look at later: kind warn|due|rung|cap|ahead, `rung` = percent, ladder step or lead time.

    `warn`, `rung`, `cap` and `ahead` are owed from `due_at` on; a `due` timer only after it, because acting
    exactly at the deadline is in time (clock semantics 3).
    """

    clock: str  # clock key, or "notice/<id>" for kind `ahead`
    kind: str
    rung: int
    due_at: datetime


def utc(instant: datetime) -> datetime:
    """The instant in UTC, cut to whole seconds (clock semantics 13). ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no UTC offset. Give an aware instant.")
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.replace(microsecond=0) if instant.microsecond else instant
