"""报告: frozen figures with the cases behind them, as a page and as a table to take along, and what is done about them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.regulation.selectors import current_rulebook, rulebook_for
from luyue.apps.reports import improvements, selectors
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_cases, present_reports, report_table, shell
from luyue.core.procedure.state import Invalid


def reports(request: HttpRequest) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    context = present_reports.shelf(selectors.runs_for(reader), book, now)
    return render(request, "workspace/reports.html", shell.page(reader, now, "reports", book=book, nav_counts={}, **context))


def report(request: HttpRequest, rule: str, period: str) -> HttpResponse:
    """GET shows one; POST writes down a measure about it."""
    if request.method == "POST":
        return _improve(request, rule, period)
    return _report(request, rule, period)


def _report(request: HttpRequest, rule: str, period: str, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    run = selectors.run_for(reader, rule, period)
    context = present_reports.page(reader, run, now, **more)
    return render(request, "workspace/report.html", shell.page(reader, now, "reports", nav_counts={}, **context), status=status)


def _improve(request: HttpRequest, rule: str, period: str) -> HttpResponse:
    reader = staff_reader(request)
    run = selectors.run_for(reader, rule, period)
    owner = request.POST.get("owner", "").removeprefix("staff:")
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError:
        due_on = None
    try:
        owner_id = int(owner) if owner.isdecimal() and len(owner) < 15 else None
        improvements.open_for(run.pk, by=reader, what=request.POST.get("what", ""), owner_id=owner_id, due_on=due_on)
    except Invalid as invalid:
        return _report(request, rule, period, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=invalid.say(shell.language()), posted=request.POST)
    messages.success(request, _("已登记改进措施"))
    return redirect("workspace:report", rule=rule, period=period)


def figure(request: HttpRequest, rule: str, period: str, position: int) -> HttpResponse:
    """The cases behind one number: those counted, or the rest, as far as he may see them."""
    reader, now = staff_reader(request), timezone.now()
    run = selectors.run_for(reader, rule, period)
    one, is_counted = selectors.figure_for(run, position), request.GET.get("of") != "rest"
    page = Paginator(selectors.cases_behind(reader, one, is_counted=is_counted), present_cases.PER_PAGE).get_page(request.GET.get("page"))
    context = present_reports.behind(reader, run, one, page, now, is_counted=is_counted)
    return render(request, "workspace/behind.html", shell.page(reader, now, "reports", nav_counts={}, **context))


def table(request: HttpRequest, rule: str, period: str) -> HttpResponse:
    """The figures as CSV for a spreadsheet; a cell that would be a formula there is made words."""
    run = selectors.run_for(staff_reader(request), rule, period)
    book = rulebook_for(run.rulebook)
    response = HttpResponse(report_table.as_csv(run, book), content_type="text/csv; charset=utf-8")
    if not present_reports.is_name(run.rule, run.period):
        raise Http404(rule)
    response.headers["Content-Disposition"] = f'attachment; filename="{run.rule}-{run.period}.csv"'
    return response
