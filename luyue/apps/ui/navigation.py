"""The staff's navigation: one table of places. An entry whose page is not installed is left out."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_noop as _

from luyue.apps.ui.wording import bound


class Place(NamedTuple):
    id: str
    label: str  # in Chinese; told in the reader's language by `entries`
    icon: str
    url: str  # name for reverse()
    key: str = ""  # the letter after G


PLACES: tuple[tuple[str, tuple[Place, ...]], ...] = (
    ("", (
        Place("today", _("我的今天"), "home", "workspace:today", "d"),
        Place("cases", _("工单"), "inbox", "workspace:cases", "c"),
        Place("new", _("登记"), "plus", "workspace:new", "n"),
        Place("mails", _("来信"), "mail", "workspace:mails"),
        Place("contacts", _("联络"), "message-circle", "workspace:contacts"),
    )),
    (_("租赁"), (
        Place("plans", _("方案与订单"), "list-details", "workspace:plans"),
        Place("units", _("设备占用"), "calendar-event", "workspace:units", "e"),
        Place("yard", _("出库与回收"), "package", "workspace:yard"),
    )),
    (_("售后与反馈"), (
        Place("repairs", _("维修与上门"), "tool", "workspace:repairs"),
        Place("objections", _("异议与投诉"), "message-report", "workspace:objections"),
        Place("follow-ups", _("回访"), "phone", "workspace:follow-ups"),
    )),
    (_("规则与成效"), (
        Place("regulation", _("制度"), "book-2", "workspace:regulation", "r"),
        Place("supervisor", _("主管台"), "eye", "workspace:supervisor", "b"),
        Place("wall", _("看板"), "chart-bar", "workspace:wall"),
        Place("reports", _("报告"), "report", "workspace:reports"),
        Place("causes", _("原因分析"), "chart-bar", "workspace:causes"),
        Place("company", _("公司待办"), "clipboard-list", "workspace:company"),
        Place("records", _("资料保存"), "database", "workspace:records"),
        Place("quality", _("质检"), "clipboard-check", "workspace:quality"),
        Place("health", _("系统状况"), "server", "system:health"),
    )),
)

# The five tabs at the foot of a phone.
TABS: tuple[Place, ...] = (
    Place("today", _("今天"), "home", "workspace:today"),
    Place("cases", _("工单"), "inbox", "workspace:cases"),
    Place("new", _("登记"), "plus", "workspace:new"),
    Place("yard", _("仓储"), "package", "workspace:yard"),
    Place("me", _("我"), "user", "workspace:me"),
)


def href(name: str) -> str | None:
    """The path of a named page; None when no such page is installed."""
    return _href(name, settings.ROOT_URLCONF)


@cache
def _href(name: str, urlconf: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def entries(places: Iterable[Place], counts: Mapping[str, int | str], hidden: Iterable[str] = ()) -> list[dict[str, object]]:
    """Places as the templates show them, without the hidden and the not installed ones."""
    words = bound()
    found = ((place, href(place.url)) for place in places if place.id not in hidden)
    return [
        {"id": place.id, "label": words.gettext(place.label), "icon": place.icon, "href": path, "key": place.key, "count": counts.get(place.id)}
        for place, path in found if path
    ]


def groups(counts: Mapping[str, int | str], hidden: Iterable[str] = ()) -> list[dict[str, object]]:
    """The whole navigation in its groups; groups without an entry are left out."""
    words = bound()
    built = ({"label": words.gettext(label) if label else "", "entries": entries(places, counts, hidden)} for label, places in PLACES)
    return [group for group in built if group["entries"]]
