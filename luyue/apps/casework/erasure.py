"""Taking away words and personal data of a case for good, while its journal still verifies.

Asked for by one person and confirmed by another. What was done, when and by whom stays; what was said, and who the customer is, goes: the
bodies of the entries with their salts, the contacts' words, the letters' texts, the subject, and the customer when no other case is his.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, case_for, stream_of
from luyue.apps.casework import findable
from luyue.apps.casework.doors import FORGETTERS
from luyue.apps.casework.perform import lock
from luyue.apps.casework.recording import ERASED
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.journal import actions as journal
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.statements import update
from luyue.apps.journal.transaction import write
from luyue.apps.people.selectors import works_here
from luyue.core.clockwork import utc
from luyue.core.procedure.state import Refused

ERASED_NAME = "已删除"


def erase_words(number: str, *, by: Staff, second: Staff, reason: str, now: datetime | None = None) -> Entry:
    """Erase every word of a closed case; the entry that says so.

    raises  NotFound for whoever may not see the case; Refused with `two_persons`, `open`, `reason`, or `erased` when nothing is left.
    """
    at = utc(now or timezone.now())
    _refuse(by, second, reason)

    def work() -> Entry:
        case = lock(case_for(by, number).pk)
        if case is None:
            raise NotFound(number)
        case_for(second, number)
        if case.is_open:
            raise Refused("open", "工单未办结，办理还要用到这些内容。", words_en="The case is open; its words are still needed.")
        entries = list(Entry.objects.filter(stream=stream_of(case), body__erased_at=None).order_by("seq"))
        if not any(EntryBody.objects.get(entry=entry).body not in ("", "{}") for entry in entries):
            raise Refused("erased", "内容此前已删除。", words_en="Its words were erased before.")
        for entry in entries:
            journal.erase_body(entry, at)
        Contact.objects.filter(case=case).update(text="", by_name="")
        Outbox.objects.filter(case=case).update(payload="{}", recipient="")
        for forget in FORGETTERS.values():
            forget(case)
        findable.forget(case)
        return _journalled(case, [entry.seq for entry in entries], by, second, reason, at)

    return write(work)


def _journalled(case: Case, seqs: list[int], by: Staff, second: Staff, reason: str, at: datetime) -> Entry:
    """The erasure is an entry of the case's own chain, so that no body is missing without a name behind it."""
    entry = journal.append(
        stream_of(case),
        name="words.erased",
        action="erase",
        actor=by.id,
        at=at,
        entered_at=at,
        effects=[{"effect": ERASED, "erased": seq, "reason": reason[:200], "second": second.id} for seq in seqs],
        head=(case.head_seq, case.head_hash),
    )
    update(Case, {"subject": "", "head_seq": entry.seq, "head_hash": entry.hash}, id=case.pk)
    if case.customer_id and not Case.objects.filter(customer=case.customer_id).exclude(pk=case.pk).exists():
        forgotten = {"name": ERASED_NAME, "contact_person": "", "account_number": "", "phone_index": "", "email_index": ""}
        Customer.objects.filter(pk=case.customer_id).update(**forgotten, phone_cipher=None, email_cipher=None)
    return entry


def _refuse(by: Staff, second: Staff, reason: str) -> None:
    if by.user.pk == second.user.pk or not (works_here(by.user) and works_here(second.user)):
        raise Refused("two_persons", "删除内容需要两个人：提出人和复核人不能是同一人。", words_en="Erasure takes two members of staff.")
    if not reason.strip():
        raise Refused("reason", "请写明删除的理由。", words_en="Say why.")
