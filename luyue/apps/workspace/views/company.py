"""公司待办: what the company owes every month or quarter without a case, and doing it with its checklist and proof."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework.company_tasks import company_task, company_tasks, do_company_task, done_entry
from luyue.apps.casework.forms import data_of
from luyue.apps.evidence.selectors import files_for
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, present_company, shell
from luyue.core.procedure.state import Invalid, Refused


def company(request: HttpRequest) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    is_done = request.GET.get("state") == "done"
    page = Paginator(company_tasks(reader, open_only=not is_done), 50).get_page(request.GET.get("page"))
    context = {"rows": [present_company.row(one, book, now) for one in page], "page": page, "done": is_done}
    return render(request, "workspace/company.html", shell.page(reader, now, "company", book=book, nav_counts={}, **context))


def company_one(request: HttpRequest, task: int) -> HttpResponse:
    """GET shows the paper, or what was written on it; POST does the task."""
    if request.method == "POST":
        return _do(request, task)
    return _page(request, staff_reader(request), task)


def _do(request: HttpRequest, task: int) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    paper = present_company.paper(company_task(reader, task), book)
    held: Any = {}
    try:
        held = filling.hold_files(request, reader)
        do_company_task(task, by=reader, data=data_of(paper, book, request.POST, held), once=request.POST.get("once", "") or None)
    except Invalid as invalid:
        values = data_of(paper, book, request.POST) | filling.kept_files(reader, held, request.POST)
        return _page(request, reader, task, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=invalid.say(shell.language()), values=values, posted=request.POST)
    except Refused as refused:
        return _page(request, reader, task, status=HTTPStatus.CONFLICT, refused=refused)
    messages.success(request, _("已完成"))
    return redirect("workspace:company")


def _page(request: HttpRequest, reader: Staff, task: int, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    row = company_task(reader, task)
    told = done_entry(row)
    files = list(files_for(reader).filter(entry=told[0])) if told else []
    context = present_company.page(row, book, now, told=told, files=files, **more)
    return render(request, "workspace/company_task.html", shell.page(reader, now, "company", book=book, nav_counts={}, **context), status=status)
