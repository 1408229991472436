"""Day dividers of a timeline: each names its kind of day, and a run of holidays is one line."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from .shapes import take
from .wording import Wording, bound, day_short, local

# date -> (kind of day, name of the feast or ""), as the regulation's calendar has it.
KindOf = Callable[[date], tuple[str, str]]


def _name(day: date, today: date, kind_of: KindOf, words: Wording) -> str:
    _ = words.gettext
    if day == today:
        return _("今天")
    kind, feast = kind_of(day)
    said = f"{day_short(day, today)} {words.weekday(day)}"
    if kind == "makeup_workday":
        return f"{said} · {_('调休上班')}"
    return f"{said} · {feast}" if feast else said


def _holidays(after: date, before: date, today: date, kind_of: KindOf, words: Wording) -> Iterator[dict[str, Any]]:
    """One line for each run of free days with a feast in it, strictly between two days with entries."""
    _ = words.gettext
    run: list[date] = []
    day = after + timedelta(days=1)  # not a promise: a sheet of the calendar
    while day <= before:
        kind, _feast = kind_of(day)
        if day < before and kind in ("public_holiday", "rest_day"):
            run.append(day)
        else:
            feast = next((kind_of(d)[1] for d in run if kind_of(d)[1]), "")
            if feast:
                span = day_short(run[0], today) if len(run) == 1 else _("%(a)s 至 %(b)s") % {"a": day_short(run[0], today), "b": day_short(run[-1], today)}
                yield {"kind": "day", "words": _("%(span)s · %(feast)s放假 %(n)s 天，不计工作日") % {"span": span, "feast": feast, "n": len(run)}}
            run = []
        day += timedelta(days=1)  # not a promise: a sheet of the calendar


def with_days(items: Iterable[Any], now: datetime, kind_of: KindOf) -> list[Any]:
    """The items (each with an aware `at`, oldest first) with a divider before the first one of each day."""
    words = bound()
    today, last, built = local(now).date(), None, []
    for item in items:
        day = local(take(item, "at")).date()
        if day != last:
            if last is not None:
                built.extend(_holidays(last, day, today, kind_of, words))
            built.append({"kind": "day", "words": _name(day, today, kind_of, words)})
            last = day
        built.append(item)
    return built
