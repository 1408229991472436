"""Pages for customers. They work as plain forms; scripts only make them quicker."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from luyue.apps.cases.links import token_of
from luyue.apps.cases.readers import Link
from luyue.apps.cases.selectors import case_by_link
from luyue.apps.casework.forms import data_of, specs
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import case_page
from luyue.apps.evidence.actions import hold_each
from luyue.apps.evidence.refusals import FileRefused
from luyue.apps.portal import asking, context, present, present_case, told
from luyue.apps.portal.absent import or_absent
from luyue.apps.portal.intake import file_away, hold_files, new_once, read_posted, sent_before
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.promises import english_words, heading_of, number_of, plain_prose
from luyue.apps.ui.wording import said as _
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Form, Procedure

DONE = "luyue_done"  # a cookie of one page view: what the customer has just done


def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    book = current_rulebook(now)[1]
    promises = present.promises_ahead(book, context.portal_procedures(book), context.language())
    return render(request, "portal/home.html", context.page(request, now, book, here="home", promises=promises))


@or_absent
def new(request: HttpRequest, procedure: str) -> HttpResponse:
    """The form of one procedure: GET shows it, with `?type=` only what that choice asks for; POST opens a case or tells what is wrong."""
    now = timezone.now()
    book = current_rulebook(now)[1]
    rule = next((one for one in context.portal_procedures(book) if one.id == procedure), None)
    if rule is None:
        raise Http404(procedure)
    form = book.form(rule.intake)
    if request.method != "POST":
        return _form_page(request, book, rule, form, now=now, once=new_once(), chosen=asking.chosen_value(form, book, request.GET))
    posted = read_posted(form, book, request.POST, request.FILES)
    try:
        opened = file_away(rule, form, posted, now)
    except Invalid as invalid:
        return _form_again(request, book, rule, form, now, invalid.say(context.language()), HTTPStatus.UNPROCESSABLE_ENTITY, posted.held)
    except Refused as refused:
        earlier = sent_before(posted.sheet) if refused.code == "external_id" else None
        if earlier:
            # He went back, changed something and sent the same sheet again: what he has since written lies beside his case.
            return done(token_of(earlier.number), "again")
        return _form_again(request, book, rule, form, now, {}, HTTPStatus.CONFLICT, posted.held, refused)
    return done(str(opened.link_token), "new")


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
    fields = specs(form, book, language=language, values=values, errors=errors)
    all_fields, labels = fields, {field["name"]: field["label"] for field in fields}
    chooser = asking.chooser(form)
    first = {**next(field for field in fields if field["name"] == chooser), "name": asking.TYPE, "errors": []} if chooser and not chosen else None
    if chosen:
        fields = asking.narrowed(fields, chooser, chosen)
    who = present.who_fields(rule, values, errors, language)
    more = {
        "procedure": rule,
        "label": rule.label.say(language),
        "groups": present.form_groups(fields),
        "who": who,
        "once": once,
        "errors": present.summary(errors, [*all_fields, *who]),
        "first": first,
        "chosen": {"name": chooser, "label": labels[chooser], "value": chosen, "words": asking.value_words(form, book, chosen, language)} if chosen else None,
        "refusal": present.refusal(refused, book, language) if refused else None,
        "first_promise": present.first_promise(book, rule, now, language),
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
    chosen = asking.chosen_value(form, book, {asking.TYPE: request.POST.get("narrowed", "")})
    return _form_page(request, book, rule, form, now=now, once=once, chosen=chosen, values=values, errors=errors, refused=refused, status=status)


@or_absent
@never_cache
def case(request: HttpRequest, token: str) -> HttpResponse:
    """Where the customer's matter stands: what was promised, what happened, what he may do."""
    return _case_page(request, token)


