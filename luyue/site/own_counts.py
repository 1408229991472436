"""Counting in the process's own memory, for callers who have shown who they are: a shared count would cost a commit a request."""

from __future__ import annotations

import threading
import time

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MOST = 10_000  # callers remembered; beyond it all windows begin anew

_lock = threading.Lock()
_counts: dict[tuple[str, str], tuple[int, int]] = {}  # (limit, caller) -> (window, how often in it)


def seconds_to_wait(limit: str, rate: str, caller: str) -> int:
    """Count one request of `caller`; 0 while it is within `rate` (`20000/m`), else the seconds until the next window."""
    most, _, per = rate.partition("/")
    length = _UNITS[per]
    window, into = divmod(time.time(), length)
    with _lock:
        if len(_counts) > _MOST:
            _counts.clear()
        last, count = _counts.get((limit, caller), (0, 0))
        count = count + 1 if last == int(window) else 1
        _counts[limit, caller] = (int(window), count)
    return 0 if count <= int(most) else max(1, int(length - into))
