"""Clocks: running promises, their spans, and the timers that look at them."""

from __future__ import annotations

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.regulation.models import Rulebook


class Clock(models.Model):
    """Projection of `core.procedure.state.ClockState`."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    key = models.CharField(max_length=120)
    rule = models.CharField(max_length=80)
    regulation = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, db_index=False)
    owed_by = models.CharField(max_length=80)
    team = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    left_s = models.IntegerField(null=True)
    warned = models.JSONField(default=list)
    rungs = models.JSONField(default=list)
    corrected_by = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=40, blank=True)  # of a miss, as somebody explained it
    cause_by = models.CharField(max_length=40, blank=True)
    is_owed = models.BooleanField(default=True)  # runs, stands paused, or was missed and is still not done

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="clock_once")]
        indexes = [
            models.Index(fields=["state", "regulation", "clause"]),
            models.Index(fields=["state", "settled_at", "regulation", "clause", "cause"]),
            models.Index(fields=["state", "due_at"]),
        ]


class ClockSpan(models.Model):
    """A span of one promise: a pause, or who had the work while it ran, where that changed (`casework.projection.runs_of`)."""

    RUN, PAUSE = "run", "pause"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="spans")
    kind = models.CharField(max_length=5)
    team = models.CharField(max_length=60, blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)


class Tally(models.Model):
    """How many clocks were kept and missed on a local day, by clause and owing team: added to by whatever settles a clock, so that a page
    over all of them reads a few rows. Rows of one key are several until the worker lays them together; a correction adds a negative one.
    """

    day = models.DateField(db_index=True)
    regulation = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    team = models.CharField(max_length=80)
    kept = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)


class Timer(models.Model):
    """Look at a promise at `due_at`: kind warn | due | rung | cap, or ahead for a notice before a date."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="timers", db_index=False)
    clock = models.CharField(max_length=120)  # key of the clock, or "notice/<id>"
    kind = models.CharField(max_length=5)
    rung = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "clock", "kind", "rung"], name="timer_once")]
