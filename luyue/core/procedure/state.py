"""The state of one case as plain data, and the effects that change it.

`CaseState` is everything the core needs to decide; rooms load it from their rows and write the
difference back. An `Effect` carries a *result* (a stage, a due instant, a rule), never a recipe,
so folding the journal's effects gives the same state for ever (design §1.3).
All instants are aware datetimes; they travel in the journal as ISO text in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from luyue.core.clockwork.state import ClockState as ClockState
from luyue.core.clockwork.state import PauseSpan as PauseSpan
from luyue.core.clockwork.state import TimerState as TimerState
from luyue.core.procedure.remedies import IN_ENGLISH
from luyue.core.procedure.said import say


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact that happened in this case. `at` is when it happened, `entered_at` when it was told."""

    name: str
    at: datetime
    entered_at: datetime
    seq: int
    action: str  # action or platform act that recorded it
    actor: str  # "staff:7", "customer:3", "system"
    team: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)  # closed values only


@dataclass(frozen=True, slots=True)
class TaskState:
    key: str  # "<task id>#<seq of opening>"
    rule: str
    clause: str
    by: str
    state: str  # open | done | cancelled
    opened_at: datetime
    done_at: datetime | None = None
    tries: tuple[datetime, ...] = ()
    blocks: tuple[str, ...] = ()
    letter: str = ""  # the letter it is about, when what opened it was one
    joined: tuple[str, ...] = ()  # letters that came to it while it was open
    resent: tuple[str, ...] = ()  # of all these, the ones sent to another address since

    @property
    def letters(self) -> tuple[str, ...]:
        return (self.letter, *self.joined) if self.letter else self.joined

    @property
    def waiting(self) -> tuple[str, ...]:
        """Letters the customer has not been told in any other way yet."""
        return tuple(one for one in self.letters if one not in self.resent)


@dataclass(frozen=True, slots=True)
class ApprovalState:
    rule: str
    state: str  # asked | given | refused
    amount: str  # decimal text, "" for `always`
    approver: str  # actor
    asked_at: datetime
    settled_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    checklist: str
    item: str
    result: str  # pass | fail | not-applicable
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as the core sees it. `fields` holds the latest closed values by field name.

    Values are JSON-like: yes-no is "yes"/"no", number and money decimal text, `choices` a tuple, instants ISO text in UTC,
    dates ISO text; words and personal data are never here.
    """

    kind: str = ""  # procedure id; "" = not opened yet
    stage: str = ""
    channel: str = ""
    customer_kind: str = ""
    holder: str = ""  # "staff:7"
    owner: str = ""
    teams: tuple[str, ...] = ()  # may see it
    routed_teams: tuple[str, ...] = ()  # actors the route decided
    answered_teams: tuple[str, ...] = ()  # of an `each: routed-teams` action, since the stage was entered
    received_at: datetime | None = None
    closed_at: datetime | None = None
    waiting_since: datetime | None = None  # waits for the customer
    merged_into: str = ""  # number of the case that goes on for this one; nothing more is done here
    head_seq: int = 0
    fields: Mapping[str, object] = field(default_factory=dict)
    facts: tuple[FactRecord, ...] = ()
    clocks: Mapping[str, ClockState] = field(default_factory=dict)
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    timers: tuple[TimerState, ...] = ()
    approvals: Mapping[str, ApprovalState] = field(default_factory=dict)
    ticks: Mapping[tuple[str, str], Tick] = field(default_factory=dict)

    def view(self) -> dict[str, object]:
        """What a condition may look at: the closed fields and the case's own."""
        return {**self.fields, "kind": self.kind, "channel": self.channel, "customer_kind": self.customer_kind, "stage": self.stage}

    def happened(self, fact: str) -> bool:
        return any(record.name == fact for record in self.facts)

    def last(self, fact: str) -> FactRecord | None:
        """The latest record of `fact`, by order of entry."""
        return next((record for record in reversed(self.facts) if record.name == fact), None)


# ----------------------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class FactRecorded:
    name: str
    at: datetime
    team: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    by: str = ""  # "system" for what a timer found; "" = the actor of the entry


