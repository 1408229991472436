"""The clock on the wall of a story: it stands still until the story moves it."""

from __future__ import annotations

from datetime import datetime, timedelta


class Time:
    """What the program takes for now; the fixture `time` hands it out."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def on(self, minutes: float = 5) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now
