"""Instants that contradict each other: what one start comes to by each of the ways a fault leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from luyue.core.calendar import AROUND_THE_CLOCK, CalendarError, DayKind, Within, zone_info
from luyue.core.calendar.within import Unit
from luyue.core.regulation.book import Book
from luyue.core.regulation.problems import Problem, Sight
from luyue.core.regulation.quantities import of_within, quantities
from luyue.core.regulation.rules import Ladder, Rule, Team, TimetableRule

_FRIDAY, _LATE = 4, time(17, 50)  # shortly before a weekend: where ways of counting part
_LATER = (timedelta(0), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12))  # for houses that close later
_AMOUNT = re.compile(r'"?(\d{1,7})\s*([^"\d]*)"?')
Way = tuple[str, str, Within]
Sights = tuple[Sight, ...]


def friday(book: Book) -> datetime | None:
    """Ten to six on the first Friday of March of the edition's year; None without a calendar."""
    if book.days is None or book.agenda is None:
        return None
    year = book.regulations[-1].edition.year
    first = date(year, 3, 1)
    return datetime.combine(first + timedelta(days=(_FRIDAY - first.weekday()) % 7), _LATE, tzinfo=book.agenda.zone)


def written(at: datetime) -> str:
    """An instant as the language writes it; midnight is the end of the day before."""
    return f"{at - timedelta(days=1):%Y-%m-%d} 24:00" if at.time() == time(0) else f"{at:%Y-%m-%d %H:%M}"


def _from(start: datetime) -> Sight:
    return Sight("from", "起算", written(start))


def _ways(book: Book, ways: Iterable[Way]) -> Sights:
    """The start, and where each way leads; nothing where fewer than two can be counted. The first of a few starts from which most ways part."""
    first, every = friday(book), list(ways)
    if first is None:
        return ()
    shown: Sights = ()
    parted = 0
    for start in (first + later for later in _LATER):
        found = [Sight(what, zh, written(due)) for what, zh, within in every if (due := book.due_at(start, within)) is not None]
        n_ends = len({one.value for one in found})
        if len(found) > 1 and n_ends > parted:
            shown, parted = (_from(start), *found), n_ends
    return shown


# PL105 -----------------------------------------------------------------------------------------------


