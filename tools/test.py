#!/usr/bin/env python3
"""Every test on both stores: SQLite and PostgreSQL side by side, then, alone, those that measure.

usage: tools/test.py [--workers N]

  --workers N   processes for SQLite; as many less one for PostgreSQL. By itself one more than there are processors: browsers, servers that
                start and the disk are waited for, and a worker that waits uses no processor.

What the longest part says is shown as it says it; the others follow whole, one after the other. The last lines sum up all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=12", "--durations-min=5")
TIME_TO_CLEAN_UP_S = 30  # servers, browsers and databases that tests started, once somebody has stopped the run
MOST_PROCESSORS = 8  # every worker has a browser of its own: more would want gigabytes
NO_TESTS = 5  # the exit status of pytest when a group is empty, which is no fault
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


@dataclass
class Part:
    """One run of pytest. `counts` are what its closing line says, by word."""

    name: str
    words: tuple[str, ...]
    store: str = "sqlite"
    said: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    status: int = 0
    took_s: float = 0.0

    def start(self, *, shown: bool) -> None:
        self.began = time.monotonic()
        # Compiled modules are kept: dozens of processes are started, and each would compile the whole program anew.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"LUYUE_TEST_STORE": self.store}
        # In a session of its own, so that everything it started can be ended with it.
        self.process = subprocess.Popen(
            [*PYTEST, *self.words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if shown else self.said,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        # Noted when it ends, however long the others are waited for first.
        self.watch = threading.Thread(target=self._wait, daemon=True)
        self.watch.start()
        print(f"-- {self.name}" + ("" if shown else ": at the same time, shown when it is done"), flush=True)

    def show_as_it_goes(self) -> None:
        assert self.process.stdout
        while chunk := self.process.stdout.read1():
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()
            self.said.write(chunk)

    def show(self) -> None:
        print(f"-- {self.name}", flush=True)
        self.said.seek(0)
        while chunk := self.said.read(1 << 16):
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()

    def finish(self) -> None:
        """Wait for its end, and read what it said of itself."""
        self.watch.join()
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").splitlines()
        self.failures = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
        closing = next((line for line in reversed(lines) if " in " in line and (COUNT.search(line) or "no tests ran" in line or "deselected" in line)), "")
        self.counts = {word.rstrip("s") if word.startswith("error") else word: int(number) for number, word in COUNT.findall(closing)}

    def _wait(self) -> None:
        self.status = self.process.wait()
        self.took_s = time.monotonic() - self.began

    @property
    def failed(self) -> bool:
        """Also when it said nothing of a fault: a run that was killed is not one that passed."""
        return self.status not in (0, NO_TESTS) or (self.status == 0 and not self.counts.get("passed"))

    def end(self) -> None:
        """End it and everything it started."""
        for how in (signal.SIGINT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(TIME_TO_CLEAN_UP_S)


def run_together(parts: list[Part]) -> None:
    """The first is shown while it runs."""
    shown, *others = parts
    try:
        for part in reversed(parts):
            part.start(shown=part is shown)
        shown.show_as_it_goes()
        shown.finish()
        for part in others:
            part.finish()
            part.show()
    except BaseException:
        for part in parts:
            part.end()
        raise


def sum_up(parts: list[Part], took_s: float) -> str:
    """The failures once more, a line a part, and the line that says it all: a test that ran on both stores is counted on each."""
    lines = ["", *(f"{part.name}: {failure}" for part in parts for failure in part.failures)]
    for part in parts:
        told = ", ".join(f"{number:,} {word}" for word, number in part.counts.items()) or "nothing"
        wrong = f"; pytest ended with status {part.status}" if part.failed else ""
        lines.append(f"{part.name}: {told} in {span(part.took_s)}{wrong}")
    total = {word: sum(part.counts.get(word, 0) for part in parts) for word in ("passed", "failed", "error", "skipped")}
    ended_badly = sum(part.failed for part in parts)
    said = [f"{total['passed']:,} passed", f"{total['failed'] + total['error']:,} failed"]
    said += [f"{total['skipped']:,} skipped"] * bool(total["skipped"]) + [f"{ended_badly} of {len(parts)} parts failed"] * bool(ended_badly)
    return "\n".join([*lines, f"{', '.join(said)} in {span(took_s)}"])


def processors() -> int:
    """How many this run may keep busy: a container may be allowed fewer than the machine has."""
    allowed = len(os.sched_getaffinity(0))
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        allowed = min(allowed, max(1, round(int(quota) / int(period))))
    return min(allowed, MOST_PROCESSORS)


def span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--workers", type=int, default=processors() + 1)
    workers = parser.parse_args(argv).workers
    for told_to_stop in (signal.SIGINT, signal.SIGTERM):  # also where a shell that put us aside had us ignore the first
        signal.signal(told_to_stop, signal.default_int_handler)
    began = time.monotonic()
    # A worker that runs out of tests takes over half of what another one still has.
    spread = ("--dist", "worksteal", "-n")
    together = [
        Part("SQLite", ("-m", "not serial", *spread, str(workers))),
        Part("PostgreSQL", ("-m", "not serial and not browser", *spread, str(max(1, workers - 1))), "postgres"),
    ]
    alone = [Part("SQLite, one at a time", ("-m", "serial"))]
    try:
        run_together(together)
        for part in alone:
            run_together([part])
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    parts = [*together, *alone]
    print(sum_up(parts, time.monotonic() - began), flush=True)
    return 1 if any(part.failed for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
