"""What a member of staff waits for, with 100,000 cases in the store: his day, a case, an answer given.

usage: python -m tests.bench.bench_pages [--open 3000]

Inside one process: the whole request from the first middleware to the last, without the network. Over HTTP: two web processes, asked
by one client at a time.
"""

from __future__ import annotations

import argparse
import http.client
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import desk, many_cases
from tests.bench.figures import fdatasync_per_s, figure, load, p50, p95, timed

WHO = ("chensiyuan", "zhaolan", "helicheng")  # desk, its lead, a technician
TARGETS = {"my day": (15.0, 8), "case page": (20.0, 20), "list of cases": (None, None)}
TIMES = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--open", type=int, default=many_cases.OPEN)
    options = parser.parse_args()
    folder = many_cases.ready(options.open)
    desk.start_django(folder)
    among = f"{many_cases.CASES} cases, {options.open} open"
    for name, address in pages().items():
        inside(name, address, among)
    answers(folder, among)
    over_http(folder, among)


def pages() -> dict[str, Callable[[str], str]]:
    """What is asked for; each asking is of another case."""
    from luyue.apps.cases.readers import Staff
    from luyue.apps.cases.selectors import cases_for
    from luyue.apps.people.models import User

    chance = random.Random(3)
    numbers = {}
    for username in WHO:
        mine = cases_for(Staff(User.objects.get(username=username))).values_list("number", flat=True)
        numbers[username] = list(mine.filter(is_open=True)[:400]) + list(mine.filter(is_open=False)[:100])
    return {
        "my day": lambda username: "/today",
        "case page": lambda username: f"/cases/{chance.choice(numbers[username])}",
        "list of cases": lambda username: "/cases",
    }


def inside(name: str, address: Callable[[str], str], among: str) -> None:
    """Time and questions to the store of one page, by each person in turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    wall, used, asked, size = [], [], [], 0
    for username in WHO:
        browser = desk.browser_of(username)
        for _ in range(3):
            good(browser.get(address(username)))
        for _ in range(5):
            with CaptureQueriesContext(connection) as queries:
                size = max(size, len(good(browser.get(address(username))).content))
            asked.append(len(queries))
        one_wall, one_used = timed(lambda browser=browser, username=username: good(browser.get(address(username))), TIMES // len(WHO))
        wall += one_wall
        used += one_used
    most_ms, most_asked = TARGETS[name]
    figure(f"{name}, server time, p50 ({among})", p50(wall), "ms", most_ms, p95=round(p95(wall), 1), processor_ms=round(p50(used), 1), bytes=size, load=load())
    figure(f"{name}, questions to the store, most", max(asked), "queries", most_asked)


def good(response: Any) -> Any:
    assert response.status_code == 200, f"{response.request.get('PATH_INFO')}: {response.status_code} {response.content[:300]!r}"
    return response


def answers(folder: Path, among: str) -> None:
    """Words to a customer, durable when the call returns: on its own, and through the page's form."""
    from django.utils import timezone

    from luyue.apps.cases.models import Case
    from luyue.apps.cases.readers import Staff
    from luyue.apps.casework.perform import perform
    from luyue.apps.people.models import User

    reader = Staff(User.objects.get(username=WHO[0]))
    cases = list(Case.objects.filter(is_open=True, teams__team="service-desk").order_by("?").values_list("id", "number")[: 2 * TIMES])
    waiting = iter(cases)

    def act() -> None:
        perform(next(waiting)[0], "answer", by=reader, data={"text": "已联系仓库，今天 18 点前给您答复。", "channel": "chat"}, now=timezone.now())

    wall, used = timed(act, TIMES)
    disk = round(fdatasync_per_s(folder))
    figure(f"answer, durable, p50 ({among})", p50(wall), "ms", 10, p95=round(p95(wall), 1), processor_ms=round(p50(used), 1), fdatasync_per_s=disk, load=load())


def over_http(folder: Path, among: str) -> None:
    with desk.served(folder) as (address, parent):
        host = address.removeprefix("http://")
        for name, path in pages().items():
            cookies = {username: "; ".join(f"{k}={v}" for k, v in desk.cookie_of(username).items()) for username in WHO}
            connection = http.client.HTTPConnection(host, timeout=30)

            def ask(username: str, connection: Any = connection, path: Any = path, cookies: Any = cookies) -> None:
                connection.request("GET", path(username), headers={"Cookie": cookies[username]})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, f"{path(username)}: {answer.status}"

            for username in WHO * 4:
                ask(username)
            processes = desk.family(parent)
            before, wall = desk.processor_s(processes), []
            for turn in range(TIMES):
                began = time.perf_counter()
                ask(WHO[turn % len(WHO)])
                wall.append(1000 * (time.perf_counter() - began))
            used = 1000 * (desk.processor_s(processes) - before) / TIMES
            figure(f"{name} over HTTP, p50 ({among})", p50(wall), "ms", None, p95=round(p95(wall), 1), processor_ms=round(used, 1), load=load())
            connection.close()


if __name__ == "__main__":
    main()
