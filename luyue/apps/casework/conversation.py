"""Acts that are a communication: the row people read in the timeline, and the letter that carries our words to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader, Staff
from luyue.apps.casework.letters import letter
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import insert, select
from luyue.core.procedure.acts.forms import AUTOMATIC
from luyue.core.regulation.rulebook import Rulebook

IN, OUT, NOTE = "in", "out", "note"
_DIRECTIONS = {
    "answer": OUT, "tell-progress": OUT, "ask-customer": OUT, "customer-reply": IN, "nudge": IN, "hear-stranger": IN, "note": NOTE, "log-call": OUT,
}  # fmt: skip
_SENT = frozenset({"answer", "tell-progress", "ask-customer"})  # written words that must reach the customer
_READ_IN_PERSON = frozenset({"phone", "shop", "chat"})  # said and heard at once; anything else may also go by mail
_SUBJECTS = {"answer": "答复", "tell-progress": "进展", "ask-customer": "请您补充"}


def keep(case: Case, book: Rulebook, entry: Entry, action: str, body: Mapping[str, Any], by: Reader, at: datetime) -> None:
    """The contact of a platform act that is one; nothing for every other act."""
    direction = _DIRECTIONS.get(action)
    if direction is None:
        return
    if action == "log-call" and body.get("direction") == "inbound":
        direction = IN
    channel = str(body.get("channel") or ("phone" if action == "log-call" else case.channel))
    staff = by.user if isinstance(by, Staff) else None
    answered = action == "log-call" and body.get("reached") == "yes"
    contact = {
        "case_id": case.pk,
        "entry_id": entry.pk,
        "channel": channel,
        "external_id": f"{case.number}#{entry.seq}",
        "direction": direction,
        "by_id": staff.pk if staff else None,
        "by_name": (staff.name or staff.username)[:60] if staff else str(body.get("sender") or "")[:60],
        "at": at,
        "text": str(body.get("text") or ""),
        "is_suspicious": action == "hear-stranger" and body.get("doubt") != AUTOMATIC,
        "answered_at": at if answered else None,
    }
    insert(Contact, [contact])
    if action in _SENT:
        _send(case, book, entry, action, channel, str(body.get("text") or ""))


def _send(case: Case, book: Rulebook, entry: Entry, action: str, channel: str, text: str) -> None:
    """By mail when the customer wrote by mail, or left an address at a form; his own page shows the words in any case."""
    if case.customer_id is None or channel in _READ_IN_PERSON:
        return
    if channel != "email" and select(Customer, ("email_index",), id=case.customer_id) == [("",)]:
        return
    subject = f"{book.procedure(case.kind).label.zh} {case.number}：{_SUBJECTS[action]}"
    insert(Outbox, [letter(case, kind="mail", notice=f"act/{action}", text=text, subject=subject, entry=entry, now=entry.entered_at)])
