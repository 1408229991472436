"""How long requests take, counted in every web process and summed over all of them when somebody asks (`/metrics`).

`luyue serve` names a folder in PROMETHEUS_MULTIPROC_DIR before this module is loaded; each process keeps its numbers in a file there. Without
the variable, as under another WSGI server, the numbers are those of the process that answers. Labels are names of our own: no address, no id.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
NO_ROUTE = "none"

_own = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "luyue_request_duration_seconds", "Time from a request's arrival to its answer.", ("route", "method", "status"), buckets=BUCKETS, registry=_own
)
_METHODS = frozenset(("GET", "HEAD", "POST"))


class Timing:
    """Counts every request by the name of its page, its method and the first digit of the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        method = request.method if request.method in _METHODS else "other"
        with suppress(OSError):  # a full disk must not cost anybody a page
            REQUEST_SECONDS.labels(match.view_name if match else NO_ROUTE, method, f"{response.status_code // 100}xx").observe(time.perf_counter() - began)
        return response


def requests_text() -> bytes:
    """What was counted since the server started, in Prometheus' text."""
    if not os.environ.get(FOLDER):
        return bytes(generate_latest(_own))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return bytes(generate_latest(registry))
