"""What every customer's page shows: the company, its hours, where one can go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.promises import window_words
from luyue.apps.ui.wording import said as _
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure, TimetableRule


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def page(request: HttpRequest, now: datetime, book: Rulebook | None = None, *, here: str = "", **more: Any) -> dict[str, Any]:
    """The context of a customer's page at `now`."""
    book = book or current_rulebook(now)[1]
    procedures = portal_procedures(book)
    nav = [{"label": _("首页"), "href": reverse("portal:home"), "current": here == "home"}]
    for procedure in procedures:
        label = _("提出%(what)s") % {"what": procedure.label.say(language())}
        nav.append({"label": label, "href": reverse("portal:new", args=[procedure.id]), "current": here == procedure.id, "raises": True})
    nav.append({"label": _("服务制度"), "href": reverse("portal:regulations"), "current": here == "regulation"})
    return {
        "now": now,
        "company": {"name": settings.COMPANY_NAME, "phone": settings.COMPANY_PHONE, "hours_words": hours_words(book, now)},
        "portal_nav": nav,
        "raises": [one for one in nav if one.get("raises")],
        "language": language(),
        **more,
    }


def portal_procedures(book: Rulebook) -> list[Procedure]:
    """What a customer may raise over the web form; first what may lead to something further, as an objection may to a complaint."""
    return sorted((one for one in book.all(Procedure).values() if "web" in one.channels), key=lambda one: not one.starts_procedures)


def hours_words(book: Rulebook, now: datetime) -> str:
    """Today's service hours in words; empty when the company has no timetable."""
    timetable = next(iter(book.all(TimetableRule)), None)
    if timetable is None:
        return ""
    windows = book.agenda.windows_on(timezone.localtime(now).date(), timetable)
    return _("今天 %(hours)s") % {"hours": window_words(windows)} if windows else _("今天休息")
