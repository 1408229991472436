"""制度: the regulations in force, each as a book with its rules in the margin, and the clocks behind a number."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.clocks.selectors import clause_counts, clocks_of_clause
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.promises import clause_ref
from luyue.apps.workspace import present_book, present_cases, shell
from luyue.apps.workspace.selectors import attainment_points, editions_adopted

_STATES = ("running", "kept", "missed")


def shelf(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    volumes = present_book.shelf(book, clause_counts(now))
    return render(request, "workspace/shelf.html", shell.page(staff_reader(request), now, "regulation", book=book, volumes=volumes))


def regulation(request: HttpRequest, regulation: str) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    text = next((one for one in book.regulations if one.id == regulation), None)
    if text is None:
        raise Http404(regulation)
    context = present_book.page(text, book, clause_counts(now), attainment_points(regulation, now), editions_adopted(regulation))
    return render(request, "workspace/regulation.html", shell.page(staff_reader(request), now, "regulation", book=book, nav_counts={}, **context))


def clause_clocks(request: HttpRequest, regulation: str, clause: str) -> HttpResponse:
    """The clocks behind a number of the margin, in the cases he may see."""
    now, reader, state = timezone.now(), staff_reader(request), request.GET.get("state", "running")
    book = current_rulebook(now)[1]
    ref = clause_ref(book, regulation, clause, language=shell.language())
    if ref is None or state not in _STATES:
        raise Http404(clause)
    found = clocks_of_clause(reader, regulation, clause, state, now)
    context = {"ref": ref, "state": state, "rows": [present_cases.clock_row(one, book, now) for one in found.rows], "found": found}
    return render(request, "workspace/clause_clocks.html", shell.page(reader, now, "regulation", book=book, **context))
