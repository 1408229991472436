"""One rulebook after another: a case that moves keeps the hours it was counted by until then (clock semantics 11).

Also how long people who knew the text before may go on working before they have acknowledged the new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from luyue.core.calendar import Agenda, Revision, Timetable, Within
from luyue.core.regulation.rulebook import Rulebook

# Until the end of the next working day: whoever comes in on the first day of a new edition is not locked out before he could read it.
GRACE = Within(1, "working day", None, "workdays_end", "24:00")


def continued(before: Rulebook, after: Rulebook, at: datetime) -> Rulebook:
    """`after` for a case that ran under `before` until `at`: every instant is judged by the calendar and hours in force at it.

    `after` itself when calendar and hours are the same. The digest says what was continued from what, and when.
    raises  CalendarError when the two live in different time zones, or `before` began at `at` or later.
    """
    old, new = before.agenda.timeline.reigns, after.agenda.timeline.reigns[-1]
    if (old[-1].days, dict(old[-1].timetables)) == (new.days, dict(new.timetables)):
        if len(old) == 1:
            return after
        revisions = _laid(before, new.timetables)
    else:
        revisions = [*_laid(before, new.timetables), Revision(at, new.days, new.timetables)]
    words = "\n".join(("continued", before.digest, after.digest, at.isoformat()))
    return replace(after, digest=hashlib.sha256(words.encode()).hexdigest(), agenda=Agenda.revised(revisions))


def grace_ends_at(in_force_from: date, agenda: Agenda) -> datetime | None:
    """The end of the working day after the first day of an edition."""
    return agenda.due(datetime.combine(in_force_from, time(), agenda.zone), GRACE).at


def _laid(before: Rulebook, timetables: Mapping[str, Timetable]) -> list[Revision]:
    """The revisions `before` consists of. Hours it did not know yet are those of the new text: nothing was counted by them."""
    return [
        Revision(None if number == 0 else datetime.fromtimestamp(reign.from_s, before.agenda.zone), reign.days, {**timetables, **reign.timetables})
        for number, reign in enumerate(before.agenda.timeline.reigns)
    ]
