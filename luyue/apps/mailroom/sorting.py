"""What a mail is, and which case it belongs to. Looks only; `handling` does.

Two things are asked apart: which case a mail is about (a mark of ours, a letter it answers, a number somebody typed) and who wrote it (the
customer's own address, not refuted by our mail server). Only both together let a mail speak for the customer. A mail that is about a case
and is not surely the customer's is shown to staff and to nobody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from luyue.apps.cases.links import marks_in
from luyue.apps.cases.models import Case
from luyue.apps.contacts.channels import address_of
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.sealed import index_of, normal_email
from luyue.apps.mailroom.bounces import Failure
from luyue.apps.mailroom.models import WAITING, InboundMail
from luyue.apps.mailroom.reading import FAIL, PASS, Mail

CHANNEL = "email"
OPENED, REPLIED, UNVERIFIED, BOUNCE, REFUSED, ASIDE = "opened", "replied", "unverified", "bounce", "refused", "aside"

HOUR = timedelta(hours=1)  # not a promise: what the limits below are counted over
OLDEST = timedelta(days=14)  # not a promise: a mailbox connected for the first time may hold years of mail
# More than this is no customer writing but a machine, a loop or an attack; it waits for people, and nobody answers it.
MOST = {OPENED: 3, REPLIED: 30, UNVERIFIED: 5}
MOST_OPENED_BY_ALL = 300
MOST_UNVERIFIED_OF_CASE = 10
_OUR_ID = re.compile(r"<([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})@")


@dataclass(frozen=True, slots=True)
class Verdict:
    """reason: why it is not simply the customer's word: sender check mark clash automatic size; of aside also bulk loop rate old bounce nobody."""

    kind: str
    case: Case | None = None
    reason: str = ""
    letters: tuple[Outbox, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """is_proved: known by something only a letter of ours tells."""

    case: Case
    is_proved: bool


def sort(row: InboundMail, mail: Mail, now: datetime) -> Verdict:
    if mail.report is not None:
        return _returned(mail)
    if mail.machine == "loop":
        return Verdict(ASIDE, reason="loop")
    thread = thread_of(mail)
    verdict = _in_thread(row, mail, thread) if thread else _new(row, mail, now)
    return Verdict(ASIDE, verdict.case, "rate") if _is_too_much(row, verdict, now) else verdict


# -------------------------------------------------------------------------------------------------------------------------- which case


def thread_of(mail: Mail) -> Thread | None:
    """The case a mail is about: by the address it was sent to, the letter it answers, the mark in its subject; last by a bare number."""
    for address in mail.recipients:
        if found := _by_marks(address.partition("@")[0].partition("+")[2], proved=True):
            return found
    if found := _by_references(mail.references):
        return found
    return _by_marks(mail.subject, proved=True) or _by_marks(mail.subject, proved=False)


def _by_marks(text: str, *, proved: bool) -> Thread | None:
    for number, is_right in marks_in(text):
        case = Case.objects.select_related("customer").filter(number=number).first() if is_right or not proved else None
        if case is not None:
            return Thread(case, is_right)
    return None


def _by_references(references: tuple[str, ...]) -> Thread | None:
    ids = [UUID(match[1]) for one in references if (match := _OUR_ID.match(one))]
    letter = Outbox.objects.select_related("case__customer").filter(pk__in=ids, case__isnull=False).order_by("-created_at").first() if ids else None
    if letter is not None:
        return Thread(letter.case, True)
    said = Contact.objects.select_related("case__customer").filter(channel=CHANNEL, external_id__in=references, case__isnull=False, is_suspicious=False)
    contact = said.order_by("-id").first() if references else None
    return Thread(contact.case, True) if contact is not None else None


# ----------------------------------------------------------------------------------------------------------------------------- what it is


def _in_thread(row: InboundMail, mail: Mail, thread: Thread) -> Verdict:
    case = thread.case
    if mail.machine:
        return Verdict(UNVERIFIED, case, "automatic")
    if not row.is_whole:
        return Verdict(REFUSED, case, "size")
    if _clash(row) is not None:
        return Verdict(UNVERIFIED, case, "clash")
    known = case.customer.email_index if case.customer else ""
    if not mail.sender or not known or index_of("email", mail.sender) != known:
        return Verdict(UNVERIFIED, case, "sender")
    if mail.checked == FAIL:
        return Verdict(UNVERIFIED, case, "check")
    if not thread.is_proved and mail.checked != PASS:
        return Verdict(UNVERIFIED, case, "mark")
    return Verdict(REPLIED, case)


def _new(row: InboundMail, mail: Mail, now: datetime) -> Verdict:
    if mail.machine or not mail.sender:
        return Verdict(ASIDE, reason=mail.machine or "nobody")
    if mail.checked == FAIL:
        return Verdict(ASIDE, reason="check")
    if not row.is_whole:
        return Verdict(REFUSED, reason="size")
    if now - row.received_at > OLDEST:
        return Verdict(ASIDE, reason="old")
    earlier = _clash(row)
    if earlier is not None:
        # Somebody uses the id of a mail that came before: never a case of its own under that id, and never lost.
        return Verdict(UNVERIFIED, earlier.case, "clash") if earlier.case else Verdict(ASIDE, reason="clash")
    return Verdict(OPENED)


def _clash(row: InboundMail) -> InboundMail | None:
    """An earlier mail under the same Message-ID, with other content: else it would be the same mail, and never get here."""
    same = InboundMail.objects.select_related("case").filter(message_id=row.message_id).exclude(pk=row.pk)
    return same.exclude(state=WAITING).order_by("received_at").first()


def _is_too_much(row: InboundMail, verdict: Verdict, now: datetime) -> bool:
    if verdict.kind not in MOST:
        return False
    lately = InboundMail.objects.filter(outcome=verdict.kind, settled_at__gt=now - HOUR)
    if lately.filter(sender_index=row.sender_index)[: MOST[verdict.kind]].count() >= MOST[verdict.kind]:
        return True
    if verdict.kind == OPENED:
        return lately[:MOST_OPENED_BY_ALL].count() >= MOST_OPENED_BY_ALL
    return verdict.kind == UNVERIFIED and lately.filter(case=verdict.case)[:MOST_UNVERIFIED_OF_CASE].count() >= MOST_UNVERIFIED_OF_CASE


def _returned(mail: Mail) -> Verdict:
    """Letters of ours that a report says did not arrive. Only the address they were sent to counts: anybody can write a report."""
    assert mail.report is not None
    letters = list(Outbox.objects.select_related("case__customer").filter(pk__in=mail.report.letters, kind="mail").exclude(done_at=None))
    if letters and not mail.report.failures:
        return Verdict(BOUNCE)  # late, or arrived: nothing to do
    failed = tuple(one for one in letters if any(_is_of(one, failure) for failure in mail.report.failures))
    return Verdict(BOUNCE, letters=failed, failures=mail.report.failures) if failed else Verdict(ASIDE, reason="bounce")


def _is_of(letter: Outbox, failure: Failure) -> bool:
    return not failure.recipient or normal_email(failure.recipient) == address_of(letter)
