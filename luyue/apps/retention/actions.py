"""Erasing what is due, and keeping what must not go."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, stream_of
from luyue.apps.casework import rows
from luyue.apps.casework.erasure import take_away
from luyue.apps.casework.perform import lock
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.people.selectors import is_management
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.apps.retention.due import Due, due_now
from luyue.apps.retention.models import Erasure, Hold
from luyue.core.clockwork import utc
from luyue.core.procedure.retention import approvals_of, bodies_of, values_of
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid, Refused, ValuesErased
from luyue.core.regulation.rulebook import Rulebook

BATCH = 100


def run(now: datetime, limit: int = BATCH) -> int:
    """Erase what is due, at most so much at a time; how many cases lost something. Each case is one transaction."""
    now = utc(now)
    return sum(erase(one, now) for one in due_now(now, limit))


def erase(due: Due, now: datetime) -> bool:
    """Take away what the data class covers; False when the case was opened again, held, or done by another worker meanwhile."""

    def work() -> bool:
        case = lock(due.case.pk)
        if case is None or case.is_open or case.closed_at != due.case.closed_at or _is_kept(case) or _is_done(case, due):
            return False
        book = rulebook_by_id(case.rulebook_id)
        entries = {one.pk: one for one in Entry.objects.filter(stream=stream_of(case)).order_by("seq")}
        chosen = bodies_of(due.keeping, [(pk, one.action) for pk, one in entries.items()], book)
        rule = due.keeping.rule
        taken = take_away(
            case, [entries[pk] for pk in chosen], reason=f"{rule.regulation}/{rule.clause}#{rule.id}", contacts=due.keeping.takes_contacts,
            files=due.keeping.takes_files, whole=due.keeping.takes_everything, values=_values(due, case, book),
            gone_too=Case.objects.filter(erasures__isnull=False, subject=""), at=now,
        )  # fmt: skip
        Erasure(
            case=case, data_class=rule.id, regulation=rule.regulation, clause=rule.clause, due_at=due.at, done_at=now, bodies=taken.bodies,
            contacts=taken.contacts, letters=taken.letters, files=taken.files, values=taken.values, customer=taken.customer, entry=taken.entry,
        ).save(force_insert=True)  # fmt: skip
        return True

    return write(work)


def _values(due: Due, case: Case, book: Rulebook) -> ValuesErased | None:
    """What `then: erase` takes beside words and files; None where only they go."""
    if not due.keeping.erases:
        return None
    gone = values_of(due.keeping, rows.load(case).fields, book)
    return ValuesErased(gone, approvals_of(gone, book))


def _is_kept(case: Case) -> bool:
    return Hold.objects.filter(case=case, lifted_at=None).exists()


def _is_done(case: Case, due: Due) -> bool:
    return Erasure.objects.filter(case=case, data_class=due.keeping.rule.id).exists()


def hold(number: str, *, by: Staff, reason: str, now: datetime | None = None) -> Hold:
    """Keep a case's record until the hold is lifted. raises NotFound, Invalid without a reason, Refused when it is held or gone already."""
    at = utc(now or timezone.now())
    _check_may(by)
    if not reason.strip():
        raise Invalid({"reason": Said("请写明为什么须保留，例如诉讼案号、来函单位", "Say why it must be kept, e.g. a court's file number")})

    def work() -> Hold:
        case = Case.objects.filter(number=number.strip().upper()).first()
        if case is None:
            raise Invalid({"number": Said("没有这个工单，请核对编号", "There is no such case; check the number")})
        if _is_kept(case):
            raise Refused("held", "此工单已在保留名单中", words_en="This case is held already")
        if Erasure.objects.filter(case=case, bodies__gt=0).exists():
            raise Refused("erased", "此工单的内容已按期删除，无法保留", words_en="Its words were erased before")
        row = Hold(case=case, reason=reason.strip()[:300], by=by.user, at=at)
        row.save(force_insert=True)
        effect = {"effect": "hold", "case": case.number, "id": row.pk}
        append(ORG, name="record.held", action="hold-record", actor=by.id, at=at, entered_at=at, effects=[effect], body={"reason": row.reason})
        return row

    return write(work)


def lift(hold_id: int, *, by: Staff, now: datetime | None = None) -> Hold:
    """Let the record go its way again; what is due by then is erased with the worker's next look."""
    at = utc(now or timezone.now())
    _check_may(by)

    def work() -> Hold:
        row = Hold.objects.select_for_update(of=("self",)).select_related("case").filter(pk=hold_id).first()
        if row is None:
            raise NotFound(str(hold_id))
        if row.lifted_at is not None:
            raise Refused("lifted", "此项保留已经解除", words_en="This hold was lifted before")
        row.lifted_at, row.lifted_by = at, by.user
        row.save(update_fields=["lifted_at", "lifted_by"])
        effect = {"effect": "hold-lifted", "case": row.case.number, "id": row.pk}
        append(ORG, name="record.released", action="release-record", actor=by.id, at=at, entered_at=at, effects=[effect])
        return row

    return write(work)


def _check_may(by: Staff) -> None:
    if not is_management(by.user):
        raise NotFound("hold")
