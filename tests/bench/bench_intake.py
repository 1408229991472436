"""Contacts handed in through HTTP, eight at a time, each a new case with its promises and its journal entry, durable when it is answered.

usage: python -m tests.bench.bench_intake [--open 3000] [--seconds 15]

`luyue serve` with two web processes on the store of 100,000 cases; the askers are one process with a socket each and share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import threading
import time
from collections import Counter
from pathlib import Path

from tests.bench import desk, many_cases
from tests.bench.figures import fdatasync_per_s, figure, load, p50, p95

AT_A_TIME = 8
KINDS: tuple[dict[str, object], ...] = (
    {"objection_type": "service/slow-response", "objection_text": "半小时没有人回复", "demand": ["apology"]},
    {"objection_type": "service/attitude", "objection_text": "送货师傅态度很差", "demand": ["apology"]},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--open", type=int, default=many_cases.OPEN)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    folder = many_cases.ready(options.open)
    desk.start_django(folder)
    from django.db import connections
    from django.utils import timezone

    from luyue.apps.api.actions import create_client

    run = f"{os.getpid()}-{int(time.time())}"
    token = create_client(f"bench {run}", now=timezone.now())
    connections.close_all()
    with desk.served(folder) as (address, server):
        host, _, port = address.removeprefix("http://").partition(":")
        where = (host, int(port), token, run)
        _burst(where, 3.0, "warm")
        before = desk.processor_s(desk.family(server))
        began, mine = time.perf_counter(), time.process_time()
        waits, statuses = _burst(where, options.seconds, "run")
        took = time.perf_counter() - began
        used = desk.processor_s(desk.family(server)) - before
        assert set(statuses) == {201}, statuses
        figure(
            f"intake over HTTP, {AT_A_TIME} at a time ({many_cases.CASES} cases, {options.open} open)", len(waits) / took, "1/s", 350, lower=False,
            p50_ms=round(p50(waits), 1), p95_ms=round(p95(waits), 1), server_processor_ms=round(1000 * used / len(waits), 2),
            asker_processor_ms=round(1000 * (time.process_time() - mine) / len(waits), 2), fdatasync_per_s=round(fdatasync_per_s(Path(folder))), load=load(),
        )  # fmt: skip


def _burst(where: tuple[str, int, str, str], seconds: float, name: str) -> tuple[list[float], Counter[int]]:
    waits: list[float] = []
    statuses: Counter[int] = Counter()
    until = time.perf_counter() + seconds
    askers = [threading.Thread(target=_ask, args=(where, until, f"{name}-{number}", waits, statuses)) for number in range(AT_A_TIME)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    return waits, statuses


def _ask(where: tuple[str, int, str, str], until: float, name: str, waits: list[float], statuses: Counter[int]) -> None:
    host, port, token, run = where
    number = 0
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            number += 1
            words = _request(host, token, f"{run}-{name}-{number}", number)
            began = time.perf_counter()
            line.sendall(words)
            statuses[_answer(line)] += 1
            waits.append(1000 * (time.perf_counter() - began))


def _request(host: str, token: str, external_id: str, number: int) -> bytes:
    phone = f"137{hash(external_id) % 100_000_000:08}"
    content = {
        "channel": "chat",
        "external_id": external_id,
        "procedure": "objection",
        "customer": {"kind": "individual", "name": "林婉清", "phone": phone},
        "fields": KINDS[number % len(KINDS)],
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    head = (
        f"POST /api/v1/intake HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _answer(line: socket.socket) -> int:
    """Read one answer whole; its status."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = line.recv(65536)
        assert part, "the server hung up"
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:"))
    while len(body) < length:
        body += line.recv(65536)
    return int(head.split(b" ", 2)[1])


if __name__ == "__main__":
    main()
