"""A mail as it came over the wire, read without trust: every head and body may be wrong, huge, or made to mislead."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from luyue.apps.customers.sealed import normal_email
from luyue.apps.mailroom.bounces import Report, report_in
from luyue.apps.mailroom.html_text import text_of
from luyue.apps.mailroom.quoting import new_words

MOST_PARTS = 500
LONGEST_HEAD = 16_000  # characters of one head looked at
LONGEST_TEXT = 20_000  # characters kept of a body
_LONGEST_BODY = 2_000_000
_LONGEST_ID = 200
_MOST_REFERENCES = 50
_TINY_PICTURE_BYTES = 5_000  # logos and tracking dots inside a body are nobody's evidence
_ID = re.compile(r"<[^<>\s]{1,240}>")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
_MACHINES = ("mailer-daemon", "postmaster")
_ANSWERED_BY_MACHINE = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
_LISTS = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


class Unreadable(Exception):
    """No mail that can be understood; the words are for people who look after the machine, and repeat nothing of it."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """sender: normalised, "" when there is none or more than one. machine: why nobody may answer it, or "". checked: what our own server says of
    the sender. text: the whole body; words: what is new in it."""

    key: str
    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    references: tuple[str, ...]
    machine: str
    checked: str
    report: Report | None
    text: str
    words: str
    files: tuple[File, ...]


def read(raw: bytes, *, own_hosts: frozenset[str] = frozenset(), own_addresses: frozenset[str] = frozenset(), authserv: str = "") -> Mail:
    """raises Unreadable."""
    try:
        mail = message_from_bytes(raw, policy=policy.compat32)
        return _read(mail, raw, own_hosts, own_addresses, authserv)
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("too many parts inside each other") from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, UnicodeError) as error:
        raise Unreadable(f"{type(error).__name__} while reading") from error


def _read(mail: Message, raw: bytes, own_hosts: frozenset[str], own_addresses: frozenset[str], authserv: str) -> Mail:
    heads = _heads(mail)
    if not heads:
        raise Unreadable("no heads")
    senders = getaddresses([_one(heads, "from")])
    sender = normal_email(senders[0][1]) if len(senders) == 1 else ""
    key, message_id = _identity(heads, raw)
    parts = list(_leaves(mail))
    text = _body(parts)
    return Mail(
        key=key,
        message_id=message_id,
        sender=sender,
        sender_name=decoded(senders[0][0])[:60] if sender else "",
        recipients=_recipients(heads),
        subject=decoded(_one(heads, "subject"))[:300],
        sent_at=_instant(_one(heads, "date")),
        references=tuple(dict.fromkeys(_ID.findall(f"{_one(heads, 'in-reply-to')} {_one(heads, 'references')}")[-_MOST_REFERENCES:])),
        machine=_machine(heads, mail, sender, own_hosts, own_addresses),
        checked=_checked(heads, authserv),
        report=report_in(mail, from_server=sender.partition("@")[0] in _MACHINES),
        text=text,
        words=new_words(text)[:LONGEST_TEXT],
        files=tuple(_files(parts)),
    )


def key_of_bytes(raw: bytes) -> str:
    """For what cannot be read: by its bytes."""
    return hashlib.sha256(b"unreadable\0" + raw).hexdigest()


# ------------------------------------------------------------------------------------------------------------------------------ heads


def _heads(mail: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in mail.raw_items():
        found.setdefault(name.lower(), []).append(_plain(str(value))[:LONGEST_HEAD])
    return found


def _plain(value: str) -> str:
    """One line, with bytes that are not ASCII read as what they most likely are."""
    data = value.encode("utf-8", "surrogateescape")
    return " ".join(_words(data, "").split())


def _one(heads: dict[str, list[str]], name: str) -> str:
    return heads.get(name, [""])[0]


def decoded(value: str) -> str:
    """Encoded words opened; nothing invisible, no line breaks."""
    try:
        chunks = decode_header(value)
    except (HeaderParseError, ValueError):
        chunks = [(value, None)]
    text = "".join(chunk if isinstance(chunk, str) else _words(chunk, charset or "") for chunk, charset in chunks)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _words(data: bytes, charset: str) -> str:
    """Text by the charset it says, else by those that are common; never an error."""
    named = _CHINESE.get(charset.lower(), charset.lower())
    for one in (named, "utf-8", "gb18030"):
        if one:
            try:
                return data.decode(one)
            except (LookupError, UnicodeDecodeError):
                continue
    return data.decode("utf-8", "replace")


def _identity(heads: dict[str, list[str]], raw: bytes) -> tuple[str, str]:
    """(key, Message-ID). The trace a mail gathers on its way is left out, so that one mail delivered twice is one mail."""
    ids = _ID.findall(_one(heads, "message-id"))
    named = [ids[0] if ids else "", *(_one(heads, name) for name in ("from", "date", "subject"))]
    start = min((at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0), default=0)
    body = raw[start:].replace(b"\r\n", b"\n").strip()
    key = hashlib.sha256("\0".join(named).encode("utf-8", "surrogateescape") + b"\0" + body).hexdigest()
    fits = ids and len(ids[0]) <= _LONGEST_ID
    return key, ids[0] if fits else f"<{key[:40]}@no-message-id>"


def _recipients(heads: dict[str, list[str]]) -> tuple[str, ...]:
    named = [value for name in ("delivered-to", "x-original-to", "envelope-to", "to", "cc") for value in heads.get(name, [])]
    return tuple(dict.fromkeys(filter(None, (normal_email(address) for _, address in getaddresses(named)))))


def _instant(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at.tzinfo else None


def _machine(heads: dict[str, list[str]], mail: Message, sender: str, own_hosts: frozenset[str], own_addresses: frozenset[str]) -> str:
    """loop | automatic | bulk | "": RFC 3834 and what is customary beside it."""
    if _one(heads, "x-luyue-loop").strip().lower() in own_hosts or sender in own_addresses:
        return "loop"
    if heads.get("auto-submitted") and _one(heads, "auto-submitted").strip().lower() != "no":
        return "automatic"
    if any(name in heads for name in _ANSWERED_BY_MACHINE) or _one(heads, "return-path").strip() == "<>":
        return "automatic"
    if sender.partition("@")[0] in _MACHINES or mail.get_content_type() == "multipart/report":
        return "automatic"
    if _one(heads, "precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply") or any(name in heads for name in _LISTS):
        return "bulk"
    return ""


def _checked(heads: dict[str, list[str]], authserv: str) -> str:
    """By the first Authentication-Results of our own server; anybody can write one in another's name further down."""
    for value in heads.get("authentication-results", []) if authserv else []:
        name, _, results = value.partition(";")
        if name.strip().split(" ")[0].lower() != authserv.lower():
            continue
        found = dict(re.findall(r"\b(dmarc|spf|dkim)\s*=\s*(\w+)", results.lower()))
        if found.get("dmarc") == "pass":
            return PASS
        if found.get("dmarc") == "fail" or (found.get("spf") == "fail" and found.get("dkim") != "pass"):
            return FAIL
        return UNKNOWN
    return UNKNOWN


