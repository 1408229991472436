"""Run the clocks and send what waits in the outbox, until stopped.

usage: luyue worker [--tied]

  --tied   also stop when standard input ends: `luyue serve --with-worker` starts it so

Several workers may run at once; each timer and each letter is taken by one of them only. A job that fails ends the worker with status 1,
so that whoever watches it starts a fresh one.
"""

import argparse
import importlib
import signal
import sys
import threading
import traceback
from types import FrameType

from luyue.site.cli import start_django
from luyue.site.tied_process import when_parent_ends

# Each has `run_forever(stop: threading.Event)`, which returns soon after the event is set.
JOBS = (
    "luyue.apps.casework.ticker",
    "luyue.apps.contacts.outbox",
    "luyue.apps.contacts.staff_letters",
    "luyue.apps.mailroom.polling",
    "luyue.apps.workspace.archive_making",
    "luyue.apps.reports.worker",
    "luyue.site.housekeeping",
    "luyue.apps.retention.worker",
)


def main(argv: list[str]) -> int:
    options = _arguments(argv)
    stop = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    if options.tied:
        when_parent_ends(stop.set)
    start_django()
    failed = threading.Event()
    threads = [threading.Thread(target=_run, args=(job, stop, failed), name=job) for job in JOBS]
    for thread in threads:
        thread.start()
    while not stop.wait(1.0):
        pass
    for thread in threads:
        thread.join()
    return 1 if failed.is_set() else 0


def _run(job: str, stop: threading.Event, failed: threading.Event) -> None:
    try:
        importlib.import_module(job).run_forever(stop)
    except Exception:
        # Whatever it was, half a worker must not go on as if it were a whole one.
        traceback.print_exc()
        failed.set()
    finally:
        stop.set()


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luyue worker", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--tied", action="store_true", help="stop when standard input ends")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
