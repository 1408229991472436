"""Day kinds, opening hours, and every deadline and elapsed time there is. Pure: instants come in as arguments.

The definitions are in `docs/calendar.md`; this is the only room that adds to an instant.
"""

from luyue.core.calendar.agenda import Agenda
from luyue.core.calendar.day_table import DayKind, DayTable, weekdays, zone_info
from luyue.core.calendar.day_table_text import load_day_table
from luyue.core.calendar.errors import BeyondTable, CalendarError
from luyue.core.calendar.explain import DayLine, Explanation
from luyue.core.calendar.open_time import OpenTime
from luyue.core.calendar.reigns import Revision
from luyue.core.calendar.timeline import AROUND_THE_CLOCK
from luyue.core.calendar.timetable import Timetable, Window
from luyue.core.calendar.wall_clock import tzdata_version
from luyue.core.calendar.within import Due, Span, Within

__all__ = [
    "AROUND_THE_CLOCK",
    "Agenda",
    "BeyondTable",
    "CalendarError",
    "DayKind",
    "DayLine",
    "DayTable",
    "Due",
    "Explanation",
    "OpenTime",
    "Revision",
    "Span",
    "Timetable",
    "Window",
    "Within",
    "load_day_table",
    "tzdata_version",
    "weekdays",
    "zone_info",
]
