"""Tasks: work owed that is no stage change. Each owns a clock `task/<id>` when it belongs to a case."""

from __future__ import annotations

from django.db import models

from luyue.apps.cases.models import Case


class Task(models.Model):
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=120)  # "<task id>#<seq>" in a case, "<task id>@<period>" without
    rule = models.CharField(max_length=80)
    regulation = models.CharField(max_length=80)
    clause = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    state = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    tries = models.JSONField(default=list)
    blocks = models.JSONField(default=list)
    about = models.JSONField(default=dict)  # without a case: its period, its sample, the value that repeats; in a case the letters that did not arrive

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="case_task_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(case=None), name="period_task_once"),
        ]
        indexes = [models.Index(fields=["by", "state", "due_at"])]
