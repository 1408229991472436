"""资料保存: what was erased by which clause, what stands next, and what is held."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import NotFound
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.retention import actions, selectors
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_records, shell
from luyue.core.procedure.state import Invalid, Refused


def records(request: HttpRequest) -> HttpResponse:
    """GET shows the log; POST holds a case's record."""
    if request.method != "POST":
        return _page(request)
    number, reason = request.POST.get("number", ""), request.POST.get("reason", "")
    try:
        actions.hold(number, by=staff_reader(request), reason=reason)
    except NotFound:
        return _page(request, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors={"number": _("没有这件工单")}, posted=request.POST)
    except Invalid as invalid:
        return _page(request, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=invalid.say(shell.language()), posted=request.POST)
    except Refused as refused:
        return _page(request, status=HTTPStatus.CONFLICT, refused=refused, posted=request.POST)
    messages.success(request, _("已保留，到期也不删除"))
    return redirect("workspace:records")


def release(request: HttpRequest, hold: int) -> HttpResponse:
    try:
        actions.lift(hold, by=staff_reader(request))
    except Refused as refused:
        messages.error(request, refused.words if shell.language() == "zh" else refused.words_en)
    else:
        messages.success(request, _("已解除保留"))
    return redirect("workspace:records")


def _page(request: HttpRequest, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    page = Paginator(selectors.erasures(), 50).get_page(request.GET.get("page"))
    context = present_records.page(reader, book, now, page, **more)
    return render(request, "workspace/records.html", shell.page(reader, now, "records", book=book, nav_counts={}, **context), status=status)
