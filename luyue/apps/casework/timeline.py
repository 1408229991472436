"""What happened in a case, one entry after the other, as staff and its customer may read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import stream_of
from luyue.apps.casework.recording import MOVE
from luyue.apps.clocks.promises import language
from luyue.apps.contacts.models import Contact
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.statements import select
from luyue.apps.people.models import User
from luyue.core.procedure.acts import ACTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, Label

_INTERNAL = frozenset(
    {
        *("note", "hear-stranger", "settle", "take", "assign", "tick", "link", "approve", "refuse-approval"),
        *("try-task", "cancel-task", "correct-clock", "explain-miss", "undo", MOVE),
    }
)
_OWN_ACTS = {
    MOVE: Label("改按新版制度", "Moved to the new text"),
    "merge": Label("并入另一工单", "Merge into another case"),
    "absorb": Label("并入重复工单", "Take over a duplicate"),
}


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry as people read it. kind: in | out | note for words, fact for an act, system for what only time did.

    text and body are "" and {} once erased. stage: the stage this entry entered. turns: (cause, clock key, rule) of clocks it moved.
    """

    seq: int
    at: datetime
    entered_at: datetime
    kind: str
    action: str
    actor: str
    who: str
    name: str
    label: str
    channel: str
    text: str
    body: Mapping[str, Any]
    stage: str
    turns: tuple[tuple[str, str, str], ...]
    attachments: tuple[Attachment, ...]
    is_erased: bool


def timeline_of(case: Case, book: Rulebook, files: Iterable[Attachment], *, inside: bool) -> tuple[TimelineRow, ...]:
    """Of a case the reader is known to see; `files` are those he may see. Customers (not `inside`) get no internal entries."""
    entries = [_Entry(*row) for row in select(Entry, _Entry._fields, order="seq", stream=stream_of(case))]
    within = ("entry_id", [one.id for one in entries])
    bodies = {row[0]: row[1:] for row in select(EntryBody, ("entry_id", "body", "erased_at"), order="entry_id", within=within)}
    contacts = {row[0]: _Contact(*row[1:]) for row in select(Contact, ("entry_id", *_Contact._fields), case_id=case.pk)}
    by_entry: dict[int, list[Attachment]] = {}
    for file in files:
        by_entry.setdefault(file.entry_id, []).append(file)
    names = _names({one.actor for one in entries}, case)
    found = (_row(one, *bodies[one.id], contacts.get(one.id), by_entry.get(one.id, []), names, book) for one in entries if one.id in bodies)
    return tuple(row if inside else _outward(row) for row in found if inside or row.action not in _INTERNAL)


class _Entry(NamedTuple):
    id: int
    seq: int
    name: str
    action: str
    actor: str
    at: datetime
    entered_at: datetime
    effects: str


class _Contact(NamedTuple):
    direction: str
    channel: str
    text: str


def _row(
    entry: _Entry, body: str, erased_at: datetime | None, contact: _Contact | None, files: list[Attachment], names: Mapping[str, str], book: Rulebook
) -> TimelineRow:
    effects = json.loads(entry.effects)
    words = json.loads(body) if body else {}
    kind = contact.direction if contact else "system" if entry.actor == "system" else "note" if entry.action == "note" else "fact"
    return TimelineRow(
        seq=entry.seq,
        at=entry.at,
        entered_at=entry.entered_at,
        kind=kind,
        action=entry.action,
        actor=entry.actor,
        who=names.get(entry.actor, entry.actor),
        name=entry.name,
        label=_label(entry.action, book),
        channel=contact.channel if contact else "",
        text=(contact.text if contact else str(words.get("text") or "")) if erased_at is None else "",
        body=words,
        stage=next((one["stage"] for one in effects if one["effect"] == "stage"), ""),
        turns=tuple((one["cause"], one["clock"]["key"], one["clock"]["rule"]) for one in effects if one["effect"] == "clock"),
        attachments=tuple(files),
        is_erased=erased_at is not None,
    )


def is_inside(row: TimelineRow) -> bool:
    """Whether this entry is none of the customer's business: a note, or an act among colleagues."""
    return row.kind == "note" or row.action in _INTERNAL


def _outward(row: TimelineRow) -> TimelineRow:
    """What a customer may read of an entry: words that passed between us, and that something was done; never a form filled inside."""
    return row if row.kind in ("in", "out") else replace(row, who="", text="", body={}, turns=(), actor="")


def _label(action: str, book: Rulebook) -> str:
    rule = book.all(ActionRule).get(action)
    if rule is not None:
        return rule.label.say(language())
    label = ACTS[action].label if action in ACTS else _OWN_ACTS.get(action)
    return label.say(language()) if label else ""


def _names(actors: Iterable[str], case: Case) -> dict[str, str]:
    """Actor -> name, for everybody in one question."""
    staff = {actor: int(actor[6:]) for actor in actors if actor.startswith("staff:") and actor[6:].isdecimal()}
    known = {number: name or username for number, name, username in select(User, ("id", "name", "username"), within=("id", sorted(staff.values())))}
    names = {actor: known[number] for actor, number in staff.items() if number in known}
    customer = case.customer.name if case.customer else ""
    return names | {actor: customer for actor in actors if actor.startswith(("customer:", "link:"))}
