"""One objection of the shipped regulations, from the desk by phone, for stories only its own rules bring about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from luyue.core.procedure import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Skill
from tests.core.procedure.desk import INTAKE, PEOPLE, Desk
from tests.core.shipped import shipped_book

OTHER: dict[str, object] = {"objection_type": "other", "other_type": "快递单据"}
SERVICE: dict[str, object] = {"objection_type": "service/attitude"}


@cache
def shipped() -> Rulebook:
    return shipped_book()


class Objection(Desk):
    """One objection of the shipped book, by phone, its people holding every skill; `to_investigation` registers and transfers it."""

    def __init__(self, **data: object) -> None:
        """Received at 9:00 and answered two minutes later."""
        super().__init__(shipped())
        self._begin("2026-03-04 09:00", "", data)
        self.do("answer", "anna", "2026-03-04 09:02", text="已收到，马上处理")

    @classmethod
    def unanswered(cls, *, at: str = "2026-03-04 09:00", now: str = "", **data: object) -> Objection:
        desk = cls.__new__(cls)
        Desk.__init__(desk, shipped())
        desk._begin(at, now, data)
        return desk

    def _begin(self, at: str, now: str, data: Mapping[str, object]) -> None:
        skills = frozenset(self.book.all(Skill))
        self.people = {name: replace(one, skills=skills) for name, one in PEOPLE.items()}
        self.procedure = "objection"
        given = {**INTAKE, **(data or OTHER)}
        asked = {field.name for field in self.book.form("objection-form").fields} | {"_late_reason"}
        self.open(at=at, now=now, **{name: value for name, value in given.items() if name in asked})

    def to_investigation(self, **registration: object) -> None:
        self.do("register-objection", "anna", "2026-03-04 09:10", promised_at="2026-03-06 18:00", **registration)
        self.do("transfer-objection", "anna", "2026-03-04 09:30")


def refused(desk: Desk, action: str, who: str, at: str, **data: object) -> Refused:
    with pytest.raises(Refused) as no:
        desk.do(action, who, at, **data)
    return no.value
