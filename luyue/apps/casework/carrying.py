"""What a case that grows out of another takes along: the words that passed, as one note, and every file."""

from __future__ import annotations

from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework import findable
from luyue.apps.contacts.models import Contact
from luyue.apps.evidence.actions import copy_all
from luyue.apps.journal.models import Entry

_OURS, _CUSTOMERS, _NOTE = "out", "in", "note"
_SAID_BY = {_OURS: "我方", _CUSTOMERS: "客户"}


def carry_over(old: Case, new: Case, entry: Entry) -> None:
    """Put the contacts and the files of `old` under the first entry of `new`; inside the caller's transaction.

    Notes among colleagues stay where they were written: whoever looks into a complaint forms an opinion of his own.
    """
    said = Contact.objects.filter(case=old, direction__in=_SAID_BY).exclude(text="").order_by("at", "pk")
    lines = [f"{timezone.localtime(one.at):%m-%d %H:%M} {one.by_name or _SAID_BY[one.direction]}：{one.text}" for one in said]
    text = "\n".join([f"自 {old.number} 移交的联络记录：", *lines])
    Contact.objects.create(case=new, entry=entry, channel=new.channel, external_id=f"{new.number}#{entry.seq}", direction=_NOTE, at=entry.at, text=text)
    findable.add(new, [text])
    copy_all(old, new, entry)
