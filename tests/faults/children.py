"""The processes that are killed: a server that takes requests on a pipe, a worker that lets time pass.

They are forked from a parent that has loaded everything and opened no connection, so that a new one stands ready in milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from tests.faults.company import FINAL, MOMENTS, NOW


def fork(run: Callable[[int, int], None]) -> tuple[int, int, int]:
    """Start `run(requests, answers)` in a new process; (pid, fd to write requests to, fd to read answers from)."""
    requests_read, requests_write = os.pipe()
    answers_read, answers_write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(requests_read)
        os.close(answers_write)
        return pid, requests_write, answers_read
    status = 1
    try:
        os.close(requests_write)
        os.close(answers_read)
        random.seed(os.getpid())
        run(requests_read, answers_write)
        status = 0
    except BrokenPipeError:
        pass  # the parent is gone, or has heard enough
    except BaseException:
        traceback.print_exc(limit=-3)
    finally:
        # Not sys.exit: what the parent registered to happen at exit is not ours to do.
        sys.stderr.flush()
        os._exit(status)


def serve(requests: int, answers: int) -> None:
    """One request a line, one answer a line, until the pipe ends. An answer is only given for what was committed."""
    from luyue.apps.cases.readers import Staff
    from luyue.apps.people.models import User

    desk = Staff(User.objects.get(username="desk"))
    with os.fdopen(requests) as lines:
        for line in lines:
            request = json.loads(line)
            os.write(answers, (json.dumps(handle(request, desk)) + "\n").encode())


def handle(request: dict[str, Any], desk: Any) -> dict[str, Any]:
    """Do what a request asks; `{"ok": …}` with what the client needs to find it again, or `{"refused": code}`."""
    from luyue.apps.cases.models import Case
    from luyue.apps.casework.perform import Invalid, Refused, StoreBusy, perform

    try:
        if request["do"] == "open":
            return {"ok": _opened(request)}
        case = Case.objects.only("id").get(number=request["number"])
        entry = perform(case.pk, request["do"], by=desk, data=request["data"], now=NOW, once=request["key"])
        return {"ok": [entry.stream, entry.seq]}
    except (Invalid, Refused) as error:
        return {"refused": str(error)}
    except StoreBusy:
        return {"busy": True}


def _opened(request: dict[str, Any]) -> str:
    """The number of the case of a request; every fourth comes with three more at the same moment, which are written together with it."""
    from django.db import connection

    from luyue.apps.casework.intake import CustomerData, Intake, open_case
    from luyue.apps.casework.perform import StoreBusy

    def opened(key: str) -> str:
        customer = CustomerData("individual", "李明", request["phone"], request["email"])
        return open_case(Intake("email", key, "request", customer, {"topic": "fault", "words": "花屏"}, now=NOW)).case.number

    def beside(key: str) -> None:
        try:
            with contextlib.suppress(StoreBusy):
                opened(key)
        finally:
            connection.close()

    key = str(request["key"])
    others = [threading.Thread(target=beside, args=(f"{key}-{number}",)) for number in range(3 if int(key[-1], 16) < 4 else 0)]
    for one in others:
        one.start()
    try:
        return opened(key)
    finally:
        for one in others:
            one.join()


def work(requests: int, answers: int) -> None:
    """Tick and deliver without a rest, from moments in any order, until the pipe ends."""
    os.set_blocking(requests, False)
    from luyue.apps.journal.transaction import StoreBusy

    while not _ended(requests):
        with contextlib.suppress(StoreBusy):  # as `run_forever` does
            one_round(random.choice(MOMENTS))
        os.write(answers, b"round\n")


def one_round(now: Any) -> int:
    from luyue.apps.casework import ticker
    from luyue.apps.contacts import outbox
    from luyue.apps.journal import anchors

    ticker._resting.clear()
    done = ticker.run_due(now) + outbox.deliver_due(now)
    if random.random() < 0.1:
        anchors.anchor(ticker.all_heads(), now)
    if not done:
        time.sleep(0.002)
    return done


def drain(requests: int, answers: int) -> None:
    """Do everything that is still owed at the end of time, once nobody is killed any more."""
    from luyue.apps.casework import ticker
    from luyue.apps.contacts.models import Outbox

    stuck = 0
    while stuck < 30:  # what can never be done is left for the checker to find
        Outbox.objects.filter(done_at=None, dead_at=None).update(lease_until=None, due_at=NOW)  # the leases of the dead run out
        done = one_round(FINAL)
        if not done and not ticker._owed(FINAL) and not Outbox.objects.filter(done_at=None, dead_at=None).exists():
            return
        stuck = 0 if done else stuck + 1


def _ended(requests: int) -> bool:
    try:
        return os.read(requests, 1) == b""
    except BlockingIOError:
        return False
