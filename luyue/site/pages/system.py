"""How the machine is, for those who look after it. None of these pages shows a word of a customer."""

from __future__ import annotations

import ipaddress
import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST

from luyue.apps.contacts.dead_letters import dead_letters, revive
from luyue.apps.mailroom import actions as mailroom
from luyue.apps.mailroom.selectors import unreadable
from luyue.apps.people.posts import SYSTEM
from luyue.apps.people.selectors import posts_of
from luyue.site.addresses import client_address
from luyue.site.health import answers, checks, worst
from luyue.site.logs import masked
from luyue.site.metrics import requests_text
from luyue.site.metrics_store import store_text
from luyue.site.pages.shell import around


def healthz(request: HttpRequest) -> HttpResponse:
    """For proxies and container keepers: 200 while the store answers, else 503. Says nothing more to strangers."""
    well = answers()
    return HttpResponse("ok\n" if well else "unwell\n", status=200 if well else 503, content_type="text/plain")


def livez(request: HttpRequest) -> HttpResponse:
    """For container keepers: this process answers, whatever its store does. One that does not is to be started anew."""
    return HttpResponse("ok\n", content_type="text/plain")


def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus. With LUYUE_METRICS_TOKEN for whoever brings it; without, for programs on this machine that come by no proxy."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(requests_text() + store_text(), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.LUYUE_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.LUYUE_METRICS_TOKEN.encode())
    by_proxy = bool(settings.LUYUE_PROXIES) or "X-Forwarded-For" in request.headers
    return not by_proxy and ipaddress.ip_address(client_address(request)).is_loopback


def health(request: HttpRequest) -> HttpResponse:
    found = checks()
    return render(request, "system/health.html", around(request, checks=found, worst=worst(found)))


def letters(request: HttpRequest) -> HttpResponse:
    found = [(letter, masked(letter.error)) for letter in dead_letters()]
    return render(request, "system/letters.html", around(request, letters=found, mails=unreadable(), may_retry=SYSTEM in posts_of(request.user)))


def retry(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    revived = revive(letter_id, request.user)
    messages.info(request, _("已排队重发。") if revived else _("这条消息已不在失败列表里。"))
    return redirect("system:letters")


def retry_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    revived = mailroom.retry(mail_id, request.user, timezone.now())
    messages.info(request, _("已排队重新处理。") if revived else _("这封来信已不在列表里。"))
    return redirect("system:letters")
