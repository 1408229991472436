"""The pinned rulebook: every regulation a company's cases run under, merged and resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar, cast

from luyue.core.calendar import Agenda
from luyue.core.records import dataclass
from luyue.core.regulation.rules import (
    ActionRule,
    Category,
    ClockRule,
    Field,
    Form,
    Procedure,
    Rule,
    TaskRule,
)  # fmt: skip
from luyue.core.regulation.text import Clause, Regulation

R = TypeVar("R", bound=Rule)
LANGUAGE_VERSION = "1"


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Exact set of regulations + calendar + language version. Equal digests behave equally.

    Built by `compile_rulebook`; all references between rules are known to resolve.
    """

    digest: str
    regulations: tuple[Regulation, ...]
    calendar_digest: str
    agenda: Agenda
    by_kind: Mapping[str, Mapping[str, Rule]]  # kind -> id -> rule, categories already grafted
    language: str = LANGUAGE_VERSION

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def all(self, kind: type[R]) -> Mapping[str, R]:
        return cast(Mapping[str, R], self.by_kind.get(kind.kind, {}))

    def get(self, kind: type[R], rule_id: str) -> R:
        """The rule, or KeyError naming kind and id."""
        try:
            return self.all(kind)[rule_id]
        except KeyError:
            raise KeyError(f"{kind.kind} {rule_id}") from None

    # Shorthands for the kinds that are asked for all the time.
    def procedure(self, rule_id: str) -> Procedure:
        return self.get(Procedure, rule_id)

    def action(self, rule_id: str) -> ActionRule:
        return self.get(ActionRule, rule_id)

    def clock(self, rule_id: str) -> ClockRule:
        return self.get(ClockRule, rule_id)

    def form(self, rule_id: str) -> Form:
        return self.get(Form, rule_id)

    def task(self, rule_id: str) -> TaskRule:
        return self.get(TaskRule, rule_id)

    def category(self, rule_id: str) -> Category:
        return self.get(Category, rule_id)

    def actions_of(self, procedure: str) -> tuple[ActionRule, ...]:
        """In the order of the text."""
        return tuple(rule for rule in self.all(ActionRule).values() if rule.procedure == procedure)

    def clause_of(self, rule: Rule) -> Clause:
        return self.regulation(rule.regulation).clause(rule.clause)

    def regulation(self, regulation_id: str) -> Regulation:
        for regulation in self.regulations:
            if regulation.id == regulation_id:
                return regulation
        raise KeyError(regulation_id)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every form field by name (two forms of one procedure never give a name two kinds)."""
        return {field.name: field for form in self.all(Form).values() for field in form.fields}

    def forms_of(self, procedure: str) -> tuple[Form, ...]:
        used = [self.procedure(procedure).intake, *(rule.form for rule in self.actions_of(procedure) if rule.form)]
        return tuple(self.form(form_id) for form_id in dict.fromkeys(used))

    def rules(self) -> Iterable[Rule]:
        for regulation in self.regulations:
            yield from regulation.rules
