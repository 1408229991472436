"""Giving out and taking back API tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from luyue.apps.api.models import ApiClient


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_client(name: str, *, now: datetime) -> str:
    """Make a client and return its token, which is shown once and never stored."""
    token = "ly_" + secrets.token_urlsafe(32)
    ApiClient.objects.create(name=name, token_hash=token_hash(token), created_at=now)
    return token


def disable_client(name: str, *, now: datetime) -> bool:
    return bool(ApiClient.objects.filter(name=name, disabled_at=None).update(disabled_at=now))
