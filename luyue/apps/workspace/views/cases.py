"""工单: all cases he may see, filtered and searched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.search import find
from luyue.apps.cases.selectors import cases_for
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.workspace import filling, palette, present_cases, present_found, present_kept, saved, shell
from luyue.apps.workspace.selectors import Leaves, Wanted, cases_wanted, colleagues


def cases(request: HttpRequest) -> HttpResponse:
    reader, now, asked = staff_reader(request), timezone.now(), request.GET.dict()
    wanted, book = Wanted.of(asked), current_rulebook(now)[1]
    rows = Leaves(cases_wanted(reader, wanted, book=book, now=now), present_cases.PER_PAGE).get_page(asked.get("page"))
    people = colleagues()
    context = present_cases.page(rows, wanted, reader, book, now, asked, people)
    context |= {"many": present_kept.many(book, people), "once": filling.new_once()}
    own_teams = [(one.id, one.label.say(shell.language())) for one in shell.own_teams(reader, book)]
    context |= {"kept_query": saved.plain(request.GET.urlencode()), "own_teams": own_teams}
    counts = {"cases": str(rows.paginator.size)} if wanted == Wanted() else None
    return render(request, "workspace/cases.html", shell.page(reader, now, "cases", book=book, nav_counts=counts, **context))


def search(request: HttpRequest) -> HttpResponse:
    """The search field without scripts: straight to a case whose whole number was typed, else everything that was found."""
    reader, now, words = staff_reader(request), timezone.now(), request.GET.get("q", "").strip()[:80]
    if words and cases_for(reader).filter(number__iexact=words).exists():
        return redirect("workspace:case", number=words.upper())
    book = current_rulebook(now)[1]
    hits = find(reader, words) if words else None
    context = present_found.page(hits, words, reader, book, now, request.GET.get("page")) if hits else {}
    context |= {"words": words, "groups": palette.groups(reader, book, words, cases=False)}
    return render(request, "workspace/search.html", shell.page(reader, now, "", book=book, nav_counts={}, **context))
