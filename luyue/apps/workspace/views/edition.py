"""One adopted edition: what it changed, who has acknowledged it, and the open cases that still run under an older one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework import foretelling, moving
from luyue.apps.people.selectors import is_lead
from luyue.apps.regulation import shelf
from luyue.apps.regulation.acknowledgement import previous_edition, readers_of
from luyue.apps.regulation.selectors import current_rulebook, named
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_editions as present
from luyue.apps.workspace import refusing, shell
from luyue.core.procedure.state import Refused
from luyue.core.regulation.words import listed

EDITION = "edition"


def edition(request: HttpRequest, regulation: str, edition: str) -> HttpResponse:
    now, reader = timezone.now(), staff_reader(request)
    row = _edition(regulation, edition)
    before = previous_edition(row)
    after_book = shelf.book_with(row)
    before_book = shelf.book_with(before) if before else None
    context: dict[str, Any] = {
        "row": row,
        "label": named(row, shell.language()),
        "before": before,
        "diff": present.differences(before_book, after_book, regulation) if after_book and (before_book or before is None) else None,
        "coming": row.in_force_from > timezone.localdate(now),
        "leads": is_lead(reader.user),
    }
    if row.adopted_at is not None:
        context["n_older"] = foretelling.n_on_older(regulation, row)
        if is_lead(reader.user):
            told = readers_of(row)
            context |= {
                "done": [{"name": str(user), "at": moment(at, now)} for user, at in told.done],
                "waiting": [str(user) for user in told.waiting],
                "unreached": listed([str(user) for user in told.waiting if not user.email], shell.language()),
                "grace": moment(told.grace_ends_at, now, ends=True) if told.grace_ends_at else "",
                "n_bound": len(told.done) + len(told.waiting),
            }
    return render(request, "workspace/editions/edition.html", shell.page(reader, now, "regulation", nav_counts={}, **context))


def move(request: HttpRequest, regulation: str, edition: str) -> HttpResponse:
    """GET foretells what it would do to take the older cases over to what is in force; POST asks, agrees, or takes it back."""
    reader, row = staff_reader(request), _edition(regulation, edition)
    if request.method != "POST":
        return _move_page(request, reader, row)
    do, asked = request.POST.get("do", ""), shelf.move_under_way(EDITION, regulation)
    try:
        if do == "ask":
            moving.ask(row, reader.user, only=request.POST.get("only", ""))
            messages.success(request, _("已提出。请另一位负责人看过预览后批准。"))
        elif asked is not None and do == "agree":
            moving.decide_move(asked.pk, reader.user)
            messages.success(request, _("已批准，正在逐件移入。"))
        elif asked is not None and do == "withdraw":
            moving.withdraw_move(asked.pk, reader.user)
            messages.success(request, _("已撤回，没有工单移动。"))
    except Refused as refused:
        return _move_page(request, reader, row, HTTPStatus.CONFLICT, refused=refused)
    return redirect("workspace:edition-move", row.regulation, row.edition)


def _move_page(request: HttpRequest, reader: Staff, row: Any, status: int = HTTPStatus.OK, refused: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    under_way = shelf.move_under_way(EDITION, row.regulation) or shelf.move_of(EDITION, row.regulation, str(row.edition))
    found = foretelling.foretell_edition(row.regulation, str(row.edition), book, now)
    context = {
        "row": row,
        "label": named(row, shell.language()),
        "coming": row.adopted_at is None or row.in_force_from > timezone.localdate(now),
        "move": present.move_line(under_way, now) if under_way else None,
        "own": under_way is not None and under_way.asked_by_id == reader.user.pk,
        "preview": present.preview(found, reader, book, now),
        "refusal": refusing.block(refused, book) if refused else None,
    }
    return render(request, "workspace/editions/move.html", shell.page(reader, now, "regulation", book=book, nav_counts={}, **context), status=status)


def _edition(regulation: str, edition: str) -> Any:
    row = shelf.edition_of(regulation, edition)
    if row is None:
        raise Http404(edition)
    return row
