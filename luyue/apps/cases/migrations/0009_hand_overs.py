import json
from typing import Any

from django.conf import settings
from django.db import migrations, models


# What the regulations shipped until now call it when a department gets the work or gives it away.
HANDED = {"case.transferred", "case.passed-on", "objection.sent-back"}


def count_hand_overs(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("cases", "Case")
    batch = []
    for case in model.objects.only("id", "memo").iterator(chunk_size=1000):
        case.hand_overs = sum(fact[0] in HANDED for fact in json.loads(case.memo)["facts"])
        if case.hand_overs:
            batch.append(case)
        if len(batch) >= 1000:
            model.objects.bulk_update(batch, ["hand_overs"])
            batch = []
    model.objects.bulk_update(batch, ["hand_overs"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_case_merged_into"),
        ("customers", "0001_initial"),
        ("regulation", "0002_texts_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="hand_overs",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count_hand_overs, migrations.RunPython.noop),
    ]
