"""How a letter leaves the house: one class a kind. Each sends or says why not; whether to try again is the outbox's business."""

from __future__ import annotations

import json
import os
import smtplib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.customers.sealed import masked_email, masked_phone
from luyue.apps.customers.selectors import addresses_of


class Undeliverable(Exception):
    """This letter will never leave: no address, or the other side refuses it for good."""


class ChannelDown(Exception):
    """Nothing leaves this way at the moment; no fault of the letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox with its payload read. `id` is the same at every attempt."""

    id: str
    kind: str
    subject: str
    text: str
    phone: str
    email: str


class Channel(Protocol):
    """`send` gives the masked address, for people to read."""

    def send(self, letter: Letter) -> str: ...


class Mail:
    """Mail by Django's backend: a server when one is set, else files in the installation's folder."""

    def send(self, letter: Letter) -> str:
        if not letter.email:
            raise Undeliverable("客户没有留下邮箱")
        host = str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "localhost"
        message = EmailMessage(
            subject=" ".join(letter.subject.split()),
            body=letter.text,
            to=[letter.email],
            # RFC 3834: nobody's machine shall answer what our machine wrote.
            headers={"Message-ID": f"<{letter.id}@{host}>", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
        try:
            with get_connection() as connection:
                connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Undeliverable(f"对方邮件服务器拒收（{codes[0]}）") from error
            raise
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
                raise Undeliverable(f"对方邮件服务器拒收（{error.smtp_code}）") from error
            raise ChannelDown(f"邮件服务器答复 {error.smtp_code}") from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise ChannelDown(f"邮件服务器没有答复：{error}") from error
        return masked_email(letter.email)


class SmsSpool:
    """Text messages laid into a file, one JSON line each, for a gateway to fetch; the shipped adapter, and a safe one for trying out.

    Another adapter has the same `send`; name it in the setting LUYUE_SMS. `letter.id` is the gateway's idempotency key.
    """

    def send(self, letter: Letter) -> str:
        if not letter.phone:
            raise Undeliverable("客户没有留下电话")
        line = json.dumps({"id": letter.id, "to": letter.phone, "text": letter.text}, ensure_ascii=False) + "\n"
        path = Path(settings.DATA) / "sms.spool"
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", closefd=True) as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        return masked_phone(letter.phone)


class Portal:
    """The customer's own page shows every letter of his cases: it is delivered by being there."""

    def send(self, letter: Letter) -> str:
        return "客户页面"


def channel_of(kind: str) -> Channel:
    """raises Undeliverable for a kind nobody delivers."""
    if kind == "sms":
        return import_string(getattr(settings, "LUYUE_SMS", "luyue.apps.contacts.channels.SmsSpool"))()
    known: dict[str, type[Any]] = {"mail": Mail, "portal": Portal}
    if kind not in known:
        raise Undeliverable(f"没有发送“{kind}”的渠道")
    return known[kind]()


def letter_of(row: Outbox) -> Letter:
    """The row with the customer's addresses opened; they are never stored in the payload."""
    payload = json.loads(row.payload)
    customer = Customer.objects.filter(pk=payload.get("customer")).first()
    known = addresses_of(customer) if customer else None
    return Letter(
        id=str(row.id),
        kind=row.kind,
        subject=str(payload.get("subject") or ""),
        text=str(payload.get("text") or ""),
        phone=known.phone if known else "",
        email=known.email if known else "",
    )
