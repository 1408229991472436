"""What came in by mail, until somebody or some rule has dealt with it; and how it is with the mailbox."""

from __future__ import annotations

import uuid

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.contacts.models import Contact

WAITING, DONE, ASIDE, DEAD, DROPPED = "waiting", "done", "aside", "dead", "dropped"


class InboundMail(models.Model):
    """One mail, once. Its raw form lies beside the store (`raw.py`) and its words are sealed here, only until it is dealt with.

    state    waiting (for its turn), done, aside (for people to decide), dead (cannot be read), dropped (by people)
    outcome  of done: opened replied unverified automatic bounce refused repeat; of aside and dead: why
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=64, unique=True)  # of its Message-ID and its content: a mail that comes twice is one mail
    message_id = models.CharField(max_length=200, db_index=True)
    sender_index = models.CharField(max_length=64, blank=True)  # blind
    received_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    is_whole = models.BooleanField(default=True)  # False: too large to be fetched; only its head is here
    state = models.CharField(max_length=10, default=WAITING)
    outcome = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=300, blank=True)  # for people who look after the machine: no personal data
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    words = models.BinaryField(null=True)  # sealed
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="mails")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="mails")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["state", "received_at"], name="mail_by_state"),
            models.Index(fields=["sender_index", "received_at"], name="mail_by_sender"),
        ]


class Watch(models.Model):
    """How the mailbox was when it was last looked at, and which worker looks at it now."""

    name = models.CharField(max_length=200, unique=True)
    lease_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    ok_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
