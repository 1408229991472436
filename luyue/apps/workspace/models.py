"""What the desk keeps for itself: views of the list, texts for the composer, what is being written. Nothing here changes a case."""

from __future__ import annotations

from django.db import models

from luyue.apps.cases.models import Case
from luyue.apps.people.models import User


class SavedView(models.Model):
    """The filters of the list under a name: somebody's own, or with `team` that of all who work in it."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)  # as in an address; read by `selectors.Wanted`
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner", "team"]), models.Index(fields=["team"])]


class CannedText(models.Model):
    """A text for the composer, with variables in braces: somebody's own, a team's, or with `is_company` everybody's."""

    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.CharField(max_length=60, blank=True)
    is_company = models.BooleanField(default=False)
    name = models.CharField(max_length=40)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["owner"]), models.Index(fields=["team"])]


class Draft(models.Model):
    """What somebody is writing in a case, form by form, until it is sent: it outlives the browser, the sign-in and the stage."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=80)  # "composer", or an act's id
    values = models.TextField()  # JSON: [[name, value], …] as the browser has them
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case", "form"], name="draft_once")]
        indexes = [models.Index(fields=["case", "updated_at"])]
