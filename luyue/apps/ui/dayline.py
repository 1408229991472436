"""The service day as one line: where each promise falls due, marks too near to each other merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .shapes import take
from .wording import local

# A glyph is 16 px wide; nearer marks would touch.
NEAR_PX = 17


class Mark(NamedTuple):
    x: float  # percent of the line
    state: str
    count: int
    href: str
    label: str

    @property
    def wide(self) -> int:
        """Pixels of the gap the mark cuts into the line."""
        return 24 if self.count < 2 else 42


class Line(NamedTuple):
    now_x: float | None
    ticks: list[float]
    marks: list[Mark]
    hours: list[tuple[float, str]]


def _merge(marks: Iterable[Mark], width_px: int) -> list[Mark]:
    """Marks of one state nearer than a glyph become one, in their middle; what would still overlap moves to the right."""
    runs: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: m.x):
        before = runs[-1][-1] if runs else None
        if before is not None and before.state == mark.state and (mark.x - before.x) * width_px / 100 < NEAR_PX:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    merged: list[Mark] = []
    for run in runs:
        x = sum(mark.x for mark in run) / len(run)
        if merged:
            last = merged[-1]
            x = max(x, last.x + (last.wide - 12 + NEAR_PX / 2) * 100 / width_px)
        labels = "；".join(mark.label for mark in run)
        merged.append(Mark(round(min(x, 100.0), 2), run[0].state, len(run), run[0].href, labels))
    return merged


def build(opens: datetime, closes: datetime, now: datetime, marks: Sequence[Any], *, width_px: int = 1094, gather_missed: bool = False) -> Line:
    """The line between two instants. A mark has `at`, `state`, `href`, `label`; kept ones become ticks, those outside are left out.

    Missed marks from before `opens` (with `gather_missed`: all missed ones) stand at the left end, so that none is lost from sight.
    """
    span_s = (closes - opens).total_seconds()

    def x(at: datetime) -> float:
        return round((at - opens).total_seconds() / span_s * 100, 2)

    def place(at: datetime, state: str) -> float:
        return 2.0 if at < opens or (gather_missed and state == "missed") else x(at)

    ticks: set[float] = set()
    open_marks = []
    for mark in marks:
        at, state = take(mark, "at"), take(mark, "state")
        if state == "kept":
            if opens <= at <= closes:
                ticks.add(round(x(at), 1))  # nearer than a pixel they are one
        elif at <= closes and (at >= opens or state == "missed"):
            open_marks.append(Mark(place(at, state), state, 1, take(mark, "href", ""), take(mark, "label", "")))
    step = timedelta(hours=1 if span_s <= 14 * 3600 else 2)  # not a promise: a scale on the screen
    hours, at = [], opens
    while at <= closes:
        wall = local(at)
        clock = "24:00" if at == closes and wall.hour == 0 else f"{wall.hour}:{wall.minute:02}"
        hours.append((x(at), clock))
        at += step
    return Line(x(now) if opens <= now <= closes else None, sorted(ticks), _merge(open_marks, width_px), hours)


def phone_window(opens: datetime, closes: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Four hours around now, inside the service day: what a phone has room for."""
    four = timedelta(hours=4)  # not a promise: a scale on the screen
    hour = now.replace(minute=0, second=0, microsecond=0)
    start = max(opens, min(hour, closes - four))
    return start, min(closes, start + four)
