"""The service day as one line: where each promise falls due, marks too near to each other merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .shapes import take
from .wording import local

# A glyph is 16 px wide; nearer marks would touch.
NEAR_PX = 17
# The order in which a merged mark takes its state: the worst one speaks.
WORST = ("missed", "due", "running", "paused", "not_started")


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
    merged: list[Mark] = []
    for mark in sorted(marks, key=lambda m: m.x):
        last = merged[-1] if merged else None
        near = last is not None and (mark.x - last.x) * width_px / 100 < NEAR_PX + (18 if last.count > 1 else 0)
        if last is not None and near:
            state = min(last.state, mark.state, key=WORST.index)
            merged[-1] = Mark(last.x, state, last.count + mark.count, last.href, f"{last.label}；{mark.label}")
        else:
            merged.append(mark)
    return merged


def build(opens: datetime, closes: datetime, now: datetime, marks: Sequence[Any], *, width_px: int = 1094) -> Line:
    """The line between two instants. A mark has `at`, `state`, `href`, `label`; kept ones become ticks, those outside are left out.

    Missed marks from before `opens` are gathered at the left end, so that none is lost from sight.
    """
    span_s = (closes - opens).total_seconds()

    def x(at: datetime) -> float:
        return round((at - opens).total_seconds() / span_s * 100, 2)

    shown = [(mark, take(mark, "at")) for mark in marks]
    ticks = sorted(x(at) for mark, at in shown if take(mark, "state") == "kept" and opens <= at <= closes)
    open_marks = [
        Mark(max(x(at), 2.0 if at < opens else 0.0), take(mark, "state"), 1, take(mark, "href", ""), take(mark, "label", ""))
        for mark, at in shown
        if take(mark, "state") != "kept" and at <= closes and (at >= opens or take(mark, "state") == "missed")
    ]
    step = timedelta(hours=1 if span_s <= 14 * 3600 else 2)
    hours, at = [], opens
    while at <= closes:
        wall = local(at)
        clock = "24:00" if at == closes and wall.hour == 0 else f"{wall.hour}:{wall.minute:02}"
        hours.append((x(at), clock))
        at += step
    return Line(x(now) if opens <= now <= closes else None, ticks, _merge(open_marks, width_px), hours)


def phone_window(opens: datetime, closes: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Four hours around now, inside the service day: what a phone has room for."""
    four = timedelta(hours=4)
    hour = now.replace(minute=0, second=0, microsecond=0)
    start = max(opens, min(hour, closes - four))
    return start, min(closes, start + four)
