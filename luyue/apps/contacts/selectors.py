"""Questions about what was said: letters to customers, letters that could not leave, announcements to colleagues."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from luyue.apps.cases.readers import Reader, Staff
from luyue.apps.cases.selectors import case_for, of_cases_for
from luyue.apps.contacts.models import Announcement, Contact, Outbox


def letters_sent(reader: Reader, number: str) -> list[Outbox]:
    """Every letter of a case, waiting, sent or dead, oldest first. raises NotFound."""
    return list(Outbox.objects.filter(case=case_for(reader, number)).order_by("created_at", "id"))


def dead_letters(reader: Reader, limit: int = 100) -> list[Outbox]:
    """Letters of the reader's cases that were given up, latest first, the case joined."""
    dead = Outbox.objects.filter(of_cases_for(reader), dead_at__isnull=False)
    return list(dead.select_related("case").order_by("-dead_at")[:limit])


def waiting_letters() -> QuerySet[Outbox]:
    """What has not left yet, for health pages."""
    return Outbox.objects.filter(done_at=None, dead_at=None)


def announcements(reader: Staff, limit: int = 50, *, unseen_only: bool = False) -> list[Announcement]:
    """What was said to this person, his posts and his teams, in cases he may see; latest first, the case joined."""
    found = announcements_to(reader)
    if unseen_only:
        found = found.filter(seen_at=None)
    return list(found.select_related("case").order_by("-id")[:limit])


def unseen_count(reader: Staff, at_most: int = 100) -> int:
    """How many announcements nobody addressed has seen yet; counting stops at `at_most`."""
    return announcements_to(reader).filter(seen_at=None)[:at_most].count()


def announcements_to(reader: Staff) -> QuerySet[Announcement]:
    addressed = Announcement.objects.filter(recipient__in=[*(f"staff:{one}" for one in reader.persons), *sorted(reader.teams), *sorted(reader.posts)])
    return addressed.filter(Q(case=None) | of_cases_for(reader) | Q(case__holder__in=reader.persons) | Q(case__owner__in=reader.persons))


def suspicious_contacts(reader: Reader, limit: int = 50) -> list[Contact]:
    """Contacts that came under another one's id with other words, for people to look at."""
    found = Contact.objects.filter(of_cases_for(reader), is_suspicious=True)
    return list(found.select_related("case").order_by("-at")[:limit])
