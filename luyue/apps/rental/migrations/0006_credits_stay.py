"""What was credited is never changed and never taken away, as what moved a deposit is not."""

from django.db import migrations

from luyue.apps.journal.insert_only import insert_only


class Migration(migrations.Migration):
    dependencies = [("rental", "0005_rent_credits"), ("journal", "0002_insert_only")]
    operations = [insert_only("rental_rentcredit", "put a mistake right by another movement.")]
