"""What scripts ask for: the command palette, what changed since, why a time is what it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import cases_for, live_since
from luyue.apps.casework.selectors import explain
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.promises import clause_ref
from luyue.apps.workspace import drafts, shell
from luyue.apps.workspace import palette as palette_groups


def palette(request: HttpRequest) -> HttpResponse:
    groups = palette_groups.groups(staff_reader(request), current_rulebook()[1], request.GET.get("q", ""))
    return JsonResponse({"groups": groups})


def live(request: HttpRequest) -> HttpResponse:
    """204 while nothing changed in his cases; with `case` only that one counts."""
    reader, only = staff_reader(request), request.GET.get("case")
    news = live_since(reader, request.GET.get("since", ""))
    numbers = [number for number in news.numbers if not only or number == only]
    told = {"since": news.cursor, "count": len(numbers), "changed": [f"row-{number}" for number in numbers]}
    if only and cases_for(reader).filter(number=only).exists():
        writing = "、".join(drafts.writing_now(reader, only, timezone.now()))
        if writing != request.GET.get("writing", ""):
            told["writing"] = writing
    return JsonResponse(told) if numbers or "writing" in told else HttpResponse(status=204)


def why(request: HttpRequest, number: str) -> HttpResponse:
    """Day by day, why a clock's deadline is what it is; the clock's key is in `clock`."""
    reader, now = staff_reader(request), timezone.now()
    told = explain(reader, number, request.GET.get("clock", ""), now)
    book = current_rulebook(now)[1]
    ref = clause_ref(book, told.clock.regulation, told.clock.clause, rule_words=told.sentence, language=shell.language())
    return render(request, "workspace/why.html", {"told": told, "clause": ref, "now": now, "number": number})
