"""A clock of a case drawn straight as text: its bar, its three lines, and why its time is what it is (see drawn.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from luyue.apps.ui import why as why_panel
from luyue.apps.ui import wording
from luyue.apps.ui.drawn import clause, promise, put
from luyue.apps.ui.shapes import in_percent, take
from luyue.apps.ui.wording import Wording


def bar(state: str = "running", percent: float = 0, label: str = "", spans: Iterable[Mapping[str, Any]] = (), words: str = "") -> SafeString:
    """A bar of one colour; spans [{x, w, hatch}] in percent. With `label` it is a meter for readers, else decoration."""
    named = 'aria-hidden="true"'
    if label:
        spoken = f' aria-valuetext="{put(words)}"' if words else ""
        named = f'role="meter" aria-label="{put(label)}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{int(percent + 0.5)}"{spoken}'
    drawn = "".join(
        f'<rect x="{in_percent(one["x"])}" width="{in_percent(one["w"])}" height="100%"{_HATCH if one["hatch"] else ""}/>'
        for one in spans or ({"x": 0, "w": percent, "hatch": False},)
    )
    return SafeString(f'<svg class="bar {put(state)}" {named}>{drawn}</svg>')


_HATCH = ' class="hatch"'


def bar_spans(clock: Any) -> list[dict[str, Any]]:
    """The filled pieces of a clock's bar: `used` percent, minus and plus its pauses (pairs of start and width, percent)."""
    if take(clock, "state") == "not_started":
        return []
    if take(clock, "state") == "missed":
        return [{"x": 0, "w": 100, "hatch": False}]
    used = min(max(float(take(clock, "used_percent", 0)), 0), 100)
    spans, at = [], 0.0
    for start, width in sorted(take(clock, "pauses", ())):
        if start > at:
            spans.append({"x": at, "w": round(start - at, 2), "hatch": False})
        spans.append({"x": start, "w": width, "hatch": True})
        at = start + width
    if used > at:
        spans.append({"x": at, "w": round(used - at, 2), "hatch": False})
    return spans


def clock_bar(clock: Any, now: datetime | None = None) -> SafeString:
    """A clock in three lines (name and state, bar, fact and clause), with its why-panel folded under it.

    Beside what a promise has: id · name · team · holder · promise («4 小时», the limit) · used_percent · pauses ([(start, width)] in percent
    of the bar) · fact (third line, left) · clause · why ({explanation, open, moves, begins}, optional). The caller sorts.
    """
    words = wording.bound()
    _ = words.gettext
    state, name, limit = take(clock, "state", ""), take(clock, "name", ""), take(clock, "promise", "")
    spoken = words.promise_words(clock, now)[0] + (_("，承诺 %(limit)s") % {"limit": limit} if limit else "")
    meter = bar(state, take(clock, "used_percent", 0), name, bar_spans(clock), spoken) if state != "not_started" else ""
    own_id = f' id="clock-{put(take(clock, "id"))}"' if take(clock, "id") else ""
    holder = f" · {put(take(clock, 'holder'))}" if take(clock, "holder") else ""
    asked, ref = take(clock, "why"), take(clock, "clause")
    told = why(take(asked, "explanation"), now, ref, bool(take(asked, "open")), take(asked, "moves", ()), take(asked, "begins", "")) if asked else ""
    return SafeString(
        f'<section class="clock" data-of="{put(state)}"{own_id} data-clock>\n'
        f'<div class="clock-head"><b>{put(name)}</b><span class="owed">{put(take(clock, "team"))}{holder}</span>'
        f'{promise(clock, now, words=words)}</div>\n{meter}\n'
        f'<div class="clock-foot"><span>{put(take(clock, "fact"))}</span>{clause(ref, "name", words)}</div>\n{told}\n</section>'
    )


def why(
    explanation: Any, now: datetime | None = None, clause: Any = None, open: bool = False, moves: Iterable[Any] = (), begins: str = ""
) -> SafeString:
    """为什么是这个时间？ from the calendar's explanation (start, within, due, lines, total, source).

    clause: its sentence (text) and edition. moves: promises that moved, [{at, old, new, reason}]. begins: the word for the start («受理»).
    """
    words = wording.bound()
    _ = words.gettext
    told = why_panel.build(explanation, now, begins, words)
    sentence = f'<p class="song">{put(take(clause, "text"))}</p>' if take(clause, "text") else ""
    days = "".join(_day(cell) for cell in told["strip"])
    sums = "".join(_sum(row) for row in told["rows"]) + "\n" + "".join(_move(one, words) for one in moves or ())
    total = f'<tfoot><tr><td colspan="2">{_("合计")}</td><td class="num">{put(told["total"])}</td></tr></tfoot>' if told["total"] else ""
    edition = f"{_('制度版本')} {put(take(clause, 'edition'))}" if take(clause, "edition") else ""
    provisional = " · " + _("暂定：日历尚未公布到那一天") if told["provisional"] else ""
    source = " · ".join(part for part in (put(told["source"]), edition) if part) + provisional
    return SafeString(
        f'<details class="why"{" open" if open else ""}><summary>{_("为什么是这个时间？")}</summary>\n<div class="why-body">\n{sentence}\n'
        f'<ol class="strip" aria-hidden="true">{days}</ol>\n<table class="sum"><caption class="sr">{_("逐日计算")}</caption>\n'
        f'<tbody>{sums}</tbody>\n{total}</table>\n<p class="source">{source}</p>\n</div></details>'
    )


def _day(cell: Mapping[str, Any]) -> str:
    """A day of the strip."""
    marks = (("hatched", "hatched"), ("counted", "counted"), ("today", "today"), ("due", "due-day"))
    look = " ".join(name for test, name in marks if cell[test])
    mark = f"<small>{put(cell['mark'])}</small>" if cell["mark"] else ""
    hours = "".join(f'<rect x="{in_percent(x)}" width="{in_percent(width)}" height="4"/>' for x, width in cell["open"])
    shown = f'<svg class="open">{hours}</svg>' if hours else ""
    return f'<li class="{look}" title="{put(cell["title"])}">{put(cell["day"])}{mark}{shown}</li>'


def _sum(row: Mapping[str, Any]) -> str:
    """A row of the sum."""
    look = " ".join(name for test, name in (("faint", "off"), ("end", "end")) if row[test])
    tag = f'<span class="tag">{put(row["tag"])}</span> ' if row["tag"] else ""
    return f'<tr class="{look}"><td>{put(row["dates"])}</td><td>{tag}{put(row["words"])}</td><td class="num">{put(row["adds"])}</td></tr>'


def _move(one: Any, words: Wording) -> str:
    at, old, new = take(one, "at"), take(one, "old"), take(one, "new")
    when = words.moment(at, at) if at else ""
    ends = [words.moment(each, ends=True) if each else "" for each in (old, new)]
    return f'<tr><td>{put(when)}</td><td>{put(take(one, "reason"))}</td><td class="num"><s>{put(ends[0])}</s> → {put(ends[1])}</td></tr>'

