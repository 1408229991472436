"""What can go wrong when a calendar is asked for a time."""

from __future__ import annotations


class CalendarError(ValueError):
    """A calendar, a duration or an instant that cannot be used. The message says what, where and what to write instead."""


class BeyondTable(CalendarError):
    """The answer lies outside the days the calendar was compiled for: an error, never a guess (clock semantics 12).

    before: an instant precedes the table; else the count runs past its end.
    """

    def __init__(self, message: str, *, before: bool = False) -> None:
        super().__init__(message)
        self.before = before
