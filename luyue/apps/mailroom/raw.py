"""A mail as it came, sealed, in a file beside the store until somebody or some rule has dealt with it.

The file is on the disk for good before the row that mentions it is committed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from luyue.apps.customers.keys import key_for

_NONCE = 12


class Lost(Exception):
    """The file is gone, or does not open with this installation's keys."""


def sealed(plain: bytes, mail_id: UUID) -> bytes:
    """Bound to its mail: moved to another one, it does not open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key_for("mail cipher")).encrypt(nonce, plain, mail_id.bytes)


def opened(cipher: bytes | memoryview, mail_id: UUID) -> bytes:
    """raises Lost."""
    data = bytes(cipher)
    try:
        return AESGCM(key_for("mail cipher")).decrypt(data[:_NONCE], data[_NONCE:], mail_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise Lost("the sealed mail does not open with this installation's keys") from error


def keep(mail_id: UUID, raw: bytes) -> None:
    path = _path(mail_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(sealed(raw, mail_id))
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(mail_id: UUID) -> bytes:
    """raises Lost."""
    try:
        return opened(_path(mail_id).read_bytes(), mail_id)
    except FileNotFoundError as error:
        raise Lost("the file of the mail is gone") from error


def remove(mail_id: UUID) -> None:
    with suppress(FileNotFoundError):
        _path(mail_id).unlink()


def older_than(at: datetime) -> list[tuple[str, Path]]:
    """(id, path) of files last written before `at`: what no row mentions may be swept away."""
    place = _folder()
    if not place.is_dir():
        return []
    files = [(path.stem, path) for path in place.iterdir() if path.is_file()]
    return [(name, path) for name, path in files if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at]


def _path(mail_id: UUID) -> Path:
    return _folder() / f"{mail_id}.eml"


def _folder() -> Path:
    return Path(settings.DATA) / "mail"
