"""提醒: what was announced to this person, his posts and his teams: warnings, misses, nudges, notices; each said once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.contacts.actions import mark_seen
from luyue.apps.contacts.selectors import announcements as announced
from luyue.apps.workspace import present_announced, shell


def announcements(request: HttpRequest) -> HttpResponse:
    """GET lists them, the unseen first; POST marks the named ones, or all shown, as seen."""
    reader, now = staff_reader(request), timezone.now()
    if request.method == "POST":
        mark_seen(reader, [int(one) for one in request.POST.getlist("seen") if one.isdecimal()], now)
        return redirect("workspace:announcements")
    rows = present_announced.rows(announced(reader, 100), now)
    context = {"unseen": [row for row in rows if not row["seen"]], "seen": [row for row in rows if row["seen"]]}
    return render(request, "workspace/announcements.html", shell.page(reader, now, "announcements", **context))
