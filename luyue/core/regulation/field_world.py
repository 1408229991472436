"""What may be asked of a case: the closed fields of its forms, and what the platform knows of every case.

Conditions are judged against this, and cells for overlap and gap checks are enumerated over it.
"""

from __future__ import annotations

from collections.abc import Iterable

from luyue.core.records import dataclass
from luyue.core.regulation.book import Book
from luyue.core.regulation.rules import (
    CLOSED_KINDS,
    RULE_KINDS,
    Category,
    Checklist,
    Condition,
    Field,
    Form,
    Procedure,
    Team,
)
from luyue.core.regulation.scalars import PERIODS
from luyue.core.regulation.vocabulary import CASE_CHANNELS, CUSTOMER_KINDS, EVIDENCE_KINDS

_ANY = ("holder", "what")  # closed for the platform, but not listed anywhere a text could know


@dataclass(frozen=True, slots=True)
class Asked:
    """A field a condition may name. values: every value, parents before children; None for numbers and unlisted ones."""

    name: str
    kind: str
    values: tuple[str, ...] | None
    field: Field | None = None
    form: str = ""
    leaves: tuple[str, ...] = ()  # values with nothing below them: what a case can actually hold


class FieldWorld:
    """Fields by procedure. Built once per check of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._of_procedure: dict[str, dict[str, Asked]] = {}
        self._all_forms: dict[str, Asked] = {}
        for form in book.all(Form).values():
            for one in form.fields:
                self._all_forms.setdefault(one.name, self._asked(one, form.id))

    def procedures_of(self, condition: Condition) -> tuple[str, ...]:
        """The procedures a condition speaks of: its `kind`, else all of them."""
        kinds = condition.of.get("kind")
        known = self.book.all(Procedure)
        if isinstance(kinds, tuple):
            return tuple(kind for kind in kinds if kind in known)
        return tuple(known)

    def of(self, procedure: str) -> dict[str, Asked]:
        """Every field the forms of a procedure hold, closed or not."""
        if procedure not in self._of_procedure:
            forms = self.book.all(Form)
            fields: dict[str, Asked] = {}
            for form in self.book.forms_of.get(procedure, ()):
                for one in forms[form].fields:
                    fields.setdefault(one.name, self._asked(one, form))
            self._of_procedure[procedure] = fields
        return self._of_procedure[procedure]

    def find(self, name: str, procedures: Iterable[str]) -> Asked | None:
        """The field as any of these procedures knows it; the platform's own fields first."""
        scope = tuple(procedures)
        if (own := self.platform(name, scope)) is not None:
            return own
        for procedure in scope:
            if name in self.of(procedure):
                return self.of(procedure)[name]
        return None if scope else self._all_forms.get(name)

    def names(self, procedures: Iterable[str]) -> list[str]:
        """Closed fields of these procedures, for suggestions."""
        own = ["kind", "channel", "customer_kind", "team", "stage"]
        return [*own, *(name for one in procedures for name, asked in self.of(one).items() if asked.kind in CLOSED_KINDS)]

    def platform(self, name: str, procedures: tuple[str, ...]) -> Asked | None:
        """A field of the platform with its values, or None."""
        values = self._platform_values(name, procedures)
        if values is None and name not in _ANY:
            return None
        listed = None if values is None else tuple(dict.fromkeys(values))
        return Asked(name, "choice", listed, leaves=listed or ())

    def _platform_values(self, name: str, procedures: tuple[str, ...]) -> Iterable[str] | None:
        book, known = self.book, self.book.all(Procedure)
        scope = [known[one] for one in procedures if one in known]
        if name == "kind":
            return known
        if name == "channel":
            return [channel for one in scope for channel in one.channels] or CASE_CHANNELS
        if name == "customer_kind":
            return [kind for one in scope for kind in one.customers] or CUSTOMER_KINDS
        if name == "stage":
            return [stage for one in scope for stage in one.stages]
        if name == "team":
            return book.all(Team)
        if name == "item":
            return [item.id for one in book.all(Checklist).values() for item in one.items]
        listed: dict[str, Iterable[str]] = {
            "result": ("pass", "fail", "not-applicable"),
            "evidence_kind": EVIDENCE_KINDS,
            "period": PERIODS,
        }
        if name in ("task", "checklist", "form", "approval", "clock", "notice", "data_class"):
            return book.all(RULE_KINDS[name])
        return listed.get(name)

    def _asked(self, field: Field, form: str) -> Asked:
        values: tuple[str, ...] | None = None
        if field.kind == "yes-no":
            values = ("yes", "no")
        elif field.kind in ("choice", "choices"):
            category = self.book.all(Category).get(field.of)
            values = tuple(category.values) if category else None
        return Asked(field.name, field.kind, values, field, form, _leaves(values or ()))


def _leaves(values: tuple[str, ...]) -> tuple[str, ...]:
    """Values no other lies below. Every parent on a path is itself a value."""
    parents = {one.rpartition("/")[0] for one in values}
    return tuple(one for one in values if one not in parents)


def world_of(book: Book) -> FieldWorld:
    """The fields of a book; laid out once and kept with it."""
    if book.world is None:
        book.world = FieldWorld(book)
    assert isinstance(book.world, FieldWorld)
    return book.world
