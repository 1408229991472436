"""The one door in: every channel becomes the same `Intake`, and an intake becomes a case once (design §1.1)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from luyue.apps.cases.links import hash_of, token_of
from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Customer as CustomerReader
from luyue.apps.cases.readers import Reader, Staff, System, actor_of
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.numbers import next_number
from luyue.apps.casework.perform import named_files
from luyue.apps.casework.recording import OPEN, Act, First, first, record, record_first
from luyue.apps.casework.subjects import subject_of, words_of
from luyue.apps.contacts.models import Contact
from luyue.apps.customers.actions import CustomerData, Sealed, find_or_make, sealed
from luyue.apps.customers.keys import key_for
from luyue.apps.customers.models import Customer
from luyue.apps.evidence.actions import claim
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.uploaders import form_word
from luyue.apps.journal import chain
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import find_id, insert
from luyue.apps.journal.together import write_together
from luyue.apps.journal.transaction import lock_name
from luyue.apps.regulation.selectors import current_rulebook
from luyue.core.clockwork import utc
from luyue.core.procedure import Step, decide
from luyue.core.procedure import open_case as decide_opening
from luyue.core.procedure.entry import FREELY_LATE
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import LATE_REASON
from luyue.core.procedure.state import Actor, CaseState, Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure

__all__ = ["CustomerData", "Intake", "Opened", "open_case"]

_EXTERNAL_ID = 200
_OF_CUSTOMER = tuple(one.name for one in fields(CustomerData))
_FACE_TO_FACE = ("phone", "shop")


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in, by whatever channel.

    external_id  the channel's own id of it: a form's id, a Message-ID, a call's id. With the channel it names one contact for ever.
    by           who hands it in; None when the customer does so himself without having signed in.
    customer     data to find him by or make him from, the id of a known one, or None when nobody said who he is.
    at           when it reached us, aware; else the call's answer or first ring, else now.
    text         the customer's words beside the form.
    """

    channel: str
    external_id: str
    procedure: str
    customer: CustomerData | int | None
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    at: datetime | None = None
    now: datetime | None = None
    by: Reader | None = None
    attachments: tuple[UUID | str, ...] = ()
    rang_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case, its first entry, and the customer's private token. `is_new` is False for an intake that came before."""

    case: Case
    entry: Entry
    link_token: str | None
    is_new: bool


def open_case(intake: Intake, wrong: Mapping[str, str] | None = None) -> Opened:
    """Open the case of an intake, or give back the one it opened before.

    wrong   what the door itself found wrong, by field: nothing is opened, and it is said together with what is wrong in the form.
    raises  Invalid (422); Refused with `external_id` when other content came under an id that was used before: it is kept beside the case
            for people to look at; Refused of the regulation; FileRefused; NothingInForce and StoreBusy (503).
    """
    _check(intake)
    now = utc(intake.now or timezone.now())
    row, book = current_rulebook(now)
    digest = _digest(intake, book)
    try:
        decided = _decided(intake, book, now, wrong or {})
    except (Invalid, Refused):
        # What came before is answered as it was then, even if the regulation has come to refuse it.
        if find_id(Contact, channel=intake.channel, external_id=intake.external_id) is None:
            raise
        decided = None

    def work() -> Opened | Case:
        lock_name(f"contact:{intake.channel}:{intake.external_id}")
        earlier = find_id(Contact, channel=intake.channel, external_id=intake.external_id)
        if earlier is not None or decided is None:
            return _again(Contact.objects.select_related("case", "entry").get(pk=earlier), intake, book, digest, now)
        return _open(intake, row.pk, book, decided, digest, now)

    result = write_together(work)
    if isinstance(result, Case):
        # Raised only here, so that what was kept is committed.
        raise Refused(
            "external_id",
            f"同一编号的来件此前已登记为工单 {result.number}，但内容不同。已作为可疑来件保存，待人工核对。",
            words_en="Other content came in under this id before. It was kept for people to look at.",
            remedy="如为新事项，请用新的编号重新提交。",
        )
    failpoint("intake.committed")
    return result


