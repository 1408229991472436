"""Evidence: files that prove an item. Ids are made here, types are sniffed, names are only shown."""

from __future__ import annotations

import uuid

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry


class Attachment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="attachments")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)  # photo video recording file
    field = models.CharField(max_length=80, blank=True)  # form field or checklist item it belongs to
    name = models.CharField(max_length=120)  # normalised, for people
    media_type = models.CharField(max_length=80)  # sniffed
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.CharField(max_length=40)
    uploaded_at = models.DateTimeField()
    from_customer = models.BooleanField(default=False)
    internal = models.BooleanField(default=True)  # not shown to the customer

    class Meta:
        indexes = [models.Index(fields=["case", "uploaded_at"])]
