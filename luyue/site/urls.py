"""Which addresses lead into which room."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from luyue.site.rooms import rooms_with

PREFIXES = {"portal": "portal/", "api": "api/", "evidence": "files/", "ui": "", "workspace": ""}


def room_urls() -> list[URLResolver]:
    """The rooms that have pages of their own; the workspace stands at the root, so it comes last."""
    open_rooms = set(rooms_with("urls")) & set(rooms_with("apps"))
    return [path(prefix, include(import_module(f"luyue.apps.{room}.urls"))) for room, prefix in PREFIXES.items() if room in open_rooms]


urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("luyue.site.pages.urls")),
    *room_urls(),
]

handler400 = "luyue.site.failures.bad_request"
handler403 = "luyue.site.failures.permission_denied"
handler404 = "luyue.site.failures.page_not_found"
handler500 = "luyue.site.failures.server_error"
