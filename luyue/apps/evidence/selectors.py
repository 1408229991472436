"""Which files somebody may see, asked anew at every download: a case that moved to another team takes its files along."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from luyue.apps.cases.readers import Reader, Staff, System
from luyue.apps.cases.selectors import NotFound, of_cases_for
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.actions import ORG


def files_for(reader: Reader) -> QuerySet[Attachment]:
    """Files of the cases he may see, without internal ones for customers, and his own that no entry has claimed yet.

    What proves a task of the company, which belongs to no case, all staff may look at.
    """
    of_cases = of_cases_for(reader)
    if isinstance(reader, Staff) and reader.teams:
        of_cases |= Q(case=None, entry__stream=ORG, entry__name="task.done")
    if not isinstance(reader, Staff | System):
        of_cases &= Q(internal=False) | Q(from_customer=True)
    return Attachment.objects.filter(of_cases | Q(case=None, uploaded_by=reader.id))


def file_for(reader: Reader, attachment_id: UUID) -> Attachment:
    """raises NotFound for absent and forbidden alike."""
    found = files_for(reader).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("file")
    return found


def files_of_entry(reader: Reader, entry_ids: list[int]) -> dict[int, list[Attachment]]:
    """entry id -> its files this reader may see, in the order they came; for the timeline."""
    found: dict[int, list[Attachment]] = {}
    for attachment in files_for(reader).filter(entry_id__in=entry_ids).order_by("uploaded_at", "pk"):
        found.setdefault(attachment.entry_id, []).append(attachment)
    return found


def is_customer_side(reader: Reader) -> bool:
    """Whether what this reader uploads comes from the customer."""
    return not isinstance(reader, Staff | System)
