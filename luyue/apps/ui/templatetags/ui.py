"""Template tags and filters of the interface's parts. `{% load ui %}`; contexts are in README.md and atop each template."""

from datetime import date, datetime
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from luyue.apps.ui import drawn, drawn_clock, drawn_day, drawn_shell, drawn_talk, fields, navigation, wording

register = template.Library()

# Our own drawings, 16 px, so that a state is known without its colour.
SHAPES = {
    "running": '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.6V8.2l2.2 1.2"/>',
    "due": '<path class="solid" stroke="none" fill-rule="evenodd" d="M7.1 1.9a1.05 1.05 0 0 1 1.8 0l6.2 10.9a1.05 1.05 0 0 1-.9 1.6H1.8a1.05 1.05 0 0 1-.9-1.6'
           'ZM7.25 5.6v4.2h1.5V5.6ZM8 11.1a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8Z"/>',
    "missed": '<path class="solid" stroke="none" fill-rule="evenodd" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z'
              'M6.04 4.98 8 6.94l1.96-1.96 1.06 1.06L9.06 8l1.96 1.96-1.06 1.06L8 9.06l-1.96 1.96-1.06-1.06L6.94 8 4.98 6.04Z"/>',
    "kept": '<path stroke-width="2" d="m2.8 8.7 3.5 3.5 6.9-7.6"/>',
    "paused": '<rect x="1.9" y="1.9" width="12.2" height="12.2" rx="3.2"/><path d="M6.3 5.6v4.8M9.7 5.6v4.8"/>',
    "not_started": '<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.3 2.6"/>',
    "now": '<circle cx="8" cy="8" r="6.1" stroke-width="1.8"/><circle class="solid" cx="8" cy="8" r="3.1" stroke="none"/>',
}


@register.simple_tag
def shape(state: str, label: str = "") -> SafeString:
    """The silhouette of a state, in the current colour. With `label` it is an image of that name, else hidden from readers."""
    return drawn.shape(state, label)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A Tabler outline icon from the sprite; its name must stand in static_src/icons.txt. An icon alone needs a `label`."""
    return drawn.icon(name, size, label)


@register.simple_tag
def sheets(*names: str) -> SafeString:
    """Links to style sheets: "forms" is css/forms.css, "workspace/editions" a room's own. Each page asks for what its parts need."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(f"{name if '/' in name else 'css/' + name}.css"),) for name in names))


@register.simple_tag(takes_context=True)
def shell_attrs(context: template.Context) -> SafeString:
    """Attributes of <html> that follow the reader's cookies: data-theme, data-density, data-keys."""
    cookies = getattr(context.get("request"), "COOKIES", {})
    chosen = [
        (f"data-{name}", cookies.get(cookie)) for name, cookie, allowed in
        (("theme", "theme", ("light", "dark")), ("density", "density", ("roomy",)), ("keys", "keys", ("off",)))
        if cookies.get(cookie) in allowed
    ]
    return format_html_join(" ", '{}="{}"', chosen)


@register.simple_tag(takes_context=True)
def csrf_header(context: template.Context) -> SafeString:
    """hx-headers for the body, so that htmx sends the token; nothing without a request."""
    request = context.get("request")
    return format_html(''' hx-headers='{{"X-CSRFToken":"{}"}}\'''', get_token(request)) if request is not None else mark_safe("")


@register.simple_tag
def path_or(name: str, otherwise: str = "") -> str:
    """The path of a named page, or `otherwise` when that page is not installed."""
    return navigation.href(name) or otherwise


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A template that reads nothing of the page, drawn once a language."""
    return drawn_shell.fixed(name)


@register.simple_tag(takes_context=True)
def staff_nav(context: template.Context) -> SafeString:
    """The staff's navigation. Reads nav, nav_counts, nav_hidden, here, me from the page's context."""
    counts, hidden = context.get("nav_counts") or {}, context.get("nav_hidden") or ()
    return drawn_shell.nav(context.get("nav") or navigation.groups(counts, hidden), context.get("here"), context.get("me"))


@register.simple_tag(takes_context=True)
def staff_tabs(context: template.Context) -> SafeString:
    """The five tabs at the foot of a phone."""
    return drawn_shell.tabs(context.get("tabs") or navigation.entries(navigation.TABS, {}, context.get("nav_hidden") or ()), context.get("here"))


@register.inclusion_tag("parts/theme_switch.html", takes_context=True)
def theme_switch(context: template.Context) -> dict[str, Any]:
    """浅色 / 深色 / 跟随系统, kept in a cookie by theme.js."""
    return {"theme": getattr(context.get("request"), "COOKIES", {}).get("theme", "system")}


@register.inclusion_tag("parts/phone_head.html")
def phone_head(title: str, back: str = "", end: str = "") -> dict[str, Any]:
    """The head of a customer's page on a phone: back arrow, title, a short remark at the end."""
    return {"title": title, "back": back, "end": end}


