"""Hourly anchors: one root over the heads of all streams, kept in the database and in files outside it.

The chain alone cannot tell that a stream lost its tail, or vanished: what is left still links up. So every hour the heads of all streams
go into a hash tree, its root into the table `anchor` and into `anchors/anchors.log`, and the heads that changed into
`anchors/<time>.json.gz`. Copy that folder to another machine (it only grows), and nobody who holds the database alone can rewrite history.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from luyue.apps.journal import chain
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Anchor
from luyue.apps.journal.transaction import write

Heads = dict[str, tuple[int, str]]  # stream -> (seq, hash) of its last entry


@dataclass(frozen=True, slots=True)
class Line:
    """One line of anchors.log. `leaves` is the SHA-256 of the file of changed heads; `digest` covers everything else."""

    at: str
    file: str
    leaves: str
    n_streams: int
    prev: str
    root: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(chain.canonical(self._parts()).encode()).hexdigest()

    def _parts(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("at", "file", "leaves", "n_streams", "prev", "root")}

    def text(self) -> str:
        return chain.canonical(self._parts() | {"digest": self.digest}) + "\n"


def folder() -> Path:
    path = Path(settings.DATA) / "anchors"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def root_of(heads: Mapping[str, tuple[int, str]]) -> str:
    return chain.merkle_root([f"{stream}\n{seq}\n{digest}".encode() for stream, (seq, digest) in sorted(heads.items())])


def anchor(heads: Heads, now: datetime) -> Line:
    """Anchor these heads: file first, row second. A process that dies in between leaves one line, which the next one takes up first."""
    with open(folder() / ".lock", "w") as lock:
        # Its own lock, so that no case waits while a large tree is hashed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Before anything is appended, and in a transaction of its own: otherwise two deaths in a row would leave two lines.
        write(take_up_lost_line)
        known = heads_in_files()
        changed = {stream: head for stream, head in heads.items() if known.get(stream) != head}
        name = f"{now:%Y%m%dT%H%M%S}-{os.urandom(3).hex()}.json.gz"
        leaves = _write_leaves(folder() / name, changed, gone=sorted(set(known) - set(heads)))
        line = Line(chain.instant(now), name, leaves, len(heads), _last_digest(), root_of(heads))
        _append(folder() / "anchors.log", line.text())
        failpoint("anchor.between")
        write(lambda: _insert(line))
        return line


def take_up_lost_line() -> None:
    """The process may have died between file and table; the file's last line then waits to be inserted."""
    last = lines()[-1:]
    if last and last[0].prev == _last_digest():
        _insert(last[0])


def _last_digest() -> str:
    return Anchor.objects.order_by("-id").values_list("digest", flat=True).first() or chain.START


def lines() -> list[Line]:
    """The log's lines whose digest is right; a line cut short by a crash is left out.

    raises  ValueError naming the line when a complete line does not match its own digest.
    """
    path = folder() / "anchors.log"
    if not path.exists():
        return []
    found = []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        try:
            data = json.loads(text)
            line = Line(*(data[name] for name in ("at", "file", "leaves", "n_streams", "prev", "root")))
        except (ValueError, KeyError):
            continue
        if data.get("digest") != line.digest:
            raise ValueError(f"{path}:{number}: this anchor was changed after it was written. Compare with the copy kept elsewhere.")
        found.append(line)
    return found


def heads_in_files() -> Heads:
    """The heads as of the last line, put together from the files of changes in the log's order."""
    heads: Heads = {}
    for _, changed, gone in changes():
        heads.update(changed)
        for stream in gone:
            heads.pop(stream, None)
    return heads


def changes() -> Iterator[tuple[Line, Heads, list[str]]]:
    """Each line of the log with the heads that changed and the streams that were gone.

    raises  ValueError naming the file when it is missing or not what the log says.
    """
    for line in lines():
        path = folder() / line.file
        if not path.exists():
            raise ValueError(f"{path}: the heads of this anchor are missing. Put the file back from the copy kept elsewhere.")
        raw = gzip.decompress(path.read_bytes())
        if hashlib.sha256(raw).hexdigest() != line.leaves:
            raise ValueError(f"{path}: these heads were changed after they were anchored. Put the file back from the copy kept elsewhere.")
        data = json.loads(raw)
        yield line, {stream: (seq, digest) for stream, (seq, digest) in data["heads"].items()}, data["gone"]


def _write_leaves(path: Path, changed: Heads, gone: Iterable[str]) -> str:
    raw = chain.canonical({"gone": list(gone), "heads": {stream: list(head) for stream, head in changed.items()}}).encode()
    with open(path, "wb") as file:
        file.write(gzip.compress(raw, 6, mtime=0))
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(raw).hexdigest()


def _append(path: Path, text: str) -> None:
    with open(path, "ab+") as file:
        # A line cut short by a crash must not swallow the next one.
        if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
            file.write(b"\n")
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _insert(line: Line) -> None:
    Anchor(at=datetime.fromisoformat(line.at), root=line.root, n_streams=line.n_streams, prev=line.prev, digest=line.digest).save(force_insert=True)
