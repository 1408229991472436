"""A folder of backups: one pool of attachment bytes by their hash, and a folder for each snapshot.

    luyue-backup.json               says that this folder is one of ours
    files/ab/abcd…                  the bytes of attachments, each once however many snapshots have it
    snapshots/<time>-<random>/      manifest.json, the store, attachments.jsonl.gz, anchors/, mail/, and keys/ when they were asked for

A snapshot appears complete or not at all: it is made under a hidden name and renamed when everything is on the disk. Files of the pool do
the same. So a backup that is killed leaves nothing behind that could be taken for one.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
MARK, MANIFEST, ATTACHMENTS = "luyue-backup.json", "manifest.json", "attachments.jsonl.gz"
CHUNK_BYTES = 1 << 20


class BackupError(Exception):
    """A backup that cannot be taken, read or put back; the words say where and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    root: Path

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    def file(self, sha256: str) -> Path:
        return self.root / "files" / sha256[:2] / sha256

    def names(self) -> list[str]:
        """Complete snapshots, oldest first."""
        return sorted(one.name for one in self.snapshots.iterdir() if not one.name.startswith(".") and (one / MANIFEST).exists())

    def snapshot(self, name: str = "") -> Path:
        """The named snapshot, or the newest. raises BackupError."""
        names = self.names()
        if not names:
            raise BackupError(f"{self.root} holds no finished snapshot. Take one with `luyue backup {self.root}`.")
        if name and name not in names:
            raise BackupError(f"{self.root} has no snapshot '{name}'. It has: {', '.join(names[-5:])}.")
        return self.snapshots / (name or names[-1])


def existing(root: Path) -> Place:
    """raises BackupError when the folder is no backup of ours."""
    mark = root / MARK
    if not mark.exists():
        raise BackupError(f"{root} is no folder of Luyue backups: it has no {MARK}.")
    if (found := json.loads(mark.read_text())["format"]) != FORMAT:
        raise BackupError(f"{root} is of format {found}, this version reads format {FORMAT}. Use the version of Luyue that made it.")
    return Place(root)


@contextmanager
def opened(root: Path) -> Iterator[Place]:
    """The place to write into, made when it is empty or absent; held alone until the block ends."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (root / MARK).exists():
        if any(one.name not in (".lock",) for one in root.iterdir()):
            raise BackupError(f"{root} holds other things and no backups. Name an empty or new folder.")
        write_file(root / MARK, json.dumps({"format": FORMAT}).encode())
    place = existing(root)
    place.snapshots.mkdir(exist_ok=True, mode=0o700)
    with open(root / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being written into {root}.") from None
        for left in [*place.snapshots.glob(".incoming-*"), *place.root.glob("files/*/.*")]:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield place


def write_file(path: Path, data: bytes) -> None:
    """Complete or absent, and on the disk for good."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, path)
    sync_folder(path.parent)


def copy_hashed(source: BinaryIO, target: Path) -> str:
    """Copy to a file that appears complete or not at all; the SHA-256 of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    digest = hashlib.sha256()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, target)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sealed(manifest: dict[str, Any]) -> bytes:
    """The manifest with a digest of itself, so that a damaged one is known as such."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1)
    return json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), "manifest": manifest}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def manifest_of(snapshot: Path) -> dict[str, Any]:
    """raises BackupError when it is damaged."""
    try:
        whole = json.loads((snapshot / MANIFEST).read_text())
        text = json.dumps(whole["manifest"], ensure_ascii=False, sort_keys=True, indent=1)
        intact = hashlib.sha256(text.encode()).hexdigest() == whole["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        intact = False
    if not intact:
        raise BackupError(f"{snapshot / MANIFEST} is damaged. Use another snapshot.")
    return dict(whole["manifest"])


def key_fingerprint(path: Path) -> str:
    """Tells two key files apart and gives nothing of them away: they hold 256 random bits."""
    return hashlib.sha256(b"luyue key\n" + path.read_bytes().strip()).hexdigest()[:16]


def listed(snapshot: Path) -> Iterator[tuple[str, str, int]]:
    """(id, sha256, size) of every attachment."""
    with gzip.open(snapshot / ATTACHMENTS, "rt", encoding="utf-8") as file:
        for line in file:
            id, sha256, size = json.loads(line)
            yield id, sha256, size
