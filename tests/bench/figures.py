"""How the benches speak: one JSON line a figure, and what the machine was like when it was taken."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def figure(name: str, value: float, unit: str, target: float | None = None, *, lower: bool = True, **more: object) -> None:
    """Print one figure. `lower`: the target is the most it may be, else the least; `more` stands beside it as it is.

    `pace` goes with every figure: machines, and hours on a shared one, differ by a factor of two.
    """
    rounded = round(value, 3 if value < 100 else 1)
    met = None if target is None else (rounded <= target if lower else rounded >= target)
    line = {"figure": name, "value": rounded, "unit": unit, "target": target, "met": met, **more, "pace": pace()}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def pace() -> float:
    """Millions of additions a second in a plain Python loop, the best of five short tries; about 20 on a machine of 2024 to itself."""
    best = 1.0
    for _ in range(5):
        began, total = time.perf_counter(), 0
        for number in range(100_000):
            total += number
        best = min(best, time.perf_counter() - began)
    return round(0.1 / best, 1)


def load() -> float:
    """How many processes want a core: above the number of cores, wall times tell more of the neighbours than of us."""
    return round(os.getloadavg()[0], 1)


def timed(run: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """(wall, processor) milliseconds of each run, in the order they were made."""
    wall, processor = [], []
    for _ in range(times):
        at, used = time.perf_counter(), time.thread_time()
        run()
        processor.append(1000 * (time.thread_time() - used))
        wall.append(1000 * (time.perf_counter() - at))
    return wall, processor


def p50(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def fdatasync_per_s(folder: Path, for_s: float = 1.0) -> float:
    """How often a second this disk makes 4 kB of a file durable: the ceiling of everything that commits one by one."""
    path, done = folder / ".fdatasync", 0
    with path.open("wb") as file:
        began = time.perf_counter()
        while time.perf_counter() - began < for_s:
            file.seek(0)
            file.write(os.urandom(4096))
            file.flush()
            os.fdatasync(file.fileno())
            done += 1
        took = time.perf_counter() - began
    path.unlink()
    return done / took
