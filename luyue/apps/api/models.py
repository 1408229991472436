"""Programs that may hand in contacts: each has a name and a token, of which only the hash is kept."""

from __future__ import annotations

from django.db import models


class ApiClient(models.Model):
    name = models.CharField(max_length=60, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
