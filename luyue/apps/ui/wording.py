"""Amounts, instants and promises in words. Chinese is the source; English comes from the catalogue.

Whoever words one thing calls the functions at the end. Whoever words a page full of things takes `bound()` once and hands it on: to ask
Django at every word which language holds costs more than the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation.trans_real import translation

from .shapes import take

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TICKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def local(instant: datetime) -> datetime:
    """The instant on the wall of the house, which has one zone (settings.TIME_ZONE). A naive value is a fault of ours and raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no zone. Only aware instants are told.")
    return instant.astimezone(timezone.get_default_timezone())


class Wording:
    """The words of one language. `gettext` is its catalogue, `language` what the core calls it (zh or en)."""

    gettext: Callable[[str], str]

    def __init__(self, code: str) -> None:
        catalogue = translation(code)
        # Only texts that stand in the code are looked up, so they are few.
        self.gettext = cache(catalogue.gettext)
        self.pgettext = cache(catalogue.pgettext)
        self.language = "en" if code.startswith("en") else "zh"
        _ = self.gettext
        self._weekdays = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))

    def amount(self, seconds: float, days: bool = True) -> str:
        """A span in its two largest units, minutes below one hour; never seconds.

        `days=False` stops at hours: a day of service hours is no day of the calendar, so "1 天" would mislead there.
        """
        _ = self.gettext
        minutes = int(abs(seconds)) // 60
        if minutes == 0:
            return _("不到 1 分")
        hours, minutes = divmod(minutes, 60)
        if days and hours >= 24:
            whole, hours = divmod(hours, 24)
            return _("%(d)s 天 %(h)s 小时") % {"d": whole, "h": hours} if hours else _("%(d)s 天") % {"d": whole}
        if hours:
            return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": minutes} if minutes else _("%(h)s 小时") % {"h": hours}
        return _("%(m)s 分") % {"m": minutes}

    def call_length(self, seconds: int) -> str:
        """The length of a phone call; the only span told in seconds."""
        _ = self.gettext
        minutes, rest = divmod(int(seconds), 60)
        return _("%(m)s 分 %(s)s 秒") % {"m": minutes, "s": rest} if minutes else _("%(s)s 秒") % {"s": rest}

    def weekday(self, day: date) -> str:
        return self._weekdays[day.weekday()]

    def day_long(self, day: date) -> str:
        """2026年3月16日."""
        return self.gettext("%(y)s年%(m)s月%(d)s日") % _parts(day)

    def day_plain(self, day: date, today: date | None = None) -> str:
        """2 月 24 日, with the year when it is not this year's: the form for customers."""
        _, values = self.gettext, _parts(day)
        return _("%(m)s 月 %(d)s 日") % values if today is None or day.year == today.year else _("%(y)s 年 %(m)s 月 %(d)s 日") % values

    def period(self, name: str) -> str:
        """A period as people say it: 2026-W47 is 2026 年第 47 周（11-16 至 11-22）, 2026-11 is 2026 年 11 月."""
        _ = self.gettext
        if week := re.fullmatch(r"(\d{4})-W(\d\d)", name):
            first = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            a, b = day_short(first), day_short(first + timedelta(days=6))  # not a promise: a sheet of the calendar
            return _("%(y)s 年第 %(n)s 周（%(a)s 至 %(b)s）") % {"y": week[1], "n": int(week[2]), "a": a, "b": b}
        if part := re.fullmatch(r"(\d{4})-([QH]?)(\d{1,2})", name):
            said = {"Q": _("%(y)s 年第 %(n)s 季度"), "H": _("%(y)s 年上半年") if part[3] == "1" else _("%(y)s 年下半年"), "": _("%(y)s 年 %(n)s 月")}
            return said[part[2]] % {"y": part[1], "n": int(part[3])}
        return name

    def moment(self, instant: datetime, now: datetime | None = None, *, ends: bool = False, plain: bool = False) -> str:
        """An instant as people say it: 今天 15:00, 02-25 24:00 (staff), 2 月 25 日 24:00 (`plain`, customers).

        `ends` marks a deadline: midnight then reads 24:00 of the day it ends, as the regulation writes it.
        Without `now` the date is always written out.
        """
        at = local(instant)
        day, clock = at.date(), clock_time(at)
        if ends and at.time() == time(0):
            day, clock = day - timedelta(days=1), "24:00"  # not a promise: a sheet of the calendar
        today = local(now).date() if now else None
        words = self._near(day, today) if today else None
        return f"{words or (self.day_plain if plain else day_short)(day, today)} {clock}"

    def _near(self, day: date, today: date) -> str | None:
        _, ahead = self.gettext, (day - today).days
        return _("今天") if ahead == 0 else _("明天") if ahead == 1 else _("昨天") if ahead == -1 else None

    def instant_long(self, instant: datetime) -> str:
        """2026年3月16日 10:30."""
        at = local(instant)
        return f"{self.day_long(at)} {clock_time(at)}"

    def promise_words(self, clock: Any, now: datetime | None = None) -> tuple[str, str]:
        """What a promise says of itself, and a quiet remark after it («连续», «暂定»).

        Reads state, left_s, used_s, paused_s, due_at, shown ("end" for day counts), around_the_clock, provisional, starts_words, promise.
        """
        said, quiet = self._promise_words(clock, now)
        return tight(said), quiet

    def _promise_words(self, clock: Any, now: datetime | None) -> tuple[str, str]:
        _, amount = self.gettext, self.amount
        state, due_at = take(clock, "state", "running"), take(clock, "due_at")
        by_end, natural = take(clock, "shown") == "end", bool(take(clock, "around_the_clock"))
        left = take(clock, "left_s")
        quiet = _("暂定") if take(clock, "provisional") else _("连续") if natural and state in ("running", "due") and not by_end else ""
        days = natural or by_end
        if state == "kept":
            used = take(clock, "used_s")
            return (_("用时 %(t)s") % {"t": amount(used, natural)} if used is not None else _("按时")), ""
        if state == "missed":
            return (_("超 %(t)s") % {"t": amount(max(abs(left), 60), days)} if left is not None else _("超时")), ""
        if state == "not_started":
            return take(clock, "starts_words") or _("未开始"), ""
        if state == "paused":
            if take(clock, "paused_shows_left") and left is not None:
                return _("剩 %(t)s") % {"t": amount(max(left, 0), days)}, ""
            paused = take(clock, "paused_s")
            return (self.pgettext("clock", "停 %(t)s") % {"t": amount(paused)} if paused is not None else _("暂停")), ""
        if by_end and due_at is not None:
            return self.moment(due_at, now, ends=True), quiet
        return (_("剩 %(t)s") % {"t": amount(max(left, 0), days)} if left is not None else self.moment(due_at, now, ends=True) if due_at else _("在走")), quiet


