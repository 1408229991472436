"""Works that several threads bring at the same moment, in one transaction: one wait for the store and one for the disk, for all of them.

Who comes first waits for the store. When he has it, he takes along all that have come meanwhile, each in a savepoint of its own, so that
one that fails takes nothing of the others with it. Nobody hears of his result before everything is committed.

Only where the store lets one writer in at a time (SQLite). On PostgreSQL a common transaction would hold the locks of all its works until
the last is done, and keep other processes waiting for them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Generic, TypeVar, cast

from django.db import OperationalError, connection, transaction

from luyue.apps.journal.transaction import is_writing, write

T = TypeVar("T")

MOST = 8  # works in one transaction: other processes wait for the whole of it

_waiting: deque[_Job] = deque()
_turn = threading.Lock()


def write_together(work: Callable[[], T]) -> T:
    """As `transaction.write`. `work` may run in another thread, on its connection: it must not depend on what belongs to a thread.

    raises  what `write` does, and what `work` raises; then nothing of it was written, whatever became of the others.
    """
    if connection.vendor != "sqlite" or is_writing():
        return write(work)
    job = _Job(work)
    _waiting.append(job)
    with _turn:
        if not job.is_settled:
            _settle(job)
    return cast(T, job.result())


class _Job(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self.is_settled = False
        self._work, self._context = work, copy_context()
        self._result: T | None = None
        self._error: Exception | None = None

    def run_alone(self) -> None:
        """In the transaction itself, which ends with what it raises."""
        self._result = self._context.run(self._work)

    def run(self) -> None:
        """Into a savepoint; what it raises stays with it, but for what the whole transaction has to be tried again for."""
        self._result = self._error = None
        try:
            with transaction.atomic():
                self._result = self._context.run(self._work)
        except OperationalError:
            raise
        except Exception as error:
            self._error = error

    def fail(self, error: Exception) -> None:
        self._result, self._error = None, error

    def result(self) -> T | None:
        if self._error is not None:
            raise self._error
        return self._result


def _settle(first: _Job[object]) -> None:
    jobs = [first]

    def all_of_them() -> None:
        jobs.extend(_others(jobs))
        if len(jobs) == 1:
            first.run_alone()
        else:
            for job in jobs:
                job.run()

    try:
        write(all_of_them)
    except Exception as error:  # of a lone work, or of the store: nothing was written
        for job in jobs:
            job.fail(error)
    for job in jobs:
        job.is_settled = True


def _others(jobs: list[_Job[object]]) -> list[_Job[object]]:
    """What waits besides these. A job left unsettled by a thread that was stopped is no longer in line: its own thread settles it."""
    found: list[_Job[object]] = []
    while _waiting and len(jobs) + len(found) < MOST:
        one = _waiting.popleft()
        if one not in jobs and not one.is_settled:
            found.append(one)
    return found
