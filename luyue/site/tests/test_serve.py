"""The server and its worker start, keep each other's company and leave together."""

import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from luyue.site.tied_process import TiedProcess
from tests.installation import Installation, free_port

pytestmark = pytest.mark.sqlite

MEGABYTE = 1_000_000


def children(pid: int) -> dict[int, str]:
    """Process id → command line of all that `pid` started."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid and command:
                found[int(folder.name)] = command
    return found


def own_memory(pid: int) -> int:
    """Bytes that only this process holds (shared libraries count once for all of them, so not here)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def worker_of(pid: int) -> int | None:
    return next((child for child in children(pid) if Path(f"/proc/{child}/comm").read_text() == "luyue worker\n"), None)


def until(true: Callable[[], object], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {within_s} s"
        time.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_server_ends_nothing_stays_behind(installation: Callable[..., Installation], ending: signal.Signals) -> None:
    place = installation()
    with place.started("serve", "--port", str(free_port()), "--with-worker") as server:
        until(lambda: len(children(server.pid)) >= 3 and worker_of(server.pid), 60, "two web processes and a worker")
        family = list(children(server.pid))
        time.sleep(1)  # long enough for the worker to be at its work
        server.send_signal(ending)
        status = server.wait(60)
        assert status == (-signal.SIGKILL if ending == signal.SIGKILL else 0), (place.data / "serve.log").read_text()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), 60, "all children gone")


def test_a_killed_worker_is_started_again(installation: Callable[..., Installation]) -> None:
    with installation().started("serve", "--port", str(free_port()), "--with-worker") as server:
        until(lambda: worker_of(server.pid), 60, "a worker")
        first = worker_of(server.pid)
        assert first
        os.kill(first, signal.SIGKILL)
        until(lambda: worker_of(server.pid) not in (None, first), 60, "another worker")


def test_a_killed_web_process_is_started_again(installation: Callable[..., Installation]) -> None:
    place = installation()
    with place.served() as address:
        server = next(pid for pid, command in children(os.getpid()).items() if f"serve --port {address.rsplit(':', 1)[1]}" in command)
        web = next(iter(children(server)))
        os.kill(web, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{web}").exists(), 60, "the killed process gone")
        for _ in range(20):
            with urllib.request.urlopen(f"{address}/accounts/login/", timeout=60) as answer:
                assert answer.status == 200


def test_the_server_takes_no_port_that_is_taken(installation: Callable[..., Installation]) -> None:
    place = installation()
    with place.served() as address:
        second = place.luyue("serve", "--port", address.rsplit(":", 1)[1], check=False)
        assert second.returncode == 1
        assert "something else listens" in second.stderr


def test_the_server_refuses_a_folder_without_tables(tmp_path: Path) -> None:
    refused = Installation(tmp_path).luyue("serve", "--port", str(free_port()), check=False)
    assert refused.returncode == 1
    assert "luyue migrate" in refused.stderr


@pytest.mark.serial  # memory that programs beside it share would not be counted
def test_two_web_processes_and_the_worker_fit_into_250_megabytes(installation: Callable[..., Installation]) -> None:
    place = installation()
    port = free_port()
    with place.started("serve", "--port", str(port), "--with-worker") as server:
        until(lambda: len(children(server.pid)) >= 3 and worker_of(server.pid), 60, "two web processes and a worker")
        time.sleep(3)
        for _ in range(50):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=60) as answer:
                answer.read()
        used = {pid: own_memory(pid) for pid in [server.pid, *children(server.pid)]}
        assert sum(used.values()) < 250 * MEGABYTE, used


@pytest.mark.serial
def test_a_child_that_dies_at_once_is_started_ever_more_slowly(tmp_path: Path) -> None:
    mark = tmp_path / "starts"

    def note() -> int:
        with open(mark, "a") as file:
            file.write("x")
        return 0

    child = TiedProcess(note, "test child")
    child.start()
    until(mark.exists, 60, "the first start")
    time.sleep(4.5)  # starts after 2 s, then after 4 s more: two by now, not dozens
    child.stop()
    assert len(mark.read_text()) == 2
