"""The service day as one line, drawn straight as text (see drawn.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from luyue.apps.ui import dayline, wording
from luyue.apps.ui.dayline import Line, Mark
from luyue.apps.ui.drawn import put
from luyue.apps.ui.shapes import in_percent, take
from luyue.apps.ui.wording import Wording

_PHONE_PX = 318


def day_line(marks: Iterable[Any], now: datetime, opens: datetime | None, closes: datetime | None) -> SafeString:
    """Wide, and the hours around now for phones. marks: [{at, state, href, label}]; kept ones become ticks. Without `opens` the day is closed."""
    words, marks = wording.bound(), list(marks)
    if opens is None or closes is None:
        return SafeString(f'<p class="mut small">{words.gettext("今天不营业：按服务时间计的承诺都不走。")}</p>')
    near = dayline.phone_window(opens, closes, now)
    owed = [mark for mark in marks if take(mark, "state") != "kept"]
    phone = dayline.build(*near, now, owed, width_px=_PHONE_PX, gather_missed=True)
    return SafeString(_line("wide", dayline.build(opens, closes, now, marks), words) + _line("phone", phone, words))


def _line(kind: str, line: Line, words: Wording) -> str:
    past = f'<line class="past" x1="0" x2="{in_percent(line.now_x)}" y1="36" y2="36"/>' if line.now_x is not None else ""
    hours = "".join(f'<text x="{in_percent(x)}" y="59" aria-hidden="true">{hour}</text>' for x, hour in line.hours)
    ticks = "".join(
        f'<svg class="tick" x="{in_percent(x)}" y="0" overflow="visible" aria-hidden="true"><rect x="-1.5" y="30" width="3" height="12" rx="1"/></svg>'
        for x in line.ticks
    )
    return (
        f'<svg class="dayline {kind}" role="group" aria-label="{put(words.gettext("今天的承诺，按到期时刻"))}">\n'
        f'<line class="ahead" x1="{in_percent(line.now_x or 0)}" x2="100%" y1="36" y2="36"/>{past}\n'
        f"{hours}\n{ticks}\n{''.join(_mark(mark) for mark in line.marks)}\n{_now(line, words)}\n</svg>"
    )


def _mark(mark: Mark) -> str:
    href, label, state = put(mark.href), put(mark.label), put(mark.state)
    count = f'<text x="11" y="41" aria-hidden="true">{mark.count}</text>' if mark.count > 1 else ""
    return (
        f'<svg class="mark {state}" x="{in_percent(mark.x)}" overflow="visible"><a class="m" href="{href}" data-select aria-label="{label}">'
        f'<title>{label}</title><rect class="gapbg" x="-12" y="24" width="{mark.wide}" height="24"/>'
        f'<use x="-8" y="28" width="16" height="16" href="#st-{state}" class="st"/>{count}</a></svg>'
    )


def _now(line: Line, words: Wording) -> str:
    if line.now_x is None:
        return ""
    drawn = f'<line x1="0" x2="0" y1="10" y2="44"/><text x="5" y="20">{put(words.gettext("现在"))}</text>'
    return f'<svg class="now" x="{in_percent(line.now_x)}" overflow="visible" aria-hidden="true">{drawn}</svg>'

