"""What stands around every page of staff: who is here, whether the desk is open, how much waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from luyue.apps.cases.readers import Staff
from luyue.apps.people.posts import AUDIT, SYSTEM
from luyue.apps.people.selectors import is_lead, is_management
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import window_words
from luyue.apps.ui.wording import moment
from luyue.apps.workspace.selectors import open_cases
from luyue.core.calendar import AROUND_THE_CLOCK
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Team, TimetableRule
from luyue.core.regulation.words import listed


def language() -> str:
    """The language people read, as the core names it."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def page(
    reader: Staff, now: datetime, here: str, *, book: Rulebook | None = None, nav_counts: Mapping[str, int | str] | None = None, **more: Any
) -> dict[str, Any]:  # fmt: skip
    """The context of a page of staff. `book` is the rulebook in force, if the page has asked for it; `nav_counts` what it knows better."""
    book = book or current_rulebook(now)[1]
    shown = {"cases": str(open_cases(reader))} if nav_counts is None else nav_counts
    return {
        "now": now,
        "here": here,
        "me": {"name": str(reader.user), "team": team_words(reader, book), "href": reverse("workspace:me")},
        "service": service(reader, book, now),
        "nav_counts": shown,
        "nav_hidden": closed_to(reader),
        **more,
    }


def closed_to(reader: Staff) -> list[str]:
    """Places of the navigation that are not meant for him, as luyue/site/permissions.py says of their addresses."""
    lead, manages = is_lead(reader.user), is_management(reader.user)
    looks_after = manages or bool({SYSTEM, AUDIT} & set(reader.posts))
    closed = {"health": not looks_after}
    closed |= {"supervisor": not lead, "causes": not lead and "quality" not in reader.teams, "records": not manages and AUDIT not in reader.posts}
    return [place for place, is_closed in closed.items() if is_closed]


def own_teams(reader: Staff, book: Rulebook) -> list[Team]:
    """His teams as the regulation declares them, in its order."""
    return [team for name, team in book.all(Team).items() if name in reader.teams]


def team_words(reader: Staff, book: Rulebook) -> str:
    return listed((team.label.say(language()) for team in own_teams(reader, book)[:2]), language())


def timetable_of(reader: Staff, book: Rulebook) -> str:
    """The hours his team keeps, else the company's first timetable; empty when the regulation has none."""
    kept = (team.staffed for team in own_teams(reader, book) if team.staffed != AROUND_THE_CLOCK)
    return next(kept, None) or next(iter(book.all(TimetableRule)), "")


def service(reader: Staff, book: Rulebook, now: datetime) -> dict[str, Any] | None:
    """Whether the desk is open now, and when it opens next."""
    timetable = timetable_of(reader, book)
    if not timetable:
        return None
    windows = book.agenda.windows_on(timezone.localtime(now).date(), timetable)
    if book.agenda.is_open(now, timetable):
        return {"open": True, "windows": window_words(windows)}
    opens_at = book.agenda.next_opening(now, timetable)
    return {"open": False, "windows": window_words(windows), "opens_words": moment(opens_at, now) if opens_at else ""}