def _unclear(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    """`1 d` and a bare `8`: working days, days, hours."""
    match = _AMOUNT.match(words["found"])
    if match is None or not int(match[1]):
        return ()
    amount, hours = int(match[1]), int(match[1]) if not match[2] else int(match[1]) * 24
    return _ways(book, [_working_days(amount), _days(amount), (f"as {hours} h around the clock", f"按自然小时 {hours} 小时", _natural(hours, "h"))])


def _hours_unsaid(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    """In natural time, and in the hours of whoever owes it."""
    match = _AMOUNT.match(words["found"])
    owner = book.all(Team).get(str(getattr(rule, "owed_by", "") or getattr(rule, "by", "")).partition("/")[0])
    staffed = owner.staffed if owner is not None and owner.staffed in book.all(TimetableRule) else next(iter(book.all(TimetableRule)), "")
    if match is None or match[2] not in ("min", "h") or not staffed:
        return ()
    unit: Unit = "h" if match[2] == "h" else "min"
    amount = int(match[1])
    return _ways(book, [("around the clock", "按自然小时", _natural(amount, unit)), (f"in {staffed}", f"按 {staffed}", Within(amount, unit, staffed))])


def _counting_unsaid(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    match = _AMOUNT.match(words["found"])
    if match is None or "working" not in match[2]:
        return ()
    amount = int(match[1])
    shift = ("as workdays_shift", "按 workdays_shift", Within(amount, "working day", counted="workdays_shift"))
    return _ways(book, [("as workdays_end", "按 workdays_end", Within(amount, "working day", counted="workdays_end")), shift])


def _wrongly_counted(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    """The amount is not among the words: one day will do to tell the countings apart."""
    return _ways(book, [_working_days(1), _days(1)])


def _working_days(amount: int) -> Way:
    return f"as {amount} working day{'' if amount == 1 else 's'}", f"按 {amount} 个工作日", Within(amount, "working day", counted="workdays_end")


def _days(amount: int) -> Way:
    return f"as {amount} day{'' if amount == 1 else 's'}", f"按 {amount} 日", Within(amount, "day", counted="days_end")


def _natural(amount: int, unit: Unit) -> Within:
    return Within(amount, unit, AROUND_THE_CLOCK)


# PL005 -----------------------------------------------------------------------------------------------


def _number_not_in_text(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    return _text_and_rule(book, rule, words["said"])


def _number_not_in_rule(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    return _text_and_rule(book, rule, words["found"])


def _text_and_rule(book: Book, rule: Rule | None, text: str) -> Sights:
    """One start by the rule, and by the first duration of the text."""
    own = getattr(rule, "target", None)
    said = next((one.quantity for one in quantities(text) if one.quantity.unit in ("min", "working day", "day")), None)
    if not isinstance(own, Within) or not book.can_count(own) or said is None:
        return ()
    amount = int(said.amount)
    if said.unit == "min":
        other = Within(amount, "min", own.hours or AROUND_THE_CLOCK)
    else:
        other = _working_days(amount)[2] if said.unit == "working day" else _days(amount)[2]
    rule_words = of_within(own)
    by_rule = (f"by the rule ({rule_words.say()})", f"按规则（{rule_words.say('zh')}）", own)
    return _ways(book, [by_rule, (f"by the text ({said.say()})", f"按文字（{said.say('zh')}）", other)])


def _example_fails(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    return Sight("the example", "示例写", words["expected"]), Sight("the rules", "按规则得", words["computed"])


# PL2xx -----------------------------------------------------------------------------------------------


def _warned_outside(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    within, start = getattr(rule, "target", None), friday(book)
    if start is None or book.agenda is None or not isinstance(within, Within) or not book.can_count(within):
        return ()
    try:
        due, warned = book.agenda.due(start, within).at, book.agenda.at_share(start, within, int(words["found"]))
    except (CalendarError, ValueError):
        return ()
    if due is None or warned is None:
        return ()
    return _from(start), Sight("due", "到期", written(due)), Sight(f"{words['found']}% of it is used", f"用时 {words['found']}%", written(warned))


def _no_time(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    start = friday(book)
    return () if start is None else (_from(start), Sight("due", "到期", written(start)))


def _not_later(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    """Both steps after a miss on a Friday evening."""
    missed = friday(book)
    if missed is None or not isinstance(rule, Ladder):
        return ()
    found = [Sight("missed", "超时", written(missed))]
    for number, step in enumerate(rule.steps, start=1):
        due = book.due_at(missed, step.after) if step.after is not None and book.can_count(step.after) else None
        at = f"at `{step.at}`" if due is None else written(due)
        found.append(Sight(f"step {number}", f"第 {number} 步", at))
    return tuple(found)


def _both_open(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    match = re.search(r"\d\d:\d\d", words["found"])
    return () if match is None else (Sight("this instant lies in both windows", "两段都含的时刻", match[0]),)


def _nobody_says(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    """The first day of the kind that is left open."""
    if book.days is None:
        return ()
    first = book.regulations[-1].in_force_from
    last = min(book.days.known_until, book.days.ends_on)
    days = (first + timedelta(days=number) for number in range(max(0, (last - first).days)))
    found = next((on for on in days if book.days.kind(on) == DayKind(words["kind"])), None)
    return () if found is None else (Sight("open or closed that day?", "这一天开门吗", f"{found}"),)


def _two_zones(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    start = friday(book)
    if start is None:
        return ()
    zones = words["other"], words.get("zone") or words["found"]
    try:
        return tuple(Sight(f"in {zone}", zone, written(start.astimezone(zone_info(zone)))) for zone in zones)
    except CalendarError:
        return ()


def _beyond_the_calendar(book: Book, rule: Rule | None, words: dict[str, str]) -> Sights:
    due = [Sight("due", "到期", words["due"])] if words.get("due", "…") != "…" else []
    return Sight("from", "起算", words["start"]), *due, Sight("published to", "日历公布到", words["known"])


SIGHTS: dict[str, Callable[[Book, Rule | None, dict[str, str]], Sights]] = {
    "duration-unclear": _unclear, "hours-missing": _hours_unsaid, "counted-missing": _counting_unsaid, "counted-unfit": _wrongly_counted,
    "number-not-in-text": _number_not_in_text, "number-not-in-rule": _number_not_in_rule, "example-fails": _example_fails,
    "percent-out-of-range": _warned_outside, "duration-zero": _no_time, "step-not-later": _not_later, "windows-overlap": _both_open,
    "day-kind-open": _nobody_says, "zone-differs": _two_zones, "zone-of-calendar": _two_zones, "calendar-ends": _beyond_the_calendar,
    "calendar-short": _beyond_the_calendar,
}  # fmt: skip


def sights(book: Book, problem: Problem, rule: Rule | None) -> Sights:
    """What is seen of a problem, in the order of time; nothing where nothing can be counted."""
    see = SIGHTS.get(problem.message)
    return () if see is None else see(book, rule, dict(problem.words))


def begins(book: Book, seen: Sights) -> datetime | None:
    """The start that is shown first."""
    start = friday(book)
    if start is None or not seen:
        return None
    return next((start + later for later in _LATER if written(start + later) == seen[0].value), None)


def longest_of(book: Book, problem: Problem) -> Rule | None:
    """The promise a calendar is too short for."""
    name = dict(problem.words).get("rule", "")
    return book.by_kind.get("clock", {}).get(name) or book.by_kind.get("task", {}).get(name)


def clock_at(book: Book, problem: Problem) -> Rule | None:
    """For a number of the text that no rule says: the first promise of that clause."""
    for regulation in book.regulations:
        for clause in regulation.clauses if regulation.path == problem.path else ():
            if problem.clause == f"{clause.title} ({clause.id})":
                return next((rule for rule in clause.rules if isinstance(getattr(rule, "target", None), Within)), None)
    return None
