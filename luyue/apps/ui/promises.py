"""From the rows of casework to what the parts draw: clocks, promises and clause references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch

from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import local
from luyue.apps.ui.wording import said as _
from luyue.core.calendar import Window, Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AROUND_THE_CLOCK, ActionRule, Approval, Category, ClockRule, Form, Notice, TaskRule
from luyue.core.regulation.sentence import sentence
from luyue.core.regulation.text import Clause, Regulation

_UNITS = {"min": "分钟", "h": "小时", "working day": "个?工作日", "day": "[日天]"}
_NUMERALS = "〇一二三四五六七八九十"
_NUMBER = re.compile(r"第([〇零一二三四五六七八九十百\d]+)条")
_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"〇": 0}
_SAID = 3  # sentences that stand for a clause where its own words are not read
_DAYS_AHEAD = 2  # as far as a browser left open may count on its own


def clause_number(title: str) -> str:
    """`第16条` of `第十六条 接听与回应`; empty when the title carries no number."""
    match = _NUMBER.match(title.strip())
    return f"第{_arabic(match[1])}条" if match else ""


def clause_heading(title: str) -> str:
    """The title without its number."""
    return _NUMBER.sub("", title, count=1).strip()


def _arabic(words: str) -> int:
    if words.isdecimal():
        return int(words)
    total, digit = 0, 0
    for char in words:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def clause_ref(
    book: Rulebook, regulation_id: str, clause_id: str, *, rule_words: str = "", language: str = "zh", portal: bool = False
) -> dict[str, Any] | None:
    """A clause reference for `{% clause %}`; None for what stands in no clause of this rulebook."""
    known = _clause_ref(book, regulation_id, clause_id, rule_words, language, portal, settings.ROOT_URLCONF)
    return None if known is None else {**known}


@lru_cache(maxsize=4096)
def _clause_ref(book: Rulebook, regulation_id: str, clause_id: str, rule_words: str, language: str, portal: bool, urlconf: str) -> Mapping[str, Any] | None:
    """Worked out once a process: the same few clauses stand in every row, and a text never changes."""
    try:
        regulation = book.regulation(regulation_id)
        clause = regulation.clause(clause_id)
    except KeyError:
        return None
    ref = clause_ref_of(regulation, clause, rule_words=rule_words, language=language, portal=portal)
    if language == "en" and (said := clause.english if rule_words else english_words(clause, book)):
        ref["text"] = said
    return ref


def clause_ref_of(regulation: Regulation, clause: Clause, *, rule_words: str = "", language: str = "zh", portal: bool = False) -> dict[str, Any]:
    name = regulation.label.say(language)
    short = regulation.short.say(language) or name
    return {
        "short": short.removesuffix("制度"),
        "name": short,
        "full": name,
        "number": number_of(clause, language) or heading_of(clause, language),
        "href": _clause_href(regulation.id, clause.id, portal),
        "text": plain_prose(clause),
        "rule": rule_words,
        "edition": f"{regulation.edition:%Y-%m-%d}",
    }


def number_of(clause: Clause, language: str) -> str:
    """`第16条`, `Art. 16`; empty when the title carries no number."""
    number = clause_number(clause.title)
    return f"Art. {number[1:-1]}" if number and language == "en" else number


def heading_of(clause: Clause, language: str) -> str:
    """The title without its number, in English where it has one."""
    return (clause.english if language == "en" else "") or clause_heading(clause.title)


def english_words(clause: Clause, book: Rulebook) -> str:
    """What the clause makes the program do, for whoever does not read the text itself; "" for a clause that is prose only.

    Who is warned and who hears of a miss is the house's own business.
    """
    promised = [_promise_alone(rule) for rule in clause.rules if isinstance(rule, ClockRule | TaskRule | Approval)]
    acted = [rule for rule in clause.rules if isinstance(rule, ActionRule | Notice)]
    shown = (promised or acted or [rule for rule in clause.rules if not isinstance(rule, Form | Category)])[:_SAID]
    return " ".join(sentence(rule, book, "en") for rule in shown)


def _promise_alone(rule: ClockRule | TaskRule | Approval) -> ClockRule | TaskRule | Approval:
    return replace(rule, warn_at=(), on_miss="") if isinstance(rule, ClockRule) else replace(rule, on_miss="")


def plain_prose(clause: Clause) -> str:
    return " ".join(clause.prose.split())


def sentence_with(prose: str, within: Within | None) -> str:
    """The part of a clause that names this amount of time; all of it when none does."""
    if within is None:
        return prose
    numeral = _NUMERALS[within.amount] if within.amount <= 10 else str(within.amount)
    named = re.compile(f"(?:{within.amount}|{numeral})\\s*{_UNITS[within.unit]}")
    parts = [part for part in re.split(r"(?<=[。；])", prose) if named.search(part)]
    words = "".join(parts).strip()
    return f"{words[:-1]}。" if words.endswith("；") else words or prose  # a quotation ends where it ends


def _clause_href(regulation: str, clause: str, portal: bool) -> str:
    try:
        return f"{reverse('portal:regulation' if portal else 'workspace:regulation', args=[regulation])}#{clause}"
    except NoReverseMatch:
        return "#"


def clock_view(line: Any, now: datetime, book: Rulebook, **more: Any) -> dict[str, Any]:
    """What `{% promise %}` and `{% clock_bar %}` read, from a row with the names of casework's `ClockLine` or `DayRow`."""
    state, hours, by_days = state_shown(line, now), line.hours, bool(line.counted)
    view = {
        "state": "not_started" if state == "withdrawn" else state,
        "due_at": line.due_at,
        "left_s": line.left_s,
        "provisional": line.provisional,
        "around_the_clock": not by_days and hours in ("", AROUND_THE_CLOCK),  # a promised date comes nearer at night too
        "shown": "end" if by_days else "",
        "used_percent": getattr(line, "used_percent", 0),  # a row of the day has no bar
        "open_spans": [] if by_days or hours in ("", AROUND_THE_CLOCK) else open_spans(book, hours, now),
    }
    if state == "paused":
        stands = next((span for span in reversed(line.pauses) if span.to_at is None), None)
        if stands is not None:
            view["paused_s"] = (now - stands.from_at).total_seconds()
    if state == "kept":
        view["used_s"] = line.used_s if line.used_s is not None else _lasted_s(line)
    if state == "withdrawn":
        view["starts_words"] = "已撤销"
    return view | more


