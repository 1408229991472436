"""The typed rules of the regulation language: one frozen dataclass a rule kind (language §3).

Everything here is data. Reading, checking, saying aloud and running live elsewhere.
Names that point at other rules are plain ids; `Rulebook` resolves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar

from luyue.core.calendar import DayKind, Window, Within
from luyue.core.records import dataclass, field

AROUND_THE_CLOCK = "around-the-clock"
ANY_OPEN = "any-open"
SAME = "same"
EVERY_VALUE = "otherwise"


@dataclass(frozen=True, slots=True)
class Label:
    """What people read: Chinese is the authority, English may be absent and then falls back."""

    zh: str
    en: str = ""

    def say(self, language: str = "zh") -> str:
        return (self.en or self.zh) if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a rule or value stands: 1-based line and column in `path`."""

    path: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Bound:
    """A literal band of a number or money: over < value <= up_to."""

    over: Decimal | None = None
    up_to: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        return (self.over is None or value > self.over) and (self.up_to is None or value <= self.up_to)


@dataclass(frozen=True, slots=True)
class Condition:
    """Closed condition (language §1, 5-7): entries are "and", values of an entry are "or".

    `of` maps a field to its permitted values (strings; a category parent covers its children)
    or to a `Bound`. An unfilled field makes the entry false.
    """

    of: Mapping[str, tuple[str, ...] | Bound] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.of)

    def holds(self, fields: Mapping[str, object]) -> bool:
        for name, wanted in self.of.items():  # noqa: SIM110 - asked dozens of times a step, and twice as quick as all()
            if not _entry_holds(wanted, fields.get(name)):
                return False
        return True


def _entry_holds(wanted: tuple[str, ...] | Bound, value: object) -> bool:
    if value is None:
        return False
    if isinstance(wanted, Bound):
        return wanted.holds(Decimal(str(value)))
    if isinstance(value, str):
        return value in wanted or any(value.startswith(want + "/") for want in wanted)
    given = value if isinstance(value, list | tuple) else (value,)
    return any(covers(want, str(one)) for one in given for want in wanted)


def covers(parent: str, value: str) -> bool:
    """A category value covers itself and everything below it (`fee` covers `fee/deposit`)."""
    return value == parent or value.startswith(parent + "/")


ALWAYS = Condition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has. `clause` and `regulation` say where it stands in the text."""

    kind: ClassVar[str] = ""
    id: str
    label: Label
    regulation: str
    clause: str
    mark: Mark
    origin: str = "text"
    law: str = ""
    credits: tuple[str, ...] = ()
    exception_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableRule(Rule):
    """When a company is open, by day kind and by single date (language 3.1)."""

    kind: ClassVar[str] = "timetable"
    open: Mapping[DayKind, tuple[Window, ...]]
    dates: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Rule):
    """An accountable department with its posts."""

    kind: ClassVar[str] = "team"
    posts: Mapping[str, Label] = field(default_factory=dict)
    staffed: str = AROUND_THE_CLOCK
    needs_skill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Rule):
    """What a person must have before doing something."""

    kind: ClassVar[str] = "skill"
    earned_by: str  # acknowledgement | course | exam | certificate
    gates: tuple[str, ...]  # action ids, or ("all-actions",)
    valid_for: str = ""  # "12 months" | "edition" | "" = for good
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Rule):
    """A case kind and its stages."""

    kind: ClassVar[str] = "procedure"
    customers: tuple[str, ...]
    channels: tuple[str, ...]
    intake: str
    number: str
    stages: Mapping[str, Label]  # ordered; the first is the entry
    final: tuple[str, ...]
    about: tuple[str, ...] = ()
    starts_procedures: tuple[str, ...] = ()

    @property
    def entry_stage(self) -> str:
        return next(iter(self.stages))


@dataclass(frozen=True, slots=True)
class Count:
    """How often a fact must have happened before an action (its own fact not counted)."""

    of: str
    at_least: int | None = None
    at_most: int | None = None
    since: str = ""  # a stage: counted since its last entry
    within: Within | None = None  # only what happened so lately is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule(Rule):
    """The only way a case changes: who, from where to where, under which gates, recording which fact."""

    kind: ClassVar[str] = "action"
    procedure: str  # key `in`
    from_: tuple[str, ...]  # stages, or ("any-open",)
    to: str  # a stage, or "same"
    by: tuple[str, ...]
    records: str
    form: str = ""
    checklist: str = ""
    after: tuple[str, ...] = ()
    count: Count | None = None
    four_eyes: tuple[str, ...] = ()
    approval: str = ""
    route: str = ""
    hands_to: tuple[str, ...] = ()
    each: str = ""  # "routed-teams"
    needs_skill: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Field:
    """One thing written down in a form. `of` names a category, or a form for kind `lines`."""

    name: str
    kind: str
    label: Label
    required: bool = True
    when: Condition = ALWAYS
    of: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    hint: Label = Label("")
    mark: Mark = Mark("", 0)

    def asked(self, fields: Mapping[str, object]) -> bool:
        return self.when.holds(fields)


FIELD_KINDS = (
    frozenset({"text", "long-text", "number", "money", "date", "instant", "yes-no", "choice", "choices"})
    | frozenset({"phone", "email", "account", "serial", "model", "order", "person", "clause", "clock"})
    | frozenset({"photo", "video", "recording", "file", "signature", "lines", "evidence"})
)
CLOSED_KINDS = frozenset({"choice", "choices", "yes-no", "number", "money"})
FILE_KINDS = frozenset({"photo", "video", "recording", "file", "evidence"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Rule):
    """What is written down in one act."""

    kind: ClassVar[str] = "form"
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be true on a checklist."""

    id: str
    label: Label
    evidence: str = "none"  # photo video recording file record none
    required: bool = True
    when: Condition = ALWAYS
    allows: tuple[str, ...] = ("pass", "fail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(Rule):
    """What must be true, ticked over time by whoever did it."""

    kind: ClassVar[str] = "checklist"
    items: tuple[Item, ...]
    per: str = "case"
    in_order: bool = False
    complete_when: str = "all-ticked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Rule):
    """Closed tree of values. After grafting, `values` holds every path below with its label."""

    kind: ClassVar[str] = "category"
    values: Mapping[str, Label]  # path -> label, depth first, parents before children
    under: str = ""  # "category/value" this list is grafted on
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Rule):
    """From a field to the actors who get the work."""

    kind: ClassVar[str] = "route"
    field: str
    teams: Mapping[str, tuple[str, ...]]  # value path -> actors
    otherwise: str = ""

    def actors_for(self, value: str) -> tuple[str, ...]:
        """The actors of the longest listed value that covers `value`, else `otherwise`."""
        fits = [key for key in self.teams if covers(key, value)]
        if fits:
            return self.teams[max(fits, key=len)]
        return (self.otherwise,) if self.otherwise else ()


