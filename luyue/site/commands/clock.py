"""Compute deadlines (or with --elapsed elapsed time) for rows of JSON lines, from standard input to standard output.

Every row carries its own calendar, in the exchange format of docs/calendar.md. One row out per row in, in the same order; a row
that cannot be answered gives `{"id", "error"}` and the rest still run.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from luyue.core.calendar.errors import CalendarError
from luyue.core.calendar.exchange import Exchange


def main(argv: list[str], stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """Exit status 0 whenever every row got its answer, be it an error row."""
    parser = argparse.ArgumentParser(prog="luyue clock", description=__doc__)
    parser.add_argument("--elapsed", action="store_true", help="rows ask for the time between two instants")
    options = parser.parse_args(argv)
    rows, out = stdin or sys.stdin, stdout or sys.stdout
    for answer in answers(rows, elapsed=options.elapsed):
        out.write(answer + "\n")
    out.flush()
    return 0


def answers(lines: Iterable[str], *, elapsed: bool) -> Iterator[str]:
    """One JSON line for each line that is not blank."""
    exchange = Exchange()
    ask = exchange.elapsed if elapsed else exchange.deadline
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row: object = None
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise CalendarError("a row is a JSON object.")
            answer = ask(row)
        except json.JSONDecodeError as error:
            answer = {"id": None, "error": f"line {number}: this is not JSON: {error}"}
        except (CalendarError, RecursionError) as error:
            answer = {"id": row.get("id") if isinstance(row, dict) else None, "error": f"line {number}: {error}"}
        yield json.dumps(answer)
