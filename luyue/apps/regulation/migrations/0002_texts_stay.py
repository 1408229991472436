"""A text that cases are pinned to never changes: only the adoption of an edition may be written in, once."""

from django.db import migrations

TABLES = ("regulation_calendarrevision", "regulation_rulebook")
CHANGED = " OR ".join(
    f"NEW.{name} <> OLD.{name}" for name in ("regulation", "edition", "label", "sha256", "source", "in_force_from")
)
READOPTED = "OLD.adopted_at IS NOT NULL AND (NEW.adopted_at IS NULL OR NEW.adopted_at <> OLD.adopted_at OR NEW.adopted_by <> OLD.adopted_by OR NEW.second_by <> OLD.second_by)"
WORDS = "an edition never changes: write a new edition of the regulation, and adopt it."

SQLITE = [
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is insert-only: cases are pinned to it.'); END"""
        for table in TABLES
        for verb in ("update", "delete")
    ),
    f"""CREATE TRIGGER regulation_edition_stays BEFORE UPDATE ON regulation_edition WHEN OLD.adopted_at IS NOT NULL AND ({CHANGED}) OR {READOPTED}
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    f"""CREATE TRIGGER regulation_edition_no_delete BEFORE DELETE ON regulation_edition WHEN OLD.adopted_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
]
POSTGRESQL = [
    f"""CREATE FUNCTION luyue_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' THEN
           IF OLD.adopted_at IS NULL THEN RETURN OLD; END IF;
         ELSIF NOT (OLD.adopted_at IS NOT NULL AND ({CHANGED}) OR {READOPTED}) THEN
           RETURN NEW;
         END IF;
         RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE TRIGGER regulation_edition_stays BEFORE UPDATE OR DELETE ON regulation_edition
       FOR EACH ROW EXECUTE FUNCTION luyue_edition_stays()""",
    *(
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION luyue_refuse()"
        for table in TABLES
    ),
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")),
    "DROP TRIGGER IF EXISTS regulation_edition_stays",
    "DROP TRIGGER IF EXISTS regulation_edition_no_delete",
]
POSTGRESQL_BACK = [
    *(f"DROP TRIGGER IF EXISTS {table}_insert_only ON {table}" for table in TABLES),
    "DROP TRIGGER IF EXISTS regulation_edition_stays ON regulation_edition",
    "DROP FUNCTION IF EXISTS luyue_edition_stays()",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("regulation", "0001_initial"), ("journal", "0002_insert_only")]
    operations = [migrations.RunPython(guard, unguard)]
