import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0009_hand_overs"),
        ("journal", "0002_insert_only"),
        ("regulation", "0002_texts_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=80)),
                ("regulation", models.CharField(max_length=80)),
                ("clause", models.CharField(max_length=80)),
                ("period", models.CharField(max_length=20)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("needs_actions", models.BooleanField(default=False)),
                ("digest", models.CharField(max_length=64)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="journal.entry")),
                ("rulebook", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="regulation.rulebook")),
            ],
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=160, null=True, unique=True)),
                ("cause", models.CharField(blank=True, max_length=200)),
                ("what", models.CharField(max_length=1000)),
                ("due_on", models.DateField()),
                ("opened_by", models.CharField(max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=40)),
                ("result", models.CharField(blank=True, max_length=500)),
                ("case", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="cases.case")),
                ("owner", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="improvements", to=settings.AUTH_USER_MODEL)),
                ("run", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="improvements", to="reports.run")),
            ],
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("measure", models.CharField(max_length=40)),
                ("unit", models.CharField(max_length=8)),
                ("field", models.CharField(blank=True, max_length=60)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("n", models.PositiveIntegerField()),
                ("of", models.PositiveIntegerField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("target", models.CharField(blank=True, max_length=20)),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="reports.run")),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=40)),
                ("unit", models.CharField(max_length=8)),
                ("field", models.CharField(blank=True, max_length=60)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("n", models.PositiveIntegerField()),
                ("of", models.PositiveIntegerField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("noted_at", models.DateTimeField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="journal.entry")),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="reports.run")),
            ],
        ),
        migrations.CreateModel(
            name="FigureCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_counted", models.BooleanField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="cases.case")),
                ("figure", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="reports.figure")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("figure", "case"), name="figure_case_once")],
            },
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["-ends_at"], name="reports_run_ends_at_41d92c_idx"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(fields=("rule", "period"), name="report_once"),
        ),
        migrations.AddIndex(
            model_name="improvement",
            index=models.Index(fields=["done_at", "due_on"], name="reports_imp_done_at_9c3fdf_idx"),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(fields=("run", "position"), name="figure_once"),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["run", "noted_at"], name="reports_cor_run_id_2bdfec_idx"),
        ),
    ]
