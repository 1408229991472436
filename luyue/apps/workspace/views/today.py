"""我的今天, and the start page for whoever is not signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import live_since
from luyue.apps.clocks.day import kept_today, my_day
from luyue.apps.people.selectors import works_here
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.reports.supervision import stands_in_for
from luyue.apps.workspace import present_day, present_start, shell
from luyue.apps.workspace.selectors import class_fields


def start(request: HttpRequest) -> HttpResponse:
    """What this is, for whoever is not signed in; staff go on to their day, customers to their portal."""
    if request.user.is_authenticated:
        return redirect("workspace:today" if works_here(request.user) else "portal:home")
    return render(request, "workspace/start.html", present_start.page())


def today(request: HttpRequest) -> HttpResponse:
    now, reader = timezone.now(), staff_reader(request)
    book = current_rulebook(now)[1]
    day = my_day(reader, now, class_fields=class_fields(book))
    kept, timetable = kept_today(reader, now), shell.timetable_of(reader, book)
    context = present_day.page(day, book, now, timetable, kept, whole="all" in request.GET)
    present_day.class_words(context["groups"], {row.number: row.case.classed for row in day.rows if row.case.classed}, book)
    context["cursor"] = live_since(reader, "").cursor
    context["covers"] = [str(one.user) for one in stands_in_for(reader.user, now)] if len(reader.persons) > 1 else []
    counts = {"today": len(day.rows)}
    return render(request, "workspace/today.html", shell.page(reader, now, "today", book=book, nav_counts=counts, **context))
