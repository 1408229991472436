"""制度 › 版本: the list, drafts from the first line to the second person's word, and what they would do to open cases."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework import foretelling
from luyue.apps.people.selectors import is_lead
from luyue.apps.regulation import checking, drafts, shelf
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_editions as present
from luyue.apps.workspace import refusing, shell
from luyue.core.procedure.state import Invalid, Refused

EDITION, CALENDAR = "edition", "calendar"
_A_DAY = timedelta(days=1)  # not a promise: a new draft is dated tomorrow, for its author to change


def editions(request: HttpRequest) -> HttpResponse:
    now, reader = timezone.now(), staff_reader(request)
    context = {
        "regulations": present.edition_lines(shelf.editions(), timezone.localdate(now)),
        "drafts": [present.draft_line(row, now) for row in shelf.drafts_under_way()],
        "calendars": [
            {"name": row.name, "known_until": days.known_until, "source": days.source_of(timezone.localdate(now).year)} for row, days in shelf.calendars()
        ],
        "moves": [present.move_line(row, now) for row in shelf.moves()],
        "leads": is_lead(reader.user),
    }
    return render(request, "workspace/editions/list.html", shell.page(reader, now, "regulation", nav_counts={}, **context))


def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft: from the newest edition of a regulation, from a calendar, from a file, or from nothing."""
    reader = staff_reader(request)
    kind, _mark, name = request.POST.get("from", EDITION).partition(":")
    try:
        source, based_on = _begun_from(kind, name)
        uploaded = _uploaded(request)
        if uploaded:
            source, based_on = uploaded, request.FILES["file"].name[:80]
        row = drafts.begin(CALENDAR if kind == CALENDAR else EDITION, reader.user, source=source, based_on=based_on, name=name if kind == CALENDAR else "")
    except Invalid as invalid:
        messages.error(request, "；".join(invalid.say(shell.language()).values()))
        return redirect("workspace:editions")
    return redirect("workspace:draft", row.pk)


def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """GET shows the text with what is wrong beside its lines; POST writes it or takes it one step on."""
    reader, row = staff_reader(request), shelf.draft_by_id(draft_id)
    if row is None:
        raise Http404(draft_id)
    if request.method != "POST":
        return _draft_page(request, reader, row)
    try:
        return _step(request, reader, row)
    except Refused as refused:
        return _draft_page(request, reader, shelf.draft_by_id(draft_id), HTTPStatus.CONFLICT, refused=refused, written=request.POST.get("source"))
    except Invalid as invalid:
        return _draft_page(request, reader, shelf.draft_by_id(draft_id), HTTPStatus.UNPROCESSABLE_ENTITY, invalid=invalid, written=request.POST.get("source"))


def draft_preview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What the text changes, and what it would do to the open cases. A text with errors does not come so far."""
    now, reader, row = timezone.now(), staff_reader(request), shelf.draft_by_id(draft_id)
    if row is None:
        raise Http404(draft_id)
    today, in_force = timezone.localdate(now), current_rulebook(now)[1]
    context: dict[str, Any] = {"draft": present.draft_line(row, now), "calendar": row.kind == CALENDAR}
    if row.kind == CALENDAR:
        told = checking.check_calendar(row.source, row.name, today)
        if told.errors or told.days is None:
            return redirect("workspace:draft", row.pk)
        context |= {"days": present.days(told.before, told.days), "known_until": told.days.known_until}
        context["preview"] = present.preview(foretelling.foretell_calendar(row.name, row.source, now), reader, in_force, now)
    else:
        checked = checking.check_edition(row.source, today)
        if checked.book is None:
            return redirect("workspace:draft", row.pk)
        known = any(one.id == checked.text.id for one in in_force.regulations)
        context["diff"] = present.differences(in_force if known else None, checked.book, checked.text.id)
        found = foretelling.foretell_edition(checked.text.id, str(checked.text.edition), checked.book, now)
        context["preview"] = present.preview(found, reader, checked.book, now)
    return render(request, "workspace/editions/preview.html", shell.page(reader, now, "regulation", nav_counts={}, **context))


def _step(request: HttpRequest, reader: Staff, row: Any) -> HttpResponse:
    do, user = request.POST.get("do", "save"), reader.user
    if do in ("save", "propose"):
        source = _uploaded(request) or request.POST.get("source", "")
        row = drafts.save(row.pk, user, source=source, version=_number(request, "version"))
        if do == "propose":
            drafts.propose(row.pk, user, version=row.version, seen=_number(request, "seen"))
            messages.success(request, _("已提交。请另一位负责人复核并采用。"))
    elif do == "send-back":
        drafts.send_back(row.pk, user, reason=request.POST.get("reason", ""))
        messages.success(request, _("已退回修改。"))
    elif do == "discard":
        drafts.discard(row.pk, user)
        messages.success(request, _("草稿已作废。"))
        return redirect("workspace:editions")
    elif do == "adopt" and row.kind == CALENDAR:
        drafts.adopt_calendar(row.pk, user)
        messages.success(request, _("日历已采用，未结工单正在改按新日历计时。"))
        return redirect("workspace:editions")
    elif do == "adopt":
        edition = drafts.adopt_edition(row.pk, user, seen=_number(request, "seen"))
        messages.success(request, _("已采用，自 %(day)s 起施行。") % {"day": edition.in_force_from})
        return redirect("workspace:edition", edition.regulation, edition.edition)
    return redirect("workspace:draft", row.pk)


def _draft_page(
    request: HttpRequest, reader: Staff, row: Any, status: int = HTTPStatus.OK, *, refused: Refused | None = None, invalid: Invalid | None = None,
    written: str | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    found = drafts.check(row, timezone.localdate(now))
    book = current_rulebook(now)[1]
    context = {
        "draft": present.draft_line(row, now),
        "row": row,
        # After a refusal nothing that was typed is lost.
        "source": row.source if written is None or row.state != "draft" else written,
        "problems": present.problems(found.problems, row.source),
        "n_errors": len(found.errors),
        "n_warnings": len(found.warnings),
        "own": reader.user.pk in (row.author_id, row.edited_by_id, row.proposed_by_id),
        "author": str(row.author),
        "refusal": refusing.block(refused, book) if refused else None,
        "invalid": [{"label": words, "message": ""} for words in invalid.say(shell.language()).values()] if invalid else [],
    }
    return render(request, "workspace/editions/draft.html", shell.page(reader, now, "regulation", nav_counts={}, **context), status=status)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def _begun_from(kind: str, name: str) -> tuple[str, str]:
    if kind == CALENDAR:
        known = next((row for row, _days in shelf.calendars() if row.name == name), None)
        return (known.source, _("现行日历 %(name)s") % {"name": name}) if known else ("", "")
    edition = shelf.newest_text(name) if name else None
    if edition is None:
        return "", ""
    source = drafts.next_text(edition.source, timezone.localdate() + _A_DAY) if edition.adopted_at else edition.source
    return source, f"{edition.label} {edition.edition}"


def _uploaded(request: HttpRequest) -> str:
    """The text of a chosen file, "" when none was chosen. raises Invalid when it is no text."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        return ""
    if file.size > drafts.LONGEST:
        raise Invalid({"file": _("文件太大，制度和日历都不会超过 1 MB")})
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid({"file": _("文件不是 UTF-8 文本，请另存为 UTF-8 后再上传")}) from None
