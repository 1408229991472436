import json
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import migrations, models

# What the regulations shipped until now call it when a department gets the work or gives it away.
HANDED = {"case.transferred", "case.passed-on", "objection.sent-back"}


def count_hand_overs(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("cases", "Case")
    found: dict[int, list[int]] = defaultdict(list)
    for pk, memo in model.objects.values_list("pk", "memo").iterator(chunk_size=1000):
        n = sum(fact[0] in HANDED for fact in json.loads(memo)["facts"]) if any(name in memo for name in HANDED) else 0
        if n:
            found[n].append(pk)
    for n, ids in found.items():
        for start in range(0, len(ids), 900):
            model.objects.filter(pk__in=ids[start : start + 900]).update(hand_overs=n)


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
