"""PostgreSQL: the cases stand in the index of grams by their place as well, five hundred together, so that the newest are found first.

The new index serves the questions of the old one, too: it is made before that one goes. A year's cases take some ten seconds, in which no
words are written.
"""

from django.db import migrations

POSTGRESQL = [
    "CREATE INDEX cases_grams_by_place ON cases_casewords USING gin (grams, (ARRAY[case_id / 500])) WITH (gin_pending_list_limit = 256)",
    "DROP INDEX cases_grams",
    "ANALYZE cases_casewords",  # or nobody knows how many cases a place has
]
POSTGRESQL_BACK = [
    "CREATE INDEX cases_grams ON cases_casewords USING gin (grams) WITH (gin_pending_list_limit = 256)",
    "DROP INDEX IF EXISTS cases_grams_by_place",
]


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_numbers_of_open_cases")]

    operations = [migrations.RunPython(forwards, backwards)]
