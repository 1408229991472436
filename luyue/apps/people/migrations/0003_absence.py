import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_must_change_password"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("stand_in", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="covers", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="absences", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["stand_in", "to_on"], name="people_abse_stand_i_67ee4a_idx"),
                    models.Index(fields=["user", "to_on"], name="people_abse_user_id_93a6b2_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("user", models.F("stand_in")), _negated=True), name="nobody_stands_in_for_himself"),
                    models.CheckConstraint(condition=models.Q(("to_on__gte", models.F("from_on"))), name="absence_ends_after_it_begins"),
                ],
            },
        ),
    ]
