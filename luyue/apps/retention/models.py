"""What was erased when, under which clause, and what must be kept longer."""

from __future__ import annotations

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import User


class Erasure(models.Model):
    """One case under one data class, done once. Numbers only: what is gone is not written down again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="erasures")
    data_class = models.CharField(max_length=80)
    regulation = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField()
    bodies = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    letters = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    values = models.PositiveIntegerField(default=0)  # choices, amounts and dates that left the case
    customer = models.BooleanField(default=False)  # he had no other case, so his name went too
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT)  # none when there was nothing left to take

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "data_class"], name="erased_once")]
        indexes = [models.Index(fields=["done_at"])]


class Hold(models.Model):
    """A dispute or an authority wants the record of a case kept, whatever its time is. Lifted, never deleted."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], condition=models.Q(lifted_at=None), name="one_hold_at_a_time")]
