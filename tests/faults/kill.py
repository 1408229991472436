"""Kill servers and workers at any moment, and look whether anything was lost, doubled or left half done.

usage: python -m tests.faults.kill [--store sqlite|postgres | --here] [--kills 300] [--seed N] [--plant NAME | --power]

  --here        in the installation the environment names, which has tables and nothing in them, instead of a new one
  --plant NAME  plant this fault first; the run must then end with findings
  --power       plant every fault, one after the other, and fail when one goes unnoticed

The parent is the client: it writes every acknowledged id to a file, synced, before it asks for anything else. Half of the kills come at a
random moment, half at a failpoint armed in the child. The last lines say how many kills fell into work under way.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import selectors
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import checker, children, company, plants

FAILPOINTS = {
    "server": (
        "write.before-commit", "write.after-commit", "record.case", "record.letters", "record.entry", "record.rows", "intake.committed",
    ),
    "worker": (
        "write.before-commit", "write.after-commit", "ticker.locked", "ticker.recorded", "record.entry", "record.rows", "record.letters",
        "outbox.claimed", "outbox.sent", "outbox.marked", "anchor.between",
    ),
}  # fmt: skip
ROLES = ("server", "server", "worker", "worker")
ACTS = (("note", {"text": "记"}), ("answer", {"text": "好"}), ("take", {}), ("tell-progress", {"text": "在办"}), ("route-request", {}))
LONGEST_WORK_S = 10.0  # of one child before its kill, on a machine that is slow or busy
LONGEST_WAIT_S = 0.03
CASES_A_KILL, ASKED_A_KILL = 6, 60  # enough to be in the middle of; more only makes the rounds of the workers and the last check longer
MOST_CRASHES = 5  # a program that falls over by itself needs no killing


@dataclass
class Child:
    role: str
    pid: int
    requests: int
    answers: int
    asked: dict[str, Any] | None = None
    text: bytes = b""
    rounds: int = 0


@dataclass
class Run:
    """One run: its children, what was asked and acknowledged, and where it is written down."""

    data: Path
    random: random.Random
    plant: str = ""
    children: list[Child] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)  # asked, not answered: asked again under the same key
    numbers: list[str] = field(default_factory=list)
    asked: int = 0
    asked_before: int = 0  # when the one who dies next was chosen
    kills: int = 0
    kills_at_work: int = 0
    crashes: list[str] = field(default_factory=list)  # children that nobody killed
    selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)

    def start(self, role: str) -> None:
        place = self.random.choice(FAILPOINTS[role]) + f":{self.random.randint(1, 12)}" if self.random.random() < 0.5 else ""

        def run(requests: int, answers: int) -> None:
            for child in self.children:
                for fd in (child.requests, child.answers):
                    with contextlib.suppress(OSError):
                        os.close(fd)
            from luyue.apps.journal.failpoints import arm

            if self.plant:
                plants.PLANTS[self.plant]()
            arm(place)
            (children.serve if role == "server" else children.work)(requests, answers)

        child = Child(role, *children.fork(run))
        os.set_blocking(child.answers, False)
        self.selector.register(child.answers, selectors.EVENT_READ, child)
        self.children.append(child)

    def ask(self, child: Child) -> None:
        request = self.again.pop() if self.again else self._new_request()
        child.asked = request
        with contextlib.suppress(BrokenPipeError):
            os.write(child.requests, (json.dumps(request) + "\n").encode())

    def _new_request(self) -> dict[str, Any]:
        self.asked += 1
        key = f"{self.random.getrandbits(64):016x}"
        wanted = len(self.numbers) < CASES_A_KILL * (self.kills + 1)
        if not self.numbers or (wanted and self.random.random() < 0.6):
            return {"do": "open", "key": key, "phone": f"138{self.random.randrange(10**8):08}", "email": f"{key}@example.com"}
        act, data = self.random.choice(ACTS)
        return {"do": act, "key": key, "number": self.random.choice(self.numbers[-40:]), "data": data}

    def hear(self, child: Child) -> bool:
        """Take in what a child said; False when it is gone."""
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(child.answers, 65536)
            if not chunk:
                return False
            child.text += chunk
        *lines, child.text = child.text.split(b"\n")
        for line in lines:
            if line == b"round":
                child.rounds += 1
            else:
                self._answered(child, json.loads(line))
        return True

    def _answered(self, child: Child, answer: dict[str, Any]) -> None:
        child.rounds += 1
        if child.asked is None or "told" in answer:
            return
        if "ok" in answer:
            ack = {"do": child.asked["do"], "key": child.asked["key"], "ok": answer["ok"]}
            with open(self.data / "acks.jsonl", "ab") as file:
                file.write((json.dumps(ack) + "\n").encode())
                file.flush()
                os.fsync(file.fileno())
            self.acks.append(ack)
            if ack["do"] == "open":
                self.numbers.append(answer["ok"])
        elif "busy" in answer:
            self.again.append(child.asked)
        child.asked = None

    def bury(self, child: Child) -> None:
        """A child is gone: what it was asked is asked again, and another one takes its place."""
        self.hear(child)
        self.selector.unregister(child.answers)
        _, status = os.waitpid(child.pid, 0)
        if not os.WIFSIGNALED(status):
            self.crashes.append(f"crash: a {child.role} ended by itself, asked to {child.asked}")
        elif child.asked is not None:
            self.again.append(child.asked)
        child.asked = None
        for fd in (child.requests, child.answers):
            os.close(fd)
        self.children.remove(child)

    def pump(self, wait_s: float) -> None:
        """Keep the servers busy and listen, for so long."""
        until = time.monotonic() + wait_s
        while (left := until - time.monotonic()) > 0:
            for child in self.children:
                if child.role == "server" and child.asked is None and self.asked < self.asked_before + ASKED_A_KILL:
                    self.ask(child)
            for key, _ in self.selector.select(min(left, 0.01)):
                if not self.hear(key.data):
                    crashes = len(self.crashes)
                    self.bury(key.data)
                    died_at_failpoint = len(self.crashes) == crashes
                    self.kills += died_at_failpoint
                    self.kills_at_work += died_at_failpoint
                    self.start(key.data.role)

    def kill_one(self) -> None:
        """Let somebody work for a while, and kill him in the middle of whatever comes next."""
        child, self.asked_before = self.random.choice(self.children), self.asked
        enough = child.rounds + self.random.randint(1, 8)
        give_up_at = time.monotonic() + LONGEST_WORK_S
        while child in self.children and child.rounds < enough and time.monotonic() < give_up_at:
            self.pump(0.002)
        self.pump(self.random.uniform(0, LONGEST_WAIT_S))
        if child not in self.children:
            return  # it died at its failpoint meanwhile
        self.kills_at_work += child.asked is not None or child.role == "worker"
        os.kill(child.pid, signal.SIGKILL)
        self.kills += 1
        self.bury(child)
        self.start(child.role)

    def stop(self) -> None:
        """Ask what was never answered once more, then let everybody end in peace."""
        deadline = time.monotonic() + 60
        while (self.again or any(child.asked for child in self.children)) and time.monotonic() < deadline:
            self._last_requests()
        for child in list(self.children):
            self.selector.unregister(child.answers)
            for fd in (child.requests, child.answers):
                os.close(fd)
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        self.children.clear()

    def _last_requests(self) -> None:
        for child in self.children:
            if child.role == "server" and child.asked is None and self.again:
                self.ask(child)
        for key, _ in self.selector.select(0.01):
            if not self.hear(key.data):
                self.bury(key.data)
                self.start(key.data.role)


def in_child(work: Any) -> None:
    """Run in a forked process of its own and wait; raises when it fails."""
    pid, requests, answers = children.fork(lambda *_: work())
    _, status = os.waitpid(pid, 0)
    os.close(requests)
    os.close(answers)
    if status:
        raise RuntimeError(f"A child failed with status {status}; see above.")


def torture(data: Path, kills: int, seed: int, plant: str = "") -> tuple[Run, list[str]]:
    """Kill until `kills` is reached, then let everything owed be done and check."""
    run = Run(data, random.Random(seed), plant)
    for role in ROLES:
        run.start(role)
    while run.kills < kills and len(run.crashes) < MOST_CRASHES:
        run.kill_one()
    run.stop()

    def end() -> None:
        if plant:
            plants.PLANTS[plant]()
        children.drain(0, 0)

    try:
        in_child(end)
    except RuntimeError as error:
        run.crashes.append(f"crash: what was owed could not be done to the end: {error}")

    def check() -> None:
        found = [*run.crashes, *checker.findings(run.acks, data)]
        (data / "findings.json").write_text(json.dumps(found, ensure_ascii=False))

    in_child(check)
    return run, json.loads((data / "findings.json").read_text())


def once(store: str, kills: int, seed: int, plant: str, here: bool) -> bool:
    """One run in a fresh installation, in a process of its own; whether it ended as it should."""
    began = time.monotonic()
    with installation(store, here) as data:
        in_child(company.found)
        company.warm()
        run, findings = torture(data, kills, seed, plant)
    fine = bool(findings) if plant else not findings
    kinds = sorted({one.partition(":")[0] for one in findings})
    print(
        f"{store} {'plant ' + plant if plant else 'as shipped'}: {run.kills} kills, {run.kills_at_work} at work, {len(run.acks)} acks, "
        f"{len(run.numbers)} cases, {len(findings)} findings {kinds if kinds else ''} in {time.monotonic() - began:.0f} s, seed {seed}: "
        f"{'fine' if fine else 'WRONG'}",
        flush=True,
    )
    if not plant:
        for one in findings[:20]:
            print(f"  {one}")
    return fine


@contextlib.contextmanager
def installation(store: str, here: bool) -> Iterator[Path]:
    """The data folder of a run, with Django pointed at it and at a store with tables."""
    if here:
        company.point_django_at(Path(os.environ["LUYUE_DATA"]), os.environ.get("LUYUE_DATABASE_URL", ""))
        yield Path(os.environ["LUYUE_DATA"])
        return
    with contextlib.ExitStack() as kept:
        data = Path(tempfile.mkdtemp(prefix="luyue-faults-"))
        kept.callback(shutil.rmtree, data, ignore_errors=True)
        url = ""
        if store == "postgres":
            from tests.postgres import postgres_server

            url = kept.enter_context(postgres_server()).new_database()
        company.point_django_at(data, url)
        in_child(company.make_tables)
        yield data


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--here", action="store_true", help="in the installation the environment names")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--plant", choices=sorted(plants.PLANTS), default="")
    parser.add_argument("--power", action="store_true", help="plant every fault and see that it is found")
    options = parser.parse_args(argv)
    if not options.power:
        return 0 if once(options.store, options.kills, options.seed, options.plant, options.here) else 1
    # Settings are read once a process, so every plant gets one.
    failed = []
    for plant in plants.PLANTS:
        words = ["--store", options.store, "--kills", str(options.kills), "--seed", str(options.seed), "--plant", plant]
        if os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-m", "tests.faults.kill", *words]):
            failed.append(plant)
    print(f"{len(plants.PLANTS) - len(failed)} of {len(plants.PLANTS)} plants found" + (f"; not found: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
