"""Which case goes on for this one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_case_words")]

    operations = [migrations.AddField(model_name="case", name="merged_into", field=models.CharField(blank=True, default="", max_length=24))]
