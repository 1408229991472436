"""The start page: what Luyue is, and the demonstration's ways in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from luyue.apps.ui.navigation import href
from luyue.apps.workspace.shell import language

# The demonstration stands above this room; only a running one is ever asked.
_COMPANY = "luyue.site.demo.company"


def page() -> dict[str, Any]:
    return {"logins": demo_logins(), "login": reverse("account_login"), "portal": href("portal:home")}


def demo_logins() -> list[dict[str, str]]:
    """Who can be tried out in the demonstration, by team; nobody anywhere else."""
    if not getattr(settings, "LUYUE_DEMO", False):
        return []
    password = import_string(f"{_COMPANY}.PASSWORD")
    zh = language() == "zh"
    return [
        {"username": one.username, "name": one.name, "says": one.says if zh else one.says_en, "password": password}
        for one in import_string(f"{_COMPANY}.STAFF")
    ]
