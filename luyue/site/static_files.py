"""Addresses of style sheets, scripts and pictures that change when the file changes, so browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStaticFiles(StaticFilesStorage):
    """Adds `?v=<digest>` to every address. Needs no build step and finds files where they stand."""

    def url(self, name: str | None, force: bool = False) -> str:
        return self._versioned(name) if settings.DEBUG else self._remembered(name)

    def _versioned(self, name: str | None) -> str:
        address, version = super().url(name), _digest(name)
        return f"{address}?v={version}" if version else address

    @cache  # noqa: B019 — there is one storage a process
    def _remembered(self, name: str | None) -> str:
        return self._versioned(name)


def _digest(name: str | None) -> str:
    path = finders.find(name) if name else None
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10] if path else ""
