"""Registering what came in: the channel, who it is, and the intake form of the regulation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework.forms import data_of
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, present_new, refusing, shell, starting
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure


def choose(request: HttpRequest) -> HttpResponse:
    """What kind of matter it is; the most usual one stands open."""
    procedures = starting.procedures_to_open(current_rulebook()[1], staff_reader(request))
    if not procedures:
        raise Http404("procedure")
    return redirect("workspace:new", procedure=procedures[0].id)


def new(request: HttpRequest, procedure: str) -> HttpResponse:
    """GET shows the form; POST looks a customer up, takes one over, or opens the case."""
    book = current_rulebook()[1]
    rule = next((one for one in starting.procedures_to_open(book) if one.id == procedure), None)
    if rule is None:
        raise Http404(procedure)
    if request.method != "POST":
        return _page(request, rule, book, posted=request.GET)
    if starting.LOOK in request.POST or starting.PICK in request.POST:
        return _looked_up(request, rule, book)
    return _opened(request, rule, book)


def _opened(request: HttpRequest, rule: Procedure, book: Rulebook) -> HttpResponse:
    reader, held = staff_reader(request), {}
    try:
        filled = filling.read(request, reader, book.form(rule.intake), book)
        held = filled.held
        opened = starting.begin(request, reader, rule, book, filled, timezone.now())
    except Invalid as invalid:
        return _again(request, rule, book, held, errors=invalid.say(shell.language()), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _again(request, rule, book, held, refused=refused, status=HTTPStatus.CONFLICT)
    messages.success(request, _("已登记 %(number)s") % {"number": opened.case.number})
    return redirect("workspace:case", number=opened.case.number)


def _looked_up(request: HttpRequest, rule: Procedure, book: Rulebook) -> HttpResponse:
    """The form as it was, with who was found; what is on file of a customer who was taken over fills what is still empty."""
    held = filling.hold_files(request, staff_reader(request))
    return _again(request, rule, book, held)


def _again(request: HttpRequest, rule: Procedure, book: Rulebook, held: Any, **more: Any) -> HttpResponse:
    form, posted = book.form(rule.intake), request.POST
    values = data_of(form, book, posted)
    chosen = starting.chosen_customer(posted)
    if chosen and starting.PICK in posted:
        values = starting.prefilled(form, chosen, posted.get(starting.FIND, "")) | values
    stranger = starting.number_of_a_stranger(posted)
    if stranger and starting.who_fields(form).phone:
        values = {starting.who_fields(form).phone: stranger} | values
    values |= filling.kept_files(staff_reader(request), held, posted)
    return _page(request, rule, book, posted=posted, values=values, once=posted.get(filling.ONCE, ""), **more)


def _page(
    request: HttpRequest, rule: Procedure, book: Rulebook, *, posted: QueryDict, values: Any = None, errors: Any = None,
    refused: Refused | None = None, once: str = "", status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    context = present_new.page(rule, book, now, staff_reader(request), posted=posted, values=values or {}, errors=errors or {}, once=once or filling.new_once())
    context["refusal"] = refusing.block(refused, book) if refused else None
    return render(request, "workspace/new.html", shell.page(staff_reader(request), now, "new", book=book, **context), status=status)
