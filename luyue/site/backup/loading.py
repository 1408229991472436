"""Rows of a snapshot into a store that has no tables yet."""

from __future__ import annotations

from pathlib import Path

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from luyue.apps.customers.models import Customer
from luyue.apps.evidence.models import Attachment
from luyue.site.backup import rows
from luyue.site.backup.place import BackupError, manifest_of


def load(snapshot: Path) -> dict[str, int]:
    """table -> rows put in. The tables are made as they were when the rows were written; `luyue migrate` brings them up afterwards.

    raises  BackupError for a store that has tables, and for rows of a newer version.
    """
    manifest = manifest_of(snapshot)
    if connection.introspection.table_names():
        raise BackupError("The database has tables already. Rows are only put into an empty one: make a new database.")
    _make_tables({(app, name) for app, name in manifest["migrations"]})
    with transaction.atomic():
        counted = rows.read_all(snapshot / "rows")
        Attachment.objects.filter(pk__in=manifest["gone"], entry=None).delete()
    for table, count in manifest["counted"].items():
        if counted.get(table) != count:
            raise BackupError(f"{table}: {counted.get(table)} rows put in, {count} were written.")
    return counted


def _make_tables(applied: set[tuple[str, str]]) -> None:
    known = MigrationLoader(connection).graph.nodes
    strange = sorted(f"{app}.{name}" for app, name in applied - set(known))
    if strange:
        raise BackupError(f"The snapshot was made by a newer version of Luyue: {', '.join(strange)} is not known here. Install that version.")
    if applied == set(known):
        call_command("migrate", interactive=False, verbosity=0)
        return
    last: dict[str, str] = {}
    for app, name in sorted(applied):
        last[app] = max(last.get(app, ""), name)
    for app, name in last.items():
        call_command("migrate", app, name, interactive=False, verbosity=0)


def forget_sealed() -> str:
    """Take out what was sealed with keys that are lost: nothing can open it, and pages must not try."""
    with transaction.atomic():
        customers = Customer.objects.update(phone_cipher=None, email_cipher=None, phone_index="", email_index="")
        factors, _each = Authenticator.objects.all().delete()
    return f"keys lost: addresses of {customers} customers and {factors} second factors taken out"
