"""What a letter asked the customer to fill in, such as a mark for how it was: by the link of his case, without signing in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from luyue.apps.cases.readers import Link
from luyue.apps.cases.selectors import case_by_link
from luyue.apps.casework.forms import data_of, specs
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import case_page
from luyue.apps.portal import asking, context, present
from luyue.apps.portal.absent import or_absent
from luyue.apps.portal.intake import hold_files, new_once
from luyue.apps.portal.views import done
from luyue.core.procedure.acts.papers import asked_forms
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rules import Form

ACT = "answer-form"


@or_absent
@never_cache
def answer(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """GET shows the form, POST takes the answer; one that was given already leads back to the case."""
    now = timezone.now()
    reader = Link(case_by_link(token))
    page = case_page(reader, reader.case.number, now)
    if form not in asked_forms(page.book, page.state, now):
        if any(fact.name == "form.answered" and fact.payload.get("form") == form for fact in page.state.facts):
            return redirect("portal:case", token=token)
        raise Http404(form)
    asked = page.book.form(form)
    if request.method != "POST":
        return _page(request, token, page, asked)
    held, wrong = hold_files(asked, request.FILES, by=reader.id)
    if wrong:
        return _page(request, token, page, asked, errors=wrong, held=held, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    once = request.POST.get("once", "")[:64]
    try:
        data = {"form": form, **data_of(asked, page.book, request.POST, held)}
        perform(reader.case.pk, ACT, by=reader, data=data, once=f"portal:{once}" if once else None)
    except Invalid as invalid:
        return _page(request, token, page, asked, errors=invalid.say(context.language()), held=held, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as why:
        return _page(request, token, page, asked, refused=why, held=held, status=HTTPStatus.CONFLICT)
    return done(token, ACT)


def _page(
    request: HttpRequest, token: str, page: Any, form: Form, *, errors: dict[str, str] | None = None, refused: Refused | None = None,
    held: Any = None, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    language = context.language()
    values = data_of(form, page.book, request.POST) | present.kept_files(held or {}, request.POST) if request.method == "POST" else {}
    fields = specs(form, page.book, language=language, known=page.state.fields, values=values, errors=errors or {})
    more = {
        "token": token,
        "number": page.case.number,
        "label": form.label.say(language),
        "fields": asking.with_conditions(fields),
        "errors": present.summary(errors or {}, fields),
        "once": request.POST.get("once") or new_once(),
        "refusal": present.refusal(refused, page.book, language) if refused else None,
    }
    response = render(request, "portal/act.html", context.page(request, timezone.now(), page.book, **more), status=status)
    response["Referrer-Policy"] = "same-origin"
    return response
