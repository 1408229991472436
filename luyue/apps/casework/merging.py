"""Merging two cases of one customer: two entries, one in each journal, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from luyue.apps.cases.models import Case, CaseLink
from luyue.apps.cases.readers import Staff, actor_of
from luyue.apps.cases.selectors import NotFound, case_for, cases_for, sees, stream_of
from luyue.apps.casework import rows
from luyue.apps.casework.carrying import carry_over
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.perform import ONCE_LENGTH, lock, not_before
from luyue.apps.casework.recording import Act, record
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.core.clockwork import utc
from luyue.core.procedure import Refused, Side, merge
from luyue.core.procedure.merge import refuse

MERGED = "merged"  # the link from a case to the one that goes on for it


def merge_cases(number: str, into: str, *, by: Staff, now: datetime | None = None, once: str | None = None) -> Entry:
    """End the case `number` and let `into` go on for it; the entry of the one that ended.

    raises  NotFound for cases he may not see; Refused with `customer`, or of core's `merge`; StoreBusy.
    """
    pks = [case_for(by, one).pk for one in (number, into)]

    def work() -> Entry:
        # The one place where two cases are locked: always the older first, so that two merges never wait for each other.
        locked = {pk: lock(pk) for pk in sorted(set(pks))}
        gone, kept = locked[pks[0]], locked[pks[1]]
        if gone is None or kept is None or not (sees(by, gone) and sees(by, kept)):
            raise NotFound(number)
        if once and (first := Entry.objects.filter(once=once[:ONCE_LENGTH], stream=stream_of(gone)).first()):
            return first
        _same_customer(gone, kept)
        survivor, other = _side(kept), _side(gone)
        at = max(not_before(survivor.state, utc(now or timezone.now())), not_before(other.state, utc(now or timezone.now())))
        steps = merge(survivor, other, actor_of(by, survivor.book, at), at)
        entry, _ = record(gone, other.book, other.state, steps[1], Act("merge", by.id, at, at, once[:ONCE_LENGTH] if once else None), {"number": kept.number})
        absorbed, _ = record(kept, survivor.book, survivor.state, steps[0], Act("absorb", by.id, at, at), {"number": gone.number})
        CaseLink.objects.get_or_create(from_case=gone, to_case=kept, kind=MERGED)
        carry_over(gone, kept, absorbed)
        return entry

    return write(work)


def in_the_way(number: str, into: Case, by: Staff, now: datetime) -> Refused | None:
    """Why the case could not be merged into this one now; None when it could."""
    gone = case_for(by, number)
    try:
        _same_customer(gone, into)
        survivor = _side(into)
        refuse(survivor, _side(gone), actor_of(by, survivor.book, now))
    except Refused as refused:
        return refused
    return None


def candidates(case: Case, by: Staff, limit: int = 20) -> Sequence[Case]:
    """Other open cases of the same customer and kind that he may see, the oldest first."""
    if case.customer_id is None:
        return ()
    found = cases_for(by).filter(customer=case.customer_id, kind=case.kind, is_open__in=[True]).exclude(pk=case.pk)
    return list(found.select_related("customer", "holder").order_by("received_at", "pk")[:limit])


def _same_customer(gone: Case, kept: Case) -> None:
    if gone.customer_id is None or gone.customer_id != kept.customer_id:
        raise Refused(
            "customer", "两个工单不是同一客户，不能合并", words_en="The cases belong to two customers and cannot be merged",
            remedy="如内容相关，请用“关联”", remedy_en="If they are about the same thing, link them",
        )  # fmt: skip


def _side(case: Case) -> Side:
    return Side(case.number, rulebook_by_id(case.rulebook_id), rows.load(case), world_of(case))