@register.simple_tag
def promise(clock: Any, now: datetime | None = None, chip: bool = False) -> SafeString:
    """The promise chip: shape, words, countdown data. `chip` gives it the soft background, for when it stands alone."""
    return drawn.promise(clock, now, chip)


@register.simple_tag
def clause(ref: Any, name: str = "short") -> SafeString:
    """A clause reference. `name`: which of the reference's names to show — short (rows), name (case), full (customers)."""
    return drawn.clause(ref, name)


@register.simple_tag(takes_context=True)
def action(context: template.Context, one: Any) -> SafeString:
    """One action as a button; what it may hold: luyue.apps.ui.drawn.action."""
    return drawn.action(one, context.get("csrf_token"))


@register.simple_tag
def bar(state: str = "running", percent: float = 0, label: str = "", spans: Any = (), words: str = "") -> SafeString:
    """A bar of one colour. With `label` it is a meter for readers (`words` its value in words), else decoration."""
    return drawn_clock.bar(state, percent, label, spans, words)


@register.simple_tag
def clock_bar(clock: Any, now: datetime | None = None) -> SafeString:
    """A clock in three lines (name and state, bar, fact and clause), with its why-panel folded under it."""
    return drawn_clock.clock_bar(clock, now)


@register.simple_tag
def why(explanation: Any, now: datetime | None = None, clause: Any = None, open: bool = False, moves: Any = (), begins: str = "") -> SafeString:
    """为什么是这个时间？ — built from the calendar's explanation; `clause` gives sentence and edition.

    `moves` are the promises that moved, `begins` the word for the start («受理»).
    """
    return drawn_clock.why(explanation, now, clause, open, moves, begins)


@register.simple_tag
def day_line(marks: Any, now: datetime, opens: datetime | None, closes: datetime | None) -> SafeString:
    """The service day as a line, wide and for phones. `marks`: [{at, state, href, label}]; without `opens` the day is closed."""
    return drawn_day.day_line(marks, now, opens, closes)


@register.simple_tag(takes_context=True)
def queue(context: template.Context, groups: Any, now: datetime | None = None, more: Any = None) -> SafeString:
    """The deadline queue: groups of rows, both as luyue.apps.ui.drawn.queue tells."""
    return drawn.queue(groups, now, context.get("csrf_token"), more)


@register.simple_tag
def timeline(items: Any, now: datetime | None = None) -> SafeString:
    """Messages, notes and facts, newest at the bottom. Day dividers come from luyue.apps.ui.timeline.with_days."""
    return drawn_talk.timeline(items, now)


@register.inclusion_tag("parts/field.html")
def field(spec: Any, look: str = "") -> dict[str, Any]:
    """One field with label, hint and messages. `look="tiles"` shows choices as tiles (customers)."""
    return {"f": fields.shown(spec, look)}


@register.inclusion_tag("parts/fields.html")
def form_fields(specs: Any, look: str = "") -> dict[str, Any]:
    """All fields of a form in their order."""
    return {"fields": [fields.shown(spec, look) for spec in specs]}


@register.inclusion_tag("parts/attainment.html")
def attainment(percent: Any, target: Any = None, points: Any = (), size: str = "") -> dict[str, Any]:
    """A share of kept promises with its colour by target and a sparkline of `points` (oldest first)."""
    return {**spark(percent, target, points), "percent": percent, "size": size}


