"""The supervisor's page and the analysis of causes, with 100,000 cases in the store: server time and questions to the store.

usage: python -m tests.bench.bench_supervisor [--open 3000]
"""

from __future__ import annotations

import argparse

from tests.bench import desk, many_cases
from tests.bench.bench_pages import good
from tests.bench.figures import figure, load, p50, p95, timed

WHO = ("zhaolan", "zhouqiming")  # the desk's lead, a manager
# Name -> address, and milliseconds it may take.
PAGES = {"supervisor": ("/supervisor", 100.0), "supervisor, today": ("/supervisor?days=1", 100.0), "causes": ("/supervisor/causes", 150.0)}
TIMES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--open", type=int, default=many_cases.OPEN)
    options = parser.parse_args()
    desk.start_django(many_cases.ready(options.open))
    among = f"{many_cases.CASES} cases, {options.open} open"
    for name, (path, most) in PAGES.items():
        measure(name, path, most, among)


def measure(name: str, path: str, most: float, among: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    wall, used, asked = [], [], 0
    for username in WHO:
        browser = desk.browser_of(username)
        for _ in range(2):
            good(browser.get(path))
        with CaptureQueriesContext(connection) as queries:
            good(browser.get(path))
        asked = max(asked, len(queries))
        one_wall, one_used = timed(lambda browser=browser: good(browser.get(path)), TIMES // len(WHO))
        wall += one_wall
        used += one_used
    more = {"p95": round(p95(wall), 1), "processor_ms": round(p50(used), 1), "queries": asked, "load": load()}
    figure(f"{name}, server time, p50 ({among})", p50(wall), "ms", most, **more)


if __name__ == "__main__":
    main()
