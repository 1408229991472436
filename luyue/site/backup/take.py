"""Taking a snapshot while the installation serves: the store as of one instant, then every file that instant knows of."""

from __future__ import annotations

import gzip
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from luyue import __version__
from luyue.apps.evidence import store
from luyue.apps.evidence.actions import ERASED
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal import anchors
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Anchor, Entry
from luyue.site.backup import rows
from luyue.site.backup.place import (
    ATTACHMENTS,
    FORMAT,
    MANIFEST,
    BackupError,
    Place,
    copy_hashed,
    key_fingerprint,
    listed,
    opened,
    sealed,
    sha256_of,
    sync_folder,
    write_file,
)

SQLITE, ROWS = "sqlite", "rows"
KEYS = ("keys", "secret_key")
MAIL = "mail"  # folder of sealed mails, here as in the installation
STORE_FILE = "db.sqlite3"


def take(root: Path, *, as_rows: bool, with_keys: bool, now: datetime) -> tuple[Path, dict[str, Any]]:
    """(the finished snapshot, its manifest). raises BackupError; nothing that looks like a snapshot is left then."""
    data, root = Path(settings.DATA).resolve(), root.resolve()
    if root == data or data in root.parents or root in data.parents:
        raise BackupError(f"{root} and the installation {data} lie within each other. Name a folder elsewhere, best on another disk.")
    with opened(root) as place:
        folder = place.snapshots / f".incoming-{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        manifest = _fill(place, folder, as_rows or connection.vendor != "sqlite", with_keys, now)
        write_file(folder / MANIFEST, sealed(manifest))
        failpoint("backup.before-name")
        final = place.snapshots / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        os.rename(folder, final)
        sync_folder(place.snapshots)
        _prune(place)
        return final, manifest


def _prune(place: Place) -> None:
    """Take files away that no snapshot mentions any more: what was erased must not live on in the pool of deleted snapshots."""
    wanted = {sha256 for name in place.names() for _id, sha256, _size in listed(place.snapshots / name)}
    for path in (place.root / "files").glob("*/*"):
        if path.name not in wanted:
            path.unlink()


def _fill(place: Place, folder: Path, as_rows: bool, with_keys: bool, now: datetime) -> dict[str, Any]:
    # A mail nobody has dealt with yet is a file that goes with its row: looked for before and after the store's instant, none is left out.
    _mail(folder / MAIL)
    if as_rows:
        files, anchored, counted, applied = _as_rows(folder)
    else:
        files, anchored, counted, applied = _as_file(folder)
    failpoint("backup.after-store")
    _mail(folder / MAIL)
    _anchors(folder / "anchors", anchored)
    gone = _files(place, folder, files)
    fingerprints = _keys(folder, with_keys)
    return {
        "format": FORMAT,
        "version": __version__,
        "at": now.astimezone(UTC).isoformat(),
        "store": ROWS if as_rows else SQLITE,
        "counted": counted,
        "migrations": applied,
        "attachments": len(files) - len(gone),
        "gone": gone,
        "keys": fingerprints,
        "with_keys": with_keys,
        "files": {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()},
    }


Known = tuple[list[list[Any]], set[str], dict[str, int], list[list[str]]]  # attachments, anchors, rows by table, migrations


def _as_file(folder: Path) -> Known:
    """The whole SQLite store in one step of its own backup: one read transaction, so writers go on and the copy is of one instant."""
    path = folder / STORE_FILE
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    target = sqlite3.connect(path)
    try:
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")
        path.chmod(0o600)
        if (said := target.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BackupError(f"The store is damaged: {said}. Stop the installation and use an older snapshot.")
        known = "SELECT id, sha256, size, entry_id IS NOT NULL FROM evidence_attachment WHERE name <> ? ORDER BY id"
        files = [list(row) for row in target.execute(known, [ERASED])]
        anchored = {row[0] for row in target.execute("SELECT digest FROM journal_anchor")}
        counted = {name: target.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("cases_case", "journal_entry", "journal_anchor")}
        applied = [list(row) for row in target.execute("SELECT app, name FROM django_migrations ORDER BY id")]
    finally:
        target.close()
        source.close()
    _sync(path)
    return files, anchored, counted, applied


def _as_rows(folder: Path) -> Known:
    """Every table inside one repeatable-read transaction: writers go on, and all tables are of one instant."""
    (folder / "rows").mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        applied = [list(row) for row in cursor.fetchall()]
        known = Attachment.objects.exclude(name=ERASED).order_by("pk").values_list("pk", "sha256", "size", "entry_id")
        files = [[pk.hex, sha256, size, entry_id is not None] for pk, sha256, size, entry_id in known]
        anchored = set(Anchor.objects.values_list("digest", flat=True))
        counted = rows.write_all(folder / "rows")
        assert counted["journal_entry"] == Entry.objects.count(), "the tables are not of one instant"
    for path in (folder / "rows").iterdir():
        _sync(path)
    return files, anchored, counted, applied


def _anchors(folder: Path, known: set[str]) -> None:
    """The anchors this instant knows, and the heads they tell; what was anchored meanwhile belongs to the next snapshot."""
    folder.mkdir()
    wanted = [line for line in anchors.lines() if line.digest in known]
    for line in wanted:
        with (anchors.folder() / line.file).open("rb") as source:
            copy_hashed(source, folder / line.file)
    if wanted:
        write_file(folder / "anchors.log", "".join(line.text() for line in wanted).encode())


def _mail(folder: Path) -> None:
    folder.mkdir(exist_ok=True, mode=0o700)
    source = Path(settings.DATA) / MAIL
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        target = folder / path.relative_to(source)
        with suppress(FileNotFoundError):
            if path.is_file() and path.suffix != ".new" and not target.exists():
                with path.open("rb") as file:
                    copy_hashed(file, target)


def _files(place: Place, folder: Path, files: Iterable[list[Any]]) -> list[str]:
    """Every attachment into the pool; the ids of those that were held by nobody and thrown away meanwhile."""
    gone = []
    with gzip.open(folder / ATTACHMENTS, "wt", encoding="utf-8") as listed:
        for id, sha256, size, claimed in files:
            if _pooled(place, id, sha256, size):
                listed.write(json.dumps([id, sha256, size]) + "\n")
            elif claimed:
                raise BackupError(f"The file of attachment {id} is missing or was changed. Put it back from an older snapshot, then try again.")
            else:
                gone.append(id)
    _sync(folder / ATTACHMENTS)
    return gone


def _pooled(place: Place, id: str, sha256: str, size: int) -> bool:
    target = place.file(sha256)
    if target.exists() and target.stat().st_size == size:
        return True
    path = store.folder() / id[:2] / id
    try:
        with path.open("rb") as source:
            found = copy_hashed(source, target)
    except FileNotFoundError:
        return False
    failpoint("backup.file")
    if found != sha256:
        target.unlink()
        return False
    sync_folder(target.parent)
    return True


def _keys(folder: Path, with_keys: bool) -> dict[str, str]:
    """Fingerprints of the keys this snapshot needs; the keys themselves only when asked for."""
    found = {}
    for name in KEYS:
        path = Path(settings.DATA) / name
        if path.exists():
            found[name] = key_fingerprint(path)
            if with_keys:
                (folder / "keys").mkdir(exist_ok=True, mode=0o700)
                shutil.copyfile(path, folder / "keys" / name)
                (folder / "keys" / name).chmod(0o600)
    return found


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
