"""What the pages about editions ask: drafts, editions of every regulation, calendars, moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from luyue.apps.regulation.models import CalendarRevision, Draft, Edition, Move
from luyue.apps.regulation.selectors import CannotCompile, compiled, editions_in_force, newest_calendars
from luyue.core.calendar import DayTable, load_day_table
from luyue.core.regulation import read_regulation
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.text import Regulation


def drafts_under_way() -> list[Draft]:
    """Drafts and texts put forward, the last touched first."""
    found = Draft.objects.filter(state__in=(Draft.DRAFT, Draft.PROPOSED)).select_related("author", "edited_by", "proposed_by")
    return list(found.order_by("-updated_at"))


def draft_by_id(draft_id: int) -> Draft | None:
    return Draft.objects.select_related("author", "edited_by", "proposed_by", "settled_by").filter(pk=draft_id).first()


def editions() -> list[Edition]:
    """Every edition, of each regulation the newest first."""
    return list(Edition.objects.order_by("regulation", "-edition"))


def edition_of(regulation: str, edition: str) -> Edition | None:
    try:
        return Edition.objects.filter(regulation=regulation, edition=date.fromisoformat(edition)).first()
    except ValueError:
        return None


def newest_text(regulation: str) -> Edition | None:
    """The text to begin the next edition from: the newest adopted one, else the newest there is."""
    found = Edition.objects.filter(regulation=regulation).order_by("-edition")
    return found.exclude(adopted_at=None).first() or found.first()


def calendars() -> list[tuple[CalendarRevision, DayTable]]:
    """The revision in force of each calendar."""
    return [(row, load_day_table(row.source)) for row in newest_calendars()]


def moves(limit: int = 12) -> list[Move]:
    return list(Move.objects.select_related("asked_by", "second").order_by("-id")[:limit])


def move_of(cause: str, name: str, text: str) -> Move | None:
    """The last move to this text."""
    return Move.objects.select_related("asked_by", "second").filter(cause=cause, name=name, text=text).order_by("-id").first()


def move_under_way(cause: str, name: str) -> Move | None:
    return Move.objects.select_related("asked_by", "second").filter(cause=cause, name=name, state__in=(Move.ASKED, Move.RUNNING)).first()


@lru_cache(maxsize=8)
def _beside(keys: tuple[tuple[str, str], ...], digests: tuple[str, ...]) -> Rulebook | None:
    rows = [Edition.objects.get(regulation=name, edition=edition) for name, edition in keys]
    try:
        return compiled(rows, CalendarRevision.objects.filter(digest__in=digests))
    except CannotCompile:
        return None


def book_with(edition: Edition) -> Rulebook | None:
    """An edition among the others in force on its first day, for reading its rules aloud; None when they no longer fit together."""
    others: Sequence[Edition] = [one for one in editions_in_force(edition.in_force_from) if one.regulation != edition.regulation]
    keys = tuple((one.regulation, str(one.edition)) for one in (*others, edition))
    return _beside(keys, tuple(row.digest for row in newest_calendars()))


def text_of(edition: Edition) -> Regulation:
    return read_regulation(edition.source, f"{edition.regulation}/{edition.edition}.md").draft.regulation
