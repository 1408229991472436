"""Pages for customers. They work as plain forms; scripts only make them quicker."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from luyue.apps.cases.readers import Link
from luyue.apps.cases.selectors import case_by_link
from luyue.apps.casework.forms import data_of, specs
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import case_page
from luyue.apps.evidence.actions import hold_all
from luyue.apps.evidence.refusals import FileRefused
from luyue.apps.portal import context, present
from luyue.apps.portal.intake import file_away, new_once, read_posted
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.promises import clause_ref_of
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Form, Procedure


def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    promises = present.promises_ahead(book, context.portal_procedures(book), context.language())
    return render(request, "portal/home.html", context.page(request, now, book, here="home", promises=promises))


def new(request: HttpRequest, procedure: str) -> HttpResponse:
    """The form of one procedure: GET shows it, POST opens a case or shows it again with what is wrong."""
    now = timezone.now()
    book = current_rulebook(now)[1]
    rule = next((one for one in context.portal_procedures(book) if one.id == procedure), None)
    if rule is None:
        raise Http404(procedure)
    form = book.form(rule.intake)
    if request.method != "POST":
        return _form_page(request, book, rule, form, now=now, once=new_once(), chosen=request.GET.get("type", ""))
    try:
        posted = read_posted(form, book, request.POST, request.FILES)
    except FileRefused as refused:
        return _form_again(request, book, rule, form, now, {"photos": str(refused)}, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        opened = file_away(rule, form, posted, now)
    except Invalid as invalid:
        return _form_again(request, book, rule, form, now, invalid.errors, HTTPStatus.UNPROCESSABLE_ENTITY, posted.held)
    except Refused as refused:
        return _form_again(request, book, rule, form, now, {}, HTTPStatus.CONFLICT, posted.held, refused)
    response = redirect("portal:case", token=opened.link_token)
    response["Referrer-Policy"] = "same-origin"
    return response


def _form_page(
    request: HttpRequest,
    book: Rulebook,
    rule: Procedure,
    form: Form,
    *,
    now: Any,
    once: str,
    chosen: str = "",
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    refused: Refused | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    language, values, errors = context.language(), dict(values or {}), errors or {}
    if chosen:
        values.setdefault("objection_type", chosen)
    fields = specs(form, book, language=language, values=values, errors=errors)
    labels = {field["name"]: field["label"] for field in fields}
    summary = [
        {"label": labels.get(name.split(".")[0], _("提交人")), "message": words, "field": f"f-{name}".replace(".", "-").replace("_", "-")}
        for name, words in errors.items()
    ]
    more = {
        "procedure": rule,
        "groups": present.form_groups(fields),
        "who": present.who_fields(rule, values, errors, language),
        "once": once,
        "errors": summary,
        "refusal": present.refusal(refused, book) if refused else None,
        "first_promise": present.first_promise(book, rule, now),
    }
    return render(request, "portal/new.html", context.page(request, now, book, here=rule.id, **more), status=status)


def _form_again(
    request: HttpRequest, book: Rulebook, rule: Procedure, form: Form, now: Any, errors: dict[str, str], status: int,
    held: Any = None, refused: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    """The form with everything that was written, and what to change."""
    values = data_of(form, book, request.POST) | {name: request.POST.get(name, "") for name in ("customer_kind", "contact_email")}
    values |= present.kept_files(held or {}, request.POST)
    once = request.POST.get("once", "") or new_once()
    return _form_page(request, book, rule, form, now=now, once=once, values=values, errors=errors, refused=refused, status=status)


@never_cache
def case(request: HttpRequest, token: str) -> HttpResponse:
    """Where the customer's matter stands: what was promised, what happened, what he may do."""
    return _case_page(request, token)


def _case_page(
    request: HttpRequest, token: str, *, status: int = HTTPStatus.OK, refused: Refused | None = None, text: str = "", error: str = ""
) -> HttpResponse:
    now = timezone.now()
    reader = Link(case_by_link(token))
    page = case_page(reader, reader.case.number, now)
    more = present.case(page, token, now, context.language())
    more |= {"token": token, "once": new_once(), "text": text, "text_error": error, "refusal": present.refusal(refused, page.book) if refused else None}
    response = render(request, "portal/case.html", context.page(request, now, page.book, **more), status=status)
    # The address is the secret: nobody it links to may learn it.
    response["Referrer-Policy"] = "same-origin"
    return response


