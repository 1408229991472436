"""Sitting down at a desk of `workspace_house`: the company at its hour, browsers with somebody signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.acceptance.workspace_house import NOW, House, found


def company_at_work(settings: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The company with its data in `folder`, and the clock standing at NOW."""
    settings.DATA = folder
    cache.clear()
    built = found()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return built


def browser(house: House, username: str) -> Client:
    client = Client()
    client.force_login(house.user(username))
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())
