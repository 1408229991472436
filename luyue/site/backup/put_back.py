"""Putting a snapshot back: built whole beside the empty place it is for, looked over there, and only then given its name.

Loads no Django itself: settings make keys in the folder they find, and these must be the snapshot's. What needs the store runs as a command
of its own against the folder that is being built.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from luyue.site.backup.place import BackupError, Place, copy_hashed, key_fingerprint, listed, manifest_of, sha256_of

KEYS = ("keys", "secret_key")
NEEDED = "keys"  # without it personal data stays sealed; without the other file everybody only signs in anew


def restore(place: Place, snapshot: Path, data: Path, *, keys: Path | None, without_keys: bool, url: str) -> list[str]:
    """Put `snapshot` back as the installation in `data`; what the checks said. raises BackupError, and `data` is as it was."""
    if data.exists() and any(data.iterdir()):
        raise BackupError(f"{data} is not empty. A snapshot is only put back into an empty place: name another LUYUE_DATA, or move this one away.")
    draft = data.with_name(f".{data.name}.restoring-{secrets.token_hex(4)}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest = manifest_of(snapshot)
        lay_keys(snapshot, manifest, draft, keys, without_keys)
        said = build(place, snapshot, manifest, draft, url)
        if NEEDED in manifest["keys"] and not keys and not manifest["with_keys"]:
            said.append(luyue(draft, url, "restore", "--forget-sealed"))
        if data.exists():
            data.rmdir()
        os.rename(draft, data)
        return said
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def build(place: Place, snapshot: Path, manifest: dict[str, Any], folder: Path, url: str) -> list[str]:
    """The installation of a snapshot in `folder`, looked over; what the checks said. raises BackupError when one finds something."""
    _intact(snapshot, manifest)
    _files(place, snapshot, folder)
    for name in ("anchors", "mail"):
        shutil.copytree(snapshot / name, folder / name)
    if manifest["store"] == "sqlite":
        if url:
            raise BackupError("This snapshot is an SQLite store and LUYUE_DATABASE_URL names another one. To move, take one with `luyue backup --rows`.")
        shutil.copyfile(snapshot / "db.sqlite3", folder / "db.sqlite3")
        (folder / "db.sqlite3").chmod(0o600)
        _forget_gone(folder / "db.sqlite3", manifest["gone"])
    said = luyue(folder, url, "restore", "--load", str(snapshot)) if manifest["store"] == "rows" else ""
    luyue(folder, url, "migrate")
    return [one for one in (said, luyue(folder, url, "journal", "verify"), luyue(folder, url, "rebuild", "--check")) if one]


def luyue(folder: Path, url: str, *words: str) -> str:
    """A command of this program against the folder; its last line. raises BackupError with what it said."""
    environment = {**os.environ, "LUYUE_DATA": str(folder), "LUYUE_DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-m", "luyue.site.cli", *words], env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode:
        raise BackupError("\n".join([f"`luyue {words[0]}` on the restored store:", *lines[-20:], done.stderr.strip()[-2000:]]))
    return lines[-1] if lines else ""


def _intact(snapshot: Path, manifest: dict[str, Any]) -> None:
    found = {str(path.relative_to(snapshot)) for path in snapshot.rglob("*") if path.is_file()} - {"manifest.json"}
    if found != set(manifest["files"]):
        raise BackupError(f"{snapshot} has files it should not have, or lacks some: {', '.join(sorted(found ^ set(manifest['files'])))}.")
    for name, sha256 in manifest["files"].items():
        if sha256_of(snapshot / name) != sha256:
            raise BackupError(f"{snapshot / name} is damaged. Use another snapshot.")


def _files(place: Place, snapshot: Path, folder: Path) -> None:
    for id, sha256, _size in listed(snapshot):
        source = place.file(sha256)
        if not source.exists():
            raise BackupError(f"{source} is missing. Put it back from another copy of the backup.")
        with source.open("rb") as file:
            if copy_hashed(file, folder / "media" / "evidence" / id[:2] / id) != sha256:
                raise BackupError(f"{source} is damaged. Put it back from another copy of the backup.")


def _forget_gone(path: Path, gone: list[str]) -> None:
    """Rows of files that were held by nobody and thrown away while the snapshot was taken."""
    store = sqlite3.connect(path)
    with store:
        store.executemany("DELETE FROM evidence_attachment WHERE id = ? AND entry_id IS NULL", [(one,) for one in gone])
    store.close()


def lay_keys(snapshot: Path, manifest: dict[str, Any], folder: Path, given: Path | None, without: bool) -> None:
    """The keys the snapshot was made with. Anybody else's open nothing, so they are refused."""
    source = given or (snapshot / "keys" if manifest["with_keys"] else None)
    wanted = manifest["keys"]
    for name in KEYS:
        path = source / name if source else None
        if path is not None and path.exists() and name in wanted:
            if key_fingerprint(path) != wanted[name]:
                raise BackupError(f"{path} is not the key this snapshot was made with: fingerprint {key_fingerprint(path)}, wanted {wanted[name]}.")
            shutil.copyfile(path, folder / name)
            (folder / name).chmod(0o600)
    if NEEDED in wanted and not (folder / NEEDED).exists() and not without:
        raise BackupError(
            f"The snapshot has no keys, and customers' phones and mail addresses are sealed with the file `{NEEDED}` (fingerprint {wanted[NEEDED]}) of the"
            " installation it was taken from. Name its folder with --keys. If that file is lost for good: --without-keys restores everything else"
            " and takes out what nobody can read any more: phones, mail addresses and second factors. Customers' links no longer open then."
        )


@contextmanager
def scratch(near: Path) -> Iterator[Path]:
    """A folder beside the backups that is gone afterwards."""
    folder = near / f".looking-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
