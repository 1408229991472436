"""The customer's private link: 128 bits that only this installation's keys can make, of which the store keeps a hash.

And the mark by which an answer to a letter is known: shorter, since it opens nothing. It says which case a mail is about; who wrote the mail
is asked separately.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings

from luyue.apps.customers.keys import key_for

_BYTES = 16  # 128 bits
_PAGE = "/portal/m/{token}/"  # written out: a worker that sends letters need not load every page to know one address
_MARK_BYTES = 5  # eight letters; a mail is sent for each guess
_MARKED = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z]{1,6}-\d{4}-\d{6,9})(?:[-.]([A-Za-z2-7]{8}))?(?![A-Za-z0-9])")


def token_of(number: str) -> str:
    """The token of the case with this number; the same each time, so that later letters can carry it again."""
    raw = hmac.new(key_for("case link"), number.encode(), hashlib.sha256).digest()[:_BYTES]
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def page_of(number: str) -> str:
    """The customer's private page, as a whole address: letters are read elsewhere."""
    return str(settings.LUYUE_BASE_URL) + _PAGE.format(token=token_of(number))


def mark_of(number: str) -> str:
    """`YY-2026-000012-k3j5q2w9`: the number and what only a letter of ours knows; small letters, for the name part of an address."""
    raw = hmac.new(key_for("case mark"), number.encode(), hashlib.sha256).digest()[:_MARK_BYTES]
    return f"{number}-{base64.b32encode(raw).decode().lower()}"


def marks_in(text: str) -> list[tuple[str, bool]]:
    """Case numbers that stand in a text, each with whether its mark is right; a number without mark, or with a wrong one, proves nothing."""
    found = [(match[1].upper(), (match[2] or "").lower()) for match in _MARKED.finditer(text)]
    return [(number, bool(mark) and hmac.compare_digest(mark_of(number), f"{number}-{mark}")) for number, mark in found]
