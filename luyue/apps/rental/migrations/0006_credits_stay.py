"""What was credited is never changed and never taken away, as what moved a deposit is not."""

from django.db import migrations

TABLE = "rental_rentcredit"
SQLITE = [
    f"""CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{TABLE} is insert-only: put a mistake right by another movement.'); END"""
    for verb in ("update", "delete")
]
SQLITE_BACK = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")]
POSTGRESQL = [
    f"CREATE TRIGGER {TABLE}_insert_only BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION luyue_refuse()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION luyue_refuse()",
]
POSTGRESQL_BACK = [f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}" for name in ("insert_only", "no_truncate")]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("rental", "0005_rent_credits"), ("journal", "0002_insert_only")]
    operations = [migrations.RunPython(guard, unguard)]
