"""What stands around every page of staff, drawn straight as text (see drawn.py): the navigation, and what says the same to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from luyue.apps.ui import navigation, wording
from luyue.apps.ui.drawn import icon, put
from luyue.apps.ui.shapes import take
from luyue.apps.ui.wording import Wording


def fixed(template: str) -> SafeString:
    """A template that reads nothing of the page: drawn once a language, while it cannot change."""
    return SafeString(render_to_string(template)) if settings.DEBUG else _fixed(template, get_language() or "")


@cache
def _fixed(template: str, language: str) -> SafeString:
    return SafeString(render_to_string(template))


def nav(groups: Iterable[Mapping[str, Any]], here: str, me: Any) -> SafeString:
    """The staff's navigation: groups [{label, entries [{id, label, icon, href, key, count}]}], me {name, team, on_duty, href}."""
    words = wording.bound()
    _ = words.gettext
    drawn = "".join(
        (f"<h2>{put(group['label'])}</h2>" if group["label"] else "") + "".join(_entry(entry, here) for entry in group["entries"]) for group in groups
    )
    home = navigation.href("workspace:today") or "/"
    kept = navigation.href("workspace:views")
    if me and kept:
        # Saved views with their counts are asked for by the page itself: no page waits for them.
        drawn += f'<div class="nav-views" hx-get="{kept}" hx-trigger="load"></div>'
    return SafeString(
        f'<nav class="nav" aria-label="{put(_("主导航"))}"><a class="wordmark" href="{home}">{put(_("履约"))}</a>{drawn}\n{_me(me, words) if me else ""}</nav>'
    )


def _entry(entry: Mapping[str, Any], here: str) -> str:
    label, key, count = put(entry["label"]), entry.get("key"), entry.get("count")
    marks = (' aria-current="page"' if entry["id"] == here else "") + (f' data-go="{put(key)}"' if key else "")
    counted = f'<span class="count num">{put(count)}</span>' if count is not None else ""
    return (
        f'<a class="item" href="{put(entry["href"])}" title="{label}"{marks}>{icon(entry["icon"], 18)}<span class="words">{label}</span>{counted}</a>'
    )


def _me(me: Any, words: Wording) -> str:
    name, first, on_duty = put(take(me, "name")), put(take(me, "name", "")[:1]), take(me, "on_duty")
    duty = "" if on_duty is None else " · " + put(words.gettext("在岗") if on_duty else words.gettext("离岗"))
    return (
        f'<a class="me" href="{put(take(me, "href") or "#")}" aria-label="{name}"><span class="avatar" aria-hidden="true">{first}</span>'
        f'<span class="who">{name}<small>{put(take(me, "team"))}{duty}</small></span></a>'
    )


def tabs(entries: Iterable[Mapping[str, Any]], here: str) -> SafeString:
    """The tabs at the foot of a phone; nothing without any."""
    current = ' aria-current="page"'
    drawn = "".join(
        f'<a href="{put(one["href"])}"{current if one["id"] == here else ""}>{icon(one["icon"], 20)}{put(one["label"])}</a>' for one in entries
    )
    return SafeString(f'<nav class="tabs-foot" aria-label="{put(wording.bound().gettext("常用"))}">{drawn}</nav>' if drawn else "")
