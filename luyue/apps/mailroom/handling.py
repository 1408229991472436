"""Each mail once: what it means and that it was dealt with are one transaction, so whoever dies in between has done neither."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Customer as CustomerReader
from luyue.apps.cases.readers import System
from luyue.apps.casework.delivery import tell_bounced
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.perform import Invalid, Refused, perform
from luyue.apps.contacts import outbox
from luyue.apps.contacts.channels import sealed_address
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.sealed import masked_email
from luyue.apps.customers.selectors import customers_by_email
from luyue.apps.evidence.actions import MAX_PER_ACT, discard, hold
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.refusals import FileRefused
from luyue.apps.evidence.uploaders import form_word
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import StoreBusy, write
from luyue.apps.mailroom import raw, reading, sorting
from luyue.apps.mailroom.context import CHANNEL, own_words, procedure_for
from luyue.apps.mailroom.models import ASIDE, DEAD, DONE, WAITING, InboundMail
from luyue.apps.mailroom.reading import Mail
from luyue.apps.mailroom.sorting import Verdict
from luyue.apps.regulation.selectors import current_rulebook
from luyue.core.procedure.acts.forms import DOUBTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure

log = logging.getLogger(__name__)

BATCH = 50
ATTEMPTS = 6
FIRST_RETRY = timedelta(minutes=1)  # not a promise: doubles with each attempt
REFUSAL_AGAIN = timedelta(days=1)  # not a promise: one answer a day to somebody who sends what is too large
_NAMESPACE = UUID("0a4b3d8e-52f1-4b7e-9d0c-6a1f2e3c4d5b")
_NO_WORDS = "（正文为空，见附件）"
_WORDS_OF = {
    "sender": "寄件地址不是客户留下的邮箱",
    "check": "寄件地址没有通过邮件服务器的核验",
    "mark": "主题里只有编号，没有本公司信件上的标记",
    "clash": "与此前的一封来信编号相同、内容不同",
    "automatic": "由机器自动发出",
    "size": "来信过大，没有收下",
}


def handle_due(now: datetime | None = None) -> int:
    """Handle what waits and is due; how many were settled, one way or another."""
    due = InboundMail.objects.filter(state=WAITING, due_at__lte=now or timezone.now()).order_by("received_at", "id")
    return sum(handle(mail_id, now) for mail_id in list(due.values_list("id", flat=True)[:BATCH]))


def handle(mail_id: UUID, now: datetime | None = None) -> bool:
    """Deal with one mail. What cannot be read is dead at once; what fails otherwise is tried again, then dead."""
    row, at = InboundMail.objects.get(pk=mail_id), now or timezone.now()
    try:
        mail = reading.read(raw.read(mail_id), **own_words())
    except (reading.Unreadable, raw.Lost) as error:
        return _dead(row, "unreadable", str(error), at)
    try:
        return deal(row, mail, sorting.sort(row, mail, at), at)
    except (OperationalError, StoreBusy):
        raise
    except Exception as error:
        log.exception("mail.failed", extra={"mail": str(mail_id)})
        if row.attempts + 1 >= ATTEMPTS:
            return _dead(row, "failed", type(error).__name__, at)
        later = at + FIRST_RETRY * 2**row.attempts
        changes = {"attempts": row.attempts + 1, "due_at": later, "error": type(error).__name__}
        write(lambda: InboundMail.objects.filter(pk=mail_id, state=WAITING).update(**changes))
        return False


def deal(row: InboundMail, mail: Mail, verdict: Verdict, now: datetime, *, state: str = WAITING, also: Callable[[Entry | None], Any] | None = None) -> bool:
    """Do what the verdict says, and settle the mail, in one transaction; False when somebody else has.

    state   the one it must be in still.  also   what more belongs into the transaction.
    """
    held, refused = _held(row, mail, verdict)
    words = "\n\n".join(filter(None, (mail.words or (_NO_WORDS if held else ""), _refused_words(refused))))

    def work() -> bool:
        fresh = InboundMail.objects.select_for_update().filter(pk=row.pk, state=state).first()
        if fresh is None:
            return False
        doing = _Doing(fresh, mail, verdict, words, held, now)
        entry = _DO[verdict.kind](doing)
        failpoint("mail.dealt")
        doing.settle(entry)
        if also:
            also(entry)
        return True

    try:
        done = write(work)
    finally:
        for attachment in Attachment.objects.filter(case=None, uploaded_by=_held_as(row)):
            discard(attachment)
    failpoint("mail.settled")
    if done and InboundMail.objects.filter(pk=row.pk, state=DONE).exists():
        raw.remove(row.pk)  # who dies before this leaves a file that `polling.sweep` finds
    return done


def _dead(row: InboundMail, why: str, error: str, now: datetime) -> bool:
    changes = {"state": DEAD, "outcome": why, "error": error[:300], "settled_at": now}
    return write(lambda: InboundMail.objects.filter(pk=row.pk, state=WAITING).update(**changes)) == 1


# ------------------------------------------------------------------------------------------------------------------------------- files


def _held_as(row: InboundMail) -> str:
    return form_word(CHANNEL, external_id(row))


def external_id(row: InboundMail) -> str:
    """Its Message-ID, or one beside it when another mail had that id first."""
    taken = InboundMail.objects.filter(message_id=row.message_id).exclude(pk=row.pk).exclude(state=WAITING).exists()
    return f"{row.message_id[:180]}~{row.key[:16]}" if taken else row.message_id


def _held(row: InboundMail, mail: Mail, verdict: Verdict) -> tuple[list[str], list[str]]:
    """Files through the evidence door: ids of those kept, words about those that were not."""
    if verdict.kind not in (sorting.OPENED, sorting.REPLIED, sorting.UNVERIFIED) or verdict.reason == "automatic":
        return [], []
    is_customer = verdict.kind != sorting.UNVERIFIED
    for left_over in Attachment.objects.filter(case=None, uploaded_by=_held_as(row)):
        discard(left_over)  # of a worker that died before it could use them
    kept, refused = [], []
    for file in mail.files[:MAX_PER_ACT]:
        try:
            upload = SimpleUploadedFile("x", file.data)
            upload._name = file.name or "附件"  # as it was called: the evidence room judges names itself
            kept.append(str(hold(upload, by=_held_as(row), from_customer=is_customer, internal=not is_customer).pk))
        except FileRefused as error:
            refused.append(error.words)
    if len(mail.files) > MAX_PER_ACT:
        refused.append(f"附件超过 {MAX_PER_ACT} 个，第 {MAX_PER_ACT + 1} 个起没有保存。")
    return kept, refused


def _refused_words(refused: list[str]) -> str:
    return "〔系统说明：" + "".join(refused) + "〕" if refused else ""


# -------------------------------------------------------------------------------------------------------------------------------- doing


class _Doing:
    """One mail being dealt with, inside its transaction."""

    def __init__(self, row: InboundMail, mail: Mail, verdict: Verdict, words: str, held: list[str], now: datetime) -> None:
        self.row, self.mail, self.verdict, self.words, self.held, self.now = row, mail, verdict, words, held, now
        self.state, self.outcome = DONE, verdict.kind
        self.error = ""
        self.case: Case | None = verdict.case

    def settle(self, entry: Entry | None) -> None:
        row = self.row
        row.state, row.outcome, row.error, row.case, row.settled_at = self.state, self.outcome, self.error, self.case, self.now
        row.contact = Contact.objects.filter(entry=entry).order_by("id").first() if entry else None
        keeps_words = self.state == ASIDE or self.outcome == sorting.UNVERIFIED
        row.words = _sealed_words(row, self.mail) if keeps_words else None
        row.save()

    def happened_at(self, case: Case) -> datetime:
        return min(max(self.row.received_at, case.received_at), self.now)


def _sealed_words(row: InboundMail, mail: Mail) -> bytes:
    words = {"name": mail.sender_name, "address": mail.sender, "subject": mail.subject, "text": mail.words}
    return raw.sealed(json.dumps(words, ensure_ascii=False).encode(), row.pk)


def _aside(doing: _Doing) -> None:
    doing.state, doing.outcome = ASIDE, doing.verdict.reason


def _opened(doing: _Doing) -> Entry | None:
    row, mail, now = doing.row, doing.mail, doing.now
    _, book = current_rulebook(now)
    rule = procedure_for(mail.recipients, book)
    if rule is None:
        doing.state, doing.outcome = ASIDE, "procedure"
        return None
    words = f"{mail.subject}\n\n{doing.words}".strip() or _NO_WORDS
    intake = Intake(
        CHANNEL, external_id(row), rule.id, _customer(rule, mail), _prefilled(book, rule, doing.words), words, at=row.received_at, now=now,
        by=System(), attachments=tuple(doing.held),
    )  # fmt: skip
    try:
        opened = open_case(intake)
    except (Invalid, Refused) as error:
        doing.state, doing.outcome, doing.error = ASIDE, "procedure", str(getattr(error, "code", "") or "invalid")
        return None
    doing.case = opened.case
    return opened.entry


def _customer(rule: Procedure, mail: Mail) -> CustomerData | int:
    """Who has this address already; else somebody new, of the first kind the procedure is open to."""
    known = [one for one in customers_by_email(mail.sender) if one.kind in rule.customers]
    return known[0].pk if known else CustomerData(rule.customers[0], mail.sender_name or "邮件客户", email=mail.sender)


def _prefilled(book: Rulebook, rule: Procedure, words: str) -> dict[str, str]:
    """His words in the first field for free words that is always asked, so that nobody need copy them."""
    field = next((one for one in book.form(rule.intake).fields if one.kind == "long-text" and one.required and one.asked({})), None)
    return {field.name: words} if field and words else {}


def _replied(doing: _Doing) -> Entry:
    case = doing.verdict.case
    data: dict[str, Any] = {"text": doing.words or _NO_WORDS, "channel": CHANNEL}
    if doing.held:
        data["attachments"] = doing.held
    return perform(
        case.pk, "customer-reply", by=CustomerReader(case.customer), data=data, at=doing.happened_at(case), now=doing.now,
        once=f"mail:{doing.row.key}", held_as=_held_as(doing.row),
    )  # fmt: skip


def _unverified(doing: _Doing) -> Entry:
    """Shown to staff of the case, never to its customer; says nothing for him and ends nothing that waits for him."""
    case, mail, reason = doing.verdict.case, doing.mail, doing.verdict.reason
    doing.outcome = sorting.UNVERIFIED
    who = " ".join(filter(None, (mail.sender_name, masked_email(mail.sender)))) or "寄件人不明"
    head = f"〔未核实的来信：{_WORDS_OF[reason]}。寄件人 {who}〕"
    data: dict[str, Any] = {"text": f"{head}\n{mail.subject}\n\n{doing.words}".strip()[:20_000], "channel": CHANNEL, "doubt": DOUBTS[reason], "sender": who}
    if doing.held:
        data["attachments"] = doing.held
    return perform(
        case.pk, "hear-stranger", by=System(), data=data, at=doing.happened_at(case), now=doing.now, once=f"mail:{doing.row.key}",
        held_as=_held_as(doing.row),
    )  # fmt: skip


def _bounced(doing: _Doing) -> None:
    status = next((one.status for one in doing.verdict.failures if one.status), "")
    words = f"邮件被退回（{status}）" if status else "邮件被退回"
    for letter in doing.verdict.letters:
        returned = outbox.bounced(letter.pk, words, doing.now)
        if returned is not None:
            tell_bounced(returned, words, doing.now)
            doing.case = returned.case


def _refused(doing: _Doing) -> Entry | None:
    """Too large: its sender is told so, and what to do; a case it belongs to is told that something came."""
    _tell_refused(doing)
    if doing.verdict.case is None:
        return None
    entry = _unverified(doing)
    doing.outcome = sorting.REFUSED
    return entry


def _tell_refused(doing: _Doing) -> None:
    row, mail, now = doing.row, doing.mail, doing.now
    told = InboundMail.objects.filter(sender_index=row.sender_index, outcome=sorting.REFUSED, settled_at__gt=now - REFUSAL_AGAIN)
    if not mail.sender or mail.machine or mail.checked == reading.FAIL or told.exists():
        return
    limit = settings.LUYUE_MAIL_MAX_BYTES // 1_000_000
    # Not a word of his: whoever he says he is may never have written to us.
    text = (
        f"您好：\n\n我们收到一封从这个邮箱寄出的来信，大小 {row.size / 1_000_000:.0f} MB，超过 {limit} MB 的上限，没有收下。\n"
        f"请把照片和视频分成几封寄来，或在网上提交：{settings.LUYUE_BASE_URL}/portal/\n如果不是您寄的，请不必理会。"
    )
    payload = {"sealed_email": sealed_address(mail.sender), "subject": "您的来信过大，没有收下", "text": text}
    Outbox.objects.create(
        id=uuid5(_NAMESPACE, row.key), kind="mail", notice="mail/too-large", payload=json.dumps(payload, ensure_ascii=False), created_at=now, due_at=now,
    )  # fmt: skip


_DO: dict[str, Callable[[_Doing], Entry | None]] = {
    sorting.OPENED: _opened, sorting.REPLIED: _replied, sorting.UNVERIFIED: _unverified, sorting.BOUNCE: _bounced, sorting.REFUSED: _refused,
    sorting.ASIDE: _aside,
}  # fmt: skip
