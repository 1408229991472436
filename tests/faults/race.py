"""Many processes do the same thing at the same moment; each thing must happen once.

usage: python -m tests.faults.race [--store sqlite|postgres | --here] [--processes 6] [--things 30]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.faults import checker, children, company
from tests.faults.company import FINAL, NOW
from tests.faults.kill import in_child, installation


def all_at_once(processes: int, work: Callable[[], Any]) -> list[Any]:
    """What `work` gave back in each of so many processes that began at the same moment."""
    starts_at = time.monotonic() + 0.5

    def run(requests: int, answers: int) -> None:
        time.sleep(max(0.0, starts_at - time.monotonic()))
        os.write(answers, json.dumps(work()).encode())

    started = [children.fork(run) for _ in range(processes)]
    results = []
    for pid, requests, answers in started:
        with os.fdopen(answers, "rb") as pipe:
            text = pipe.read()
        os.close(requests)
        _, status = os.waitpid(pid, 0)
        if status:
            raise RuntimeError(f"A process failed with status {status}; see above.")
        results.append(json.loads(text))
    return results


def same_intakes(things: int) -> list[str]:
    """Every process hands in the same contacts, several at a time: a webhook repeated by an impatient sender."""
    from django.db import connection

    from luyue.apps.casework.intake import CustomerData, Intake, open_case

    def opened(thing: int) -> str:
        customer = CustomerData("individual", "李明", f"1380000{thing:04}")
        data = {"topic": "fault", "words": "花屏"}
        return open_case(Intake("email", f"race-{thing}", "request", customer, data, now=NOW)).case.number

    def in_a_thread(thing: int) -> str:
        try:
            return opened(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(in_a_thread, range(things)))


def same_acts(things: int) -> list[int]:
    """Every process sends the same form again: a double click."""
    from luyue.apps.cases.models import Case
    from luyue.apps.cases.readers import Staff
    from luyue.apps.casework.perform import perform
    from luyue.apps.people.models import User

    desk = Staff(User.objects.get(username="desk"))
    cases = Case.objects.order_by("id").values_list("id", flat=True)[:things]
    return [perform(case, "answer", by=desk, data={"text": "好"}, now=NOW, once=f"click-{case}").pk for case in cases]


def same_timers() -> int:
    """Every process is a worker, and everything is due."""
    from luyue.apps.casework import ticker

    return ticker.run_due(FINAL)


def race(processes: int, things: int, data: Path) -> dict[str, Any]:
    opened = all_at_once(processes, lambda: same_intakes(things))
    acted = all_at_once(processes, lambda: same_acts(things))
    settled = all_at_once(processes, same_timers)
    acks = [{"do": "open", "key": f"race-{thing}", "ok": number} for numbers in opened for thing, number in enumerate(numbers)]

    def end() -> None:
        children.drain(0, 0)
        (data / "findings.json").write_text(json.dumps(checker.findings(acks, data), ensure_ascii=False))

    in_child(end)
    return {
        "cases": len({number for numbers in opened for number in numbers}),
        "entries": len({entry for entries in acted for entry in entries}),
        "settled": sum(settled),
        "findings": json.loads((data / "findings.json").read_text()),
    }


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.race", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--here", action="store_true", help="in the installation the environment names, which has tables and nothing in them")
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--things", type=int, default=30)
    options = parser.parse_args(argv)
    with installation(options.store, options.here) as data:
        in_child(company.found)
        company.warm()
        result = race(options.processes, options.things, data)
    print(json.dumps(result, ensure_ascii=False))
    return 0 if not result["findings"] and result["cases"] == result["entries"] == result["settled"] == options.things else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
