"""The journal: one immutable entry an action, chained by hash a stream (design §1.3-4)."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act. `effects` is the canonical JSON of what it changed; words live in `EntryBody`.

    Insert-only: triggers on both stores refuse UPDATE and DELETE.
    """

    stream = models.CharField(max_length=40)  # "case:<id>" or "org"
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=80)  # the fact, or "case.noted" and the like
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)  # "staff:7" "customer:3" "link:…" "system"
    at = models.DateTimeField()
    entered_at = models.DateTimeField()
    effects = models.TextField()
    once = models.CharField(max_length=120, null=True, unique=True)
    body_digest = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="entry_seq_once")]
        indexes = [models.Index(fields=["entered_at"])]


class EntryBody(models.Model):
    """Words and personal data of an entry, outside the chain so that they can be erased."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="body", primary_key=True)
    salt = models.CharField(max_length=32)
    body = models.TextField()  # canonical JSON, "" once erased
    erased_at = models.DateTimeField(null=True)


class Anchor(models.Model):
    """Hourly Merkle root over all stream heads; also written to a file outside the database."""

    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    n_streams = models.PositiveIntegerField()
    prev = models.CharField(max_length=64)  # the digest of the anchor before
    digest = models.CharField(max_length=64)  # of prev, at, n_streams and root
