"""Sitting down at the benches' installation: Django started in its folder, people signed in, its server running."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.installation import Installation

WEB_WORKERS = 2


def start_django(folder: Path) -> None:
    """Load the shipped settings on this installation; only once a process."""
    os.environ |= {"LUYUE_DATA": str(folder), "LUYUE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "luyue.site.settings"}
    import django

    django.setup()


def cookie_of(username: str) -> dict[str, str]:
    """The session cookie of somebody who has signed in a moment ago; the password's hash is not what is measured here."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from luyue.apps.people.models import User

    user, session = User.objects.get(username=username), SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


def browser_of(username: str) -> Any:
    """A client inside this process, with everything a request passes through but the network."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    for name, value in cookie_of(username).items():
        client.cookies[name] = value
    return client


@contextlib.contextmanager
def served(folder: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """`luyue serve` with two web processes: (address, process id of the parent)."""
    installation = Installation(folder, environment=environment)
    with installation.served("--workers", str(WEB_WORKERS)) as address:
        yield address, parent_of(address)


def parent_of(address: str) -> int:
    """The process id of the server at this address, found by its port among our own children."""
    port = address.rpartition(":")[2]
    for child in children(os.getpid()):
        if port in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            return child
    sys.exit(f"Nothing of ours serves {address}.")


def children(parent: int) -> list[int]:
    """Direct children of a process (Linux)."""
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(one) for task in tasks for one in task.read_text().split()]


def family(parent: int) -> list[int]:
    """A process and all below it."""
    return [parent, *(one for child in children(parent) for one in family(child))]


def processor_s(processes: list[int]) -> float:
    """Processor seconds these processes have used so far, in user and system mode."""
    ticks = 0
    for one in processes:
        with contextlib.suppress(FileNotFoundError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
