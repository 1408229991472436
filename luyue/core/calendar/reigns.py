"""Revisions of a calendar, and the stretch of instants each of them rules (clock semantics 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from luyue.core.calendar.day_table import DayKind, DayTable
from luyue.core.calendar.errors import CalendarError
from luyue.core.calendar.instants import FOREVER, date_of, day_number, epoch_s
from luyue.core.calendar.timetable import Timetable, Windows
from luyue.core.records import dataclass


@dataclass(frozen=True)
class Revision:
    """A day table with its timetables, in force from an instant on (None: always was) until the next revision."""

    from_at: datetime | None
    days: DayTable
    timetables: Mapping[str, Timetable]


@dataclass(frozen=True, slots=True)
class Reign:
    """The stretch [from, until) of instants a revision rules."""

    from_s: int
    until_s: int
    days: DayTable
    timetables: Mapping[str, Timetable]


def lay_reigns(revisions: Sequence[Revision]) -> list[Reign]:
    """Each revision's stretch, up to the next one. CalendarError for a gap at the beginning, a wrong order or two zones."""
    if not revisions or revisions[0].from_at is not None:
        raise CalendarError("A calendar with revisions needs a first one without a beginning (`from: null`).")
    froms = [-FOREVER, *(epoch_s(revision.from_at) for revision in revisions[1:] if revision.from_at is not None)]
    if len(froms) != len(revisions) or any(a >= b for a, b in pairwise(froms)):
        raise CalendarError("Revisions must stand in the order they come into force, each at its own instant.")
    if len({revision.days.zone for revision in revisions}) > 1:
        raise CalendarError("All revisions of a calendar must share one time zone.")
    untils = [*froms[1:], FOREVER]
    return [Reign(a, b, r.days, r.timetables) for a, b, r in zip(froms, untils, revisions, strict=True)]


def kind_of(days: DayTable, day: int) -> DayKind:
    """The kind of a day by number, also just outside the table, where it is the plain week's."""
    on = date_of(day)
    return days.kinds.get(on) or days.plain_kind(on)


def windows_by_day(days: DayTable, timetable: Timetable, numbers: range) -> Iterator[tuple[int, Windows]]:
    """The windows of each day; for many days without looking up what the plain week already says."""
    if len(numbers) < 7:
        yield from ((day, timetable.windows(date_of(day), kind_of(days, day))) for day in numbers)
        return
    plain = [timetable.usual(weekday, days.plain_kind(date_of(4 + weekday))) for weekday in range(7)]  # 1970-01-05 was a Monday
    special = {day_number(on): timetable.windows(on, days.kinds.get(on) or days.plain_kind(on)) for on in {*days.kinds, *timetable.dates}}
    for day in numbers:
        windows = special.get(day)
        yield day, plain[(day + 3) % 7] if windows is None else windows


def kinds_to_come(days: DayTable, after: date) -> Iterator[tuple[int, DayKind]]:
    """(weekday, kind) of days that may still follow: any kind while years are unpublished, else what the plain week has."""
    for weekday in range(7):
        if days.known_until <= after:
            yield from ((weekday, kind) for kind in DayKind)
        else:
            yield weekday, days.plain_kind(date_of(4 + weekday))
