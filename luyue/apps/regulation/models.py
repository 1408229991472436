"""Editions of regulations, calendars, the rulebooks pinned by cases, and who acknowledged what."""

from __future__ import annotations

from django.db import models

from luyue.apps.people.models import User


class Edition(models.Model):
    """One dated text. Adopted by two persons; its bytes never change afterwards."""

    regulation = models.CharField(max_length=80)
    edition = models.DateField()
    label = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    source = models.TextField()
    in_force_from = models.DateField()
    adopted_at = models.DateTimeField(null=True)
    adopted_by = models.CharField(max_length=60, blank=True)
    second_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regulation", "edition"], name="edition_once")]


class CalendarRevision(models.Model):
    """A day-kind table as published; the newest is used for new rulebooks."""

    name = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    source = models.TextField()
    adopted_at = models.DateTimeField()


class Rulebook(models.Model):
    """The exact set a case runs under; `sources` lists [regulation, edition, sha256]."""

    digest = models.CharField(max_length=64, unique=True)
    sources = models.JSONField()
    calendar_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField()


class Acknowledgement(models.Model):
    """A person has read and is bound by an edition."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acknowledgements")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "edition"], name="acknowledged_once")]
