"""A letter as mail: RFC 5322 form, plain text with a simple HTML copy, and the marks by which an answer finds its case again."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from django.conf import settings
from django.utils import timezone

from luyue.apps.cases.links import mark_of, page_of
from luyue.apps.contacts.channels import Letter, Undeliverable

OURS = "X-Luyue-Loop"  # a letter of ours that comes back is known by it
_LINK = re.compile(r"https?://[^\s<>\"，。；）]+")
_LONG_DASH = "——"


class Mime(EmailMessage):
    """A message as the standard library makes it, handed over the way Django's backends ask for it."""

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:  # type: ignore[override]
        return super().as_bytes(unixfrom, policy=SMTP.clone(linesep=linesep))


def sender() -> tuple[str, str]:
    """(name people see, address) of what we send."""
    name, address = parseaddr(str(settings.DEFAULT_FROM_EMAIL))
    return name or settings.LUYUE_COMPANY, address


def message_id(letter_id: str) -> str:
    return f"<{letter_id}@{sender()[1].rpartition('@')[2] or 'localhost'}>"


def mime_of(letter: Letter) -> Mime:
    """raises Undeliverable when the address is none that mail can carry."""
    name, own = sender()
    mime = Mime(policy=SMTP)
    mime["From"] = Address(name, addr_spec=own)
    mime["To"] = _address(letter.email)
    if letter.number and "{token}" in settings.LUYUE_MAIL_REPLY_TO:
        mime["Reply-To"] = Address(name, addr_spec=settings.LUYUE_MAIL_REPLY_TO.replace("{token}", mark_of(letter.number).lower()))
    mime["Subject"] = _subject(letter)
    mime["Date"] = format_datetime(timezone.localtime())
    mime["Message-ID"] = message_id(letter.id)
    if letter.thread:
        named = [one if one.startswith("<") else message_id(one) for one in letter.thread]
        mime["In-Reply-To"] = named[-1]
        mime["References"] = " ".join(named)
    # RFC 3834: nobody's machine shall answer what our machine wrote.
    mime["Auto-Submitted"] = "auto-generated"
    mime["X-Auto-Response-Suppress"] = "All"
    mime[OURS] = own.rpartition("@")[2]
    text = _with_foot(letter)
    mime.set_content(text, charset="utf-8", cte="base64")
    mime.add_alternative(_html(text), subtype="html", charset="utf-8", cte="base64")
    return mime


def _address(email: str) -> Address:
    name, _, host = email.rpartition("@")
    try:
        # A host in Chinese has a form in plain letters; a name in front of the @ has none that every server takes.
        plain = f"{name.encode('ascii').decode()}@{host.encode('idna').decode()}"
        return Address(addr_spec=plain)
    except (HeaderParseError, UnicodeError, ValueError, IndexError) as error:
        raise Undeliverable("邮箱的写法有误，请与客户核对") from error


def _subject(letter: Letter) -> str:
    words = "".join(char if char.isprintable() else " " for char in letter.subject)
    mark = f" [{mark_of(letter.number)}]" if letter.number else ""
    return " ".join(words.split()) + mark


def _with_foot(letter: Letter) -> str:
    foot = []
    if letter.number and page_of(letter.number) not in letter.text:
        foot.append(f"查看进展、补充材料：{page_of(letter.number)}")
    if settings.LUYUE_MAILBOX is None:
        foot.append("本邮件由系统发出，回复无人查看。")
    elif letter.number:
        foot.append("可以直接回复本邮件，请保留主题中的编号。")
    return "\n".join([letter.text.rstrip(), "", *foot, f"{_LONG_DASH} {settings.LUYUE_COMPANY}", ""])


def _html(text: str) -> str:
    """The same words, every one escaped; only addresses of pages become links."""
    paragraphs = "".join(f"<p>{_line_breaks(one)}</p>\n" for one in text.strip().split("\n\n"))
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body style="font-family:sans-serif;line-height:1.6">\n{paragraphs}</body></html>\n'


def _line_breaks(text: str) -> str:
    parts, end = [], 0
    for match in _LINK.finditer(text):
        parts += [escape(text[end : match.start()]), f'<a href="{escape(match[0])}">{escape(match[0])}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])]).replace("\n", "<br>\n")
