"""What every rule has, labels and marks, and the closed conditions of the language (language §1, 5-7)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

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

    def may_hold(self, fields: Mapping[str, object]) -> bool:
        """Whether no filled field speaks against it."""
        return all(fields.get(name) is None or _entry_holds(wanted, fields[name]) for name, wanted in self.of.items())


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
