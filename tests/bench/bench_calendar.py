"""How fast the calendar answers: one JSON line a figure. `python tests/bench/bench_calendar.py` (one core, under a minute)."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from luyue.core.calendar import Agenda, DayKind, OpenTime, Revision, Span, Timetable, Window, Within, load_day_table  # noqa: E402
from luyue.core.calendar.timeline import Timeline  # noqa: E402
from luyue.core.calendar.wall_clock import wall_clock  # noqa: E402
from luyue.site.commands.clock import main as clock  # noqa: E402

FIRST_ON, LAST_ON = date(2024, 1, 1), date(2026, 12, 31)
WORK, OFF = (Window.parse("09:00-21:00"),), (Window.parse("10:00-18:00"),)
SERVICE = Timetable("service-hours", {kind: WORK if kind.is_worked else OFF for kind in DayKind})
DAYS = load_day_table((ROOT / "luyue/regulations/calendars/cn.yaml").read_text(encoding="utf-8"))
BEST_OF = 5


def main() -> None:
    generator = random.Random(2026)
    timeline = three_years()
    service = timeline.open_time("service-hours")
    width = int((service.end_s - service.begin_s) * 0.95)
    starts = [service.begin_s + generator.randrange(width) for _ in range(20_000)]
    amounts = [generator.choice((300, 900, 3600, 14_400, 86_400)) for _ in starts]
    instants = [datetime.fromtimestamp(start, service.zone) for start in starts]

    figure("compile of 3 years, one timetable", 1000 * best(lambda: fresh_table()), "ms", 20, lower=True)
    figure("single deadline, epoch seconds", len(starts) / best(lambda: every(service.due_s, starts, amounts)) / 1e6, "M/s", 2.5)
    figure("single deadline, aware datetimes", len(starts) / best(lambda: every(service.due, instants, amounts)) / 1e6, "M/s", 0.7)
    agenda = Agenda(DAYS, {"service-hours": SERVICE})
    whole_promises(agenda, instants[:5000])
    columns(service, generator)
    rows_of_the_clock_command(starts)


def three_years() -> Timeline:
    return Timeline([Revision(None, DAYS, {"service-hours": SERVICE})], FIRST_ON, LAST_ON)


def fresh_table() -> None:
    wall_clock.cache_clear()
    three_years().open_time("service-hours")


def every(ask: Callable[..., object], starts: Sequence[object], amounts: list[int]) -> None:
    """Every answer, thrown away."""
    deque(map(ask, starts, amounts), maxlen=0)


def whole_promises(agenda: Agenda, starts: list[datetime]) -> None:
    """The public door with its pauses, provisional mark and explanation, as a case page uses it."""
    minutes = Within(15, "min", hours="service-hours")
    days = Within(3, "working day", counted="workdays_end")
    agenda.due(starts[0], minutes), agenda.due(starts[0], days)

    def ask(within: Within, pauses: bool) -> Callable[[], None]:
        def run() -> None:
            for start in starts:
                agenda.due(start, within, (Span(start + timedelta(minutes=5), start + timedelta(hours=2)),) if pauses else ())

        return run

    figure("Agenda.due, 15 minutes", len(starts) / best(ask(minutes, False)) / 1e3, "k/s", None)
    figure("Agenda.due, 15 minutes, one pause", len(starts) / best(ask(minutes, True)) / 1e3, "k/s", None)
    figure("Agenda.due, 3 working days", len(starts) / best(ask(days, False)) / 1e3, "k/s", None)
    explain = best(lambda: [agenda.explain(start, days) for start in starts[:2000]])
    figure("Agenda.explain, 3 working days", 2000 / explain / 1e3, "k/s", None)


def columns(service: OpenTime, generator: random.Random) -> None:
    """A million rows at once."""
    random_rows = np.random.default_rng(generator.randrange(1 << 30))
    width = int((service.end_s - service.begin_s) * 0.95)
    starts = service.begin_s + random_rows.integers(0, width, 1_000_000)
    amounts = random_rows.choice(np.array([300, 900, 3600, 14_400, 86_400]), 1_000_000)
    batch = service.batch
    same = batch.due_s(starts, amounts).tolist() == list(map(service.due_s, starts.tolist(), amounts.tolist()))
    figure("batch of 1,000,000 rows equal to the scalar path", int(same), "rows all equal", 1)
    figure("batch, one amount a row", 1e9 * best(lambda: batch.due_s(starts, amounts)) / len(starts), "ns/row", 12, lower=True)
    figure("batch, one amount for all", 1e9 * best(lambda: batch.due_s(starts, 900)) / len(starts), "ns/row", 12, lower=True)


def rows_of_the_clock_command(starts: list[int]) -> None:
    sample = (ROOT / "tests/core/calendar/clock-samples.jsonl").read_text(encoding="utf-8").splitlines()[0]
    row = json.loads(sample)
    lines = []
    for number, start in enumerate(starts):
        row |= {"id": number, "start": datetime.fromtimestamp(start, UTC).isoformat(), "duration": {"kind": "business", "minutes": 15}}
        lines.append(json.dumps(row) + "\n")
    text = "".join(lines)
    seconds = best(lambda: clock([], StringIO(text), StringIO()))
    figure("luyue clock, rows with their calendar", len(lines) / seconds / 1e3, "k rows/s", None)


def best(run: Callable[[], object], least_s: float = 1.5) -> float:
    """Processor seconds of the fastest of many runs: what the code needs when nothing else is in its way."""
    seconds: list[float] = []
    until = time.perf_counter() + least_s
    while len(seconds) < BEST_OF or time.perf_counter() < until:
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def figure(name: str, value: float, unit: str, target: float | None, *, lower: bool = False) -> None:
    rounded = round(value, 3)
    met = None if target is None else (rounded <= target if lower else rounded >= target)
    print(json.dumps({"figure": name, "value": rounded, "unit": unit, "target": target, "met": met}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
