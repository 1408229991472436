"""What the desk keeps: saved views, texts for the composer, drafts; and one act done on many cases."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import case_for
from luyue.apps.contacts.selectors import unseen_count
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import bulk, canned, drafts, filling, present_kept, saved, shell
from luyue.core.procedure.state import Invalid


def views(request: HttpRequest) -> HttpResponse:
    """GET lists his views with their counts (a fragment for the navigation, which asks by itself); POST keeps one or lets one go."""
    reader, now = staff_reader(request), timezone.now()
    if request.method == "POST" and "drop" in request.POST:
        if not request.POST["drop"].isdecimal() or not saved.drop(reader, int(request.POST["drop"])):
            raise Http404("view")
        return redirect("workspace:views")
    if request.method == "POST":
        try:
            view = saved.save(reader, request.POST.get("name", ""), request.POST.get("query", ""), request.POST.get("team", ""), now)
        except Invalid as invalid:
            messages.error(request, "；".join(invalid.say(shell.language()).values()))
            return redirect(present_kept.list_path(saved.plain(request.POST.get("query", ""))))
        messages.success(request, _("已保存视图“%(name)s”") % {"name": view.name})
        return redirect(present_kept.list_path(view.query))
    book = current_rulebook(now)[1]
    rows = [present_kept.view_row(one, book) for one in saved.shown(reader, book, now)]
    if request.headers.get("HX-Request"):
        answer = render(request, "workspace/views_nav.html", {"views": rows, "told": unseen_count(reader)})
        answer["Cache-Control"] = "private, max-age=20"
        return answer
    return render(request, "workspace/views.html", shell.page(reader, now, "cases", book=book, views=rows))


def texts(request: HttpRequest) -> HttpResponse:
    """Texts for the composer: his own, his teams', the company's."""
    reader, now = staff_reader(request), timezone.now()
    book, errors, status = current_rulebook(now)[1], {}, HTTPStatus.OK
    if request.method == "POST" and "drop" in request.POST:
        if not request.POST["drop"].isdecimal() or not canned.drop(reader, int(request.POST["drop"])):
            raise Http404("text")
        return redirect("workspace:texts")
    if request.method == "POST":
        try:
            canned.save(reader, request.POST.get("name", ""), request.POST.get("text", ""), request.POST.get("scope", ""), book)
        except Invalid as invalid:
            errors, status = invalid.say(shell.language()), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, _("已保存"))
            return redirect("workspace:texts")
    context = present_kept.texts(reader, book, request.POST if errors else {}, errors)
    return render(request, "workspace/texts.html", shell.page(reader, now, "me", book=book, **context), status=status)


def unsent(request: HttpRequest, number: str) -> HttpResponse:
    """POST keeps what stands in a form (JSON: form, values); GET gives it back, or without `form` the page of all his drafts here."""
    reader = staff_reader(request)
    case = case_for(reader, number)
    if request.method == "POST":
        return _keep(request, reader, case)
    found = drafts.drafts_of(reader, case)
    if form := request.GET.get("form"):
        values = next((drafts.values_of(one) for one in found if one.form == form), None)
        return JsonResponse({"values": values}) if values is not None else HttpResponse(status=HTTPStatus.NO_CONTENT)
    now = timezone.now()
    context = {"case": case, "drafts": present_kept.drafts(found, case, now)}
    return render(request, "workspace/drafts.html", shell.page(reader, now, "cases", nav_counts={}, **context))


def _keep(request: HttpRequest, reader: Any, case: Any) -> HttpResponse:
    if form := request.POST.get("drop"):
        drafts.drop(reader, case.pk, form)
        return redirect("workspace:unsent", number=case.number)
    try:
        sent = json.loads(request.body)
        drafts.keep(reader, case, str(sent["form"]), sent["values"], timezone.now())
    except (ValueError, KeyError, TypeError, Invalid):
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _why_not() -> dict[str, str]:
    return {"busy": _("系统正忙，没有办理，请稍后再试"), "absent": _("没有这个工单，或您看不到它")}


def many_undo(request: HttpRequest) -> HttpResponse:
    """What one act did to many cases, taken back where it still can be; where it cannot, the reason."""
    reader, now = staff_reader(request), timezone.now()
    outcomes = bulk.undo_each(reader, request.GET.getlist("case"), request.GET.get("batch", ""), **_why_not())
    book = current_rulebook(now)[1]
    return render(request, "workspace/many.html", shell.page(reader, now, "cases", book=book, **present_kept.outcomes(outcomes, bulk.UNDO, book)))


def many(request: HttpRequest) -> HttpResponse:
    """One act on the cases ticked in a list; then what became of each."""
    reader, now = staff_reader(request), timezone.now()
    posted, action = request.POST, request.POST.get("do", "")
    if action not in bulk.ACTS:
        raise Http404(action)
    book = current_rulebook(now)[1]
    data = {name: posted[name].strip() for name in present_kept.MANY[action] if posted.get(name, "").strip()}
    once = posted.get("once") or filling.new_once()
    outcomes = bulk.perform_each(reader, posted.getlist("case"), action, data, once, **_why_not())
    context = present_kept.outcomes(outcomes, action, book)
    back = bulk.undo_path(action, once, (one.number for one in outcomes if one.is_done))
    if back:
        words = _("“%(label)s”办成 %(n)s 件") % {"label": context["label"], "n": context["done"]}
        messages.success(request, words, extra_tags=back)
    return render(request, "workspace/many.html", shell.page(reader, now, "cases", book=book, **context))
