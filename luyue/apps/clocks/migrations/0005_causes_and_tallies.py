from collections import Counter
from typing import Any

from django.db import migrations, models
from django.utils import timezone


def count_all(apps: Any, schema_editor: Any) -> None:
    """As `clocks.tallies` counts, on the columns of this point in time."""
    clock, tally = apps.get_model("clocks", "Clock"), apps.get_model("clocks", "Tally")
    found: Counter[tuple[Any, ...]] = Counter()
    settled = clock.objects.filter(state__in=("kept", "missed"), settled_at__isnull=False)
    for state, at, regulation, clause, owed_by, team in settled.values_list("state", "settled_at", "regulation", "clause", "owed_by", "team").iterator(
        chunk_size=5000
    ):
        word = team or owed_by
        owing = "" if word in ("holder", "owner") or word.startswith("staff:") else word.partition("/")[0]
        found[(timezone.localdate(at), regulation, clause, owing, state)] += 1
    rows = [
        tally(day=day, regulation=regulation, clause=clause, team=team, kept=n * (state == "kept"), missed=n * (state == "missed"))
        for (day, regulation, clause, team, state), n in found.items()
    ]
    tally.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("clocks", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                ("regulation", models.CharField(max_length=80)),
                ("clause", models.CharField(max_length=80)),
                ("team", models.CharField(max_length=80)),
                ("kept", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="clock",
            name="cause",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="clock",
            name="cause_by",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunPython(count_all, migrations.RunPython.noop),
    ]
