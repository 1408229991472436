"""What an imaginary case is told: every form filled in somehow, and what the other rooms say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from luyue.core.procedure.acts import CATEGORIES
from luyue.core.procedure.world import World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Category, Field, Form

_WORDS = {"phone": "13800138000", "email": "a@example.com", "text": "示例", "long-text": "示例", "signature": "示例", "clause": "示例"}
_LINE = {"unit_model": "A-1", "unit_price": "1.00", "quantity": "1"}
_PLAN = {"version": 1, "lines": [_LINE], "total": "1.00", "days": 1}
# What other rooms say of an imaginary case where everything is as it should be; of the rest they know nothing.
_FITTING: Mapping[str, object] = {
    "case-number": "A-1",
    "confirmed-plan": _PLAN,
    "contract-versions": [{"version": "1", "agreed": True, "in_force": True}],
    "deposit": {"order": "A-1", "held": "2.00", "frozen": "1.00"},
    "order": _PLAN,
    "order-to-invoice": {"order": "A-1", "amount": "1.00", "invoice": ""},
    "other-cases": 0,
    "rent-credit": {"order": "A-1", "amount": "1.00"},
    "rent-of-unit": {"order": "A-1", "per_day": "1.00"},
    "renewal": {"order": "A-1", "days": 1, "fee": "1.00", "short": ()},
    "units-to-allocate": [{"model": "A-1", "serial": "A-1"}],
}


def _alone(name: str, about: Mapping[str, object]) -> object:
    return 0 if name == "other-cases" else None


def _in_order(name: str, about: Mapping[str, object]) -> object:
    return _FITTING.get(name)


ALONE = World(_alone)  # a house with this one case in it and no paper beside it
IN_ORDER = World(_in_order)  # the same house, where plan, order, contract and stock agree


@dataclass(frozen=True)
class Papers:
    """Answers to the forms of a rulebook: those `given`, none to those `missing`, and for the rest whatever fits."""

    book: Rulebook
    start: datetime
    given: Mapping[str, object] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def fill(self, form: Form, known: Mapping[str, object]) -> dict[str, object]:
        """Every asked field with a value that fits; what is given comes first."""
        data: dict[str, object] = {}
        view = dict(known)
        for one in form.fields:
            if one.asked(view) and one.name not in self.missing:
                view[one.name] = data[one.name] = self._moment(form, data) if self._is_free(one, "instant") else self._value(one, view)
                category = self._category(one)
                if category is not None and data[one.name] == "other" and not any(f.name.startswith("other_") for f in form.fields):
                    data[f"{one.name}_other"] = "示例"
        return data

    def _is_free(self, one: Field, kind: str) -> bool:
        return one.kind == kind and one.name not in self.given

    def _moment(self, form: Form, data: Mapping[str, object]) -> str:
        """An hour after the one before it in the same form: what ends, ends after it begins."""
        earlier = sum(one.kind == "instant" and one.name in data for one in form.fields)
        return (self.start + timedelta(hours=2 + earlier)).isoformat()

    def _category(self, one: Field) -> Category | None:
        return (CATEGORIES.get(one.of) or self.book.category(one.of)) if one.kind in ("choice", "choices") else None

    def _value(self, one: Field, known: Mapping[str, object]) -> object:
        if one.name in self.given:
            value = self.given[one.name]
            return [value] if one.kind == "choices" and isinstance(value, str) else value
        category = self._category(one)
        if category is not None:
            # A list the case itself makes up (its files, its customers) has no values in the text.
            first = next((path for path in category.values if not any(other.startswith(path + "/") for other in category.values)), "示例")
            return [first] if one.kind == "choices" else first
        if one.kind == "lines":
            return [self.fill(self.book.form(one.of), known)]
        if one.kind in ("number", "money"):
            return str(max(one.at_least or 1, 1) if one.at_most is None else one.at_most)
        if one.kind == "date":
            return (self.start + timedelta(days=3)).date().isoformat()
        if one.kind == "yes-no":
            return "yes"
        if one.kind == "person":
            return "staff:1"
        return ["示例"] if one.kind in FILE_KINDS else _WORDS.get(one.kind, "A-1")
