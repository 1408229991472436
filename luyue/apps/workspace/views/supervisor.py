"""主管台: how promises are kept, what was missed and why, what lies where, and who does what somebody else cannot."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework import absences
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.reports import improvements
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import bulk, filling, present_away, present_causes, present_supervisor, reassigning, shell
from luyue.core.procedure.state import Invalid, Refused


def supervisor(request: HttpRequest) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    asked = request.GET.get("days", "")
    days = int(asked) if asked in ("1", "7", "30") else 7
    unexplained, everything = request.GET.get("cause") == "none", "all" in request.GET
    context = present_supervisor.page(reader, book, now, days, unexplained=unexplained, everything=everything)
    return render(request, "workspace/supervisor.html", shell.page(reader, now, "supervisor", book=book, nav_counts={}, **context))


def assign(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases to a colleague, each by an act of its own; what could not be given is said with its reason."""
    reader = staff_reader(request)
    once = request.POST.get("once") or filling.new_once()
    done = reassigning.assign_all(reader, request.POST.getlist("case"), request.POST.get("holder", ""), once)
    if n := len(done.numbers):
        words = ngettext("已指派 %(n)s 件给%(who)s", "已指派 %(n)s 件给%(who)s", n) % {"n": n, "who": done.name}
        messages.success(request, words, extra_tags=bulk.undo_path("assign", once, done.numbers))
    for number, words in done.refused[:5]:
        messages.error(request, f"{number}：{words}")
    return redirect("workspace:supervisor")


def causes(request: HttpRequest) -> HttpResponse:
    """原因分析: what the cases that ended in a month were about, what comes again, why promises were missed, and what is done about it."""
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    month = present_causes.month_of(request.GET.get("month", ""), now)
    context = present_causes.page(reader, book, now, month, everything="all" in request.GET)
    return render(request, "workspace/causes.html", shell.page(reader, now, "causes", book=book, nav_counts={}, **context))


def cause_cases(request: HttpRequest, field: str) -> HttpResponse:
    """The cases behind a number of the analysis, those he may see."""
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    if field not in present_causes.fields_of(book):
        raise Http404(field)
    context = present_causes.cases(reader, book, now, present_causes.month_of(request.GET.get("month", ""), now), field, request.GET)
    return render(request, "workspace/behind.html", shell.page(reader, now, "causes", book=book, nav_counts={}, **context))


def finish(request: HttpRequest, improvement: int) -> HttpResponse:
    """A measure is done, with a word on what came of it."""
    reader = staff_reader(request)
    try:
        improvements.finish(improvement, by=reader, result=request.POST.get("result", ""))
    except Invalid as invalid:
        messages.error(request, "；".join(invalid.say(shell.language()).values()))
    except Refused as refused:
        messages.error(request, refused.words if shell.language() == "zh" else refused.words_en)
    else:
        messages.success(request, _("已登记完成"))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Only to a page of ours that shows measures."""
    wanted = request.POST.get("back", "")
    return wanted if wanted.startswith("/reports/") and "//" not in wanted else "workspace:causes"


def away(request: HttpRequest) -> HttpResponse:
    """请假代班: GET lists absences and the form; POST arranges one."""
    reader = staff_reader(request)
    if request.method != "POST":
        return _away_page(request)
    asked = present_away.asked(request.POST)
    try:
        if asked.errors:
            raise Invalid(asked.errors)
        absences.arrange(by=reader, **asked.values)
    except Invalid as invalid:
        return _away_page(request, errors=invalid.say(shell.language()), posted=request.POST, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _away_page(request, refused=refused, posted=request.POST, status=HTTPStatus.CONFLICT)
    messages.success(request, _("已登记请假，代班自当天起生效"))
    return redirect("workspace:away")


def _away_page(request: HttpRequest, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    book = current_rulebook(now)[1]
    context = present_away.page(reader, book, now, **more)
    return render(request, "workspace/away.html", shell.page(reader, now, "away", book=book, nav_counts={}, **context), status=status)


def back_early(request: HttpRequest, absence: int) -> HttpResponse:
    try:
        absences.end(absence, by=staff_reader(request))
    except Refused as refused:
        messages.error(request, refused.words if shell.language() == "zh" else refused.words_en)
    else:
        messages.success(request, _("已结束请假，代班自今天起停止"))
    return redirect("workspace:away")


