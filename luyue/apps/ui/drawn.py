"""Parts that stand by the dozen on a page, drawn straight as text: there a template engine costs ten times what the page is worth.

Each function is behind the tag of its name (templatetags/ui.py); what it takes is in README.md. Whatever comes from outside goes through
`put`; everything else is written down here. `words` is bound once for everything that is drawn together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString

from luyue.apps.ui import wording
from luyue.apps.ui.shapes import epoch, take
from luyue.apps.ui.wording import Wording

_SPECIAL = re.compile("[&<>\"']").search  # what HTML has to be kept from; few words hold any
_SPRITE = "vendor/icons.svg"
_LIVE = ("running", "due", "missed", "paused")


def put(value: Any) -> str:
    """A value as text of the page: escaped unless it is markup already; nothing for None."""
    if type(value) is str:
        return escape(value) if _SPECIAL(value) else value
    if value is None:
        return ""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


@lru_cache(maxsize=512)
def shape(state: str, label: str = "") -> SafeString:
    """The silhouette of a state."""
    name = f'role="img" aria-label="{put(label)}"' if label else 'aria-hidden="true"'
    return SafeString(f'<svg class="st" viewBox="0 0 16 16" {name}><use href="#st-{put(state)}"/></svg>')


def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """An icon of the sprite."""
    return _icon(static(_SPRITE) if settings.DEBUG else _sprite(), name, size, str(label))


@cache
def _sprite() -> str:
    return static(_SPRITE)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, size: int, label: str) -> SafeString:
    kind = "" if size == 16 else f" i{size}"
    named = f'role="img" aria-label="{put(label)}"' if label else 'aria-hidden="true"'
    return SafeString(f'<svg class="icon{kind}" {named}><use href="{sprite}#{put(name)}"/></svg>')


def promise(clock: Mapping[str, Any], now: datetime | None = None, chip: bool = False, words: Wording | None = None) -> SafeString:
    """The promise chip: shape, words, and what a browser needs to count on."""
    words = words or wording.bound()
    told, quiet = words.promise_words(clock, now)
    state, due_at = clock.get("state") or "running", clock.get("due_at")
    counts = _countdown(clock, state, now) if now is not None and clock.get("state") in _LIVE else ""
    if due_at:
        local = wording.local(due_at)
        said = f'<time datetime="{local.isoformat()}" title="{words.day_long(local)} {wording.clock_time(local)}">{put(told)}</time>'
    else:
        said = f"<span data-words>{put(told)}</span>"
    remark = f"<i>{put(quiet)}</i>" if quiet else ""
    return SafeString(f'<span class="promise {put(state)}{" chip" if chip else ""}"{counts}>{shape(state)}{said}{remark}</span>')


def _countdown(clock: Mapping[str, Any], state: str, now: datetime) -> str:
    by_end, left_s, paused_s = clock.get("shown") == "end", clock.get("left_s"), clock.get("paused_s")
    parts = [f' data-countdown data-state="{put(state)}" data-at="{epoch(now)}"']
    if left_s is not None:
        parts.append(f' data-left-s="{int(left_s)}"')
    parts.append(f' data-warn-s="{int(clock.get("warn_s", 1800))}"')
    if spans := clock.get("open_spans"):
        parts.append(f' data-open="{",".join(f"{epoch(a)}-{epoch(b)}" for a, b in spans)}"')
    if by_end:
        parts.append(" data-end")
    if by_end or clock.get("around_the_clock"):
        parts.append(" data-days")
    if paused_s is not None and not clock.get("paused_shows_left"):
        parts.append(f' data-paused-s="{int(paused_s)}"')
    return "".join(parts)


def clause(ref: Any, name: str = "short", words: Wording | None = None) -> SafeString:
    """A clause reference and its popover; nothing without a reference."""
    if not ref:
        return SafeString("")
    named = take(ref, name) or take(ref, "name") or take(ref, "short", "")
    return _clause(
        named, take(ref, "number", ""), take(ref, "href") or "#", take(ref, "peek", ""), take(ref, "text", ""), take(ref, "rule", ""),
        take(ref, "edition", ""), (words or wording.bound()).gettext("版本"),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _clause(words: str, number: str, href: str, peek: str, text: str, rule: str, edition: str, edition_word: str) -> SafeString:
    opens = f' data-peek="{put(peek)}"' if peek else " data-peek-next" if text else ""
    link = f'<a class="clause" href="{put(href)}"{opens}><span class="c-name">{put(words)}{" " if words else ""}{put(number)}</span></a>'
    if not text or peek:
        return SafeString(link)
    dated = f'<span class="tiny">{put(edition_word)} {put(edition)}</span>' if edition else ""
    return SafeString(f'{link}<span class="pop" popover="manual"><span class="song">{put(text)}</span>{put(rule)}{dated}</span>')


def action(one: Mapping[str, Any], csrf_token: Any = None) -> SafeString:
    """One action as a button: {label, href | post (path to POST to), key, primary, once (idempotency key), data (more hidden fields),
    confirm ({title, text, yes, no}: asks first, with JavaScript), icon, dialog (open href in a dialog)}."""
    key, look = one.get("key"), f'class="btn{" primary" if one.get("primary") else ""}"'
    data_key, kbd = (f' data-key="{put(key)}"', f' <kbd aria-hidden="true">{put(key)}</kbd>') if key else ("", "")
    drawing = icon(one.get("icon")) if one.get("icon") else ""
    said = f"{drawing}{put(one.get('label'))}{kbd}"
    post = one.get("post")
    if not post:
        dialog = " data-dialog" if one.get("dialog") else ""
        return SafeString(f'<a {look} href="{put(one.get("href"))}"{data_key}{dialog}>{said}</a>')
    confirm = one.get("confirm") or {}
    asks = "".join(f' data-confirm-{name}="{put(confirm.get(name))}"' for name in ("title", "text", "yes", "no")) if confirm else ""
    once = [("once", one.get("once"))] if one.get("once") else []
    hidden = "".join(hidden_field(name, value) for name, value in [*once, *(one.get("data") or {}).items()])
    return SafeString(f'<form method="post" action="{put(post)}"{asks}>{csrf_field(csrf_token)}{hidden}<button {look}{data_key}>{said}</button></form>')


def csrf_field(token: Any) -> str:
    """The hidden field Django asks of every form; nothing outside a request."""
    return hidden_field("csrfmiddlewaretoken", token) if token and str(token) != "NOTPROVIDED" else ""


def hidden_field(name: str, value: Any) -> str:
    return f'<input type="hidden" name="{put(name)}" value="{put(value)}">'


def queue(groups: Iterable[Mapping[str, Any]], now: datetime | None = None, csrf_token: Any = None, more: Mapping[str, Any] | None = None) -> SafeString:
    """The deadline queue. groups: [{id, label, tone (a state or ""), count, note, rows}]; empty groups are left out.

    J and K move over [data-row]; the first row with `current` is selected. Swap a row by htmx on id row-<id>.
    more: {href, label} when these are only the first rows: the page at `href` has all of them.
    """
    words = wording.bound()
    _ = words.gettext
    heads = (
        ("", _("还剩（服务时间）")), ("", _("下一项承诺")), ("", _("客户与事由")), ("q-kind", _("类型")), ("q-no", _("编号")),
        ("q-holder", _("经办人")),
    )  # fmt: skip
    columns = "".join(f'<span class="{kind}">{put(head)}</span>' if kind else f"<span>{put(head)}</span>" for kind, head in heads)
    token = str(csrf_token or "")
    drawn = "".join(_group(group, now, token, words) for group in groups if group.get("rows"))
    rest = f'<p class="q-foot"><a class="link" href="{put(more.get("href"))}" data-more>{put(more.get("label"))}</a></p>' if more else ""
    return SafeString(f'<div class="panel flush queue" data-rows>\n<div class="q-cols" aria-hidden="true">{columns}</div>\n{drawn}{rest}</div>')


def _group(group: Mapping[str, Any], now: datetime | None, token: str, words: Wording) -> str:
    name, rows = put(group.get("id")), group.get("rows")
    note = f'<span class="note">{put(group.get("note"))}</span>' if group.get("note") else ""
    count = group.get("count") or len(rows)
    head = f'<h2 id="g-{name}" class="{put(group.get("tone"))}">{put(group.get("label"))} <span>{put(count)}</span>{note}</h2>'
    return f'<section aria-labelledby="g-{name}">{head}\n<ol>{"".join(_row(row, now, token, words) for row in rows)}</ol></section>'


def _row(row: Mapping[str, Any], now: datetime | None, token: str, words: Wording) -> str:
    """One row: {id, href, clock (as `promise`), promise («首次回应»), clause, customer, matter, kind, number, holder, mine, current, changed,
    actions (the first two, shown when selected)}."""
    name, number, mine = put(row.get("id")), put(row.get("number")), row.get("mine")
    marks = (' aria-current="true"' if row.get("current") else "") + (f' data-number="{number}"' if number else "")
    acts = "".join(action(one, token) for one in row.get("actions") or ())
    also = f'<span class="tag">{put(row["also"])}</span> ' if row.get("also") else ""
    shown_acts = f'<div class="q-acts">{acts}</div>' if acts else ""
    return (
        f'<li class="q-row{" changed" if row.get("changed") else ""}" id="row-{name}" data-row="{name}"{marks}>\n'
        f'<div class="q-time">{promise(row.get("clock"), now, words=words)}</div>\n'
        f'<div class="q-what"><a class="open" href="{put(row.get("href"))}">{put(row.get("promise"))}</a>{clause(row.get("clause"), words=words)}</div>\n'
        f'<div class="q-who"><b>{put(row.get("customer"))}</b>{also}{put(row.get("matter"))}</div>\n'
        f'<div class="q-kind">{put(row.get("kind"))}</div><div class="q-no num">{number}</div>'
        f'<div class="q-holder{" q-mine" if mine else ""}">{put(words.gettext("我") if mine else row.get("holder"))}</div>\n'
        f"{shown_acts}\n</li>"
    )
