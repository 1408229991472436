"""PL310: no rule is laxer than the law, with a case and a start that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from luyue.core.calendar import DayTable, Within
from luyue.core.calendar.day_table import zone_info
from luyue.core.calendar.instants import DAY_S
from luyue.core.regulation.book import Book
from luyue.core.regulation.cells import region, shown, witness
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.quantities import of_period, of_within
from luyue.core.regulation.rules import (
    AROUND_THE_CLOCK,
    Category,
    ClockRule,
    DataClass,
    Floor,
    Form,
    OnFact,
    Procedure,
    TaskRule,
    TimetableRule,
)

# Starts that show the worst of a day: its first instant, the usual openings and closings, its last minute.
_STARTS = (time(0, 0), time(9, 0), time(12, 0), time(18, 0), time(21, 0), time(23, 59))

_DAYS_TRIED, _DAYS_AHEAD = 365, 60  # a year of starts, early enough for their deadlines to fall on published days


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(Floor, ClockRule, TaskRule, DataClass, Form, Category, Procedure, TimetableRule):
        return
    world = world_of(book)
    for floor in book.all(Floor).values():
        bound = False
        if floor.of == "clock":
            for clock in book.all(ClockRule).values():
                if clock.starts_at == floor.starts_at and set(clock.stops_at) & set(floor.stops_at):
                    bound = True
                    yield from _clock(book, world, floor, clock)
        elif floor.of == "task":
            for task in book.all(TaskRule).values():
                if isinstance(task.trigger, OnFact) and task.trigger.fact == floor.starts_at:
                    bound = True
                    yield from _clock(book, world, floor, task)
        elif floor.of == "data_class":
            for data in book.all(DataClass).values():
                if covered := _covered(book, floor, data):
                    bound = True
                    yield from _kept(book, floor, data, covered)
        if not bound and not floor.runs:
            yield book.report("floor-binds-nothing", floor, "floor", name=floor.id)


def _clock(book: Book, world: FieldWorld, floor: Floor, rule: ClockRule | TaskRule) -> Iterator[Problem]:
    given = rule.target
    if not isinstance(given, Within):
        return
    for procedure in world.procedures_of(rule.applies_to):
        both = region(world, rule.applies_to, procedure).also(region(world, floor.applies_to, procedure))
        if both.impossible:
            continue
        case, case_zh = witness(world, both, procedure), witness(world, both, procedure, "zh")
        words: Words = {"rule": f'{rule.kind} "{rule.id}"', "rule_zh": rule.label.zh, "law": floor.law}
        words |= {"given": said(given), "given_zh": said(given, "zh")}
        if isinstance(floor.at_most, Within) and (start := exceeds(book, given, floor.at_most)) is not None:
            words |= {"limit": said(floor.at_most), "limit_zh": said(floor.at_most, "zh")}
            at = f", started {start:%Y-%m-%d %H:%M}" if isinstance(start, datetime) else ""
            at_zh = f"，自 {start:%Y-%m-%d %H:%M} 起算" if isinstance(start, datetime) else ""
            begins = rule.starts_at if isinstance(rule, ClockRule) else floor.starts_at
            words["shown_by"] = shown(both, procedure, begins, start if isinstance(start, datetime) else None)
            yield book.report("laxer-than-law", rule, "within", second=floor, witness=case + at, witness_zh=case_zh + at_zh, **words)
        if isinstance(floor.at_least, Within) and exceeds(book, floor.at_least, given) is not None:
            words |= {"limit": said(floor.at_least), "limit_zh": said(floor.at_least, "zh")}
            yield book.report("shorter-than-law", rule, "within", second=floor, **words)
        return


def said(within: Within, language: str = "en") -> str:
    return of_within(within).say(language)


def exceeds(book: Book, given: Within, limit: Within) -> datetime | bool | None:
    """A start for which `given` ends after `limit`; True when no calendar is needed to see it; None if there is none.

    With a calendar every day of its last published year is tried at the hours that matter; without one only
    durations of one kind are compared.
    """
    same = given.unit in ("min", "h") and limit.unit in ("min", "h") and given.hours == limit.hours
    if same:
        return True if given.seconds > limit.seconds else None
    if given.unit == limit.unit and given.counted == limit.counted and given.day_ends == limit.day_ends:
        return True if given.amount > limit.amount else None
    if book.days is None or not book.can_count(given) or not book.can_count(limit):
        return None
    if _never_exceeds(book.days, given, limit):
        return None
    for start in starts(book.days, _hours_that_matter(given, limit)):
        theirs, ours = book.due_at(start, limit), book.due_at(start, given)
        if theirs is not None and ours is not None and ours > theirs:
            return start
    return None


def _never_exceeds(days: DayTable, given: Within, limit: Within) -> bool:
    """Cheap certainties: so many hours, or so many working days, never stretch over more days of the calendar than the limit has."""
    if given.hours == AROUND_THE_CLOCK and limit.counted == "days_end":
        return given.seconds < limit.amount * DAY_S  # the day of the start is not counted, so a limit is never shorter than its days
    if given.counted != "workdays_end" or given.day_ends != "24:00" or limit.counted != "days_end":
        return False
    worked, n = _worked(days), given.amount
    return len(worked) > n and all(worked[i + n] - worked[i] <= limit.amount for i in range(len(worked) - n))


@lru_cache(maxsize=2)
def _worked(days: DayTable) -> list[int]:
    """Numbers of the workdays around the starts that are tried."""
    last = _last_start(days)
    tried = (last + timedelta(days=number) for number in range(-_DAYS_TRIED - 30, _DAYS_AHEAD + 1))
    return [on.toordinal() for on in tried if days.kind(on).is_worked]


def _hours_that_matter(given: Within, limit: Within) -> tuple[time, ...]:
    """A count of days only depends on the date, and deadlines never come earlier for a later start: one start a day is enough."""
    if given.in_hours and limit.in_hours:
        return _STARTS
    return _STARTS[:1] if limit.in_hours else _STARTS[-1:]


def starts(days: DayTable, hours: Sequence[time]) -> Iterator[datetime]:
    """These hours of every day of one year, early enough for all deadlines to fall on published days."""
    zone = zone_info(days.zone)
    last = _last_start(days)
    for number in range(_DAYS_TRIED, -1, -1):
        for at in hours:
            yield datetime.combine(last - timedelta(days=number), at, tzinfo=zone)


def _last_start(days: DayTable) -> date:
    return min(days.known_until, days.ends_on) - timedelta(days=_DAYS_AHEAD)


def _covered(book: Book, floor: Floor, data: DataClass) -> list[str]:
    """What both speak of; the form a case begins with is part of the case."""
    intakes = {procedure.intake for procedure in book.all(Procedure).values()} if "case" in floor.covers else set()
    return sorted(set(data.covers) & ({*floor.covers} | intakes))


def _kept(book: Book, floor: Floor, data: DataClass, covered: Sequence[str]) -> Iterator[Problem]:
    for limit, message in ((floor.at_most, "laxer-than-law"), (floor.at_least, "shorter-than-law")):
        if not isinstance(limit, str):
            continue
        given, bound = days_of(data.keep), days_of(limit)
        if (given > bound) if message == "laxer-than-law" else (given < bound):
            words: Words = {"rule": f'data_class "{data.id}"', "rule_zh": data.label.zh, "given": data.keep, "limit": limit}
            yield book.report(message, data, "keep", second=floor, law=floor.law, witness=", ".join(covered), **words)


def days_of(period: str) -> float:
    """The length of a period of keeping, in days on average."""
    quantity = of_period(period)
    return float(quantity.amount) * (1 if quantity.unit == "day" else 365.25 / 12)
