"""An installation for a fault run: a data folder, a store, the test regulation adopted, and people who may act."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Wednesday, 4 March 2026, 10:00 in Shanghai. Time stands still in a fault run: workers look from these moments, in any order.
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
MOMENTS = tuple(NOW + timedelta(minutes=minutes) for minutes in (16, 25, 31, 100, 155, 200, 275))
FINAL = NOW + timedelta(days=5)


def point_django_at(data: Path, database_url: str) -> None:
    """Load settings and rooms for this folder and store. Once a process."""
    os.environ |= {"LUYUE_DATA": str(data), "LUYUE_DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "luyue.site.settings"}
    os.environ["LUYUE_LOG_LEVEL"] = "CRITICAL"
    import django

    django.setup()


def make_tables() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def found() -> None:
    """The regulation, and a member of the service desk who has acknowledged it."""
    from luyue.apps.casework.tests.conftest import found_company
    from luyue.apps.people.models import Membership, User
    from luyue.apps.regulation.acknowledgement import acknowledge, pending_editions

    found_company(NOW)
    for name, post in (("desk", ""), ("lead", "lead")):
        user = User.objects.create(username=name, name=name)
        Membership.objects.create(user=user, team="service-desk", post=post)
        for edition in pending_editions(user, NOW):
            acknowledge(user, edition, NOW)


def warm() -> None:
    """Compile the rulebook in this process, then let go of the store: children are forked from here."""
    from django.db import connections

    # Loaded here once instead of in every child.
    import luyue.apps.casework.rebuild
    import luyue.apps.casework.ticker
    import luyue.apps.contacts.outbox  # noqa: F401
    from luyue.apps.customers.sealed import index_of as blind_index
    from luyue.apps.customers.sealed import normal_phone, seal
    from luyue.apps.regulation.selectors import current_rulebook
    from luyue.core.procedure.index import index_of

    for kind, value in (("phone", normal_phone("13800000000")), ("email", "li@example.com")):
        blind_index(kind, value)
        seal(kind, value)
    _, book = current_rulebook(NOW)
    index_of(book).waited_for  # noqa: B018 - laid out on first use
    book.agenda.due(NOW, next(iter(index_of(book).terms.values())).target)
    connections.close_all()
