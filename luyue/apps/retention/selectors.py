"""The log of what was erased, and the records that are held."""

from __future__ import annotations

from django.db.models import QuerySet

from luyue.apps.retention.models import Erasure, Hold


def erasures() -> QuerySet[Erasure]:
    """The latest first; the case's number only, there is nothing else left to show."""
    return Erasure.objects.select_related("case").defer("case__memo").order_by("-done_at", "-pk")


def holds() -> list[Hold]:
    return list(Hold.objects.filter(lifted_at=None).select_related("case", "by").defer("case__memo").order_by("at"))


def is_held(case_id: int) -> bool:
    return Hold.objects.filter(case=case_id, lifted_at=None).exists()