@dataclass(frozen=True, slots=True)
class CaseOpened:
    kind: str
    channel: str
    customer_kind: str
    received_at: datetime
    teams: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class StageEntered:
    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FieldsSet:
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HolderSet:
    holder: str


@dataclass(frozen=True, slots=True)
class OwnerSet:
    owner: str


@dataclass(frozen=True, slots=True)
class Routed:
    """Who has the work now; `teams` is the whole new set of teams that may see the case."""

    routed_teams: tuple[str, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamAnswered:
    """One of the routed teams did its part of an `each: routed-teams` action."""

    team: str


@dataclass(frozen=True, slots=True)
class WaitingSet:
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The whole new state of one clock (start, pause, resume, settle, move: all results)."""

    clock: ClockState
    cause: str  # started warned kept missed paused resumed withdrawn moved rung corrected merged handed


@dataclass(frozen=True, slots=True)
class TimersSet:
    """The whole new set of timers of one clock, or of one `notice/<id>` (empty when there is nothing more to look at)."""

    clock: str
    timers: tuple[TimerState, ...]


@dataclass(frozen=True, slots=True)
class TaskSet:
    task: TaskState
    cause: str  # opened joined resent handed tried done cancelled


@dataclass(frozen=True, slots=True)
class ApprovalSet:
    approval: ApprovalState


@dataclass(frozen=True, slots=True)
class Ticked:
    tick: Tick


@dataclass(frozen=True, slots=True)
class Unticked:
    """A tick taken back: the item is as open as it was before its first."""

    checklist: str
    item: str


@dataclass(frozen=True, slots=True)
class EntryUndone:
    """The entry of this number was taken back: its facts no longer count. It stays in the journal, as this one does."""

    seq: int


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The case of this number goes on for this one."""

    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Absorbed:
    """This case goes on for the one of this number, which was received at `received_at`."""

    number: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """A message to send after commit: by notice rule, or `ladder` for internal announcements."""

    notice: str  # notice id, "ladder/<id>/<step>", or "platform/<what>" (nudged, customer-replied, assigned)
    recipients: tuple[str, ...]
    channels: tuple[str, ...]
    about: str = ""  # clock key, task key
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ValuesErased:
    """Their time is over: these answers are no part of the case any more, nor of what its facts carried. approvals: whose amounts were among them."""

    fields: tuple[str, ...]
    approvals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomEffect:
    """A named effect of a domain room (language §5), with the data it computed."""

    name: str
    data: Mapping[str, object] = field(default_factory=dict)


Effect = (
    FactRecorded | CaseOpened | StageEntered | FieldsSet | HolderSet | OwnerSet | Routed | TeamAnswered
    | WaitingSet | ClockSet | TimersSet | TaskSet | ApprovalSet | Ticked | NoticeDue | RoomEffect
    | Unticked | EntryUndone | MergedInto | Absorbed | ValuesErased
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: `id` as in `FactRecord.actor`; `actors` are the words and team/posts he answers to."""

    id: str
    actors: frozenset[str] = frozenset()  # {"service-desk", "service-desk/lead", "everyone"}, {"customer"}, {"system"}
    skills: frozenset[str] = frozenset()


class Refused(Exception):
    """The business says no. `code` is the key of language §3.5; never used for malformed input."""

    def __init__(self, code: str, words: str, *, words_en: str = "", rule: str = "", clause: str = "", remedy: str = "", remedy_en: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.words_en = words_en or words
        self.rule = rule
        self.clause = clause
        self.remedy = remedy
        self.remedy_en = remedy_en or IN_ENGLISH.get(remedy, "")

    def say(self, language: str) -> str:
        return self.words_en if language == "en" else self.words

    def way_out(self, language: str) -> str:
        """What to do instead; in English "" where nobody has said it yet."""
        return self.remedy_en if language == "en" else self.remedy


class Invalid(Exception):
    """Malformed input: field name -> message code and words (422)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in errors.items()))
        self.errors = dict(errors)

    def say(self, language: str) -> dict[str, str]:
        return {name: say(words, language) for name, words in self.errors.items()}
