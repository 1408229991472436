"""Staff: who works here, in which team and post, with which skills."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who logs in: staff, or a customer with a portal account."""

    name = models.CharField(max_length=60, blank=True)
    is_customer = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)  # somebody else knows it: set by whoever gave it out

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """Binds a person to a team of the regulation, and to a post in it (empty = plain member)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.CharField(max_length=60)
    post = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team", "post"], name="membership_once")]
        indexes = [models.Index(fields=["team", "post"])]


class SkillEarned(models.Model):
    """A skill of the regulation that a person holds until `until` (null = for good)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skills")
    skill = models.CharField(max_length=60)
    earned_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "skill"])]


class Absence(models.Model):
    """Somebody is away on these days, both included, and another does what he owes meanwhile.

    `ended_on` cuts it short: the first day it no longer holds. Rows stay; who did what in whose stead is asked years later.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covers")
    from_on = models.DateField()
    to_on = models.DateField()
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(user=models.F("stand_in")), name="nobody_stands_in_for_himself"),
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="absence_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["stand_in", "to_on"]), models.Index(fields=["user", "to_on"])]
