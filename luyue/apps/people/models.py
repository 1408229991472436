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
