"""Doing one thing in a case: the form of the regulation, and the deed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework.forms import data_of
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import CasePage, case_page
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import drafts, filling, present_act, shell
from luyue.apps.workspace.present_act import Doing
from luyue.core.procedure.state import Invalid, Refused

_SEE = {"tick": "list", "do-task": "list", "try-task": "list", "cancel-task": "list"}  # the tab a phone comes back to


def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """GET shows the form, in a dialog when a page asked for one; POST does it and goes back to the case."""
    reader = staff_reader(request)
    case = case_page(reader, number, timezone.now())
    doing = present_act.doing(case, action, {**request.GET.dict(), **request.POST.dict()})
    if request.method == "POST":
        return _do(request, reader, case, doing)
    status = HTTPStatus.CONFLICT if present_act.closed(case, doing) else HTTPStatus.OK
    return _page(request, reader, case, doing, status)


def _do(request: HttpRequest, reader: Staff, case: CasePage, doing: Doing) -> HttpResponse:
    held: Any = {}
    try:
        filled = filling.read(request, reader, doing.form, case.book)
        held = filled.held
        entry = perform(case.case.pk, doing.action, by=reader, data=present_act.data_for(doing, filled), at=filled.at, once=filled.once or None)
    except Invalid as invalid:
        return _again(request, reader, case, doing, held, HTTPStatus.UNPROCESSABLE_ENTITY, errors=invalid.say(shell.language()))
    except Refused as refused:
        return _again(request, reader, case, doing, held, HTTPStatus.CONFLICT, refused=refused)
    messages.success(request, _("已办理：%(label)s") % {"label": doing.label}, extra_tags=present_act.undo_path(case.case.number, doing.action, entry.seq))
    drafts.drop(reader, case.case.pk, doing.action)
    see = _SEE.get(doing.action)
    return redirect(reverse("workspace:case", args=[case.case.number]) + (f"?see={see}" if see else ""))


def _again(request: HttpRequest, reader: Staff, case: CasePage, doing: Doing, held: Any, status: int, **more: Any) -> HttpResponse:
    """The form with everything that was written, and why it was not taken. What changed in the case meanwhile is shown as it is now."""
    values = data_of(doing.form, case.book, request.POST) | filling.kept_files(reader, held, request.POST) if doing.form else {}
    fresh = case_page(reader, case.case.number, timezone.now())
    return _page(request, reader, fresh, doing, status, values=values, posted=request.POST, **more)


def _page(request: HttpRequest, reader: Staff, case: CasePage, doing: Doing, status: int, **more: Any) -> HttpResponse:
    now = timezone.now()
    context = present_act.page(case, doing, now, **more)
    template = "workspace/act_dialog.html" if request.headers.get("HX-Request") else "workspace/act.html"
    return render(request, template, shell.page(reader, now, "cases", nav_counts={}, **context), status=status)
