"""What a mail server says of a letter it could not deliver: RFC 3464, and the freer forms of some providers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from uuid import UUID

_OUR_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_LONGEST = 200_000  # characters of a returned head looked at


@dataclass(frozen=True, slots=True)
class Failure:
    """recipient: as the server names it, small letters; "" when it does not say. status: 5.1.1, or ""."""

    recipient: str
    status: str


@dataclass(frozen=True, slots=True)
class Report:
    """letters: ids of ours that the report is about. failures: none of them when it only says that something is late, or arrived."""

    letters: tuple[UUID, ...]
    failures: tuple[Failure, ...]


def report_in(mail: Message, *, from_server: bool) -> Report | None:
    """What a delivery report says; None when the mail is none. from_server: whether its sender is a mail server's own address."""
    if mail.get_content_type() == "multipart/report" and str(mail.get_param("report-type", "")).lower() in ("delivery-status", ""):
        return Report(_letters(mail), tuple(_failures(mail)))
    if from_server and (letters := _letters(mail)):
        return Report(letters, (Failure("", _first_status(mail)),))
    return None


def _failures(mail: Message) -> Iterator[Failure]:
    for part in _parts(mail):
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            if str(block.get("Action", "")).strip().lower() == "failed":
                recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
                status = _STATUS.search(str(block.get("Status", "")))
                yield Failure(recipient.rpartition(";")[2].strip().strip("<>").lower(), status[0] if status else "")


def _letters(mail: Message) -> tuple[UUID, ...]:
    """By the returned head, else by what the report says it answers."""
    found: list[str] = []
    for part in _parts(mail):
        returned: Message | None = None
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True) or b""
            returned = message_from_string(payload[:_LONGEST].decode("ascii", "replace"))
        if returned is not None:
            found += _OUR_ID.findall(str(returned.get("Message-ID", "")))
    if not found:
        found = _OUR_ID.findall(f"{mail.get('In-Reply-To', '')} {mail.get('References', '')} {mail.get('X-Failed-Message-ID', '')}"[:4000])
    return tuple(dict.fromkeys(UUID(one) for one in found))


def _first_status(mail: Message) -> str:
    for part in _parts(mail):
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True) or b""
            if match := _STATUS.search(payload[:_LONGEST].decode("ascii", "replace")):
                return match[0]
    return ""


def _parts(mail: Message) -> list[Message]:
    """The parts of the report itself, one level down: what was returned is not looked into."""
    return [part for part in mail.get_payload() if isinstance(part, Message)] if mail.is_multipart() else [mail]
