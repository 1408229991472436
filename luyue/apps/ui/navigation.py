"""The staff's navigation: one table of places. An entry whose page is not installed is left out."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


class Place(NamedTuple):
    id: str
    label: str
    icon: str
    url: str  # name for reverse()
    key: str = ""  # the letter after G


PLACES: tuple[tuple[str, tuple[Place, ...]], ...] = (
    ("", (
        Place("today", "我的今天", "home", "workspace:today", "d"),
        Place("cases", "工单", "inbox", "workspace:cases", "c"),
        Place("contacts", "联络", "message-circle", "workspace:contacts"),
    )),
    ("租赁", (
        Place("plans", "方案与订单", "list-details", "workspace:plans"),
        Place("units", "设备占用", "calendar-event", "workspace:units", "e"),
        Place("yard", "出库与回收", "package", "workspace:yard"),
    )),
    ("售后与反馈", (
        Place("repairs", "维修与上门", "tool", "workspace:repairs"),
        Place("objections", "异议与投诉", "message-report", "workspace:objections"),
        Place("follow-ups", "回访", "phone", "workspace:follow-ups"),
    )),
    ("规则与成效", (
        Place("regulation", "制度", "book-2", "workspace:regulation", "r"),
        Place("wall", "看板", "chart-bar", "workspace:wall", "b"),
        Place("reports", "报告", "report", "workspace:reports"),
        Place("quality", "质检", "clipboard-check", "workspace:quality"),
    )),
)

# The five tabs at the foot of a phone.
TABS: tuple[Place, ...] = (
    Place("today", "今天", "home", "workspace:today"),
    Place("cases", "工单", "inbox", "workspace:cases"),
    Place("new", "登记", "plus", "workspace:new"),
    Place("yard", "仓储", "package", "workspace:yard"),
    Place("me", "我", "user", "workspace:me"),
)


def href(name: str) -> str | None:
    """The path of a named page; None when no such page is installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def entries(places: Iterable[Place], counts: Mapping[str, int], hidden: Iterable[str] = ()) -> list[dict[str, object]]:
    """Places as the templates show them, without the hidden and the not installed ones."""
    found = ((place, href(place.url)) for place in places if place.id not in hidden)
    return [
        {"id": place.id, "label": _(place.label), "icon": place.icon, "href": path, "key": place.key, "count": counts.get(place.id)}
        for place, path in found if path
    ]


def groups(counts: Mapping[str, int], hidden: Iterable[str] = ()) -> list[dict[str, object]]:
    """The whole navigation in its groups; groups without an entry are left out."""
    built = ({"label": _(label) if label else "", "entries": entries(places, counts, hidden)} for label, places in PLACES)
    return [group for group in built if group["entries"]]
