"""Mails that wait for people: those of a case nobody can vouch for, those that are no case, those that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import of_cases_for
from luyue.apps.customers.sealed import masked_email
from luyue.apps.mailroom import raw
from luyue.apps.mailroom.context import desk_teams
from luyue.apps.mailroom.models import ASIDE, DEAD, WAITING, InboundMail, Watch
from luyue.apps.regulation.selectors import NothingInForce, current_rulebook


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail as staff see it: its row, who says he wrote it (the address masked), and its words as plain text."""

    mail: InboundMail
    who: str
    subject: str
    text: str


def to_check(reader: Staff) -> QuerySet[InboundMail]:
    """Mails of his cases of which somebody must say whether the customer wrote them, the oldest first."""
    found = InboundMail.objects.filter(of_cases_for(reader), contact__is_suspicious=True, contact__case__isnull=False)
    return found.select_related("case", "contact").order_by("received_at", "id")


def set_aside(reader: Staff, now: datetime) -> QuerySet[InboundMail]:
    """Mails that became no case, the oldest first: for the teams a new mail would go to."""
    try:
        book = current_rulebook(now)[1]
    except NothingInForce:
        return InboundMail.objects.none()
    mine = Q(case=None) | of_cases_for(reader)
    found = InboundMail.objects.filter(mine, state=ASIDE) if reader.teams & desk_teams(book, now) else InboundMail.objects.none()
    return found.select_related("case").order_by("received_at", "id")


def waiting_count(reader: Staff, now: datetime, at_most: int = 100) -> int:
    return to_check(reader)[:at_most].count() + set_aside(reader, now)[:at_most].count()


def shown(mails: QuerySet[InboundMail]) -> Iterator[Shown]:
    for mail in mails:
        try:
            words = json.loads(raw.opened(mail.words, mail.pk)) if mail.words else {}
        except raw.Lost:
            words = {}
        who = " ".join(filter(None, (words.get("name", ""), masked_email(words.get("address", "")))))
        yield Shown(mail, who, words.get("subject", ""), words.get("text", ""))


def unreadable(limit: int = 200) -> QuerySet[InboundMail]:
    """For those who look after the machine: what could not be read or handled, the latest first. Not a word of it."""
    return InboundMail.objects.filter(state=DEAD).order_by("-received_at", "id")[:limit]


def waiting() -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state=WAITING)


def watch() -> Watch | None:
    """How the mailbox was when it was looked at last; None when none ever was."""
    return Watch.objects.order_by("-looked_at").first()