def spark(percent: Any, target: Any, points: Any) -> dict[str, Any]:
    """Points of a sparkline of 92 × 24 px, the target's height and the state of the figure."""
    values = [float(p) for p in points]
    aim = float(target) if target is not None else None
    bounds = values + ([aim] if aim is not None else [])
    low, high = (min(bounds), max(bounds)) if bounds else (0.0, 0.0)
    reach = (high - low) or 1.0

    def y(value: float) -> float:
        return round(2 + (high - value) / reach * 20, 1)

    dots = [(round(i * 92 / max(len(values) - 1, 1), 1), y(v)) for i, v in enumerate(values)]
    return {
        "line": " ".join(f"{a},{b}" for a, b in dots), "last": dots[-1] if dots else None,
        "target_y": y(aim) if aim is not None else None, "state": attainment_state(percent, aim),
    }


def attainment_state(percent: Any, target: float | None) -> str:
    """running (plain ink) at or above the target, due up to four points below, else missed."""
    if percent is None or target is None or float(percent) >= target:
        return "running"
    return "due" if float(percent) >= target - 4 else "missed"


# --- Filters -------------------------------------------------------------------------------------------------

@register.filter
def zh_date(value: Any) -> str:
    """2026年3月16日 of a date or an instant."""
    if not value:
        return ""
    return wording.day_long(wording.local(value).date() if isinstance(value, datetime) else value)


@register.filter
def period(name: str) -> str:
    """2026 年第 47 周（11-16 至 11-22）, 2026 年 11 月."""
    return wording.period(str(name or ""))


@register.filter
def zh_instant(value: datetime | None, now: datetime | None = None) -> str:
    """2026年3月16日 10:30; with `now` 今天 10:30 within a day of it, else 02-24 10:30."""
    if not value:
        return ""
    return wording.moment(value, now) if now else wording.instant_long(value)


@register.filter
def plain_instant(value: datetime | None, now: datetime | None = None) -> str:
    """The form for customers: 今天 10:30, else 2 月 24 日 10:30."""
    return wording.moment(value, now, plain=True) if value else ""


@register.filter
def due_instant(value: datetime | None, now: datetime | None = None) -> str:
    """A deadline for staff: midnight reads 24:00 of the day it ends."""
    return wording.moment(value, now, ends=True) if value else ""


@register.filter
def plain_due(value: datetime | None, now: datetime | None = None) -> str:
    """A deadline for customers: 2 月 25 日 24:00."""
    return wording.moment(value, now, ends=True, plain=True) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """The time of day on the wall: 09:18."""
    return f"{wording.local(value):%H:%M}" if value else ""


@register.filter
def weekday(value: Any) -> str:
    """周二 of a date or an instant."""
    if not value:
        return ""
    return wording.weekday(wording.local(value).date() if isinstance(value, datetime) else value)


@register.filter
def day_words(value: date | None, today: date | None = None) -> str:
    """2 月 24 日, with the year when it is another one."""
    return wording.day_plain(value, today) if value else ""


@register.filter
def money(value: Any) -> str:
    """¥1,234.50."""
    return "" if value in (None, "") else wording.money(value)


@register.filter
def money_short(value: Any) -> str:
    """¥1,234 when there are no cents."""
    return "" if value in (None, "") else wording.money(value, trim=True)


@register.filter
def masked_phone(value: str) -> str:
    """138****5678."""
    return wording.masked_phone(value)


@register.filter
def span(seconds: Any) -> str:
    """1 小时 24 分: two largest units, minutes below one hour."""
    return "" if seconds is None else wording.amount(seconds)


@register.filter
def open_span(seconds: Any) -> str:
    """As `span`, but never days: for spans of service hours."""
    return "" if seconds is None else wording.amount(seconds, days=False)


@register.filter
def call_length(seconds: Any) -> str:
    """4 分 12 秒."""
    return "" if seconds is None else wording.call_length(seconds)



@register.simple_tag
def shape_symbols() -> SafeString:
    """The silhouettes, once a page (base.html); {% shape %} and the countdown refer to them."""
    return format_html_join("", '<symbol id="st-{}" viewBox="0 0 16 16">{}</symbol>', ((state, mark_safe(drawing)) for state, drawing in SHAPES.items()))
