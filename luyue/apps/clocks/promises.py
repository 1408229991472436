"""One promise as people see it: its words, its clause, and how much of it is left at a given moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils.translation import get_language

from luyue.core.calendar import Span, Within
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import ClockState, PauseSpan
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval, ClockRule, Floor, Rule, TaskRule
from luyue.core.regulation.sentence import sentence

SOON = timedelta(minutes=30)  # not a promise: from here on a row says "soon", unless its own last warning comes later


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock with everything a page says of it.

    left_s: seconds of the promise's own hours, negative when past; None when settled or without a deadline. used_percent: 0-100 of the
    promise. hours: a timetable's id, `around-the-clock`, or "" for day counts, which `counted` names, and for a promised date.
    """

    key: str
    rule: str
    label: str
    regulation: str
    clause: str
    clause_title: str
    sentence: str
    owed_by: str
    team: str
    state: str
    started_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    settled_at: datetime | None
    provisional: bool
    left_s: int | None
    used_s: int | None
    used_percent: int
    pauses: tuple[PauseSpan, ...]
    hours: str
    counted: str
    is_owed: bool
    is_soon: bool
    corrected_by: str = ""

    @property
    def told_at(self) -> datetime | None:
        """What the customer may hold us to: the date told, or the deadline where it is earlier."""
        return self.due_at if self.promised_at is None or self.due_at is None else min(self.promised_at, self.due_at)


def line_of(clock: ClockState, book: Rulebook, now: datetime, *, is_owed: bool, words: str = "") -> ClockLine:
    """The clock as it stands at `now`; `words` is the reader's language, for whoever asks about many clocks."""
    words = words or language()
    terms = index_of(book).terms.get(clock.rule)
    rule = source_of(book, clock.rule)
    within = terms.target if terms and isinstance(terms.target, Within) else None
    left_s, used_s = left_of(clock, book, within, now), _used_of(clock, book, within, now)
    return ClockLine(
        key=clock.key,
        rule=clock.rule,
        label=rule.label.say(words) if rule else clock.rule,
        regulation=rule.regulation if rule else "",
        clause=clock.clause,
        clause_title=book.clause_of(rule).title if rule else clock.clause,
        sentence=spoken(book, clock.rule, words),
        owed_by=clock.owed_by,
        team=clock.team,
        state=clock.state,
        started_at=clock.started_at,
        due_at=clock.due_at,
        promised_at=clock.promised_at,
        settled_at=clock.settled_at,
        provisional=clock.provisional,
        left_s=left_s,
        used_s=used_s,
        used_percent=_percent(clock, within, left_s, used_s),
        pauses=clock.pauses,
        hours=(within.hours or "") if within else "",
        counted=(within.counted or "") if within else "",
        is_owed=is_owed,
        is_soon=is_soon(clock, terms, book, now),
        corrected_by=clock.corrected_by,
    )


def source_of(book: Rulebook, rule: str) -> Rule | None:
    """The rule of the text behind a clock's rule id: a clock, a task, an approval or a floor."""
    kind, _, name = rule.partition("/")
    if not name:
        return book.all(ClockRule).get(rule)
    known: dict[str, type[Rule]] = {"task": TaskRule, "approval": Approval, "floor": Floor}
    return book.all(known[kind]).get(name) if kind in known else None


@lru_cache(maxsize=4096)
def spoken(book: Rulebook, rule: str, language: str) -> str:
    """The rule as a sentence; "" for one this rulebook does not know."""
    source = source_of(book, rule)
    return sentence(source, book, language) if source else ""


def language() -> str:
    """`en` or `zh`, as the reader's pages are."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def is_soon(clock: ClockState, terms: ClockRule | None, book: Rulebook, now: datetime) -> bool:
    """Soon begins at the clause's own last warning or half an hour before, whichever is later in time."""
    if clock.state != "running" or clock.due_at is None or now > clock.due_at:
        return False
    begins = clock.due_at - SOON
    if terms and terms.warn_at and isinstance(terms.target, Within):
        warned_at = book.agenda.at_share(clock.started_at, terms.target, terms.warn_at[-1], spans_of(clock.pauses))
        begins = max(begins, warned_at) if warned_at else begins
    return now >= begins


def spans_of(pauses: Iterable[PauseSpan]) -> list[Span]:
    return [Span(pause.from_at, pause.to_at) for pause in pauses]


def left_of(clock: ClockState, book: Rulebook, within: Within | None, now: datetime) -> int | None:
    """Seconds left in the promise's own hours, natural ones for a promised date; negative when past, None when settled or without a deadline."""
    is_open = clock.state in ("running", "paused")
    # What was missed and is still undone goes on being late; the page shows by how much.
    counts = is_open or clock.state == "missed"
    if within is None:
        return int((clock.due_at - now).total_seconds()) if clock.due_at and counts else None
    if clock.state == "paused" and clock.left_s is not None:
        return clock.left_s
    return book.agenda.left_s(clock.started_at, now, within, spans_of(clock.pauses)) if counts else None


def _used_of(clock: ClockState, book: Rulebook, within: Within | None, now: datetime) -> int:
    """Seconds used, in the same hours."""
    until = clock.settled_at or now
    if within is None:
        return int((until - clock.started_at).total_seconds())
    return book.agenda.elapsed_s(clock.started_at, max(until, clock.started_at), within, spans_of(clock.pauses))


def _percent(clock: ClockState, within: Within | None, left_s: int | None, used_s: int | None) -> int:
    """Of the promise's own hours, pauses left out: a kept one shows what it took of what was promised."""
    if clock.state == "missed":
        return 100
    if used_s is None:
        return 0
    if within is not None and within.in_hours:
        whole_s = within.seconds
    elif left_s is not None:
        whole_s = used_s + max(left_s, 0)
    else:
        held_s = sum((span.to_at - span.from_at).total_seconds() for span in clock.pauses if span.to_at)
        whole_s = int((clock.due_at - clock.started_at).total_seconds() - held_s) if clock.due_at else 0
    return min(100, 100 * used_s // whole_s) if whole_s > 0 else 100 if clock.settled_at else 0
