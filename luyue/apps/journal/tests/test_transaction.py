"""Who writes when: fairness between processes, threads and nested calls."""

import os
import threading
import time
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connection

from luyue.apps.journal import transaction
from luyue.apps.journal.transaction import StoreBusy, is_passing, write


@pytest.fixture
def lock_files(tmp_path, monkeypatch):
    files = [os.open(tmp_path / name, os.O_RDWR | os.O_CREAT) for name in ("turn", "store")]
    monkeypatch.setattr(transaction, "_files", lambda: tuple(files))
    return tmp_path


ROUNDS = 10


class Unfair:
    """As unfair as a lock may be: the thread that made it is served at once, any other looks again after a nap. `asked`: another has asked."""

    def __init__(self):
        self.asked = threading.Event()
        self._lock, self._own = threading.Lock(), threading.get_ident()

    def acquire(self, timeout):
        if threading.get_ident() == self._own:
            return self._lock.acquire(timeout=timeout)
        self.asked.set()
        while not self._lock.acquire(blocking=False):
            time.sleep(0.005)
        return True

    def release(self):
        self._lock.release()


def overtaken(take, give, other_takes, other_gives, asked):
    """In how many rounds whoever holds the store, gives it back and asks for it again at once is served before one who was waiting already.

    No clock decides: a round goes on when the other one has asked, and ends when both have had their turn.
    """
    times = 0
    for _ in range(ROUNDS):
        asked.clear()
        served = threading.Event()

        def other(served=served):
            other_takes()
            served.set()
            other_gives()

        take()
        thread = threading.Thread(target=other)
        thread.start()
        assert asked.wait(60)
        give()
        take()
        times += not served.is_set()
        give()
        thread.join(60)
        assert served.is_set()
    return times


def overtaken_threads(monkeypatch):
    lock = Unfair()
    monkeypatch.setattr(transaction, "_process_lock", lock)
    held = threading.local()

    def take():
        held.lock = transaction._write_lock()
        held.lock.__enter__()

    def give():
        held.lock.__exit__(None, None, None)

    return overtaken(take, give, take, give, lock.asked)


def overtaken_processes(folder, monkeypatch, patience_s):
    """Two of them, as the system knows them: each with open files of its own. The other has lost patience, so it is his turn."""
    own, others = ([os.open(folder / name, os.O_RDWR) for name in ("turn", "store")] for _ in range(2))
    asked, taken = threading.Event(), transaction._taken

    def watched(file, *how):
        if file == others[1]:
            asked.set()
        return taken(file, *how)

    def take(files, patience_s):
        monkeypatch.setattr(transaction, "_PATIENCE_S", patience_s)
        transaction._take(*files)

    def give(files):
        transaction.fcntl.flock(files[1], transaction.fcntl.LOCK_UN)

    monkeypatch.setattr(transaction, "_taken", watched)
    try:
        return overtaken(lambda: take(own, patience_s), lambda: give(own), lambda: take(others, 0.0), lambda: give(others), asked)
    finally:
        for file in (*own, *others):
            os.close(file)


@pytest.mark.django_db
def test_a_thread_that_waits_is_served_before_the_one_that_comes_again(monkeypatch):
    assert overtaken_threads(monkeypatch) == 0


@pytest.mark.django_db
def test_with_one_lock_only_a_thread_comes_again_before_the_one_that_waits(monkeypatch):
    """The plant beside it."""
    monkeypatch.setattr(transaction, "_process_turn", nullcontext())
    assert overtaken_threads(monkeypatch) > 0


@pytest.mark.parametrize("patience_s", [0.0, 60.0])
def test_a_process_that_waits_is_served_before_the_one_that_comes_again(lock_files, monkeypatch, patience_s):
    assert overtaken_processes(lock_files, monkeypatch, patience_s) == 0


def test_with_one_lock_only_a_process_comes_again_before_the_one_that_waits(lock_files, monkeypatch):
    """The plant beside it."""
    monkeypatch.setattr(transaction, "_take", lambda turn, store: transaction._wait(store, time.monotonic()))
    assert overtaken_processes(lock_files, monkeypatch, 0.0) > 0


def test_with_the_turn_looked_at_too_late_a_process_comes_again_before_the_one_that_waits(lock_files, monkeypatch):
    """Another plant: whoever comes first tries the store without asking whose turn it is."""

    def hasty(turn, store):
        if not transaction._taken(store):
            transaction._wait(turn, time.monotonic())
            transaction._wait(store, time.monotonic())
            transaction.fcntl.flock(turn, transaction.fcntl.LOCK_UN)

    monkeypatch.setattr(transaction, "_take", hasty)
    assert overtaken_processes(lock_files, monkeypatch, 0.0) > 0


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_store_that_is_held_for_good_costs_an_error_not_a_hang(lock_files, monkeypatch):
    monkeypatch.setattr(transaction, "LOCK_WAIT_S", 0.2)
    pid = hold_for_good(lock_files)
    try:
        with pytest.raises(StoreBusy):
            write(lambda: None)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    assert write(lambda: "free again") == "free again"


def hold_for_good(folder):
    """A process that has the lock when this returns."""
    held, says = os.pipe()
    pid = os.fork()
    if pid:
        os.close(says)
        os.read(held, 1)
        os.close(held)
        return pid
    transaction._take(*(os.open(folder / name, os.O_RDWR) for name in ("turn", "store")))
    os.write(says, b"1")
    time.sleep(600)
    os._exit(0)


@pytest.mark.django_db
def test_a_write_inside_a_write_is_part_of_it():
    seen = []

    def inner():
        seen.append(connection.in_atomic_block)
        raise LookupError

    def outer():
        with pytest.raises(LookupError):
            write(inner)
        return "outer"

    assert write(outer) == "outer"
    assert seen == [True]
    assert getattr(transaction._held, "depth", 0) == 0


@pytest.mark.django_db
def test_what_is_busy_is_tried_again_as_a_whole_and_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr(transaction.time, "sleep", lambda seconds: None)
    tries = []

    def busy_twice():
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return len(tries)

    assert write(busy_twice) == 3

    def always_busy():
        raise OperationalError("database is locked")

    with pytest.raises(StoreBusy):
        write(always_busy)


@pytest.mark.django_db
def test_what_is_broken_is_not_tried_again():
    tries = []

    def broken():
        tries.append(1)
        raise OperationalError("no such table: x")

    with pytest.raises(OperationalError):
        write(broken)
    assert len(tries) == 1


@pytest.mark.parametrize(("words", "passing"), [("database is locked", True), ("database table is busy", True), ("disk I/O error", False)])
def test_only_what_passes_is_passing(words, passing):
    assert is_passing(OperationalError(words)) is passing