# ------------------------------------------------------------------------------------------------------------------------------ bodies


def _leaves(mail: Message) -> Iterator[Message]:
    """Every part that holds something, in order; a mail inside this mail is one part."""
    waiting, seen = [mail], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable(f"more than {MOST_PARTS} parts")
        inner = part.get_payload() if part.is_multipart() and part.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def _is_body(part: Message) -> bool:
    return part.get_content_type() in ("text/plain", "text/html") and not part.get_filename() and part.get_content_disposition() != "attachment"


def _body(parts: list[Message]) -> str:
    """The plain text where there is some, else the HTML as text."""
    plain = [_text(part) for part in parts if _is_body(part) and part.get_content_type() == "text/plain"]
    text = "\n\n".join(one.strip() for one in plain if one.strip())
    if not text:
        html = [text_of(_text(part)) for part in parts if _is_body(part) and part.get_content_type() == "text/html"]
        text = "\n\n".join(one for one in html if one)
    text = "".join(char for char in text.replace("\r\n", "\n") if char in "\n\t" or char.isprintable())
    return text[: LONGEST_TEXT * 5].strip()


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return _words(data[:_LONGEST_BODY], str(part.get_content_charset() or "")) if isinstance(data, bytes) else ""


def _files(parts: list[Message]) -> Iterator[File]:
    for number, part in enumerate(parts):
        if _is_body(part) or part.get_content_type() in ("message/delivery-status", "text/rfc822-headers"):
            continue
        name = decoded(_plain(str(part.get_filename() or "")))
        if part.get_content_maintype() == "message":
            yield File(name or f"来信-{number}.eml", b"".join(bytes(one) for one in part.get_payload() if isinstance(one, Message))[:1000])
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data:
            continue
        is_inside = part.get_content_disposition() != "attachment" and (part.get("Content-ID") is not None)
        if is_inside and part.get_content_maintype() == "image" and len(data) < _TINY_PICTURE_BYTES:
            continue
        yield File(name or f"附件{number}.{_suffix(part)}", data)


def _suffix(part: Message) -> str:
    return {"jpeg": "jpg", "plain": "txt"}.get(part.get_content_subtype(), part.get_content_subtype())[:8]
