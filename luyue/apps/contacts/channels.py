"""How a letter leaves the house: one class a kind. Each sends or says why not; whether to try again is the outbox's business."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.customers.sealed import masked_email, masked_phone, normal_email, normal_phone, seal, unseal
from luyue.apps.customers.selectors import addresses_of
from luyue.apps.people.selectors import account, works_here

# kind -> module and class; loaded when the first letter of the kind leaves.
_CHANNELS = {"mail": "mail.Mail", "sms": "texts.Texts", "portal": "portal.Portal"}
_EARLIER = 10  # letters of the same case that a letter names in References


class Undeliverable(Exception):
    """This letter will never leave: no address, or the other side refuses it for good."""


class ChannelDown(Exception):
    """Nothing leaves this way at the moment; no fault of the letter."""


class NotNow(Exception):
    """The other side will not take this letter at the moment; others may leave."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox with its payload read. `id` is the same at every attempt.

    number    of its case; "" for a letter that belongs to none.
    thread    what it comes after in its case, oldest first: Message-IDs of mail that came in, ids of letters that went out.
    """

    id: str
    kind: str
    subject: str
    text: str
    phone: str
    email: str
    number: str = ""
    thread: tuple[str, ...] = ()


class Channel(Protocol):
    """`send` gives the masked address, for people to read."""

    def send(self, letter: Letter) -> str: ...


def channel_of(kind: str) -> Channel:
    """raises Undeliverable for a kind nobody delivers."""
    if kind not in _CHANNELS:
        raise Undeliverable(f"没有发送“{kind}”的渠道")
    module, name = _CHANNELS[kind].split(".")
    channel: Channel = getattr(import_module(f"luyue.apps.contacts.{module}"), name)()
    return channel


def letter_of(row: Outbox) -> Letter:
    """The row with the addresses opened; they never stand in the payload in the clear."""
    payload = json.loads(row.payload)
    phone, email = _addresses(payload)
    return Letter(
        id=str(row.id),
        kind=row.kind,
        subject=str(payload.get("subject") or ""),
        text=str(payload.get("text") or ""),
        phone=phone,
        email=email,
        number=row.case.number if row.case else "",
        thread=_thread(row) if row.kind == "mail" else (),
    )


def sealed_address(email: str) -> str:
    """How a payload names somebody who is no customer (yet), or another address a customer gave."""
    cipher = seal("email", normal_email(email))
    return base64.b64encode(cipher).decode() if cipher else ""


def sealed_number(phone: str) -> str:
    """The same for a phone."""
    cipher = seal("phone", normal_phone(phone))
    return base64.b64encode(cipher).decode() if cipher else ""


def address_of(row: Outbox) -> str:
    """Where a letter goes, as its channel writes it: for the eyes of the program, never for a page."""
    phone, email = _addresses(json.loads(row.payload or "{}"))
    return email if row.kind == "mail" else phone


def masked_address(row: Outbox) -> str:
    """Where a letter went, for people to read."""
    if row.recipient:
        return row.recipient
    address = address_of(row)
    return masked_email(address) if row.kind == "mail" else masked_phone(address)


def _addresses(payload: Mapping[str, Any]) -> tuple[str, str]:
    if payload.get("sealed_email"):
        return "", unseal("email", base64.b64decode(payload["sealed_email"]))
    if payload.get("sealed_phone"):
        return unseal("phone", base64.b64decode(payload["sealed_phone"])), ""
    if payload.get("staff"):
        colleague = account(int(payload["staff"]))
        return "", normal_email(colleague.email) if colleague and works_here(colleague) else ""
    customer = Customer.objects.filter(pk=payload.get("customer")).first()
    known = addresses_of(customer) if customer else None
    return (known.phone, known.email) if known else ("", "")


def _thread(row: Outbox) -> tuple[str, ...]:
    """The mail that opened the case, if one did, and the letters before this one; the same at every attempt."""
    if row.case is None:
        return ()
    first = row.case.contacts.filter(channel="email", direction="in", external_id__startswith="<", is_suspicious=False).order_by("id")
    opened_by = list(first.values_list("external_id", flat=True)[:1])
    earlier = Outbox.objects.filter(case=row.case, kind="mail", created_at__lt=row.created_at).order_by("-created_at", "id")
    return (*opened_by, *(str(one) for one in list(earlier.values_list("id", flat=True)[:_EARLIER])[::-1]))
