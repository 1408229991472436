"""What casework itself writes for named effects: links between cases, and cases that an action opens beside its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from luyue.apps.cases.links import hash_of, token_of
from luyue.apps.cases.models import Case, CaseLink
from luyue.apps.cases.readers import System, actor_of
from luyue.apps.casework.answers import answers_of
from luyue.apps.casework.carrying import carry_over
from luyue.apps.casework.doors import Writing, world_of
from luyue.apps.casework.letters import letter
from luyue.apps.casework.numbers import next_number
from luyue.apps.casework.recording import OPEN, Act, first, record_first
from luyue.apps.contacts.channels import sealed_address, sealed_number
from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.actions import replace_address
from luyue.apps.evidence import casefiles
from luyue.apps.evidence.actions import show
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import insert
from luyue.core.procedure import Step
from luyue.core.procedure import open_case as decide_opening
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation.rules import FILE_KINDS


def link_case(writing: Writing, data: Mapping[str, Any]) -> None:
    """Link to the case of this number; `perform` has made sure that the doer may see it."""
    other = Case.objects.only("id").get(number=data["number"])
    CaseLink.objects.get_or_create(from_case=writing.case, to_case=other, kind=str(data["relation"]))


def show_evidence(writing: Writing, data: Mapping[str, Any]) -> None:
    show(data["files"], case=writing.case)


def resend_letter(writing: Writing, data: Mapping[str, Any]) -> None:
    """The same words to the address that stands in the entry's body. A letter of a case merged into this one is sent on from here."""
    own = Q(case=writing.case) | Q(case__merged_into=writing.case.number)
    failed = Outbox.objects.filter(own, pk=data["letter"]).first()
    payload = json.loads(failed.payload) if failed else {}
    if failed is None or not payload.get("text"):
        raise Refused("erased", "这封通知的内容已按规定删除，不能重发", words_en="The words of this letter were erased", remedy="请打电话告知客户，并登记通话")
    kind = str(data["way"])
    again = letter(
        writing.case, kind=kind, notice=failed.notice, text=payload["text"], subject=payload.get("subject", ""), entry=writing.entry, now=writing.now,
    )  # fmt: skip
    field, sealed = _TO[kind]
    to = sealed(str(writing.body[field]))
    if not to:  # an empty one would send the letter where it came back from
        raise _unreachable(field)
    insert(Outbox, [again | {"payload": json.dumps(json.loads(again["payload"]) | {f"sealed_{field[3:]}": to}, ensure_ascii=False)}])


def keep_address(writing: Writing, data: Mapping[str, Any]) -> None:
    """The address of the entry's body into the customer's record, instead of the one there; the entry itself says only that it was done."""
    field, _ = _TO[str(data["way"])]
    kept = replace_address(writing.case.customer_id, field[3:], str(writing.body[field]))
    if kept is None:
        raise _unreachable(field)
    if not kept:
        raise Invalid({field: Said("这个地址已记在另一位客户名下，不能记入。请核对，或者只重发、不记入客户资料",
                                   "Another customer's record has this address. Check it, or send without keeping it")})  # fmt: skip


def _unreachable(field: str) -> Invalid:
    return Invalid({field: Said("这个地址送不到，请核对", "Nothing can be delivered there; check it")})


_TO = {"mail": ("to_email", sealed_address), "sms": ("to_phone", sealed_number)}


def freeze_case_file(writing: Writing, data: Mapping[str, Any]) -> None:
    """The first version of the case's file, or the next after a reopening; a worker makes it."""
    casefiles.want(writing.case, by=writing.entry.actor, now=writing.now)


def unlink_case(writing: Writing, data: Mapping[str, Any]) -> None:
    """A link taken back."""
    CaseLink.objects.filter(from_case=writing.case, to_case__number=data["number"], kind=str(data["relation"])).delete()


def open_complaint(writing: Writing, data: Mapping[str, Any]) -> None:
    """The complaint, with what passed between us and every file handed over: whoever decides it may see no more than the complaint."""
    opened, entry = _opened_beside(writing, data, {})
    carry_over(writing.case, opened, entry)


def open_beside(writing: Writing, data: Mapping[str, Any], given: Mapping[str, Any]) -> Case:
    """A linked case of another procedure, received now, that starts with `given` and every answer its own intake form also asks for.

    What the form demands beyond that stays open: it is filled in by whoever takes the case up.
    """
    return _opened_beside(writing, data, given)[0]


def _opened_beside(writing: Writing, data: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[Case, Entry]:
    case, book, now = writing.case, writing.book, writing.now
    rule = book.procedure(str(data["procedure"]))
    channel = writing.state.channel if writing.state.channel in rule.channels else rule.channels[0]
    step = _decided(writing, rule.id, rule.intake, channel, given)
    number = next_number(rule.number, timezone.localtime(now).year)
    link_hash = hash_of(token_of(number))
    opened = Case(number=number, subject=case.subject, rulebook_id=case.rulebook_id, customer_id=case.customer_id, link_hash=link_hash)
    pinned = {
        "customer": f"customer:{case.customer_id}" if case.customer_id else None,
        "from": case.number,
        "link": link_hash,
        "rulebook": book.digest,
    }
    act = Act(OPEN, "system", now, now, f"beside:{writing.entry.hash[:40]}:{rule.id}")
    entry, _ = record_first(opened, book, first(book, step, act, step.body), step, act, step.body, pinned)
    CaseLink(from_case=case, to_case=opened, kind=str(data["relation"])).save(force_insert=True)
    return opened, entry


def _decided(writing: Writing, procedure: str, intake: str, channel: str, given: Mapping[str, Any]) -> Step:
    book, state, now = writing.book, writing.state, writing.now
    asked = {field.name: field for field in book.form(intake).fields if field.kind not in FILE_KINDS}
    known = {name: value for name, value in (answers_of(writing.case) | dict(given)).items() if name in asked and value is not None}
    for _ in range(2):
        try:
            return decide_opening(
                book, procedure, actor_of(System(), book, now), channel=channel, customer_kind=state.customer_kind, data=known, at=now,
                now=now, world=world_of(None), complete=False,
            )  # fmt: skip
        except Invalid as error:
            # A field of the same name that means something else there is left for people to fill in.
            known = {name: value for name, value in known.items() if not any(key.split(".")[0] == name for key in error.errors)}
    return decide_opening(
        book, procedure, actor_of(System(), book, now), channel=channel, customer_kind=state.customer_kind, data={}, at=now, now=now,
        world=world_of(None), complete=False,
    )  # fmt: skip
