from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_case_waiting_since")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["waiting_since"], condition=models.Q(is_open=True, waiting_since__isnull=False), name="case_waiting"
            ),
        )
    ]