def _check(intake: Intake) -> None:
    if not intake.external_id or len(intake.external_id) > _EXTERNAL_ID:
        raise Invalid({"external_id": Said(f"来件编号必填，最多 {_EXTERNAL_ID} 个字符", f"Its number is required, at most {_EXTERNAL_ID} characters")})

def _wrong_customer(intake: Intake) -> dict[str, str]:
    nameless = isinstance(intake.customer, CustomerData) and not intake.customer.name.strip()
    return {"name": Said("请填写姓名或单位名称", "Enter a name")} if nameless else {}


def _again(earlier: Contact, intake: Intake, book: Rulebook, digest: str, now: datetime) -> Opened | Case:
    """The same content: the same case. Other content under the same id: a second contact of it that nobody answered for."""
    case = earlier.case
    if hmac.compare_digest(earlier.digest, digest):
        return Opened(case, earlier.entry, token_of(case.number), is_new=False)
    marked = f"{intake.external_id[: _EXTERNAL_ID - 18]}~{digest[:16]}"
    if not Contact.objects.filter(channel=intake.channel, external_id=marked).exists():
        Contact(
            case=case, channel=intake.channel, external_id=marked, direction="in", at=now,
            text=words_of(intake.text, intake.data, book), digest=digest, is_suspicious=True,
        ).save(force_insert=True)  # fmt: skip
    return case


@dataclass(frozen=True, slots=True)
class _Decided:
    """What can be known of an opening before the store is held: a new case depends on no row."""

    step: Step
    body: Mapping[str, Any]
    first: First
    act: Act
    actor: Actor
    prefix: str
    customer: Customer | Sealed | None


def _decided(intake: Intake, book: Rulebook, now: datetime, wrong: Mapping[str, str]) -> _Decided:
    rule = book.all(Procedure).get(intake.procedure)
    if rule is None:
        raise Invalid({"procedure": Said("没有这种工单，请重新选择", "There is no such kind of case; choose again")})
    at = utc(intake.at or intake.answered_at or intake.rang_at or now)
    customer = _customer(intake)
    kind = rule.customers[0] if customer is None else customer.data.kind if isinstance(customer, Sealed) else customer.kind
    # A customer who hands it in himself may not have a row yet; no effect of an opening names him.
    actor = actor_of(intake.by or (CustomerReader(Customer()) if customer else System()), book, now)
    try:
        step = decide_opening(
            book, intake.procedure, actor, channel=intake.channel, customer_kind=kind, data=dict(intake.data), at=at, now=_known_until(intake, at, now),
            world=world_of(None),
        )  # fmt: skip
    except Invalid as invalid:
        # Everything wrong is said at once; the form's own words about a name stand for the customer's.
        raise Invalid({**invalid.errors, **wrong}) from invalid
    if wrong := wrong or _wrong_customer(intake):
        raise Invalid(wrong)
    once = f"in:{intake.channel}:{hashlib.sha256(intake.external_id.encode()).hexdigest()[:40]}"
    act = Act(OPEN, actor.id, at, now, once)
    body = dict(step.body) | ({"_text": intake.text} if intake.text else {})
    return _Decided(step, body, first(book, step, act, body), act, actor, rule.number, customer)


def _open(intake: Intake, rulebook_id: int, book: Rulebook, decided: _Decided, digest: str, now: datetime) -> Opened:
    step, act, known = decided.step, decided.act, decided.first
    customer = find_or_make(decided.customer, now) if isinstance(decided.customer, Sealed) else decided.customer
    actor = decided.actor
    if intake.by is None and customer is not None:  # now he has a row
        actor = actor_of(CustomerReader(customer), book, now)
        act = replace(act, actor=actor.id)
        known = first(book, step, act, decided.body)
    number = next_number(decided.prefix, timezone.localtime(now).year)
    token = token_of(number)
    case = Case(number=number, subject=subject_of(intake.text, step.body, book), rulebook_id=rulebook_id, customer=customer, link_hash=hash_of(token))
    pinned = {"customer": f"customer:{customer.pk}" if customer else None, "link": case.link_hash, "rulebook": book.digest}
    entry, state = record_first(case, book, known, step, act, decided.body, pinned)
    _keep_contact(intake, case, entry, words_of(intake.text, step.body, book), digest, act.at)
    files = [*intake.attachments, *named_files(step.body, book)]
    if files:
        words = {form_word(intake.channel, intake.external_id), actor.id}
        claim(files, case=case, entry=entry, by=words | ({intake.by.id} if intake.by else set()))
    if isinstance(intake.by, Staff) and intake.channel in _FACE_TO_FACE:
        _answered(intake, case, book, state, actor, now)
    return Opened(case, entry, token, is_new=True)


