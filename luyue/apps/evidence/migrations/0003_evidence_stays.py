"""What an entry rests on stays: the store refuses to delete a file that was used, or to put another one in its place."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER evidence_attachment_stays BEFORE DELETE ON evidence_attachment WHEN OLD.entry_id IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'evidence_attachment: an entry rests on this file. Take it out of sight, but keep it.'); END""",
    """CREATE TRIGGER evidence_attachment_same BEFORE UPDATE OF sha256, size, entry_id ON evidence_attachment
       WHEN OLD.entry_id IS NOT NULL AND (NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.entry_id IS NOT OLD.entry_id)
       BEGIN SELECT RAISE(ABORT, 'evidence_attachment: an entry rests on this file. Add another one instead.'); END""",
]
SQLITE_BACK = ["DROP TRIGGER IF EXISTS evidence_attachment_stays", "DROP TRIGGER IF EXISTS evidence_attachment_same"]

POSTGRESQL = [
    """CREATE FUNCTION luyue_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION 'evidence_attachment: an entry rests on this file. Add another one instead.' USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE TRIGGER evidence_attachment_stays BEFORE DELETE ON evidence_attachment FOR EACH ROW
       WHEN (OLD.entry_id IS NOT NULL) EXECUTE FUNCTION luyue_evidence_stays()""",
    """CREATE TRIGGER evidence_attachment_same BEFORE UPDATE ON evidence_attachment FOR EACH ROW
       WHEN (OLD.entry_id IS NOT NULL AND (NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.entry_id IS DISTINCT FROM OLD.entry_id))
       EXECUTE FUNCTION luyue_evidence_stays()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS evidence_attachment_stays ON evidence_attachment",
    "DROP TRIGGER IF EXISTS evidence_attachment_same ON evidence_attachment",
    "DROP FUNCTION IF EXISTS luyue_evidence_stays()",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_case_files")]
    operations = [migrations.RunPython(guard, unguard)]
