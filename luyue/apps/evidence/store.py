"""Where the bytes of evidence lie: one file an id, in a folder that no web server hands out.

A file is complete or absent. It is written under a hidden name, put on the disk for good, and only then gets its own name; the row that
mentions it is committed after that. A crash in between leaves a file nobody mentions, never a row without a file; `sweep` takes it away.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from luyue.apps.evidence.refusals import StoreFull

SPARE_BYTES = 500_000_000  # the database and its journal need room more than pictures do
CHUNK_BYTES = 1 << 20


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(attachment_id: UUID) -> Path:
    return folder() / attachment_id.hex[:2] / attachment_id.hex


@contextmanager
def incoming(attachment_id: UUID, expected_bytes: int) -> Iterator[BinaryIO]:
    """A new hidden file, open for reading and writing; kept under its id when the block ends well, gone when it does not.

    raises  StoreFull when the disk has too little room for `expected_bytes`, or fills up meanwhile.
    """
    final = path_of(attachment_id)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(final.parent).free < expected_bytes + SPARE_BYTES:
        raise StoreFull("no room for more files")
    draft = final.with_name(f".{attachment_id.hex}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, final)
        _sync_folder(final.parent)
    except OSError as error:
        if error.errno in (28, 122) and not isinstance(error, StoreFull):  # ENOSPC, EDQUOT
            raise StoreFull("the disk is full") from error
        raise
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def remove(attachment_id: UUID) -> None:
    """Take the file away; no complaint when it is not there."""
    with suppress(FileNotFoundError):
        path_of(attachment_id).unlink()


def digest(file: BinaryIO) -> str:
    """SHA-256 of an open file from its beginning, as hex."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def files_older_than(at: datetime, shard: str) -> Iterator[tuple[str, Path]]:
    """(id as hex, path) of the files of one folder that were last written before `at`; hidden leftovers have the id ""."""
    place = folder() / shard
    if not place.is_dir():
        return
    for path in place.iterdir():
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at:
                yield ("" if path.name.startswith(".") else path.name), path


def _sync_folder(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
