import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0009_hand_overs"),
        ("journal", "0002_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data_class", models.CharField(max_length=80)),
                ("regulation", models.CharField(max_length=80)),
                ("clause", models.CharField(max_length=80)),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField()),
                ("bodies", models.PositiveIntegerField(default=0)),
                ("contacts", models.PositiveIntegerField(default=0)),
                ("letters", models.PositiveIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("customer", models.BooleanField(default=False)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="erasures", to="cases.case")),
                ("entry", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="journal.entry")),
            ],
            options={
                "indexes": [models.Index(fields=["done_at"], name="retention_e_done_at_1ad813_idx")],
                "constraints": [models.UniqueConstraint(fields=("case", "data_class"), name="erased_once")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="legal_holds", to="cases.case")),
                ("lifted_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("lifted_at", None)), fields=("case",), name="one_hold_at_a_time")],
            },
        ),
    ]
