"""Mail to colleagues about what binds them: a text adopted, a calendar revised, and the end of the time left to acknowledge a text.

Looked for again and again instead of sent at the adoption: who dies in between leaves nobody out, and who joins a team or gets an address
within the first days is told as well. Nobody is told twice: the id of a letter is made of the text, the person and the occasion, and the
entry that says who was told is in the transaction of the letters.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from luyue.apps.contacts import edition_words as words
from luyue.apps.contacts.edition_words import Said
from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.sealed import normal_email
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import StoreBusy, lock_name, write
from luyue.apps.people.models import User
from luyue.apps.regulation.acknowledgement import bound_by_all, readers_of
from luyue.apps.regulation.models import CalendarRevision, Edition
from luyue.apps.regulation.selectors import CannotCompile, NothingInForce
from luyue.core.clockwork import utc

log = logging.getLogger(__name__)

EVERY_S = 30.0
TOLD_FOR = timedelta(days=7)  # not a promise: an adoption older than this is no news any more, e.g. when mail is set up later
REMIND_BEFORE = timedelta(hours=15)  # not a promise: a grace that ends at midnight is spoken of once more that morning
LONGEST_GRACE = timedelta(days=30)  # not a promise: no row of holidays is longer; older editions are not looked at
ADOPTED, REVISED, REMINDER = "edition-adopted", "calendar-adopted", "edition-reminder"
_NAMESPACE = UUID("3d4b2f0a-6f0e-4f43-8f5d-9f2d6a1c7e15")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something colleagues are told about once. `words` gives, when they are needed, (subject, text) for each; `about` stands in the journal."""

    kind: str
    digest: str  # of the text
    people: Sequence[User]
    about: Mapping[str, str]
    words: Callable[[], Said]

    def letter_id(self, user: User) -> UUID:
        return uuid5(_NAMESPACE, f"{self.kind}:{self.digest}:{user.pk}")


def tell_due(now: datetime | None = None) -> int:
    """Write the letters that are owed; how many. Those of one occasion are one transaction with the entry that names who was told."""
    at = utc(now or timezone.now())
    return sum(_tell(one, at) for one in (*_editions(at), *_calendars(at)))


def run_forever(stop: threading.Event) -> None:
    """Look every half minute until asked to stop."""
    while not stop.is_set():
        try:
            tell_due()
        except (NothingInForce, CannotCompile) as error:
            log.warning("staff-letters.nothing-in-force", extra={"error": str(error)})
        except (OperationalError, StoreBusy) as error:
            log.warning("staff-letters.store-away", extra={"error": str(error)})
        close_old_connections()
        stop.wait(EVERY_S)


def _editions(now: datetime) -> Iterator[Occasion]:
    """Editions adopted lately or still to come, for whoever has not acknowledged them; again when the grace nears its end."""
    for edition in bound_by_all(now):
        if not _is_news(edition, now) and timezone.localdate(now) - edition.in_force_from > LONGEST_GRACE:
            continue
        readers = readers_of(edition)
        about = {"edition": str(edition.edition), "regulation": edition.regulation, "sha256": edition.sha256}
        ends_at = readers.grace_ends_at
        if _is_news(edition, now):
            yield Occasion(ADOPTED, edition.sha256, readers.waiting, about, partial(words.of_adoption, edition, ends_at))
        if ends_at is not None and ends_at - REMIND_BEFORE <= now < ends_at:
            yield Occasion(REMINDER, edition.sha256, readers.waiting, about, partial(words.of_reminder, edition, ends_at))


def _is_news(edition: Edition, now: datetime) -> bool:
    assert edition.adopted_at is not None
    return now - edition.adopted_at < TOLD_FOR or edition.in_force_from > timezone.localdate(now)


def _calendars(now: datetime) -> Iterator[Occasion]:
    """Revisions that two persons adopted lately, for everybody who works in a team."""
    since = now - TOLD_FOR
    for entry in Entry.objects.filter(stream=ORG, name="calendar.adopted", entered_at__gt=since).order_by("seq"):
        told = json.loads(entry.effects)[0]
        revision = CalendarRevision.objects.filter(digest=told["digest"]).first()
        earlier = CalendarRevision.objects.filter(name=told["calendar"]).order_by("-adopted_at")
        before = earlier.filter(adopted_at__lt=revision.adopted_at).first() if revision else None
        if revision is None or before is None:
            continue
        people = User.objects.filter(memberships__isnull=False, is_active=True, is_customer=False).distinct().order_by("pk")
        about = {"calendar": revision.name, "digest": revision.digest}
        yield Occasion(REVISED, revision.digest, tuple(people), about, partial(words.of_calendar, revision, before))


def _tell(occasion: Occasion, now: datetime) -> int:
    reached = {occasion.letter_id(user): user for user in occasion.people if normal_email(user.email)}
    if not set(reached) - _known(reached):
        return 0

    def work() -> int:
        lock_name("staff-letters")  # two workers may look at the same time
        known = _known(reached)
        owed = {one: user for one, user in reached.items() if one not in known}
        if not owed:
            return 0
        said = occasion.words()
        for letter_id, user in owed.items():
            subject, text = said(user)
            payload = {"staff": user.pk, "subject": subject, "text": text}
            Outbox.objects.create(
                id=letter_id, kind="mail", notice=f"staff/{occasion.kind}", payload=json.dumps(payload, ensure_ascii=False), created_at=now, due_at=now,
            )  # fmt: skip
        failpoint("staff-letters.written")
        effects = [{**occasion.about, "why": occasion.kind, "told": [f"staff:{user.pk}" for user in owed.values()]}]
        append(ORG, name="staff.told", action="tell-staff", actor="system", at=now, entered_at=now, effects=effects)
        return len(owed)

    return write(work)


def _known(letters: Mapping[UUID, User]) -> set[UUID]:
    return set(Outbox.objects.filter(pk__in=list(letters)).values_list("pk", flat=True))
