"""Timers name their promise by key: a notice ahead of a date has a timer and no clock."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_case_waiting_since"), ("clocks", "0001_initial")]
    operations = [
        migrations.DeleteModel("Timer"),
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=5)),
                ("rung", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField(db_index=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="timers", to="cases.case"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="timer",
            constraint=models.UniqueConstraint(fields=("case", "clock", "kind", "rung"), name="timer_once"),
        ),
        migrations.AddField("clock", "corrected_by", models.CharField(blank=True, max_length=40)),
        migrations.AddField("clock", "is_owed", models.BooleanField(default=True)),
    ]
