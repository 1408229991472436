"""What a case is and how it moves: procedures, actions, what is written down and ticked, and where work goes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from luyue.core.calendar import Within
from luyue.core.records import dataclass
from luyue.core.regulation.rules.base import ALWAYS, Condition, Label, Mark, Rule, covers
from luyue.core.regulation.rules.times import Target


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
