"""What people decide about mails that the program does not decide: whose a mail is, whether it becomes a case, whether to try again."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework.perform import perform
from luyue.apps.contacts.models import Contact
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.mailroom import handling, raw, reading, sorting
from luyue.apps.mailroom.context import CHANNEL, own_words
from luyue.apps.mailroom.models import ASIDE, DEAD, DROPPED, WAITING, InboundMail
from luyue.apps.mailroom.selectors import set_aside, to_check
from luyue.apps.mailroom.sorting import Verdict
from luyue.apps.people.models import User
from luyue.core.procedure.state import Refused

_OTHERS_WORDS = "已核实：收到的来信不是客户本人所写，不予采纳。"


def confirm(mail_id: UUID, by: Staff, now: datetime) -> Entry:
    """The customer wrote it after all: his words become his reply, taken down by `by`, and its files his.

    raises  NotFound; Refused when the regulation says no.
    """
    mail = _of(to_check(by), mail_id)
    words = json.loads(raw.opened(mail.words, mail.pk)) if mail.words else {}

    def work() -> Entry:
        _lock_unchecked(mail_id)
        data = {"text": words.get("text") or str(mail.contact.text), "channel": CHANNEL}
        entry = perform(mail.case_id, "customer-reply", by=by, data=data, now=now, once=f"mail:{mail.key}:confirmed")
        Attachment.objects.filter(case=mail.case, entry=mail.contact.entry).update(internal=False, from_customer=True)
        return _checked(mail, entry)

    return write(work)


def disown(mail_id: UUID, by: Staff, now: datetime) -> Entry:
    """The customer did not write it: it stays on file for staff, with that note. raises NotFound, Refused."""
    mail = _of(to_check(by), mail_id)

    def work() -> Entry:
        _lock_unchecked(mail_id)
        entry = perform(mail.case_id, "note", by=by, data={"text": _OTHERS_WORDS}, now=now, once=f"mail:{mail.key}:disowned")
        return _checked(mail, entry)

    return write(work)


def _lock_unchecked(mail_id: UUID) -> None:
    if not InboundMail.objects.select_for_update(of=("self",)).filter(pk=mail_id, contact__is_suspicious=True).exists():
        raise NotFound(str(mail_id))


def _checked(mail: InboundMail, entry: Entry) -> Entry:
    Contact.objects.filter(pk=mail.contact_id).update(is_suspicious=False)
    InboundMail.objects.filter(pk=mail.pk).update(words=None)
    return entry


def admit(mail_id: UUID, by: Staff, now: datetime) -> Case:
    """A mail that was set aside is a customer's matter: it goes the way it would have gone, limits and machines' marks left out of account.

    raises  NotFound; Refused when there is nobody to open a case for, or the regulation says no.
    """
    row = _of(set_aside(by, now), mail_id)
    mail = reading.read(raw.read(row.pk), **own_words())
    if not mail.sender:
        raise Refused("sender", "这封信没有可用的寄件地址，不能立案。请用其他渠道联系客户后登记。", words_en="This mail names no single sender.")
    thread = sorting.thread_of(mail)
    verdict = Verdict(sorting.UNVERIFIED, thread.case, "sender") if thread else Verdict(sorting.OPENED)
    done = handling.deal(row, mail, verdict, now, state=ASIDE, also=lambda entry: _say("mail.admitted", "admit-mail", row, by, now))
    row.refresh_from_db()
    if not done or row.case is None:
        raise Refused("procedure", "现行制度不受理这类来信，没有立案。", words_en="The regulation in force takes no such mail.")
    return row.case


def drop(mail_id: UUID, by: Staff, now: datetime) -> None:
    """It is nobody's matter: advertising, a newsletter. The mail server keeps it; here its words go. raises NotFound."""
    row = _of(set_aside(by, now), mail_id)

    def work() -> bool:
        dropped = InboundMail.objects.filter(pk=row.pk, state=ASIDE).update(state=DROPPED, words=None, settled_at=now)
        if dropped:
            _say("mail.dropped", "drop-mail", row, by, now)
        return bool(dropped)

    if write(work):
        raw.remove(row.pk)


def retry(mail_id: UUID, by: User, now: datetime) -> bool:
    """Give a mail that could not be handled another round; False when it is not dead (any more)."""

    def work() -> bool:
        revived = InboundMail.objects.filter(pk=mail_id, state=DEAD).update(state=WAITING, attempts=0, due_at=now, error="", outcome="", settled_at=None)
        if revived:
            _say("mail.revived", "revive-mail", InboundMail.objects.get(pk=mail_id), Staff(by), now)
        return bool(revived)

    return write(work)


def _say(name: str, action: str, row: InboundMail, by: Staff, now: datetime) -> None:
    append(ORG, name=name, action=action, actor=by.id, at=now, entered_at=now, effects=[{"mail": str(row.pk)}])


def _of(mails: object, mail_id: UUID) -> InboundMail:
    found = mails.filter(pk=mail_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(str(mail_id))
    return found


def forget(case: Case) -> None:
    """Take away what is left here of the words of a case that is being erased; inside the caller's transaction. The sweep finds the files."""
    InboundMail.objects.filter(case=case).update(words=None, sender_index="")
    InboundMail.objects.filter(case=case, state__in=(ASIDE, DEAD)).update(state=DROPPED)
