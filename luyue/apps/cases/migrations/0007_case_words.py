"""The words a case is found by, and their index: FTS5 without its own copy of the text on SQLite, GIN on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = [
    # Grams come ready-made, parted by spaces: the tokenizer `ascii` leaves every other character alone.
    "CREATE VIRTUAL TABLE cases_grams USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')",
    # An emptied table, as tests leave it, has an empty index.
    """CREATE TRIGGER cases_casewords_emptied AFTER DELETE ON cases_casewords WHEN NOT EXISTS (SELECT 1 FROM cases_casewords)
       BEGIN INSERT INTO cases_grams (cases_grams) VALUES ('delete-all'); END""",
]
SQLITE_BACK = ["DROP TRIGGER IF EXISTS cases_casewords_emptied", "DROP TABLE IF EXISTS cases_grams"]

POSTGRESQL = [
    # Text and grams lie beside the table, so that a search that meets many cases reads few pages.
    "ALTER TABLE cases_casewords SET (toast_tuple_target = 128)",
    "ALTER TABLE cases_casewords ADD COLUMN grams tsvector",
    "CREATE INDEX cases_grams ON cases_casewords USING gin (grams) WITH (gin_pending_list_limit = 256)",
]
POSTGRESQL_BACK = ["DROP INDEX IF EXISTS cases_grams", "ALTER TABLE cases_casewords DROP COLUMN IF EXISTS grams"]


def _run(schema_editor, sqlite, postgresql):
    for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
        schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_fewer_indexes")]

    operations = [
        migrations.CreateModel(
            name="CaseWords",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="words", serialize=False, to="cases.case"
                    ),
                ),
                ("words", models.TextField()),
            ],
        ),
        migrations.RunPython(forwards, backwards),
    ]
