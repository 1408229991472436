"""Taking away words and personal data of a case for good, while its journal still verifies.

Asked for by one person and confirmed by another, or due by a `data_class` of the regulation. What was done, when and by whom stays; what
was said, and who the customer is, goes: the bodies of the entries with their salts, the contacts' words, the letters' texts, the subject, and
the customer when nothing else of his is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, case_for, stream_of
from luyue.apps.casework import findable, rows
from luyue.apps.casework.doors import FORGETTERS
from luyue.apps.casework.perform import lock
from luyue.apps.casework.projection import rows_of
from luyue.apps.casework.recording import ERASED
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.evidence.actions import erase_files
from luyue.apps.journal import actions as journal
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.statements import update
from luyue.apps.journal.transaction import write
from luyue.apps.people.selectors import works_here
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.core.clockwork import utc
from luyue.core.procedure import dump_effect, fold
from luyue.core.procedure.state import Refused, ValuesErased

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


@dataclass(frozen=True, slots=True)
class Taken:
    """How much went. `entry` is None when there was nothing left to take."""

    bodies: int = 0
    contacts: int = 0
    letters: int = 0
    files: int = 0
    values: int = 0
    customer: bool = False
    entry: Entry | None = None


def take_away(
    case: Case, entries: Sequence[Entry], *, reason: str, contacts: bool, files: bool, whole: bool, values: ValuesErased | None = None,
    gone_too: QuerySet[Case] | None = None, at: datetime,
) -> Taken:  # fmt: skip
    """What a data class takes from a closed, locked case, inside the caller's transaction; the program is the actor.

    whole     also what the case is called, and the customer's name when nothing else of his is left.
    values    for `then: erase`: answers that leave the case; its contacts and letters are then deleted, not only emptied.
    gone_too  cases of his that count as gone already.
    """
    whole_bodies = EntryBody.objects.filter(entry__in=entries, erased_at=None)
    spoken = whole_bodies.exclude(body__in=("", "{}")).count()
    left = set(whole_bodies.values_list("entry_id", flat=True)) if spoken else set()
    taken = [entry for entry in entries if entry.pk in left]
    for entry in taken:
        journal.erase_body(entry, at)
    n_contacts, n_letters = _communication(case, gone=values is not None) if contacts else (0, 0)
    n_files = erase_files(case, at) if files else 0
    n_values = len(values.fields) if values else 0
    if not (taken or n_contacts or n_letters or n_files or n_values or (whole and case.subject)):
        return Taken()
    findable.again(case)
    effects: list[dict[str, Any]] = [{"effect": ERASED, "erased": entry.seq, "reason": reason[:200], "second": ""} for entry in taken]
    effects = effects or [{"effect": ERASED, "erased": 0, "reason": reason[:200], "second": ""}]
    if values is not None and n_values:
        effects.append(dump_effect(values))
    before = rows.load(case)
    entry = journal.append(
        stream_of(case), name="words.erased", action="erase", actor="system", at=at, entered_at=at, effects=effects, head=(case.head_seq, case.head_hash)
    )
    # The rows of the case follow from its journal here as everywhere.
    told = [values] if values is not None and n_values else []
    after = fold(before, told, seq=entry.seq, action=entry.action, actor=entry.actor, entered_at=at)
    book = rulebook_by_id(case.rulebook_id)
    rows.write_difference(case, rows_of(before, book), rows_of(after, book), entry.seq, entry.hash)
    if whole:
        update(Case, {"subject": ""}, id=case.pk)
    forgotten = whole and _forget_customer(case, gone_too)
    return Taken(spoken, n_contacts, n_letters, n_files, n_values, forgotten, entry)


def _communication(case: Case, *, gone: bool) -> tuple[int, int]:
    """Contacts and letters: their words, or with `gone` that there were any; how many of each."""
    contacts, letters = Contact.objects.filter(case=case), Outbox.objects.filter(case=case)
    if gone:
        return contacts.delete()[1].get(Contact._meta.label, 0), letters.delete()[1].get(Outbox._meta.label, 0)
    said = contacts.exclude(text="", by_name="").update(text="", by_name="")
    return said, letters.exclude(payload="{}").update(payload="{}", recipient="")


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
    _forget_customer(case, None)
    return entry


def _forget_customer(case: Case, gone_too: QuerySet[Case] | None) -> bool:
    """Take the customer's name and addresses away when nothing else of his is left: no other case, order or account."""
    if case.customer is None or case.customer.user_id is not None:
        return False
    others = Case.objects.filter(customer=case.customer_id).exclude(pk=case.pk)
    if gone_too is not None:
        others = others.exclude(pk__in=gone_too)
    for relation in Customer._meta.related_objects:
        of_others = others if relation.related_model is Case else relation.related_model._default_manager.filter(**{relation.field.name: case.customer_id})
        if of_others.exists():
            return False
    forgotten = {"name": ERASED_NAME, "contact_person": "", "account_number": "", "phone_index": "", "email_index": ""}
    Customer.objects.filter(pk=case.customer_id).update(**forgotten, phone_cipher=None, email_cipher=None)
    return True


def _refuse(by: Staff, second: Staff, reason: str) -> None:
    if by.user.pk == second.user.pk or not (works_here(by.user) and works_here(second.user)):
        raise Refused("two_persons", "删除内容需要两个人：提出人和复核人不能是同一人。", words_en="Erasure takes two members of staff.")
    if not reason.strip():
        raise Refused("reason", "请写明删除的理由。", words_en="Say why.")
