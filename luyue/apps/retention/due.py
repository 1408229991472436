"""Which case loses what when, by the rulebook it is pinned to, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from luyue.apps.cases.models import Case, CaseLink
from luyue.apps.regulation.models import Rulebook as RulebookRow
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.retention.models import Erasure, Hold
from luyue.core.procedure.retention import Keeping, closed_before, keepings, kept_until
from luyue.core.regulation.rulebook import Rulebook

HELD, LINKED_OPEN = "held", "linked-open"


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose time for one data class ends at `at`. `kept_by`: why it stays nevertheless; "" when it goes."""

    case: Case
    keeping: Keeping
    at: datetime
    kept_by: str = ""


def standing_next(now: datetime, ahead: timedelta, limit: int = 200) -> list[Due]:
    """What is due by then, the longest due first; what is kept by a hold or an open case included."""
    found = [one for row in RulebookRow.objects.order_by("pk") for one in _of_rulebook(row, now + ahead, limit)]
    return sorted(found, key=lambda one: (one.at, one.case.number))[:limit]


def due_now(now: datetime, limit: int) -> list[Due]:
    """What goes now."""
    found: list[Due] = []
    for row in RulebookRow.objects.order_by("pk"):
        found += [one for one in _of_rulebook(row, now, limit - len(found), free_only=True) if not one.kept_by]
        if len(found) >= limit:
            break
    return found


def _of_rulebook(row: RulebookRow, by: datetime, limit: int, *, free_only: bool = False) -> Iterator[Due]:
    book = rulebook_for(row)
    for keeping in keepings(book):
        cases = _ended(row, keeping, by, book)
        if free_only:
            cases = cases.exclude(_holds()).exclude(_linked_open())
        for case in cases.annotate(is_held=_holds(), is_tied=_linked_open())[:limit]:
            assert case.closed_at is not None
            at = kept_until(keeping.rule.keep, case.closed_at, book.agenda.zone)
            if at <= by:
                yield Due(case, keeping, at, HELD if case.is_held else LINKED_OPEN if case.is_tied else "")


def _ended(row: RulebookRow, keeping: Keeping, by: datetime, book: Rulebook) -> QuerySet[Case]:
    """Cases that may be over by then, not erased yet under this class; along the index of kind and closing."""
    done = Erasure.objects.filter(case=OuterRef("pk"), data_class=keeping.rule.id)
    before = closed_before(keeping.rule.keep, by, book.agenda.zone)
    ended = Case.objects.filter(kind=keeping.kind, is_open__in=[False], closed_at__lte=before, rulebook=row)
    return ended.exclude(Exists(done)).defer("memo").order_by("closed_at", "pk")


def _holds() -> Exists:
    return Exists(Hold.objects.filter(case=OuterRef("pk"), lifted_at=None))


def _linked_open() -> Exists:
    """A case that belongs to it is still worked on, and its words are needed there."""
    out = Q(from_case=OuterRef("pk"), to_case__is_open=True)
    into = Q(to_case=OuterRef("pk"), from_case__is_open=True)
    return Exists(CaseLink.objects.filter(out | into))
