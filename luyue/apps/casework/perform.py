"""The one way a case changes. A click, an API call, a mail reply and a timer all come through here (design §1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Link, Reader, Staff, actor_of
from luyue.apps.cases.selectors import NotFound, cases_for, sees, stream_of
from luyue.apps.casework import conversation, rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.projection import staff_id
from luyue.apps.casework.recording import Act, record
from luyue.apps.evidence.actions import claim
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import select
from luyue.apps.journal.transaction import StoreBusy, write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import works_here
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.core.clockwork import utc
from luyue.core.procedure import decide
from luyue.core.procedure.acts import ACTS, FORMS
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import CaseState, Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS

__all__ = ["Invalid", "NotFound", "Refused", "StoreBusy", "lock", "perform"]

ONCE_LENGTH = 120
_FOLLOWS = frozenset(act.id for act in ACTS.values() if act.for_customers)
_CASE = tuple(field.attname for field in Case._meta.concrete_fields)
_OWN_FILE_FIELDS = {field.name for form in FORMS.values() for field in form.fields if field.kind in FILE_KINDS}  # of the platform acts


def perform(
    case_id: int,
    action: str,
    *,
    by: Reader,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    now: datetime | None = None,
    once: str | None = None,
    attachments: Iterable[UUID | str] = (),
    held_as: str = "",
) -> Entry:
    """Do `action`, of the regulation or a platform act, in this case; give back the entry it made.

    at           when it happened, aware; now if left out. Late by more than the core allows needs a reason in `data`.
    once         an id of the request: a second call with it gives the first call's entry and changes nothing.
    attachments  ids of held files that come with the act without being an answer of its form.
    held_as      the word they were uploaded under, if not the reader's own: a mail is read before anybody knows whose it is.
    raises       NotFound (404), Invalid (422), Refused (409), evidence's FileRefused (422), StoreBusy (503). Nothing is written then.
    """

    # Who he is, and what he has learnt, is asked before the store is held. A case seldom changes its rulebook: then it is asked again.
    pinned = select(Case, ("rulebook_id", "merged_into"), id=case_id)
    if not pinned:
        raise NotFound(str(case_id))
    if pinned[0][1] and action in _FOLLOWS:
        # What a customer still says in a case that was merged away is said in the one that goes on for it.
        survivor = Case.objects.get(number=pinned[0][1])
        return perform(
            survivor.pk, action, by=Link(survivor) if isinstance(by, Link) and by.case.pk == case_id else by, data=data, at=at, now=now,
            once=once, attachments=attachments,
        )  # fmt: skip
    known = rulebook_by_id(pinned[0][0])
    known_actor = actor_of(by, known, utc(now or timezone.now()))

    def work() -> Entry:
        book, actor = known, known_actor
        case = lock(case_id)
        if case is None or not sees(by, case):
            raise NotFound(str(case_id))
        if once and (first := _done_before(case, once)):
            return first
        if case.rulebook_id != pinned[0][0]:
            book = rulebook_by_id(case.rulebook_id)
            actor = actor_of(by, book, utc(now or timezone.now()))
        state = rows.load(case)
        entered_at = not_before(state, utc(now or timezone.now()))
        happened_at = utc(at) if at else entered_at
        _check_others(action, data or {}, by, case)
        step = decide(book, state, action, actor, dict(data or {}), at=happened_at, now=entered_at, world=world_of(case))
        act = Act(action, actor.id, happened_at, entered_at, once[:ONCE_LENGTH] if once else None)
        entry, _ = record(case, book, state, step, act, step.body)
        conversation.keep(case, book, entry, action, step.body, by, happened_at)
        files = [*attachments, *named_files(step.body, book)]
        if files:
            claim(files, case=case, entry=entry, by={by.id, held_as} - {""})
        return entry

    return write(work)


def lock(case_id: int, *, skip_locked: bool = False) -> Case | None:
    """The case's row, locked until the transaction ends; None when it does not exist, or is locked and `skip_locked`.

    SQLite has one writer and no row locks: there the transaction itself is the lock.
    """
    found = select(Case, _CASE, lock="skip" if skip_locked else "wait", id=case_id)
    return Case.from_db(None, list(_CASE), list(found[0])) if found else None


def not_before(state: CaseState, now: datetime) -> datetime:
    """A case's time never runs backwards, though the machine's clock may be set back."""
    return max(now, state.facts[-1].entered_at) if state.facts else now


def named_files(body: Mapping[str, Any], book: Rulebook) -> list[str]:
    """Ids of held files that the answers of file fields name, those in lines included."""
    return list(dict.fromkeys(_files_in(body, book)))


def _files_in(values: Mapping[str, Any], book: Rulebook) -> Iterator[str]:
    for name, value in values.items():
        for one in value if isinstance(value, list | tuple) else ():
            if isinstance(one, Mapping):
                yield from _files_in(one, book)
            elif name in _OWN_FILE_FIELDS or (name in book.fields and book.fields[name].kind in FILE_KINDS):
                yield str(one)


def _check_mentioned(actors: Iterable[str], case: Case) -> None:
    """Only colleagues who may see the case hear that they were mentioned in it."""
    for actor in actors:
        user = User.objects.filter(pk=staff_id(actor)).first()
        if user is None or not sees(Staff(user), case):
            raise Invalid({"mentions": Said("只能提到看得到此工单的同事", "Mention only colleagues who may see this case")})


def _check_others(action: str, data: Mapping[str, Any], by: Reader, case: Case) -> None:
    """What an act points at beside its own case must be there for this reader: another case, a colleague."""
    if action == "link" and not cases_for(by).filter(number=str(data.get("number") or "")).exists():
        raise Invalid({"number": Said("没有这个工单，请核对编号", "There is no such case; check the number")})
    if action == "note" and data.get("mentions"):
        _check_mentioned(str(data["mentions"]).split(), case)
    if action == "assign":
        person = staff_id(str(data.get("holder") or ""))
        if person is None or not any(works_here(user) for user in User.objects.filter(pk=person)):
            raise Invalid({"holder": Said("请从员工名单中选择", "Choose a member of staff")})


def _done_before(case: Case, once: str) -> Entry | None:
    entry = Entry.objects.filter(once=once[:ONCE_LENGTH]).first()
    if entry is not None and entry.stream != stream_of(case):
        raise Refused("once", "这次提交的编号已用于另一个工单，请刷新页面后重试。", words_en="This request id was used for another case.")
    return entry
