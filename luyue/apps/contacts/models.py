"""Contacts in and out, announcements to staff, and the outbox through which effects leave."""

from __future__ import annotations

import uuid

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import User


class Contact(models.Model):
    """One communication. `direction` in | out | note; the words are personal data."""

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    direction = models.CharField(max_length=4)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    by_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    rang_at = models.DateTimeField(null=True)  # phone: first ring
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of what came in, to tell a repeat from a clash
    is_suspicious = models.BooleanField(default=False)  # came under another contact's id with other words

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="contact_once")]
        indexes = [models.Index(fields=["case", "at"])]


class Announcement(models.Model):
    """Something said once to a colleague, up the ladder: a warning, a miss, a nudge, a mention."""

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="announcements", db_index=False)  # none for the company's own tasks
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)  # warned missed rung nudge mention task
    about = models.CharField(max_length=160)  # clock or task key and rung
    recipient = models.CharField(max_length=80)  # actor: "staff:7", "service-desk/lead"
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "about", "recipient"], name="announced_once"),
            models.UniqueConstraint(fields=["kind", "about", "recipient"], condition=models.Q(case=None), name="announced_once_to_all"),
        ]
        indexes = [models.Index(fields=["recipient", "seen_at"])]


class Outbox(models.Model):
    """A message that leaves the house after commit; `id` is its Message-ID and idempotency key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12)  # mail sms portal webhook
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="letters", db_index=False)
    notice = models.CharField(max_length=80, blank=True)
    recipient = models.CharField(max_length=200, blank=True)  # masked for people; the address is in payload
    payload = models.TextField()  # JSON
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)  # it left, and the other side said later that it never arrived
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None, dead_at=None), name="outbox_waiting"),
            models.Index(fields=["case", "created_at"]),
        ]
