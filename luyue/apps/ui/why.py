"""Why this time? The calendar's day lines as a strip of days and a sum of rows."""

from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from .shapes import take
from .wording import TICKS, Wording, bound, clock_time, day_short, local


class _About(NamedTuple):
    """What every line of one explanation is told with."""

    by_days: bool
    start: datetime | None
    due_at: datetime | None
    today: date | None
    begins: str
    words: Wording


def _note(line: Any) -> str:
    return str(take(line, "note", ""))


def _kind(line: Any) -> str:
    kind = take(line, "kind", "workday")
    return str(getattr(kind, "value", kind))


def strip(lines: list[Any], by_days: bool, today: date | None, words: Wording) -> list[dict[str, Any]]:
    """One cell a day: the start, hatched days that do not count, numbered days that do, the day it ends."""
    cells, number = [], 0
    for line in lines:
        day = take(line, "date")
        counted = bool(take(line, "counted", 0))
        mark = ""
        if by_days and counted:
            number += 1
            mark = TICKS[number - 1] if number <= len(TICKS) else str(number)
        elif _note(line) == "start":
            mark = words.gettext("起")
        cells.append({
            "day": str(day.day) if day.day > 1 else f"{day.month}/{day.day}",
            "mark": mark,
            "title": f"{day_short(day)} {words.weekday(day)}",
            "hatched": not counted and _note(line) != "start",
            "counted": counted and day != today and not take(line, "due_here"),
            "today": day == today,
            "due": bool(take(line, "due_here")),
            "open": [] if by_days else [
                (round(take(w, "opens_s") / 864, 1), round((min(take(w, "closes_s"), 86400) - take(w, "opens_s")) / 864, 1)) for w in take(line, "windows", ())
            ],
        })
    return cells


def _why_kind(line: Any, span: int, today: date | None, words: Wording) -> tuple[str, str]:
    """The tag (班 or 休) and the words for what sort of day it is."""
    _ = words.gettext
    kind, feast = _kind(line), take(line, "name", "")
    if kind == "makeup_workday":
        return _("班"), _("调休上班")
    if kind in ("public_holiday", "rest_day"):
        name = feast or (_("节假日") if kind == "public_holiday" else _("周末") if span == 2 else _("休息日"))
        return _("休"), _("%(name)s %(n)s 天") % {"name": name, "n": span} if span > 1 else name
    return "", _("工作日") + (_("，今天") if take(line, "date") == today else "")


def _span_of(first: date, last: date, today: date | None, words: Wording) -> str:
    if first == last:
        return f"{day_short(first, today)} {words.weekday(first)}"
    return words.gettext("%(a)s 至 %(b)s") % {"a": day_short(first, today), "b": f"{last.day:02}" if first.month == last.month else day_short(last, today)}


def _row(run: list[Any], number: int, about: _About) -> dict[str, Any]:
    by_days, start, due_at, today, begins, words = about
    _, line = words.gettext, run[0]
    counted = take(line, "counted", 0)
    named = next((one for one in run if take(one, "name")), line)
    tag, said = _why_kind(named, len(run), today, words)
    first = _note(line) == "start"
    if first and start is not None:
        said = f"{clock_time(local(start))} {begins or _('起算')}" + (_("，当日不计") if by_days and not counted else "")
    if take(line, "due_here") and due_at is not None:
        said += _("，%(t)s 到期") % {"t": words.moment(due_at, due_at, ends=True).rsplit(" ", 1)[-1]}
    if counted:
        adds = _("第 %(n)s 日") % {"n": number} if by_days else words.amount(counted, days=False)
    else:
        adds = "—" if first else _("不计")
    return {
        "dates": _span_of(take(line, "date"), take(run[-1], "date"), today, words), "tag": tag, "words": said, "adds": adds,
        "faint": not counted, "end": bool(take(line, "due_here")),
    }


def rows(lines: list[Any], about: _About) -> list[dict[str, Any]]:
    """The sum, a row a day; neighbours that add nothing for the same reason share one row, pauses have their own."""
    def key(numbered: tuple[int, Any]) -> tuple[Any, ...]:
        place, line = numbered
        alone = take(line, "counted", 0) or take(line, "paused_s", 0) or take(line, "due_here") or _note(line) == "start"
        free = _kind(line) in ("rest_day", "public_holiday")
        return (place,) if alone else (-1, free)

    _, built, number = about.words.gettext, [], 0
    for _key, group in groupby(enumerate(lines), key):
        run = [line for _place, line in group]
        if take(run[0], "counted", 0):
            number += 1
        built.append(_row(run, number, about))
        if paused := take(run[0], "paused_s", 0):
            built.append({"dates": "", "tag": "", "words": _("暂停 %(t)s") % {"t": about.words.amount(paused)}, "adds": _("不计"), "faint": True, "end": False})
    return built


def build(explanation: Any, now: datetime | None, begins: str = "", words: Wording | None = None) -> dict[str, Any]:
    """Strip, rows and total of a calendar explanation (start, due, lines, total, unit, source)."""
    words = words or bound()
    lines = list(take(explanation, "lines", ()))
    due = take(explanation, "due")
    by_days = take(explanation, "unit") == "day"
    today = local(now).date() if now else None
    due_at = take(due, "at", due if isinstance(due, datetime) else None)
    about = _About(by_days, take(explanation, "start"), due_at, today, begins, words)
    told = rows(lines, about)
    if due_at is None and lines and take(lines[-1], "paused_s", 0):
        told.append({"dates": "", "tag": "", "words": words.gettext("暂停还没有结束，恢复后接着算"), "adds": "", "faint": True, "end": False})
    return {
        "strip": strip(lines, by_days, today, words),
        "rows": told,
        "total": "" if by_days else words.amount(take(explanation, "total", 0), days=False),
        "source": take(explanation, "source", ""),
        "provisional": bool(take(due, "provisional", False)),
    }
