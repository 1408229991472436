"""Emptying the test store between tests that commit, although its tables refuse to lose a row.

The guards are taken down for the length of the flush and put up again as they were, so every test meets them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def let_flush_past_the_guards() -> None:
    """From now on Django's flush empties guarded tables as well. Call once, before the test database is made."""
    operations = type(connection.ops)
    plain_flush = operations.execute_sql_flush

    def flush(self: Any, statements: Sequence[str]) -> None:
        rest, restore = (_rest_sqlite, _restore_sqlite) if self.connection.vendor == "sqlite" else (_rest_postgres, _restore_postgres)
        kept = rest(self.connection)
        try:
            plain_flush(self, statements)
        finally:
            restore(self.connection, kept)

    operations.execute_sql_flush = flush  # type: ignore[method-assign]


def _rest_sqlite(store: Any) -> list[tuple[str, str]]:
    with store.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    return list(triggers)


def _restore_sqlite(store: Any, triggers: list[tuple[str, str]]) -> None:
    with store.cursor() as cursor:
        for _name, sql in triggers:
            cursor.execute(sql)


def _rest_postgres(store: Any) -> None:
    with store.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def _restore_postgres(store: Any, kept: None) -> None:
    with store.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
