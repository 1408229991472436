"""Phone numbers and mail addresses: normalised, sealed, and found again by an index that tells nothing."""

from __future__ import annotations

import hashlib
import hmac
import os
import re

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from luyue.apps.customers.keys import key_for

REGION = "CN"
MOBILE_DIGITS = 11
_NONCE = 12
_MOBILE = re.compile(r"(?:\+86)?(1[3-9][0-9]{9})")  # as nearly everybody writes his; the library takes its time over all the others


def normal_phone(text: str) -> str:
    """`+8613812345678` for 138 1234 5678, 0086-138…, (010) 6552 9988 …; "" when it is no phone number anywhere."""
    if mobile := _MOBILE.fullmatch(text):
        return f"+86{mobile[1]}"
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_possible_number(number) else ""


def phone_fault(text: str) -> str:
    """What is wrong with a number a person has just typed; "" for one that can be dialled."""
    digits = "".join(char for char in text if char.isdecimal()).removeprefix("0086").removeprefix("86")
    if digits[:1] == "1" and digits[1:2] in tuple("3456789") and len(digits) != MOBILE_DIGITS:
        return _("手机号码是 %(right)d 位，现在是 %(now)d 位") % {"right": MOBILE_DIGITS, "now": len(digits)}
    return "" if normal_phone(text) else _("请填写电话号码，例如 13800138000 或 010-88886666")


def normal_email(text: str) -> str:
    """Trimmed and lower-case; "" when it has no place or more than one address in it."""
    text = text.strip().lower()
    name, at, host = text.rpartition("@")
    return text if name and at and "." in host and not any(char.isspace() or char in ",;<>" for char in text) else ""


def index_of(kind: str, normal: str) -> str:
    """Blind index of a normalised value; "" for none. kind: phone | email."""
    if not normal:
        return ""
    return hmac.new(key_for(f"{kind} index"), normal.encode(), hashlib.sha256).hexdigest()


def seal(kind: str, normal: str) -> bytes | None:
    """Encrypted with the kind as associated data, so that a value cannot be moved to another column unnoticed."""
    if not normal:
        return None
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key_for(f"{kind} cipher")).encrypt(nonce, normal.encode(), kind.encode())


def unseal(kind: str, cipher: bytes | memoryview | None) -> str:
    """The value again; "" for none.

    raises  ValueError when it was sealed with another installation's keys, or changed.
    """
    if not cipher:
        return ""
    raw = bytes(cipher)
    try:
        return AESGCM(key_for(f"{kind} cipher")).decrypt(raw[:_NONCE], raw[_NONCE:], kind.encode()).decode()
    except InvalidTag:
        raise ValueError(f"A customer's {kind} does not open with this installation's keys. Put the folder's `keys` file back.") from None


def masked_phone(normal: str) -> str:
    """138****5678; only the last four of numbers that are no Chinese mobile."""
    local = normal.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) == 11 and local != normal else f"****{normal[-4:]}" if normal else ""


def masked_email(normal: str) -> str:
    name, _, host = normal.partition("@")
    return f"{name[:1]}***@{host}" if host else ""


def masked_name(name: str) -> str:
    """张*, 欧阳** : the first character, a star for each that follows."""
    return name[:1] + "*" * (len(name) - 1)
