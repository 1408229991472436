"""Which rulebook holds now, and the compiled form of any rulebook a case is pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from luyue.apps.journal.statements import ask, select
from luyue.apps.journal.transaction import write
from luyue.apps.regulation.models import CalendarRevision, Edition
from luyue.apps.regulation.models import Rulebook as RulebookRow
from luyue.core.calendar import DayTable, load_day_table, weekdays
from luyue.core.regulation import compile_rulebook, read_regulation
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.succession import continued
from luyue.core.regulation.text import Regulation

Pinned = tuple[RulebookRow, Rulebook]
CALENDAR = "calendar:"  # in `sources`, before the name of a calendar revision
CONTINUED = "continued:"  # in `sources`, before the digest of the rulebook a case came from; then the instant, and the digest it went to

_in_force: dict[str, tuple[tuple, Pinned]] = {}  # store -> what its answer hung on, and the answer
_editions: dict[str, tuple[tuple, list[Edition]]] = {}
_by_digest: dict[str, Rulebook] = {}


class NothingInForce(Exception):
    """No regulation has been adopted. Adopt one: `luyue adopt REGULATION EDITION`."""


class CannotCompile(Exception):
    """The editions in force do not make a rulebook together; `problems` says why."""

    def __init__(self, problems: Sequence) -> None:
        super().__init__("; ".join(f"{one.path}:{one.line}: {one.code} {one.what}" for one in problems))
        self.problems = tuple(problems)


def current_rulebook(now: datetime | None = None) -> Pinned:
    """(row, compiled rulebook) of everything in force on the local day of `now`.

    One cheap question to the store decides whether the last answer still holds; a rulebook is compiled once a process.
    raises  NothingInForce; CannotCompile, which adoption makes impossible unless the store was changed by hand.
    """
    today = timezone.localdate(now) if now else timezone.localdate()
    hangs_on = (*_fingerprint(), today)
    kept = _in_force.get(_store())
    if kept and kept[0] == hangs_on:
        return kept[1]
    editions = editions_in_force(today)
    if not editions:
        raise NothingInForce("No regulation is in force. Adopt one: luyue adopt REGULATION EDITION.")
    pinned = pin(editions, newest_calendars())
    _in_force[_store()] = ((*_fingerprint(), today), pinned)
    return pinned


def rulebook_for(row: RulebookRow) -> Rulebook:
    """The compiled rulebook of a row, from its pinned sources; compiled once a process."""
    return _by_digest.get(row.digest) or _recompiled(row)


def rulebook_by_id(row_id: int) -> Rulebook:
    """The compiled rulebook of a row known by its id. The digest is asked each time: it is what says that a kept one is the right one."""
    ((digest,),) = select(RulebookRow, ("digest",), id=row_id)
    return rulebook_by_digest(digest)


def rulebook_by_digest(digest: str) -> Rulebook:
    """The compiled rulebook with this digest; asks the store only the first time."""
    return _by_digest.get(digest) or rulebook_for(RulebookRow.objects.get(digest=digest))


def editions_in_force(today: date) -> list[Edition]:
    """The newest adopted edition of each regulation that is in force on this day, by regulation.

    Asked at every act, for what a person must have acknowledged: one cheap question tells whether the last answer still holds.
    """
    hangs_on = (*_fingerprint(), today)
    kept = _editions.get(_store())
    if kept is None or kept[0] != hangs_on:
        newest: dict[str, Edition] = {}
        for row in Edition.objects.exclude(adopted_at=None).filter(in_force_from__lte=today).order_by("in_force_from", "edition"):
            newest[row.regulation] = row
        kept = _editions[_store()] = (hangs_on, [newest[name] for name in sorted(newest)])
    return list(kept[1])


def newest_calendars() -> list[CalendarRevision]:
    newest = {row.name: row for row in CalendarRevision.objects.order_by("id")}
    return [newest[name] for name in sorted(newest)]


def compiled(editions: Iterable[Edition], calendars: Iterable[CalendarRevision]) -> Rulebook:
    """These texts as one rulebook. raises CannotCompile with every error."""
    texts = [regulation_of(row.source, f"{row.regulation}/{row.edition}.md") for row in editions]
    result = compile_rulebook(texts, day_tables(calendars))
    if result.rulebook is None:
        raise CannotCompile([one for one in result.problems if one.severity == "error"])
    return _by_digest.setdefault(result.rulebook.digest, result.rulebook)


def pin(editions: Sequence[Edition], calendars: Sequence[CalendarRevision]) -> Pinned:
    """Compile, and give the row that cases are pinned to; made when these sources meet for the first time."""
    book = compiled(editions, calendars)
    return _row(book, _sources(book, editions, calendars)), book


def pin_continued(before: RulebookRow, after: Pinned, at: datetime) -> Pinned:
    """`after` for cases that ran under `before` until `at`: what was counted until then stays counted as it was.

    `after` itself where calendar and hours are the same. raises CalendarError when the two live in different time zones.
    """
    row, book = after
    joined = continued(rulebook_for(before), book, at)
    if joined.digest == book.digest:
        return after
    joined = _by_digest.setdefault(joined.digest, joined)
    return _row(joined, [*row.sources, [CONTINUED + before.digest, at.isoformat(), book.digest]]), joined


def _sources(book: Rulebook, editions: Sequence[Edition], calendars: Sequence[CalendarRevision]) -> list[list[str]]:
    used = {text.calendar for text in book.regulations}
    sources = [[row.regulation, str(row.edition), row.sha256] for row in editions]
    return sources + [[CALENDAR + row.name, "", row.digest] for row in calendars if row.name in used]


def _row(book: Rulebook, sources: list[list[str]]) -> RulebookRow:
    def work() -> RulebookRow:
        row = RulebookRow.objects.filter(digest=book.digest).first()
        if row is None:
            row = RulebookRow(digest=book.digest, sources=sources, calendar_digest=book.calendar_digest, language=book.language, made_at=timezone.now())
            row.save(force_insert=True)
        return row

    return write(work)


def editions_of(row: RulebookRow) -> list[Edition]:
    """The texts a rulebook is made of, by regulation."""
    return [
        Edition.objects.get(regulation=name, edition=edition, sha256=digest)
        for name, edition, digest in row.sources
        if not name.startswith((CALENDAR, CONTINUED))
    ]


@lru_cache(maxsize=64)
def regulation_of(source: str, path: str) -> Regulation:
    """The text of an edition, read. raises CannotCompile when it has errors."""
    read = read_regulation(source, path)
    if read.regulation is None:
        raise CannotCompile([one for one in read.problems if one.severity == "error"])
    return read.regulation


def day_tables(calendars: Iterable[CalendarRevision]) -> Mapping[str, DayTable]:
    """Day tables by name; `weekdays`, plain Monday to Friday, needs no file."""
    return {"weekdays": weekdays()} | {row.name: load_day_table(row.source) for row in calendars}


def _recompiled(row: RulebookRow) -> Rulebook:
    calendars = [CalendarRevision.objects.get(digest=digest) for name, _, digest in row.sources if name.startswith(CALENDAR)]
    book = compiled(editions_of(row), calendars)
    for name, at, _ in row.sources:
        if name.startswith(CONTINUED):
            book = continued(rulebook_by_digest(name.removeprefix(CONTINUED)), book, datetime.fromisoformat(at))
    return _by_digest.setdefault(book.digest, book)


def _store() -> str:
    """One process may meet several stores, in tests at least: what is remembered belongs to one of them."""
    return str(connection.settings_dict["NAME"]) + str(connection.settings_dict.get("HOST", ""))


def _fingerprint() -> tuple:
    (row,) = ask(
        "SELECT (SELECT count(*) FROM regulation_edition WHERE adopted_at IS NOT NULL),"
        " (SELECT max(adopted_at) FROM regulation_edition), (SELECT max(id) FROM regulation_calendarrevision),"
        " (SELECT max(id) FROM regulation_rulebook)"
    )
    return row


def named(edition: Edition, language: str) -> str:
    """What people call the regulation. Its row has the name of its own language; in English the text in force says it, if it is in force."""
    if language == "en":
        with suppress(NothingInForce):
            regulations = current_rulebook()[1].regulations
            return next((one.label.say(language) for one in regulations if one.id == edition.regulation), edition.label)
    return edition.label
