"""The style guide: every part in every state, on sample data."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from . import navigation, sample

# Shown whether or not its pages are installed.
NAV = [
    {"label": label, "entries": [{"id": p.id, "label": p.label, "icon": p.icon, "href": f"#{p.id}", "key": p.key, "count": sample.NAV_COUNTS.get(p.id)} for p in places]}
    for label, places in navigation.PLACES
]
PAGES = {"parts": "ui/styleguide.html", "my-day": "ui/my_day.html", "case": "ui/case.html", "receipt": "ui/receipt.html", "objection": "ui/objection.html", "regulation": "ui/regulation.html"}


def _sample() -> dict[str, Any]:
    return {name.lower(): getattr(sample, name) for name in dir(sample) if name.isupper() and name != "ZONE"}


@require_GET
def styleguide(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """Staff see it, and everybody while debugging; others get the same 404 as for a page that is not there."""
    if not (settings.DEBUG or getattr(request.user, "is_staff", False)) or page not in PAGES:
        raise Http404
    context = _sample() | {
        "nav": NAV, "tabs": [{"id": p.id, "label": p.label, "icon": p.icon, "href": f"#{p.id}"} for p in navigation.TABS], "here": "today", "service": {"open": True, "windows": "09:00–21:00"}, "me": {"name": "陈思远", "team": "客服", "on_duty": True},
        "company": {"name": "云台租赁", "phone": "400-820-0216", "hours_words": "工作日 9:00–21:00"}, "customer": {"name": "林婉清", "href": "#me"},
        "portal_nav": [{"label": "我的订单", "href": "#o"}, {"label": "异议与售后", "href": "#y", "current": True}, {"label": "发票", "href": "#f"}, {"label": "服务制度", "href": "#r"}],
        "segments": [{"label": "全部", "href": "#a", "current": True}, {"label": "我的", "href": "#m"}, {"label": "未分配", "href": "#n"}],
        "tab_links": [{"label": "往来", "href": "#t", "current": True}, {"label": "时限", "href": "#c", "count": 5}, {"label": "客户", "href": "#k"}],
        "opens": sample.at(24, 9), "closes": sample.at(24, 21), "look": "tiles",
    }
    with timezone.override(sample.ZONE):
        return render(request, PAGES[page], context)
