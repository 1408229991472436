"""How long what is held: the data classes of a rulebook, as dates and as what goes when they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from luyue.core.clockwork import utc
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval, DataClass, Procedure

EVERYTHING = ("journal", "case")  # either word covers all that was written down in the case
CONTACTS, RECORDINGS = "contacts", "recordings"
_ENDS = "case.closed"


@dataclass(frozen=True, slots=True)
class Keeping:
    """A data class for the cases of one kind: what of them goes, and which forms it names."""

    rule: DataClass
    kind: str
    forms: tuple[str, ...]

    @property
    def takes_everything(self) -> bool:
        return any(word in self.rule.covers for word in EVERYTHING)

    @property
    def erases(self) -> bool:
        """Whether the choices, amounts and dates go as well, and not only words, files and who it was."""
        return self.rule.then == "erase"

    @property
    def takes_contacts(self) -> bool:
        return self.takes_everything or CONTACTS in self.rule.covers

    @property
    def takes_files(self) -> bool:
        return self.takes_everything or RECORDINGS in self.rule.covers


def keepings(book: Rulebook) -> tuple[Keeping, ...]:
    """What the rulebook says of each kind of case. A class that names forms holds where a procedure uses them, in whatever regulation it
    stands; one over the whole case holds for the procedures of its own regulation."""
    found = []
    for rule in book.all(DataClass).values():
        for name, procedure in book.all(Procedure).items():
            used = {form.id for form in book.forms_of(name)}
            forms = tuple(word for word in rule.covers if word in used)
            whole = procedure.regulation == rule.regulation and any(word in rule.covers for word in (*EVERYTHING, CONTACTS, RECORDINGS))
            if rule.kept_from == _ENDS and (forms or whole):
                found.append(Keeping(rule, name, forms))
    return tuple(found)


def values_of(keeping: Keeping, held: Iterable[str], book: Rulebook) -> tuple[str, ...]:
    """Which of the answers a case still holds go with `then: erase`: all of them, or those no form asks for that the class does not name."""
    if not keeping.erases:
        return ()
    if keeping.takes_everything:
        return tuple(sorted(held))
    asked = {form.id: {field.name for field in form.fields} for form in book.forms_of(keeping.kind)}
    own = {name for form, names in asked.items() if form in keeping.forms for name in names}
    others = {name for form, names in asked.items() if form not in keeping.forms for name in names}
    return tuple(sorted(set(held) & (own - others)))


def approvals_of(values: Iterable[str], book: Rulebook) -> tuple[str, ...]:
    """Approvals whose amount is one of these answers."""
    gone = set(values)
    return tuple(sorted(rule.id for rule in book.all(Approval).values() if rule.field in gone))


def kept_until(keep: str, from_at: datetime, zone: ZoneInfo) -> datetime:
    """The instant from which it may no longer be held: midnight after the last day of the time, in UTC.

    Years end on the day of the same name, 29 February on the last of the month (民法典 第二百零二条); the day it begins does not count.
    """
    return utc(datetime.combine(last_day(keep, from_at.astimezone(zone).date()) + timedelta(days=1), datetime.min.time(), zone))


def last_day(keep: str, begins: date) -> date:
    """The last day of `3 years`, `12 months` or `180 days` that begin on this day."""
    amount, unit = keep.split()
    if unit.startswith("day"):
        return date.fromordinal(begins.toordinal() + int(amount))
    months = begins.month - 1 + int(amount) * (12 if unit.startswith("year") else 1)
    year, month = begins.year + months // 12, months % 12 + 1
    for day in (begins.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise ValueError(keep)


def closed_before(keep: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Cases that closed at this instant or later are still held; an upper bound for a question to the store, checked case by case after."""
    amount, unit = keep.split()
    days = int(amount) if unit.startswith("day") else int(amount) * (365 if unit.startswith("year") else 28)
    return utc(now - timedelta(days=days))


def bodies_of(keeping: Keeping, actions: Iterable[tuple[int, str]], book: Rulebook) -> list[int]:
    """Which entries lose their words: ids out of (id, action); all of them, or those that filled in one of the forms."""
    if keeping.takes_everything:
        return [one for one, _ in actions]
    intake = book.procedure(keeping.kind).intake in keeping.forms
    named = {action.id for action in book.actions_of(keeping.kind) if action.form in keeping.forms}
    named |= {"open-case", "classify"} if intake else set()
    return [one for one, action in actions if action in named]
