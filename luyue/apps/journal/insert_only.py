"""Tables whose rows are never changed and never taken away: the store itself refuses it, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def insert_only(table: str, words: str) -> migrations.RunPython:
    """The operation that puts triggers on `table`, for a migration that depends on journal 0002. `words` say what to do instead."""
    names = {"sqlite": [f"{table}_no_update", f"{table}_no_delete"], "postgresql": [f"{table}_insert_only", f"{table}_no_truncate"]}
    made = {
        "sqlite": [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is insert-only: {words}'); END"
            for verb in ("update", "delete")
        ],
        "postgresql": [
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION luyue_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION luyue_refuse()",
        ],
    }

    def guard(apps: Any, schema_editor: Any) -> None:
        for statement in made[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def unguard(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        for name in names[vendor]:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else ""), params=None)

    return migrations.RunPython(guard, unguard)