def _case_page(
    request: HttpRequest, token: str, *, status: int = HTTPStatus.OK, refused: Refused | None = None, text: str = "", error: str = "",
    kept: list[dict[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    reader = Link(case_by_link(token))
    if reader.case.merged_into:
        # The matter goes on elsewhere: the customer's old address leads there.
        return redirect("portal:case", token=token_of(reader.case.merged_into))
    page = case_page(reader, reader.case.number, now)
    more = present_case.case(page, token, now, context.language())
    more |= {
        "token": token,
        "once": new_once(),
        "text": text,
        "text_error": error,
        "kept": kept or [],  # files of a message that was not sent, which need not be sent again
        "refusal": present.refusal(refused, page.book, context.language()) if refused else None,
    }
    more["link"] = request.build_absolute_uri(reverse("portal:case", args=[token]))
    more["case_files"] = present_case.case_files(page, token)
    more["done"] = present_case.done_words(request.COOKIES.get(DONE, ""), page, more["receipt"]) if status == HTTPStatus.OK else ""
    response = render(request, "portal/case.html", context.page(request, now, page.book, **more), status=status)
    if DONE in request.COOKIES:
        response.delete_cookie(DONE, path=reverse("portal:case", args=[token]), samesite="Lax")
    # The address is the secret: nobody it links to may learn it.
    response["Referrer-Policy"] = "same-origin"
    return response


@or_absent
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The customer writes, with or without files."""
    reader, text = Link(case_by_link(token)), request.POST.get("text", "").strip()
    held, words = hold_each(request.FILES.getlist("files"), by=reader.id, from_customer=True)
    files = [*request.POST.getlist("files.kept"), *(str(one.pk) for one in held)]
    again = partial(_case_page, request, token, text=text, kept=present.kept_files({"files": files}, QueryDict()).get("files.files", []))
    if words or not (text or files):
        return again(status=HTTPStatus.UNPROCESSABLE_ENTITY, error=words or _("请写下要说的话，或添加照片"))
    try:
        perform(reader.case.pk, "customer-reply", by=reader, data={"text": text or _("（见附件）")}, once=_once(request), attachments=files)
    except FileRefused as refused:
        return _case_page(request, token, status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, error=refused.words)
    except Invalid as invalid:
        return again(status=HTTPStatus.UNPROCESSABLE_ENTITY, error="；".join(invalid.say(context.language()).values()))
    except Refused as refused:
        return again(status=HTTPStatus.CONFLICT, refused=refused)
    return done(token, "reply")


@or_absent
def nudge(request: HttpRequest, token: str) -> HttpResponse:
    """催办: recorded, and told to the holder and the lead at once."""
    reader = Link(case_by_link(token))
    try:
        perform(reader.case.pk, "nudge", by=reader, data={}, once=_once(request))
    except Refused as refused:
        return _case_page(request, token, status=HTTPStatus.CONFLICT, refused=refused)
    return done(token, "nudge")


def done(token: str, what: str) -> HttpResponse:
    """To the case, which then says once what was done; the address stays fit to be kept and passed on to nobody."""
    path = reverse("portal:case", args=[token])
    response = redirect(path)
    response["Referrer-Policy"] = "same-origin"
    response.set_cookie(DONE, what, max_age=60, path=path, httponly=True, samesite="Lax")
    return response


@or_absent
@never_cache
def act(request: HttpRequest, token: str, action: str) -> HttpResponse:
    """One of the customer's own actions: accept, reject, withdraw, reopen …"""
    now = timezone.now()
    reader = Link(case_by_link(token))
    page = case_page(reader, reader.case.number, now)
    offer = present_case.customer_offer(page, action)
    if offer is None:
        over = present_case.too_late(page, action, now, context.language())
        if over is None:
            raise Http404(action)
        return _case_page(request, token, status=HTTPStatus.CONFLICT, refused=over)
    form = page.book.form(offer.form) if offer.form else None
    if request.method != "POST":
        return _act_page(request, token, page, offer, form, now)
    held, refused = hold_files(form, request.FILES, by=reader.id) if form else ({}, {})
    again = partial(_act_page, request, token, page, offer, form, now, held=held)
    if refused:
        return again(errors=refused, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        data = data_of(form, page.book, request.POST, held) if form else {}
        perform(reader.case.pk, action, by=reader, data=data, once=_once(request))
    except Invalid as invalid:
        return again(errors=invalid.say(context.language()), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as why:
        return again(refused=why, status=HTTPStatus.CONFLICT)
    return done(token, action)


def _act_page(
    request: HttpRequest, token: str, page: Any, offer: Any, form: Form | None, now: Any, *,
    held: Any = None, errors: dict[str, str] | None = None, refused: Refused | None = None, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    language = context.language()
    values = data_of(form, page.book, request.POST) | present.kept_files(held or {}, request.POST) if form and request.method == "POST" else {}
    label, chosen = present_case.way_chosen(offer, page.book, request.GET, language)
    values = {**chosen, **values}
    fields = specs(form, page.book, language=language, known=page.state.fields, values=values, errors=errors or {}) if form else []
    more = {
        "token": token,
        "number": page.case.number,
        "offer": offer,
        "label": label,
        "fields": asking.with_conditions(asking.of_the_plan(fields, page)),
        "result": told.result(page, now, language),
        "errors": present.summary(errors or {}, fields),
        "once": request.POST.get("once") or new_once(),
        "refusal": present.refusal(refused, page.book, language) if refused else None,
    }
    response = render(request, "portal/act.html", context.page(request, now, page.book, **more), status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


def _once(request: HttpRequest) -> str | None:
    once = request.POST.get("once", "")[:64]
    return f"portal:{once}" if once else None


def regulations(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), context.language()
    book = current_rulebook(now)[1]
    shown = [{"id": one.id, "label": one.label.say(language), "edition": one.edition} for one in book.regulations]
    return render(request, "portal/regulations.html", context.page(request, now, book, here="regulation", regulations=shown))


@or_absent
def regulation(request: HttpRequest, regulation: str) -> HttpResponse:
    """A regulation in force, as people read it."""
    now = timezone.now()
    book = current_rulebook(now)[1]
    found = next((one for one in book.regulations if one.id == regulation), None)
    if found is None:
        raise Http404(regulation)
    language = context.language()
    clauses = [
        {
            "clause": clause,
            "title": f"{number_of(clause, language)} {heading_of(clause, language)}" if language == "en" else clause.title,
            "chapter": (clause.chapter_english if language == "en" else "") or clause.chapter,
            "text": plain_prose(clause),
            "says": english_words(clause, book) if language == "en" else "",
        }
        for clause in found.clauses
    ]
    more = {"regulation": found, "label": found.label.say(context.language()), "clauses": clauses}
    return render(request, "portal/regulation.html", context.page(request, now, book, here="regulation", **more))
