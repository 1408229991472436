"""The style guide: every part in every state, on sample data. Whom it is for stands in the site's permissions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from . import navigation, sample
from .wording import bound

PAGES = {
    "parts": "ui/styleguide.html",
    "my-day": "ui/my_day.html",
    "case": "ui/case.html",
    "receipt": "ui/receipt.html",
    "objection": "ui/objection.html",
    "regulation": "ui/regulation.html",
}


def _shown(place: navigation.Place) -> dict[str, Any]:
    """A place of the navigation, whether or not its page is installed."""
    return place._asdict() | {"label": bound().gettext(place.label), "href": f"#{place.id}", "count": sample.NAV_COUNTS.get(place.id)}


def _sample() -> dict[str, Any]:
    return {name.lower(): getattr(sample, name) for name in dir(sample) if name.isupper() and name != "ZONE"}


@require_GET
def styleguide(request: HttpRequest, page: str = "parts") -> HttpResponse:
    if page not in PAGES:
        raise Http404
    shell = {
        "nav": [{"label": bound().gettext(label) if label else "", "entries": [_shown(place) for place in places]} for label, places in navigation.PLACES],
        "tabs": [_shown(place) for place in navigation.TABS],
        "here": "today",
        "opens": sample.at(24, 9),
        "closes": sample.at(24, 21),
        "look": "tiles",
    }
    with timezone.override(sample.ZONE):
        return render(request, PAGES[page], _sample() | shell)
