"""The calendars the tests speak of: the shipped Chinese one, and small ones of other zones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from luyue.core.calendar import Agenda, DayKind, DayTable, Timetable, Window, load_day_table

CN_FILE = Path(__file__).parents[3] / "luyue" / "regulations" / "calendars" / "cn.yaml"


@cache
def cn() -> DayTable:
    return load_day_table(CN_FILE.read_text(encoding="utf-8"))


def windows(*said: str) -> tuple[Window, ...]:
    return tuple(Window.parse(one) for one in said)


def hours(name: str, worked: tuple[str, ...], off: tuple[str, ...] = (), dates: Mapping[date, tuple[Window, ...]] | None = None) -> Timetable:
    """Opening hours that only tell worked days from the others."""
    return Timetable(name, {kind: windows(*(worked if kind.is_worked else off)) for kind in DayKind}, dates or {})


SERVICE = hours("service-hours", ("09:00-21:00",), ("10:00-18:00",))
DESK = hours("desk-hours", ("09:00-12:00", "13:30-18:00"))
NIGHT = hours("night-hours", ("20:00-26:00",), ("22:00-30:00",))
CLOSED = hours("closed", ())


@cache
def agenda() -> Agenda:
    return Agenda(cn(), {table.id: table for table in (SERVICE, DESK, NIGHT, CLOSED)})


def at(text: str, offset: str = "+08:00") -> datetime:
    """`2026-02-13 20:55` in China, or with another offset."""
    return datetime.fromisoformat(text.replace(" ", "T") + offset)
