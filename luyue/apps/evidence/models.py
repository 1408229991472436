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


class CaseFile(models.Model):
    """One version of a case's file: wanted when the case was archived or corrected, made once by a worker, then never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_files")
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)  # of every version after the first
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # when a worker may try, or try again
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="case_file_once")]
        indexes = [models.Index(fields=["made_at", "due_at"])]


class CaseFilePart(models.Model):
    """One frozen file: for whom, and as what. Its bytes and their sha256 are those of the attachment."""

    INSIDE, OUTWARD = "inside", "outward"  # for the company; for the customer and whoever he shows it to
    PDF, PAGE = "pdf", "html"

    file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="parts")
    audience = models.CharField(max_length=8)
    form = models.CharField(max_length=4)
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="case_file_part")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "audience", "form"], name="case_file_part_once")]
