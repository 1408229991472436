"""Hold the calendar against the oracle on random rows: `python -m tests.core.calendar.sweep --rows 200000`.

One calendar serves some hundred rows, as in life. Prints each disagreement with its row; exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from random import Random
from typing import Any

from luyue.core.calendar.exchange import Exchange
from tests.core.calendar import oracle, random_rows

ROWS_PER_CALENDAR = 400
ROWS_PER_CHUNK = 10_000
ELAPSED_SHARE = 0.2
SHOWN = 10


def disagreements(rows: int, seed: int, seen: Counter[str] | None = None, per_calendar: int = ROWS_PER_CALENDAR) -> Iterator[dict[str, Any]]:
    """Rows on which the two disagree, with both answers. `seen` counts the rows by what they ask."""
    random = Random(seed)
    exchange = Exchange()
    calendar: dict[str, Any] = {}
    theirs_of_it: oracle.Calendar | None = None
    for number in range(rows):
        if number % per_calendar == 0:
            calendar = random_rows.calendar(random)
            theirs_of_it = oracle.Calendar(calendar)
        if random.random() < ELAPSED_SHARE:
            row = random_rows.elapsed_row(random, calendar)
            ours, theirs = exchange.elapsed(row)["elapsed"], oracle.elapsed(row, theirs_of_it)
            asked = f"elapsed {row['measure']['kind']}"
        else:
            row = random_rows.deadline_row(random, calendar)
            answer = exchange.deadline(row)["deadline"]
            ours = None if answer is None else int(datetime.fromisoformat(answer).timestamp())
            theirs = oracle.deadline(row, theirs_of_it)
            asked = f"deadline {row['duration']['kind']}{' (none)' if theirs is None else ''}"
        if seen is not None:
            seen[asked] += 1
        if ours != theirs:
            yield {"row": row, "calendar said": ours, "oracle said": theirs}


def chunk(rows: int, seed: int) -> tuple[Counter[str], int, list[dict[str, Any]]]:
    """One process's part: what was asked, how often the two disagreed, and the first disagreements."""
    seen: Counter[str] = Counter()
    wrong = list(disagreements(rows, seed, seen))
    return seen, len(wrong), wrong[:SHOWN]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.core.calendar.sweep", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    begin = time.perf_counter()
    # The rows of a seed are the same whatever the number of processes.
    sizes = [min(ROWS_PER_CHUNK, options.rows - first) for first in range(0, options.rows, ROWS_PER_CHUNK)]
    with ProcessPoolExecutor(options.jobs) as pool:
        parts = list(pool.map(chunk, sizes, range(options.seed * 1000, options.seed * 1000 + len(sizes))))
    wrong = sum(count for _, count, _ in parts)
    for found in [found for _, _, some in parts for found in some][:SHOWN]:
        print(json.dumps(found, ensure_ascii=False))
    for asked, count in sorted(sum((seen for seen, _, _ in parts), Counter()).items()):
        print(f"{count:8,}  {asked}")
    print(f"{options.rows:,} rows, {wrong:,} disagreements, {time.perf_counter() - begin:.0f} s, seed {options.seed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