@dataclass(frozen=True, slots=True)
class DueFrom:
    """The deadline is data: the instant field of the form that records the start fact."""

    field: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A visible hole in the text: shown everywhere, never adopted."""


@dataclass(frozen=True, slots=True)
class InPeriod:
    """Due inside or after the period: `end`, or n working days after it."""

    working_days_after: int | None = None  # None = end of the period


Target = Within | DueFrom | InPeriod | Blank


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


@dataclass(frozen=True, slots=True)
class OnFact:
    """Set off by a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Every:
    """Set off by the beginning of each period."""

    period: str


@dataclass(frozen=True, slots=True)
class AfterRepeats:
    """Set off by `times` cases agreeing in `same` within a rolling window of `days`."""

    of: str
    same: tuple[str, ...]
    times: int
    days: int


@dataclass(frozen=True, slots=True)
class AheadOf:
    """Set off `lead_times` before the instant in a field."""

    field: str
    lead_times: tuple[Within, ...]


Trigger = OnFact | Every | AfterRepeats | AheadOf


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of what a programme picks: a share in percent, or a least number."""

    of: str  # cases customers contacts
    share: int | None = None  # percent
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """So many times in so many days."""

    times: int
    days: int


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
    runs: str = "once"
    until: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Rule):
    """A message; with `asks`, a survey."""

    kind: ClassVar[str] = "notice"
    trigger: Trigger
    recipients: tuple[str, ...]
    channels: tuple[str, ...]
    text: Label
    applies_to: Condition = ALWAYS
    asks: str = ""
    answer_within_days: int | None = None
    at_most: Tries | None = None  # times per days and customer
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """An amount over `over` and up to `up_to`, and who may approve it."""

    over: Decimal | None
    up_to: Decimal | None
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Rule):
    """Who may approve what, by amount."""

    kind: ClassVar[str] = "approval"
    field: str  # a money field, or "always"
    bands: tuple[Band, ...]
    not_by: tuple[str, ...] = ()
    target: Target | None = None
    on_miss: str = ""

    def approver_for(self, amount: Decimal) -> str:
        """The actor who may approve `amount`; amounts below the first band fall into it."""
        for band in self.bands:
            if band.up_to is None or amount <= band.up_to:
                return band.approver
        return self.bands[-1].approver


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of a report."""

    measure: str
    field: str = ""
    target: str = ""  # "at least 70%"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRule(Rule):
    """Figures owed to somebody, by a time."""

    kind: ClassVar[str] = "report"
    trigger: Trigger
    recipients: tuple[str, ...]
    shows: tuple[Shown, ...]
    target: Target | None = None
    needs_actions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataClass(Rule):
    """Why data is held, who sees it, how long it is kept and what happens then."""

    kind: ClassVar[str] = "data_class"
    covers: tuple[str, ...]
    purpose: str
    basis: str
    seen_by: tuple[str, ...]
    keep: str  # "3 years", "180 days"
    kept_from: str
    then: str  # erase | anonymise
    masked_for: tuple[str, ...] = ()
    share_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence to offer when a fact happens."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook(Rule):
    """What is said, and what is never said."""

    kind: ClassVar[str] = "phrasebook"
    channels: tuple[str, ...]
    applies_to: Condition = ALWAYS
    say: tuple[Say, ...] = ()
    never: tuple[str, ...] = ()
    if_said: str = "flag"


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


RULE_KINDS: dict[str, type[Rule]] = {
    cls.kind: cls
    for cls in (
        TimetableRule, Team, Skill, Procedure, ActionRule, Form, Checklist, Category, Route, ClockRule,
        Ladder, TaskRule, Notice, Approval, ReportRule, DataClass, Phrasebook, Floor,
    )
}  # fmt: skip
