"""What moved a deposit is never changed and never taken away: the store refuses it, as it does for the journal."""

from django.db import migrations

from luyue.apps.journal.insert_only import insert_only


class Migration(migrations.Migration):
    dependencies = [("rental", "0003_deposit_movements"), ("journal", "0002_insert_only")]
    operations = [insert_only("rental_depositmovement", "put a mistake right by another movement.")]
