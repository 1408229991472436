"""Two cases of one matter: which one goes on, and what that means for the promises."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import NotFound, case_for
from luyue.apps.casework import merging
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, present_cases, refusing, shell
from luyue.core.procedure.state import Refused


def merge(request: HttpRequest, number: str) -> HttpResponse:
    """GET offers the customer's other open cases; POST merges into the one chosen, or into the number typed."""
    reader = staff_reader(request)
    if request.method != "POST":
        return _page(request, reader, number)
    into = (request.POST.get("number") or request.POST.get("into") or "").strip().upper()
    try:
        merging.merge_cases(number, into, by=reader, once=request.POST.get("once") or None)
    except NotFound:
        case_for(reader, number)  # the page's own case, absent or forbidden, is 404 as ever
        return _page(request, reader, number, error=_("没有这个工单，请核对编号"), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _page(request, reader, number, refused=refused, status=HTTPStatus.CONFLICT)
    messages.success(request, _("%(number)s 已并入") % {"number": number})
    return redirect("workspace:case", number=into)


def _page(request: HttpRequest, reader: Staff, number: str, *, refused: Refused | None = None, error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    now, case = timezone.now(), case_for(reader, number)
    book = rulebook_for(case.rulebook)
    choices: list[dict[str, Any]] = []
    for one in merging.candidates(case, reader):
        blocked = merging.in_the_way(number, one, reader, now)
        choices.append(present_cases.row(one, reader, book, now) | {"blocked": refusing.said(blocked) if blocked else ""})
    context = {"case": case, "choices": choices, "once": request.POST.get("once") or filling.new_once(), "error": error}
    context["refusal"] = refusing.block(refused, book, title=_("没有合并")) if refused else None
    template = "workspace/merge_dialog.html" if request.headers.get("HX-Request") else "workspace/merge.html"
    return render(request, template, shell.page(reader, now, "cases", nav_counts={}, **context), status=status)
