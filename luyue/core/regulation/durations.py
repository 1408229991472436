"""Durations: `15 min` with its hours, `2 working days` with its counting. Nothing is taken for granted."""

from __future__ import annotations

import re
from typing import Any

from luyue.core.calendar import Within
from luyue.core.calendar.within import Unit
from luyue.core.regulation.rules import AROUND_THE_CLOCK
from luyue.core.regulation.scalars import BAD, Context, Reader, name, one_of, shown
from luyue.core.regulation.yamlsubset import Map, Node, Text

_DURATION = re.compile(r"(\d{1,7}) (min|h|working day|working days|day|days)\Z", re.ASCII)
_GUESSES = {
    "min": ("m", "mins", "minute", "minutes", "分钟", "分"),
    "h": ("hr", "hrs", "hour", "hours", "bh", "小时"),
    "working days": ("bd", "wd", "business day", "business days", "workday", "workdays", "工作日", "个工作日"),
    "d": ("d", "天", "日", "natural days", "calendar days"),
}


def within(holder: Map, key: str, at: Context, *, hours: str = "") -> Any:
    """The duration under `key` of `holder` with its `hours`, `counted`, `day_ends` beside it.

    `hours` given by the caller is used where the language says so (reminders ahead of an instant).
    """
    node = holder.get(key)
    assert node is not None
    parts = duration(node, at)
    if parts is BAD:
        return BAD
    return _within(parts, node, holder, at, hours)


def duration(node: Node, at: Context) -> Any:
    """(amount, unit) with unit min | h | working day | day."""
    found = node.value if isinstance(node, Text) else ""
    match = _DURATION.match(found)
    if match is None:
        at.report("duration-unclear", node, found=shown(node), **_duration_hint(found))
        return BAD
    if int(match[1]) == 0:
        at.report("duration-zero", node, found=found)
        return BAD
    return int(match[1]), match[2].removesuffix("s")


def effort(node: Node, at: Context) -> Any:
    """Seconds of work, in the hours of whoever does it: a duration in min or h, and nothing beside it."""
    parts = duration(node, at)
    if parts is BAD:
        return BAD
    if parts[1] not in ("min", "h"):
        return at.wrong(node, "working time such as 45 min or 6 h", "办理所需的工作时间，例如 45 min、6 h")
    return Within(*parts).seconds


def _duration_hint(found: str) -> dict[str, str]:
    """What the author may have meant; a bare `1 d` has three meanings and all are named."""
    match = re.match(r"\s*(\d{1,7})\s*([a-zA-Z\u4e00-\u9fff ]*?)\s*\Z", found)
    if match is None:
        return {
            "hint": "Write `15 min`, `24 h`, `2 working days` or `7 days`",
            "hint_zh": "请写 15 min、24 h、2 working days 或 7 days",
        }
    count = int(match[1])
    unit = next((unit for unit, words in _GUESSES.items() if match[2].lower() in words), "")
    days = f"{count} working {'day' if count == 1 else 'days'}", f"{count} {'day' if count == 1 else 'days'}"
    if unit in ("min", "h"):
        return {"hint": f"Write `{count} {unit}`", "hint_zh": f"请写 {count} {unit}"}
    if unit == "working days":
        return {
            "hint": f"Write `{days[0]}` with `counted: workdays_end`",
            "hint_zh": f"请写 {days[0]}，并写 counted: workdays_end",
        }
    return {
        "hint": f"Write `{days[0]}` or `{days[1]}`, each with `counted`, or `{count * 24 if unit else count} h` with `hours`",
        "hint_zh": f"请写 {days[0]} 或 {days[1]} 并写 counted，或写 {count * 24 if unit else count} h 并写 hours",
    }


def _within(parts: tuple[int, Unit], node: Node, holder: Map, at: Context, default_hours: str) -> Any:
    count, unit = parts
    hours = _side(holder, "hours", name, at) or default_hours
    counted = _side(holder, "counted", one_of("workdays_end", "workdays_shift", "days_end"), at)
    day_ends = _side(holder, "day_ends", one_of("24:00", "close"), at)
    if hours is BAD or counted is BAD or day_ends is BAD:
        return BAD
    if unit in ("min", "h"):
        return _in_hours(count, unit, hours, node, holder, at)
    if not counted:
        at.report("counted-missing", node, found=shown(node))
        return BAD
    if (unit == "day") != (counted == "days_end"):
        at.report("counted-unfit", holder.get("counted") or node, found=counted, unit=unit)
        return BAD
    if hours and day_ends != "close":
        at.report("hours-beside-days", holder.get("hours") or node)
        return BAD
    if day_ends == "close" and not hours:
        at.report("close-without-hours", holder.get("day_ends") or node)
        return BAD
    return Within(count, unit, hours or None, counted, day_ends or "24:00")


def _in_hours(count: int, unit: Unit, hours: str, node: Node, holder: Map, at: Context) -> Any:
    for extra in ("counted", "day_ends"):
        if (surplus := holder.key(extra)) is not None:
            at.report("counted-beside-hours", surplus, key=extra, unit=unit)
            return BAD
    if not hours:
        at.report("hours-missing", node, found=shown(node), clock=AROUND_THE_CLOCK)
        return BAD
    return Within(count, unit, hours, None, "24:00")


def _side(holder: Map, key: str, read: Reader, at: Context) -> Any:
    node = holder.get(key)
    return "" if node is None else read(node, at)
