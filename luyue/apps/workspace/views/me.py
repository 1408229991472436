"""我: teams, posts, what was acknowledged, how the pages look; and the letters that went out."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.regulation.acknowledgement import pending_editions
from luyue.apps.regulation.selectors import current_rulebook, named
from luyue.apps.ui import navigation
from luyue.apps.workspace import present_letters, shell
from luyue.apps.workspace.selectors import acknowledged_by, letters_of
from luyue.core.regulation.words import actor_words


def me(request: HttpRequest) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    words = [actor_words(one, book, shell.language()) for one in sorted(reader.posts)]
    context = {"teams": [team.label.say(shell.language()) for team in shell.own_teams(reader, book)], "posts": words}
    read = [{"edition": one.edition, "label": named(one.edition, shell.language()), "at": one.at} for one in acknowledged_by(reader)]
    context |= {"acknowledged": read, "pending": pending_editions(request.user, now)}
    tabs = {place.id for place in navigation.TABS}
    places = [one for group in navigation.groups({}, shell.closed_to(reader)) for one in group["entries"] if one["id"] not in tabs]  # type: ignore[attr-defined]
    context["places"] = places  # a phone has five tabs; the rest of the navigation stands here
    return render(request, "workspace/me.html", shell.page(reader, now, "me", book=book, **context))


def letters(request: HttpRequest) -> HttpResponse:
    """Letters of his cases: waiting, sent, or given up."""
    reader, now, dead = staff_reader(request), timezone.now(), request.GET.get("state") == "dead"
    page = Paginator(letters_of(reader, dead_only=dead), 50).get_page(request.GET.get("page"))
    rows = [present_letters.letter(one, now) | {"number": one.case.number} for one in page]
    return render(request, "workspace/letters.html", shell.page(reader, now, "letters", rows=rows, page=page, dead=dead))