def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The customer writes, with or without files."""
    reader, text = Link(case_by_link(token)), request.POST.get("text", "").strip()
    try:
        held = hold_all(request.FILES.getlist("files"), by=reader.id, from_customer=True)
        if not text and not held:
            return _case_page(request, token, status=HTTPStatus.UNPROCESSABLE_ENTITY, error=_("请写下要说的话，或添加照片"))
        perform(reader.case.pk, "customer-reply", by=reader, data={"text": text or _("（见附件）")}, once=_once(request), attachments=[one.pk for one in held])
    except FileRefused as refused:
        return _case_page(request, token, status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, error=str(refused))
    except Invalid as invalid:
        return _case_page(request, token, status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, error="；".join(invalid.errors.values()))
    except Refused as refused:
        return _case_page(request, token, status=HTTPStatus.CONFLICT, text=text, refused=refused)
    return redirect("portal:case", token=token)


def nudge(request: HttpRequest, token: str) -> HttpResponse:
    """催办: recorded, and told to the holder and the lead at once."""
    reader = Link(case_by_link(token))
    try:
        perform(reader.case.pk, "nudge", by=reader, data={}, once=_once(request))
    except Refused as refused:
        return _case_page(request, token, status=HTTPStatus.CONFLICT, refused=refused)
    return redirect("portal:case", token=token)


@never_cache
def act(request: HttpRequest, token: str, action: str) -> HttpResponse:
    """One of the customer's own actions: accept, reject, withdraw, reopen …"""
    now = timezone.now()
    reader = Link(case_by_link(token))
    page = case_page(reader, reader.case.number, now)
    offer = present.customer_offer(page, action)
    if offer is None:
        raise Http404(action)
    form = page.book.form(offer.form) if offer.form else None
    if request.method != "POST":
        return _act_page(request, token, page, offer, form, now)
    try:
        held = _hold(request, form, reader)
        data = data_of(form, page.book, request.POST, held) if form else {}
        perform(reader.case.pk, action, by=reader, data=data, once=_once(request))
    except FileRefused as refused:
        return _act_page(request, token, page, offer, form, now, errors={"": str(refused)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Invalid as invalid:
        return _act_page(request, token, page, offer, form, now, errors=invalid.errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        return _act_page(request, token, page, offer, form, now, refused=refused, status=HTTPStatus.CONFLICT)
    return redirect("portal:case", token=token)


def _act_page(
    request: HttpRequest, token: str, page: Any, offer: Any, form: Form | None, now: Any, *,
    errors: dict[str, str] | None = None, refused: Refused | None = None, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    values = data_of(form, page.book, request.POST) if form and request.method == "POST" else {}
    fields = specs(form, page.book, language=context.language(), known=page.state.fields, values=values, errors=errors or {}) if form else []
    labels = {field["name"]: field["label"] for field in fields}
    summary = [{"label": labels.get(name.split(".")[0], _("提交")), "message": words} for name, words in (errors or {}).items()]
    more = {
        "token": token,
        "number": page.case.number,
        "offer": offer,
        "label": present.offer_label(offer, page.book, context.language()),
        "fields": fields,
        "errors": summary,
        "once": request.POST.get("once") or new_once(),
        "refusal": present.refusal(refused, page.book) if refused else None,
    }
    response = render(request, "portal/act.html", context.page(request, now, page.book, **more), status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


def _hold(request: HttpRequest, form: Form | None, reader: Link) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for field in form.fields if form else ():
        if field.kind in FILE_KINDS and (uploads := request.FILES.getlist(field.name)):
            held[field.name] = [str(one.pk) for one in hold_all(uploads, by=reader.id, from_customer=True, field=field.name)]
    return held


def _once(request: HttpRequest) -> str | None:
    once = request.POST.get("once", "")[:64]
    return f"portal:{once}" if once else None


def regulations(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    return render(request, "portal/regulations.html", context.page(request, now, book, here="regulation", regulations=book.regulations))


def regulation(request: HttpRequest, regulation: str) -> HttpResponse:
    """A regulation in force, as people read it."""
    now = timezone.now()
    book = current_rulebook(now)[1]
    found = next((one for one in book.regulations if one.id == regulation), None)
    if found is None:
        raise Http404(regulation)
    clauses = [{"clause": clause, "ref": clause_ref_of(found, clause, portal=True)} for clause in found.clauses]
    return render(request, "portal/regulation.html", context.page(request, now, book, here="regulation", regulation=found, clauses=clauses))
