"""What running Luyue takes of a machine: memory of all processes together, how soon the first page stands, how long a check takes.

usage: python -m tests.bench.bench_start [--only memory|page|check]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench import desk, many_cases
from tests.bench.figures import figure, load, p50
from tests.installation import ROOT, Installation, free_port

REGULATION = "luyue/regulations/live-rental-objections/2026-01-01.md"
TIMES = 9
PAGES = ("/today", "/cases", "/regulation", "/regulation/live-rental-objections", "/palette?q=tsxz", "/portal/")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--only", choices=("memory", "page", "check"))
    options = parser.parse_args()
    for name, measure in (("check", check), ("page", first_page), ("memory", memory)):
        if options.only in (None, name):
            measure()


def check() -> None:
    """`luyue check` of one regulation, with everything it builds on read and judged as well; from the shell's call to its end."""
    words, wall, used = [sys.executable, "-m", "luyue.site.cli", "check", REGULATION], [], []
    with contextlib.suppress(KeyError):
        del os.environ["PYTHONDONTWRITEBYTECODE"]  # a shell has the modules compiled from the second time on
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for _ in range(TIMES):
        began, before = time.perf_counter(), os.times()
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        wall.append(1000 * (time.perf_counter() - began))
        used.append(1000 * (after.children_user + after.children_system - before.children_user - before.children_system))
    figure("luyue check of S2 and what it builds on, p50", p50(wall), "ms", 300, fastest=round(min(wall)), processor_ms=round(p50(used)), load=load())


def first_page() -> None:
    """From `make demo` on a demonstration that is filled to its first page; what a person waits for in the morning."""
    with tempfile.TemporaryDirectory(prefix="luyue-bench-") as folder:
        with _demo(Path(folder)):
            pass
        waits = []
        for _ in range(3):
            began = time.perf_counter()
            with _demo(Path(folder)):
                waits.append(time.perf_counter() - began)
        figure("first page after a second make demo, p50", p50(waits), "s", 3, fastest=round(min(waits), 2), load=load())
        _memory(Path(folder), "the demonstration")


@contextlib.contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """`make demo` until its first page has come; ended again as by Ctrl-C."""
    port = free_port()
    words = ["make", "demo", f"PORT={port}", f"DATA={folder}/demo"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _page(f"http://127.0.0.1:{port}/", process)
        yield f"127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _page(address: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, http.client.HTTPException), urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200, answer.status
            answer.read()
            return
        assert process.poll() is None, "make demo has ended"
        time.sleep(0.02)
    raise TimeoutError(address)


def memory() -> None:
    _memory(many_cases.ready(), f"{many_cases.CASES} cases")


def _memory(folder: Path, among: str) -> None:
    """Two web processes and the worker, after every page of the list was read by each web process some times."""
    data = folder / "demo" if (folder / "demo").exists() else folder
    os.environ["LUYUE_DEMO"] = ""
    installation = Installation(data)
    with installation.served("--workers", str(desk.WEB_WORKERS), "--with-worker") as address:
        cookie = _cookie(installation)
        threads = [threading.Thread(target=_read, args=(address, cookie)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(3)
        parent = desk.parent_of(address)
        sizes = {process: _sizes(process) for process in desk.family(parent)}
        web_and_worker = {process: size for process, size in sizes.items() if process != parent}
        total = sum(size["Rss"] for size in web_and_worker.values())
        shared_once = sum(size["Pss"] for size in sizes.values())
        each = sorted((round(size["Rss"]) for size in web_and_worker.values()), reverse=True)
        figure(f"resident memory, two web processes and the worker ({among})", total, "MB", None, each=each, watcher=round(sizes[parent]["Rss"]))
        figure(f"memory with shared pages counted once, watcher included ({among})", shared_once, "MB", 250)


def _cookie(installation: Installation) -> str:
    """A session made in a process of its own: this one must stay free of Django, whose settings are read once."""
    code = "import sys; from pathlib import Path; from tests.bench import desk; desk.start_django(Path(sys.argv[1])); print(*desk.cookie_of('zhaolan').items())"
    words = [sys.executable, "-c", code, str(installation.data)]
    printed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    name, value = printed.strip().strip("()").replace("'", "").split(", ")
    return f"{name}={value}"


def _read(address: str, cookie: str) -> None:
    for _ in range(6):
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        for page in PAGES:
            connection.request("GET", page, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (page, answer.status)
        connection.close()


def _sizes(process: int) -> dict[str, float]:
    """Rss and Pss of a process in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines) if name in ("Rss", "Pss")}


if __name__ == "__main__":
    main()
