"""The one way to open a transaction that writes: take the store's lock, do the work, commit, and try again when the store was busy.

SQLite lets one writer in at a time, and its own waiting is a lottery with long tails; one file lock beside the database makes writers of
all processes queue for a millisecond instead. PostgreSQL locks rows, so there the file is not used.
"""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from luyue.apps.journal.failpoints import failpoint

T = TypeVar("T")

ATTEMPTS = 6
LOCK_WAIT_S = 20.0
_PATIENCE_S = 0.01  # so long whoever comes first is served first: handing over in strict turns costs a switch of processes each time
_POLL_S = 0.0002  # a write takes about two milliseconds; longer naps would leave the store idle
_SERIALIZATION_FAILURES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not available


class StoreBusy(Exception):
    """The store stayed busy through every attempt. Nothing was written; the caller may try again (503)."""


# Two locks at each level. Who has waited long holds the turn, and nobody takes the store while somebody holds it: with one lock only,
# a worker that writes without a rest would starve its peers.
_process_turn, _process_lock = threading.Lock(), threading.Lock()  # flock belongs to the process: its threads queue here first
_lock_files: dict[str, tuple[int, int]] = {}
_held = threading.local()


def write(work: Callable[[], T]) -> T:
    """Run `work` in one transaction that holds the store's write lock, and give back what it returns.

    Inside another `write` it simply runs, as part of that transaction. When the store says busy, or could not serialize, the whole of
    `work` runs again: it must have no effect but on the store.
    raises  StoreBusy after the last attempt; everything `work` raises, after rolling back.
    """
    if is_writing():
        return work()
    for attempt in range(ATTEMPTS):
        try:
            with _write_lock(), transaction.atomic():
                result = work()
                failpoint("write.before-commit")
            failpoint("write.after-commit")
            return result
        except OperationalError as error:
            if not is_passing(error):
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise StoreBusy(f"The store was busy {ATTEMPTS} times in a row. Nothing was written; try again in a moment.")


def is_writing() -> bool:
    """Whether this thread is inside a `write`."""
    return bool(getattr(_held, "depth", 0))


def is_passing(error: OperationalError) -> bool:
    """Busy, deadlocked or not serializable: the same work may well succeed a moment later."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state:
        return state in _SERIALIZATION_FAILURES
    return "locked" in str(error) or "busy" in str(error)


def lock_name(name: str) -> None:
    """Hold the lock of this name until the transaction ends. SQLite needs none: its only writer is us."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def _write_lock() -> Iterator[None]:
    files = _files()
    with _process_turn:
        if not _process_lock.acquire(timeout=LOCK_WAIT_S):
            raise StoreBusy(f"Another thread held the store for {LOCK_WAIT_S:.0f} s. Nothing was written.")
    _held.depth = 1
    try:
        if files is not None:
            _take(*files)
        yield
    finally:
        _held.depth = 0
        if files is not None:
            fcntl.flock(files[1], fcntl.LOCK_UN)
        _process_lock.release()


def _take(turn: int, store: int) -> None:
    """Poll instead of blocking: a stopped process must cost its peers an error after a while, not a hang for ever."""
    began = time.monotonic()
    while time.monotonic() < began + _PATIENCE_S:
        if _taken(turn, fcntl.LOCK_SH):
            fcntl.flock(turn, fcntl.LOCK_UN)
            if _taken(store):
                return
        time.sleep(_POLL_S)
    _wait(turn, began)
    try:
        _wait(store, began)
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


def _wait(file: int, began: float) -> None:
    while not _taken(file):
        if time.monotonic() > began + LOCK_WAIT_S:
            raise StoreBusy(f"Another process held the store for {LOCK_WAIT_S:.0f} s. Nothing was written.")
        time.sleep(_POLL_S)


def _taken(file: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _files() -> tuple[int, int] | None:
    """(turn, store): the lock files beside the SQLite database, opened once a process; None for stores without them."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "memory" in name:
        return None
    key = f"{os.getpid()}:{name}"  # a forked child needs open files of its own: flock follows the open file, not the process
    if key not in _lock_files:
        _lock_files[key] = _opened(name, ".turn"), _opened(name, ".lock")
    return _lock_files[key]


def _opened(name: str, suffix: str) -> int:
    return os.open(Path(name).with_suffix(suffix), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
