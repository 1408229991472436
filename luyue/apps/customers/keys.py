"""Keys that lie outside the database, in the installation's folder, made the first time anybody asks.

One random master secret (`keys`, readable by its owner only) gives a key for each use. Whoever holds the database alone reads no phone
number, cannot test a guessed one against the index, and cannot make up a customer's link. Lose the file, and phones and mail addresses
are lost: it belongs into the backup, and the backup of it into a safe.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FILE = "keys"
_LENGTH = 32


def key_for(use: str) -> bytes:
    """32 bytes for one use, e.g. `phone index`; the same for ever in this installation.

    raises  ValueError when the file does not hold a secret.
    """
    return _derived(str(settings.DATA), use)


@lru_cache(maxsize=64)
def _derived(folder: str, use: str) -> bytes:
    return HKDF(SHA256(), _LENGTH, salt=None, info=f"luyue {use}".encode()).derive(_master(Path(folder)))


def _master(folder: Path) -> bytes:
    path = folder / FILE
    if not path.exists():
        _make(path)
    try:
        secret = base64.b64decode(path.read_text().strip(), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != _LENGTH:
        raise ValueError(f"{path} does not hold the installation's secret. Put the old file back from a backup; a new one opens nothing.")
    return secret


def _make(path: Path) -> None:
    """The file appears complete or not at all, and of two processes that make it at once the first one's counts."""
    draft = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(_LENGTH)).decode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
