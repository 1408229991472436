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


class Draft(models.Model):
    """A text on its way to being adopted: of a regulation or of a calendar. Its bytes stay from the moment it is put forward."""

    EDITION, CALENDAR = "edition", "calendar"
    DRAFT, PROPOSED, ADOPTED, DISCARDED = "draft", "proposed", "adopted", "discarded"

    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=80, blank=True)  # of the regulation or calendar, as far as the text says it
    label = models.CharField(max_length=120, blank=True)
    source = models.TextField(blank=True)
    based_on = models.CharField(max_length=120, blank=True)  # "company 2026-01-01": what it was begun from
    state = models.CharField(max_length=9, default=DRAFT)
    version = models.PositiveIntegerField(default=1)  # of the text: two windows never overwrite each other
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was sent back
    sha256 = models.CharField(max_length=64, blank=True)  # of the text put forward

    class Meta:
        indexes = [models.Index(fields=["state", "updated_at"])]


class Move(models.Model):
    """Open cases go over to another rulebook: asked by one, decided by a second, done case by case by the worker."""

    EDITION, CALENDAR = "edition", "calendar"
    ALL, KINDER = "all", "kinder"
    ASKED, RUNNING, DONE, WITHDRAWN = "asked", "running", "done", "withdrawn"

    cause = models.CharField(max_length=8)
    name = models.CharField(max_length=80)  # regulation or calendar
    text = models.CharField(max_length=64)  # the edition's date, or the digest of the calendar's revision
    only = models.CharField(max_length=6, default=ALL)  # kinder: no deadline moves later
    state = models.CharField(max_length=9)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    second = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0)  # the last case looked at
    n_moved = models.PositiveIntegerField(default=0)
    n_stayed = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.UniqueConstraint(fields=["cause", "name"], condition=models.Q(state__in=("asked", "running")), name="move_one_at_a_time"),
        ]
