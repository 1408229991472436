"""考试与证书: who may serve because he has passed what the regulation asks for, and recording that somebody has."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.regulation.examination import record_passed
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_exams, shell
from luyue.core.procedure.state import Invalid


def exams(request: HttpRequest) -> HttpResponse:
    """GET lists who holds what; POST records an exam somebody else has passed."""
    reader, now = staff_reader(request), timezone.now()
    if request.method != "POST":
        return _page(request)
    asked = present_exams.asked(request.POST, now)
    try:
        if asked.errors or asked.user is None:
            raise Invalid(asked.errors)
        record_passed(asked.user, **asked.values, by=reader.id, now=now)
    except Invalid as invalid:
        return _page(request, errors=invalid.say(shell.language()), posted=request.POST, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("已登记，立即生效"))
    return redirect("workspace:exams")


def _page(request: HttpRequest, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    context = present_exams.page(book, now, shell.language(), **more)
    return render(request, "workspace/exams.html", shell.page(reader, now, "supervisor", book=book, nav_counts={}, **context), status=status)
