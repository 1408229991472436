"""From where a request came, asked by everything that counts or locks: axes, allauth and the rate limits."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # a server on a socket gives no address; all such requests count together


def client_address(request: HttpRequest) -> str:
    """The client's address as text.

    `X-Forwarded-For` is whatever the client wrote into it, so it is not read, unless LUYUE_PROXIES says how many proxies of ours stand in
    front: then the entry that the outermost of them added is taken, counted from the right.
    """
    candidate = request.META.get("REMOTE_ADDR") or ""
    if settings.LUYUE_PROXIES:
        entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
        if len(entries) >= settings.LUYUE_PROXIES:
            candidate = entries[-settings.LUYUE_PROXIES]
    try:
        return str(ipaddress.ip_address(candidate.strip("[]")))
    except ValueError:
        return UNKNOWN
