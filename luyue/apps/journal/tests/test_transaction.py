"""Who writes when: fairness between processes, threads and nested calls."""

import os
import threading
import time

import pytest
from django.db import OperationalError, connection

from luyue.apps.journal import transaction
from luyue.apps.journal.transaction import StoreBusy, is_passing, write


@pytest.fixture
def lock_files(tmp_path, monkeypatch):
    files = [os.open(tmp_path / name, os.O_RDWR | os.O_CREAT) for name in ("turn", "store")]
    monkeypatch.setattr(transaction, "_files", lambda: tuple(files))
    return tmp_path


def hold(folder, seconds, greedy=False):
    """A process that takes the lock again and again, and rests only when it is not greedy."""
    pid = os.fork()
    if pid:
        return pid
    files = tuple(os.open(folder / name, os.O_RDWR) for name in ("turn", "store"))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        transaction._take(*files)
        time.sleep(0.002)
        transaction.fcntl.flock(files[1], transaction.fcntl.LOCK_UN)
        if not greedy:
            time.sleep(0.002)
    os._exit(0)


@pytest.mark.serial
@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_process_that_writes_without_a_rest_does_not_starve_the_others(lock_files):
    pids = [hold(lock_files, 60, greedy=True) for _ in range(2)]
    time.sleep(0.2)
    waits = []
    for _ in range(20):
        began = time.monotonic()
        write(lambda began=began: waits.append(time.monotonic() - began))
        time.sleep(0.01)
    for pid in pids:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    assert max(waits) < 1.0


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


@pytest.mark.django_db
def test_threads_of_one_process_take_turns():
    order = []
    polite_is_done = threading.Event()

    def greedy():
        while len(order) < 1000 and not polite_is_done.is_set():
            with transaction._write_lock():
                order.append("greedy")
                time.sleep(0.001)

    thread = threading.Thread(target=greedy)
    thread.start()
    time.sleep(0.01)
    for _ in range(5):
        with transaction._write_lock():
            order.append("polite")
    polite_is_done.set()
    thread.join()
    assert order.count("polite") == 5
    assert len(order) < 1000, "a thread that asked had to wait until the other one was done for good"
