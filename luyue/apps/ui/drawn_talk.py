"""The timeline of a case drawn straight as text (see drawn.py): messages, notes, facts, and the days between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from luyue.apps.ui import wording
from luyue.apps.ui.drawn import clause, icon, put, shape
from luyue.apps.ui.shapes import take
from luyue.apps.ui.wording import Wording


def timeline(items: Iterable[Any], now: datetime | None = None) -> SafeString:
    """Newest at the bottom. Each item has kind and at (aware), and

    day: words · message: side customer|ours, who, via («在线聊天»), text, files [{href, name, icon, meta}], call ({words, href}) · note: who,
    text, files · fact: text, shape (a state) or icon, clause. `timeline.with_days` puts the day dividers in.
    """
    words = wording.bound()
    return SafeString(f'<ol class="timeline">{"".join(_item(one, words) for one in items)}</ol>')


def _item(one: Any, words: Wording) -> str:
    kind = take(one, "kind")
    if kind == "day":
        return f'<li class="day">{put(take(one, "words"))}</li>'
    at, number = wording.local(take(one, "at")), take(one, "id")
    own_id = f' id="entry-{put(number)}"' if number else ""
    clock = wording.clock_time(at)
    when = f'<time class="at" datetime="{at.isoformat()}" title="{put(words.day_long(at))} {clock}">{clock}</time>'
    return f"<li{own_id}>{when}\n{_fact(one, words) if kind == 'fact' else _words(one, kind, words)}</li>"


def _fact(one: Any, words: Wording) -> str:
    state = take(one, "shape")
    drawing = f'<span class="{put(state)}">{shape(state)}</span>' if state else icon(take(one, "icon", "file-text"))
    return f'<div class="fact">{drawing}<span>{put(take(one, "text"))}</span>{clause(take(one, "clause"), words=words)}</div>\n'


def _words(one: Any, kind: str, words: Wording) -> str:
    """What somebody said, or noted for colleagues."""
    is_note, call = kind == "note", take(one, "call")
    look = " note" if is_note else " ours" if take(one, "side") == "ours" else ""
    drawing = icon("lock") if is_note else icon("phone") if call else ""
    via = words.gettext("内部备注") if is_note else put(take(one, "via"))
    called = f" {put(take(call, 'words'))}{_recording(call, words)}" if call else ""
    files = "".join(_file(file) for file in take(one, "files", ()))
    shown = f'<div class="files">{files}</div>' if files else ""
    return (
        f'<div class="bubble{look}"><div class="by">{drawing}<b>{put(take(one, "who"))}</b>{via}{called}</div>'
        f'<div class="words">{put(take(one, "text"))}</div>{shown}</div>'
    )


def _recording(call: Any, words: Wording) -> str:
    return f'<a href="{put(take(call, "href"))}">{words.gettext("听录音")}</a>' if take(call, "href") else ""


def _file(file: Any) -> str:
    size = f"<span>{put(take(file, 'meta'))}</span>" if take(file, "meta") else ""
    return f'<a href="{put(take(file, "href"))}">{icon(take(file, "icon", "paperclip"))}{put(take(file, "name"))}</a>{size}'
