from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.AddField("case", "waiting_since", models.DateTimeField(null=True))]
