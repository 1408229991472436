"""The customer's private link: 128 bits that only this installation's keys can make, of which the store keeps a hash."""

from __future__ import annotations

import base64
import hashlib
import hmac

from luyue.apps.customers.keys import key_for

_BYTES = 16  # 128 bits


def token_of(number: str) -> str:
    """The token of the case with this number; the same each time, so that later letters can carry it again."""
    raw = hmac.new(key_for("case link"), number.encode(), hashlib.sha256).digest()[:_BYTES]
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