@cache
def _of(code: str) -> Wording:
    return Wording(code)


def bound() -> Wording:
    """The words of the language this page is read in."""
    return _of(get_language() or settings.LANGUAGE_CODE)


def said(text: str) -> str:
    """A text of the code in the language this page is read in; as Django's `gettext`, without its search at every word."""
    return bound().gettext(text)


# What does not hang on a language ----------------------------------------------------------------------------------------------------------


def clock_time(local_at: datetime) -> str:
    """10:30 of an instant that is on the wall already."""
    return f"{local_at.hour:02}:{local_at.minute:02}"


def money(value: Any, *, trim: bool = False) -> str:
    """¥1,234.50; `trim` leaves out .00. A value that is no number is given back as it came."""
    try:
        number = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return str(value)
    text = f"{abs(number):,.2f}"
    if trim and text.endswith(".00"):
        text = text[:-3]
    return f"{'−' if number < 0 else ''}¥{text}"


def masked_phone(value: str) -> str:
    """138****5678; shorter numbers keep only their last two digits."""
    digits = "".join(c for c in str(value or "") if c.isdigit())
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"


def _parts(day: date) -> dict[str, Any]:
    """Year, month and day as numbers, and the month's English name for the English catalogue."""
    return {"y": day.year, "m": day.month, "d": day.day, "mon": MONTHS[day.month - 1]}


def day_short(day: date, today: date | None = None) -> str:
    """02-24, with the year when it is not this year's: the form for staff."""
    return f"{day.month:02}-{day.day:02}" if today is None or day.year == today.year else day.isoformat()


# One word at a time: see the methods of the same name --------------------------------------------------------------------------------------


def tight(words: str) -> str:
    """A space parts Chinese from digits, not from more Chinese: 用时不到 1 分."""
    return words.replace(" 不到", "不到")


def amount(seconds: float, days: bool = True) -> str:
    return bound().amount(seconds, days)


def call_length(seconds: int) -> str:
    return bound().call_length(seconds)


def weekday(day: date) -> str:
    return bound().weekday(day)


def day_long(day: date) -> str:
    return bound().day_long(day)


def day_plain(day: date, today: date | None = None) -> str:
    return bound().day_plain(day, today)


def period(name: str) -> str:
    return bound().period(name)


def moment(instant: datetime, now: datetime | None = None, *, ends: bool = False, plain: bool = False) -> str:
    return bound().moment(instant, now, ends=ends, plain=plain)


def instant_long(instant: datetime) -> str:
    return bound().instant_long(instant)


def promise_words(clock: Any, now: datetime | None = None) -> tuple[str, str]:
    return bound().promise_words(clock, now)
