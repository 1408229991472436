"""Questions about work owed."""

from __future__ import annotations

from django.db.models import Q

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import of_cases_for
from luyue.apps.tasks.models import Task


def tasks_for(reader: Staff, limit: int = 100) -> list[Task]:
    """Open tasks of the reader's teams and posts, those of no case included, and of cases he holds or owns; by deadline."""
    words = [*sorted(reader.teams), *sorted(reader.posts), *(f"staff:{one}" for one in reader.persons)]
    own = Q(by__in=words) & (Q(case=None) | of_cases_for(reader))
    held = Q(by="holder", case__holder__in=reader.persons) | Q(by="owner", case__owner__in=reader.persons)
    return list(Task.objects.filter(own | held, state="open").select_related("case").order_by("due_at", "id")[:limit])
