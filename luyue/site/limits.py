"""How often something may be asked for, counted in the shared cache, for all processes together.

Numbers are chosen so that a call centre behind one address, or a phone network's customers behind another, never meet them by working.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django_ratelimit import ALL
from django_ratelimit.core import get_usage

from luyue.site.accounts import login_name
from luyue.site.addresses import client_address
from luyue.site.own_counts import seconds_to_wait

ADDRESS, NAME, PERSON, PATH, ANYBODY = "address", "name", "person", "path", "anybody"


@dataclass(frozen=True, slots=True)
class Limit:
    """`rate` is django-ratelimit's, e.g. `60/h` or `600/15m`, counted per address, tried name, person (else address), path or at all.

    misses    only answers 404 count: for pages whose address is a secret, so that honest readers never count and guessers do.
    own       counted by each web process for itself, `rate` being what one of them lets through.
    """

    name: str
    rate: str
    per: str = ADDRESS
    methods: tuple[str, ...] = ("POST",)
    misses: bool = False
    own: bool = False


# NIST SP 800-63B 5.2.2 allows 100 wrong tries in a row on an account; the pair of name and address is locked after five (axes).
SIGN_IN = (Limit("sign-in", "600/15m"), Limit("sign-in-name", "100/h", NAME))
SECOND_FACTOR = (Limit("second-factor", "60/15m"),)
INTAKE = (Limit("intake", "60/h"), Limit("intake-all", "3000/h", ANYBODY))
LINK_PAGE = (Limit("link-guess", "40/15m", methods=("GET", "POST"), misses=True), Limit("link-act", "60/h", PATH))
NUDGE = (Limit("nudge", "12/h", PATH), Limit("link-guess", "40/15m", methods=("GET", "POST"), misses=True))
UPLOAD = (Limit("upload", "600/h", PERSON),)
LINK_UPLOAD = (Limit("link-upload", "60/h", PATH), *LINK_PAGE[:1])
API = (Limit("api", "30000/m", methods=("GET", "POST"), own=True),)
SEARCH = (Limit("search", "240/m", PERSON, methods=("GET",)),)
DESK = (Limit("desk", "120/m", PERSON),)  # looking customers up while registering
REVEAL = (Limit("reveal", "120/h", PERSON),)


def exceeded(request: HttpRequest, limits: Iterable[Limit]) -> tuple[Limit, int] | None:
    """The first limit this request goes beyond, with the seconds until it may be tried again; counts the request on the way."""
    for limit in limits:
        if request.method not in limit.methods:
            continue
        if limit.own:
            wait_s = seconds_to_wait(limit.name, limit.rate, _who(request, limit))
            if wait_s:
                return limit, wait_s
            continue
        usage = _usage(request, limit, increment=not limit.misses)
        if usage and usage["should_limit"]:
            return limit, max(1, math.ceil(usage["time_left"]))
    return None


def count_miss(request: HttpRequest, limits: Iterable[Limit]) -> None:
    """Count an answer 404 where only those count."""
    for limit in limits:
        if limit.misses and request.method in limit.methods:
            _usage(request, limit, increment=True)


def retry_at(seconds: int) -> float:
    return time.time() + seconds


def _usage(request: HttpRequest, limit: Limit, *, increment: bool) -> dict | None:
    # `should_limit` compares the count with the rate: more than the rate is too much, so a look ahead must count itself.
    usage = get_usage(request, group=f"luyue:{limit.name}", key=lambda group, asked: _who(asked, limit), rate=limit.rate, method=ALL,
                      increment=increment)  # fmt: skip
    if usage and not increment:
        usage["should_limit"] = usage["count"] >= usage["limit"]
    return usage


def _who(request: HttpRequest, limit: Limit) -> str:
    if limit.per == NAME:
        return _digest(login_name(request))
    if limit.per == PERSON and request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if limit.per == PATH:
        return _digest(request.path)
    return "" if limit.per == ANYBODY else client_address(request)


def _digest(text: str) -> str:
    """Names and links are not written into the cache as they are."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