def _customer(intake: Intake) -> Customer | Sealed | None:
    if isinstance(intake.by, CustomerReader):
        return intake.by.customer
    if isinstance(intake.customer, CustomerData):
        return sealed(intake.customer)
    return None if intake.customer is None else Customer.objects.get(pk=intake.customer)


def _answered(intake: Intake, case: Case, book: Rulebook, state: CaseState, actor: Actor, now: datetime) -> None:
    """Whoever took down a call, or a visit, answered the customer while he did: an act of its own, in the same transaction."""
    at = max(utc(intake.answered_at or intake.at or now), state.received_at or now)
    data = {"direction": "inbound", "reached": "yes", "text": words_of(intake.text, intake.data, book) or "受理", "channel": intake.channel}
    if LATE_REASON in intake.data:
        data[LATE_REASON] = intake.data[LATE_REASON]
    step = decide(book, state, "log-call", actor, data, at=at, now=_known_until(intake, at, now), world=world_of(case))
    record(case, book, state, step, Act("log-call", actor.id, at, now), step.body)


def _known_until(intake: Intake, at: datetime, now: datetime) -> datetime:
    """Up to when time limits are judged by what is being entered.

    While somebody on the phone writes the call down, its answer is not on record yet, and a limit of a minute would be missed by the
    writing. So the opening looks no further than to the answer that follows in the same transaction; the rest is for the next look.
    """
    if not isinstance(intake.by, Staff) or intake.channel not in _FACE_TO_FACE or intake.answered_at is None:
        return now
    answered_at = max(utc(intake.answered_at), at)
    return answered_at if now - FREELY_LATE <= answered_at <= now else now


def _keep_contact(intake: Intake, case: Case, entry: Entry, text: str, digest: str, at: datetime) -> None:
    staff = intake.by.user if isinstance(intake.by, Staff) else None
    contact = {
        "case_id": case.pk,
        "entry_id": entry.pk,
        "channel": intake.channel,
        "external_id": intake.external_id,
        "direction": "in",
        "by_id": staff.pk if staff else None,
        "by_name": (staff.name or staff.username)[:60] if staff else "",
        "at": at,
        "text": text,
        "rang_at": intake.rang_at,
        "answered_at": intake.answered_at,
        "digest": digest,
    }
    insert(Contact, [contact])


def _digest(intake: Intake, book: Rulebook) -> str:
    """Keyed, so that the store alone does not let anybody test what a contact said. A file counts by its content: a form that is sent
    twice brings its photos twice, under other ids."""
    customer = {one: getattr(intake.customer, one) for one in _OF_CUSTOMER} if isinstance(intake.customer, CustomerData) else intake.customer
    contents = _contents([*map(str, intake.attachments), *named_files(intake.data, book)])
    content = {
        "attachments": sorted(contents.get(str(one), str(one)) for one in intake.attachments),
        "customer": customer,
        "data": _plain(intake.data, contents),
        "procedure": intake.procedure,
        "text": intake.text,
    }
    return hmac.new(key_for("contact digest"), chain.canonical(content).encode(), hashlib.sha256).hexdigest()


def _contents(ids: list[str]) -> dict[str, str]:
    """Attachment id -> digest of what is in it; ids that name nothing are left out."""
    known = [one for one in ids if _is_uuid(one)]
    return {str(key): digest for key, digest in Attachment.objects.filter(pk__in=known).values_list("pk", "sha256")} if known else {}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _plain(value: Any, contents: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(one, contents) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, contents) for one in value]
    return contents.get(value, value) if isinstance(value, str) else value if isinstance(value, bool | None) else str(value)
