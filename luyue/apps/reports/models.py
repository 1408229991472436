"""Reports as they were made: rows that are written once, and what was noted and decided afterwards."""

from __future__ import annotations

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import User
from luyue.apps.regulation.models import Rulebook


class Run(models.Model):
    """One report of one period. Never changed: `digest` of its figures stands in the journal entry that made it."""

    rule = models.CharField(max_length=80)
    regulation = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT)
    period = models.CharField(max_length=20)  # 2026-03, 2026-W10
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()  # what the store knew then is what the figures say
    due_at = models.DateTimeField(null=True)
    needs_actions = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "period"], name="report_once")]
        indexes = [models.Index(fields=["-ends_at"])]

    def __str__(self) -> str:
        return f"{self.rule}@{self.period}"


class Figure(models.Model):
    """A number of a report as `core.reporting.Figure` has it; the cases behind it are `FigureCase`s."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    field = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    n = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    target = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="figure_once")]


class FigureCase(models.Model):
    """A case behind a figure: among those counted, or among the rest of what was looked at."""

    figure = models.ForeignKey(Figure, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    is_counted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["figure", "case"], name="figure_case_once")]


class Correction(models.Model):
    """A figure would come out otherwise today: facts were entered late, verdicts corrected. Noted beside the report, which stays."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="corrections")
    measure = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    field = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    n = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    noted_at = models.DateTimeField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["run", "noted_at"])]


class Improvement(models.Model):
    """What is done about a report, or about a cause that came up again: a measure with an owner and a date."""

    run = models.ForeignKey(Run, null=True, on_delete=models.CASCADE, related_name="improvements")
    source = models.CharField(max_length=160, null=True, unique=True)  # "<case>/<task key>" of the preventive action it came from
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL)  # in which the preventive action was opened
    cause = models.CharField(max_length=200, blank=True)  # the value that came up again
    what = models.CharField(max_length=1000)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="improvements")
    due_on = models.DateField()
    opened_by = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=40, blank=True)
    result = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["done_at", "due_on"])]