def state_shown(line: Any, now: datetime) -> str:
    """The state of a promise as it is drawn: one that runs may be due soon, or late before anybody has settled it."""
    if line.state != "running":
        return str(line.state)
    late = line.due_at is not None and now > line.due_at
    return "missed" if late else "due" if line.is_soon else "running"


def _lasted_s(line: Any) -> float | None:
    return (line.settled_at - line.started_at).total_seconds() if line.started_at and line.settled_at else None


def open_spans(book: Rulebook, timetable: str, now: datetime) -> list[tuple[datetime, datetime]]:
    """The open spans of today and the next days, so that a browser counts down only inside them."""
    return _open_spans(book, timetable, local(now).replace(hour=0, minute=0, second=0, microsecond=0))


@lru_cache(maxsize=64)
def _open_spans(book: Rulebook, timetable: str, today: datetime) -> list[tuple[datetime, datetime]]:
    spans = []
    for ahead in range(_DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        for window in book.agenda.windows_on(day.date(), timetable):
            spans.append((day + timedelta(seconds=window.opens_s), day + timedelta(seconds=window.closes_s)))
    return spans


def window_words(windows: tuple[Window, ...]) -> str:
    """`09:00–21:00`."""
    return _("、").join(f"{_clock(one.opens_s)}–{_clock(one.closes_s)}" for one in windows)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
