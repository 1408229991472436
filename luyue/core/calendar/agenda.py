"""Every question about time that a rulebook's promises raise, asked in aware datetimes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from luyue.core.calendar.counting import Pauses
from luyue.core.calendar.day_table import DayKind, DayTable
from luyue.core.calendar.errors import CalendarError
from luyue.core.calendar.explain import Explanation, explained
from luyue.core.calendar.instants import FOREVER, day_number, epoch_s, instant_at
from luyue.core.calendar.intervals import union
from luyue.core.calendar.open_time import OpenTime
from luyue.core.calendar.reigns import Revision
from luyue.core.calendar.timeline import AROUND_THE_CLOCK, Timeline
from luyue.core.calendar.timetable import WHOLE_DAY, Timetable, Windows
from luyue.core.calendar.within import Due, Span, Within


class Agenda:
    """The calendar and timetables of one rulebook. Build it once and keep it: tables are compiled on first use.

    Instants are aware; a fraction of a second is cut off. Answers are in the calendar's zone. A `BeyondTable` error is raised for
    instants the day table does not reach, other `CalendarError`s for a `Within` that does not fit together.
    """

    def __init__(self, days: DayTable, timetables: Mapping[str, Timetable]) -> None:
        self._lay_out([Revision(None, days, timetables)])

    @classmethod
    def revised(cls, revisions: Sequence[Revision]) -> Agenda:
        """A calendar that was changed while clocks ran: each instant is judged by the revision in force at it (clock semantics 11)."""
        agenda = cls.__new__(cls)
        agenda._lay_out(revisions)
        return agenda

    def _lay_out(self, revisions: Sequence[Revision]) -> None:
        first_on = min(revision.days.begins_on for revision in revisions)
        last_on = max(revision.days.ends_on for revision in revisions)
        self.timeline = Timeline(revisions, first_on, last_on)
        self.zone = self.timeline.zone

    # -- promises --------------------------------------------------------------------------------------------------------------

    def due(self, start: datetime, within: Within, pauses: Iterable[Span] = ()) -> Due:
        """The first instant at or after the start by which the promise is used up (clock semantics 2, 7, 9)."""
        due_s = self._due_s(epoch_s(start), within, pause_seconds(pauses))
        if due_s is None:
            return Due(None)
        return Due(instant_at(due_s, self.zone), self._is_provisional(due_s, within))

    def elapsed_s(self, start: datetime, to: datetime, within: Within, pauses: Iterable[Span] = ()) -> int:
        """Seconds of the clause's own hours in [start, to) outside the pauses, negative backwards; natural seconds for day counts."""
        within.check()
        hours = within.hours if within.in_hours and within.hours else AROUND_THE_CLOCK
        return self._elapsed_s(hours, epoch_s(start), epoch_s(to), pause_seconds(pauses))

    def left_s(self, start: datetime, now: datetime, within: Within, pauses: Iterable[Span] = ()) -> int:
        """Seconds of the clause's own hours until the deadline, negative once it is past; natural seconds for day counts.

        During a pause it is what remains if the pause ended now. Pauses after the deadline change nothing.
        """
        start_s, now_s = epoch_s(start), max(epoch_s(start), epoch_s(now))
        paused = pause_seconds(pauses)
        known = [(a, min(b, now_s) if b >= FOREVER else b) for a, b in paused if a < now_s]
        due_s = self._due_s(start_s, within, union(known))
        if due_s is None:
            raise CalendarError(f"The hours '{within.hours}' never come, so nothing can be left of them. Open the timetable on some day.")
        if not within.in_hours:
            return due_s - now_s
        assert within.hours is not None
        if due_s <= now_s:
            return -self._elapsed_s(within.hours, due_s, now_s, ())
        return within.seconds - self._elapsed_s(within.hours, start_s, now_s, paused)

    def at_share(self, start: datetime, within: Within, percent: int, pauses: Iterable[Span] = ()) -> datetime | None:
        """The instant `percent` % of the promise is used: of its own hours, of natural time for day counts. None as for `due`."""
        start_s, paused = epoch_s(start), pause_seconds(pauses)
        if within.in_hours:
            within.check()
            assert within.hours is not None
            share_s = self._due_in_hours_s(within.hours, start_s, _share(within.seconds, percent), paused)
        else:
            due_s = self._due_s(start_s, within, paused)
            if due_s is None:
                return None
            whole = self.timeline.elapsed_natural_s(start_s, due_s, paused)
            share_s = self.timeline.due_natural_s(start_s, _share(whole, percent), paused)
        return None if share_s is None else instant_at(share_s, self.zone)

    def explain(self, start: datetime, within: Within, pauses: Iterable[Span] = ()) -> Explanation:
        """Why the deadline is what it is, day by day."""
        paused = pause_seconds(pauses)
        due_s = self._due_s(epoch_s(start), within, paused)
        provisional = due_s is not None and self._is_provisional(due_s, within)
        return explained(self.timeline, start, within, due_s, provisional, paused)

    # -- days and hours --------------------------------------------------------------------------------------------------------

    def open_time(self, timetable: str) -> OpenTime:
        """The compiled hours of a timetable, for callers that ask very often."""
        return self.timeline.open_time(timetable)

    def is_open(self, at: datetime, timetable: str) -> bool:
        return self.open_time(timetable).is_open_s(epoch_s(at))

    def next_opening(self, at: datetime, timetable: str) -> datetime | None:
        """The instant itself when open, else the next opening; None when there is none as far as the calendar reaches."""
        opening_s = self.open_time(timetable).next_opening_s(epoch_s(at))
        return None if opening_s is None else instant_at(opening_s, self.zone)

    def windows_on(self, on: date, timetable: str) -> Windows:
        """The windows that open on a date, by the revision in force as the date ends."""
        if timetable == AROUND_THE_CLOCK:
            return WHOLE_DAY
        self.timeline.open_time(timetable)
        reign = self.timeline.reign_at(self.timeline.midnight_s(day_number(on) + 1) - 1)
        return reign.timetables[timetable].windows(on, reign.days.kind(on))

    def kind_on(self, on: date) -> DayKind:
        return self._days_on(on).kind(on)

    def name_on(self, on: date) -> str | None:
        """The feast of a date."""
        return self._days_on(on).names.get(on)

    def is_known(self, on: date) -> bool:
        """Whether the kind of a date has been published."""
        return self._days_on(on).is_known(on)

    # -- in seconds ------------------------------------------------------------------------------------------------------------

    def _due_s(self, start_s: int, within: Within, pauses: Pauses) -> int | None:
        within.check()
        timeline, n = self.timeline, within.amount
        if within.in_hours:
            assert within.hours is not None
            return self._due_in_hours_s(within.hours, start_s, within.seconds, pauses)
        if within.counted == "workdays_shift":
            return timeline.due_workdays_shift_s(start_s, n, pauses)
        if within.counted == "workdays_end":
            return timeline.due_workdays_end_s(start_s, n, within.hours if within.day_ends == "close" else None, pauses)
        return timeline.due_days_end_s(start_s, n, within.rolls, pauses)

    def _due_in_hours_s(self, hours: str, start_s: int, seconds: int, pauses: Pauses) -> int | None:
        if hours == AROUND_THE_CLOCK:
            return self.timeline.due_natural_s(start_s, seconds, pauses)
        return self.timeline.due_in_hours_s(hours, start_s, seconds, pauses)

    def _elapsed_s(self, hours: str, from_s: int, to_s: int, pauses: Pauses) -> int:
        if hours == AROUND_THE_CLOCK:
            return self.timeline.elapsed_natural_s(from_s, to_s, pauses)
        return self.timeline.elapsed_in_hours_s(hours, from_s, to_s, pauses)

    def _is_provisional(self, due_s: int, within: Within) -> bool:
        # Natural time needs no calendar, so nothing that is published later can move it.
        if within.amount == 0 or (within.in_hours and within.hours == AROUND_THE_CLOCK):
            return False
        last_day = self.timeline.wall.day_at(due_s - 1)
        return last_day > day_number(self.timeline.reign_at(due_s - 1).days.known_until)

    def _days_on(self, on: date) -> DayTable:
        return self.timeline.reign_at(self.timeline.midnight_s(day_number(on) + 1) - 1).days


def pause_seconds(pauses: Iterable[Span]) -> Pauses:
    """Union of the pauses in epoch seconds (clock semantics 9). CalendarError for one that ends before it begins."""
    stretches = []
    for pause in pauses:
        from_s = epoch_s(pause.from_at)
        to_s = FOREVER if pause.to_at is None else epoch_s(pause.to_at)
        if to_s < from_s:
            raise CalendarError(f"The pause from {pause.from_at.isoformat()} ends before it begins. Give `to` later than `from`.")
        stretches.append((from_s, to_s))
    return union(stretches)


def _share(whole: int, percent: int) -> int:
    """That many percent of an amount, in whole seconds, rounded up."""
    return -(-whole * percent // 100)
