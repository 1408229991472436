"""The store itself refuses to change what was written: entries and anchors for ever, bodies but for their erasure.

The hash chain finds a change that got past this; the triggers stop the program, and people at the database's prompt, from making one by
mistake. Dropping them is itself a trace in the database's log.
"""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what was written stays. Write a new entry instead.'); END"""
    for table in ("journal_entry", "journal_anchor")
    for verb in ("update", "delete")
] + [
    """CREATE TRIGGER journal_entrybody_no_delete BEFORE DELETE ON journal_entrybody
       BEGIN SELECT RAISE(ABORT, 'journal_entrybody is never deleted: erase its words instead.'); END""",
    """CREATE TRIGGER journal_entrybody_erase_only BEFORE UPDATE ON journal_entrybody
       WHEN NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body = '' AND NEW.salt = '' AND NEW.entry_id = OLD.entry_id)
       BEGIN SELECT RAISE(ABORT, 'journal_entrybody changes only by erasure: body and salt empty, erased_at set, once.'); END""",
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in ("journal_entry", "journal_anchor") for verb in ("update", "delete")),
    "DROP TRIGGER IF EXISTS journal_entrybody_no_delete",
    "DROP TRIGGER IF EXISTS journal_entrybody_erase_only",
]

POSTGRESQL = [
    """CREATE FUNCTION luyue_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION '% is insert-only: what was written stays. Write a new entry instead.', TG_TABLE_NAME
           USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE FUNCTION luyue_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body = '' AND NEW.salt = '' AND NEW.entry_id = OLD.entry_id THEN
           RETURN NEW;
         END IF;
         RAISE EXCEPTION 'journal_entrybody changes only by erasure: body and salt empty, erased_at set, once.'
           USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    *(
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION luyue_refuse()"
        for table in ("journal_entry", "journal_anchor")
    ),
    "CREATE TRIGGER journal_entrybody_no_delete BEFORE DELETE ON journal_entrybody FOR EACH ROW EXECUTE FUNCTION luyue_refuse()",
    "CREATE TRIGGER journal_entrybody_erase_only BEFORE UPDATE ON journal_entrybody FOR EACH ROW EXECUTE FUNCTION luyue_erase_only()",
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION luyue_refuse()"
        for table in ("journal_entry", "journal_anchor", "journal_entrybody")
    ),
]
POSTGRESQL_BACK = [
    *(
        f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
        for table in ("journal_entry", "journal_anchor", "journal_entrybody")
        for name in ("insert_only", "no_delete", "erase_only", "no_truncate")
    ),
    "DROP FUNCTION IF EXISTS luyue_erase_only()",
    "DROP FUNCTION IF EXISTS luyue_refuse()",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
