"""案卷: the file of a case as a page, its frozen versions, a draft to take away, and a corrected version asked for."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework.selectors import case_page
from luyue.apps.evidence.casefiles import AUDIENCES, INSIDE, PDF, Taken, note_taking
from luyue.apps.evidence.typesetting import drawn, set_in_type
from luyue.apps.evidence.views import disposition
from luyue.apps.people.selectors import is_lead
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import archive_asking, present_archive, shell
from luyue.apps.workspace.archive_document import Edition, case_file


def archive(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: str, *, reason: str = "", error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    page = case_page(reader, number, now)
    audience = _audience(request.GET.get("for", INSIDE))
    document, photos = case_file(page, Edition(audience), now)
    sources = {id: reverse("evidence:file", args=[pk]) for id, pk in photos.items()}
    context = {
        "case": page.case,
        "doc": drawn(document, sources),
        "audiences": present_archive.audiences(page.case.number, audience),
        "versions": present_archive.versions(page.case, now),
        "draft_href": reverse("workspace:archive-draft", args=[number, audience]),
        "may_ask": archive_asking.may_ask(page.case) and is_lead(request.user),
        "reason": reason,
        "error": error,
    }
    return render(request, "workspace/archive.html", shell.page(reader, now, "cases", nav_counts={}, **context), status=status)


def draft(request: HttpRequest, number: str, audience: str) -> HttpResponse:
    """The file as it stands now, as PDF marked a draft; the company's journal says who took it."""
    reader, now = staff_reader(request), timezone.now()
    audience = _audience(audience)
    page = case_page(reader, number, now)
    document, photos = case_file(page, Edition(audience), now)
    made = set_in_type(document, photos)
    note_taking(Taken.of(number, audience, PDF, "draft", made.pdf), reader, now)
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = disposition(f"{number}-{audience}-draft.pdf")
    return response


def again(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a corrected version of a frozen file, with the reason that will stand on its first page."""
    reader, reason = staff_reader(request), request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, number, error=_("请写明更正了什么，会印在新版首页。"), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    archive_asking.ask_again(reader, number, reason, timezone.now())
    return redirect("workspace:archive", number=number)


def _audience(word: str) -> str:
    if word not in AUDIENCES:
        raise Http404(word)
    return word
