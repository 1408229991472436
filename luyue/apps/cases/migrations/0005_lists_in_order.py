"""The orders of the list of cases, as indexes: closed ones by when they closed, all of them by when they came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_team_waiting")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["is_open", "received_at"], name="cases_case_is_open_727e87_idx"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["is_open", "closed_at"], name="cases_case_is_open_3ef2cb_idx"),
        ),
    ]
