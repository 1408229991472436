"""工单: the page of one case, the composer below its timeline, and what its buttons fetch."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.cases.selectors import live_since
from luyue.apps.casework.forms import data_of, form_of
from luyue.apps.casework.perform import perform
from luyue.apps.casework.reveal import reveal_addresses
from luyue.apps.casework.selectors import case_page
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import drafts, filling, inserts, mentions, present_case, refusing, shell
from luyue.core.procedure.state import Invalid, Refused

_SEES = ("talk", "clocks", "list", "customer")


def case(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number, {"mode": request.GET.get("mode", "")})


def _page(request: HttpRequest, number: str, composer: dict[str, Any], *, refused: Refused | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    page = case_page(reader, number, now)
    context = present_case.page(page, reader, now, composer)
    context |= {
        "refusal": refusing.block(refused, page.book, title=_("没有发送")) if refused else None,
        "see": request.GET.get("see") if request.GET.get("see") in _SEES else "talk",
        "cursor": live_since(reader, "").cursor,
    }
    return render(request, "workspace/case.html", shell.page(reader, now, "cases", nav_counts={}, **context), status=status)


def say(request: HttpRequest, number: str) -> HttpResponse:
    """What was written in the composer, as the platform act of its tab; sent back with everything kept when it is not taken."""
    reader, mode = staff_reader(request), request.POST.get("mode", "")
    action = present_case.act_of(mode)
    if not action:
        raise Http404(mode)
    page = case_page(reader, number, timezone.now())
    data = data_of(form_of(page.book, f"platform/{action}"), page.book, request.POST)
    mentioned, unseen = mentions.of(data, page.case) if action == "note" else ({}, [])
    data |= mentioned
    written = {"mode": mode, "text": request.POST.get("text", ""), "data": data, "once": request.POST.get("once", "")}
    try:
        held = filling.hold_files(request, reader, internal=action == "note")
        perform(page.case.pk, action, by=reader, data=data, once=written["once"] or None, attachments=held.get("files", ()))
    except Invalid as invalid:
        return _page(request, number, written | {"errors": invalid.say(shell.language())}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _page(request, number, written, refused=refused, status=HTTPStatus.CONFLICT)
    drafts.drop(reader, page.case.pk, "composer")
    if unseen:
        messages.warning(request, _("%(names)s看不到此工单，没有通知") % {"names": "、".join(unseen)})
    messages.success(request, _("已记下") if action in ("note", "log-call") else _("已发送"))
    return redirect("workspace:today" if request.POST.get("next") else "workspace:case", **({} if request.POST.get("next") else {"number": number}))


def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's number in the clear; the company's journal says who looked."""
    addresses = reveal_addresses(staff_reader(request), number, timezone.now())
    return render(request, "workspace/reveal.html", {"addresses": addresses, "number": number})


def insert(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Phrases, colleagues or clauses to put into the text."""
    reader = staff_reader(request)
    page = case_page(reader, number, timezone.now())
    choices = inserts.choices(page, reader, what)
    if choices is None:
        raise Http404(what)
    return render(request, "workspace/insert.html", {"choices": choices})
