"""Questions about promises: those of a case, how a clause fares, which cases stand behind a number. What a person owes next: day.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader
from luyue.apps.cases.selectors import of_cases_for
from luyue.apps.clocks.models import Clock, ClockSpan
from luyue.apps.clocks.promises import ClockLine, language, line_of, source_of
from luyue.apps.journal.statements import select
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.core.procedure.state import ClockState, PauseSpan

_CLOCK = (
    "key", "rule", "clause", "owed_by", "state", "started_at", "due_at", "team", "promised_at", "provisional", "settled_at", "left_s",
    "warned", "rungs", "corrected_by",
)  # fmt: skip
_BRIEF = ("rule", "state", "owed_by", "due_at", "settled_at", "provisional", "regulation", "clause", "is_owed")


@dataclass(frozen=True, slots=True)
class ClauseCount:
    running: int = 0  # paused ones included
    kept: int = 0
    missed: int = 0
    withdrawn: int = 0

    @property
    def attained(self) -> int | None:
        """Whole percent kept of kept and missed, rounded down; None when there were none."""
        judged = self.kept + self.missed
        return 100 * self.kept // judged if judged else None


def pauses_of(clock_ids: Sequence[int]) -> dict[int, tuple[PauseSpan, ...]]:
    """When each of these clocks stood."""
    found: dict[int, list[PauseSpan]] = defaultdict(list)
    columns = ("clock_id", "from_at", "to_at", "reason")
    for clock_id, *span in select(ClockSpan, columns, within=("clock_id", clock_ids), kind=ClockSpan.PAUSE):
        found[clock_id].append(PauseSpan(*span))
    return {clock_id: tuple(spans) for clock_id, spans in found.items()}


def clause_counts(now: datetime, days: int = 30) -> dict[tuple[str, str], ClauseCount]:
    """How every clause fares: what runs now, and what was settled in the last `days`."""
    since = now - timedelta(days=days)
    running = Clock.objects.filter(state__in=("running", "paused")).values("regulation", "clause").annotate(n=Count("id"))
    settled = Clock.objects.filter(state__in=("kept", "missed", "withdrawn"), settled_at__gt=since, settled_at__lte=now)
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in running:
        counts[row["regulation"], row["clause"]]["running"] = row["n"]
    for row in settled.values("regulation", "clause", "state").annotate(n=Count("id")):
        counts[row["regulation"], row["clause"]][row["state"]] = row["n"]
    return {clause: ClauseCount(**found) for clause, found in counts.items()}


@dataclass(frozen=True, slots=True)
class ClocksOfClause:
    """The clocks behind a number of `clause_counts`: `n_all` of the whole company, `n_own` in the reader's cases, of which `rows` are shown."""

    n_all: int
    n_own: int
    rows: list[Clock]


def clocks_of_clause(reader: Reader, regulation: str, clause: str, state: str, now: datetime, *, days: int = 30, limit: int = 200) -> ClocksOfClause:
    """Clocks of a clause, the case joined: the running ones most urgent first, the others (`kept`, `missed`) of the last `days`, newest first."""
    found = Clock.objects.filter(regulation=regulation, clause=clause)
    if state == "running":
        found, order = found.filter(state__in=("running", "paused")), "due_at"
    else:
        found, order = found.filter(state=state, settled_at__gt=now - timedelta(days=days), settled_at__lte=now), "-settled_at"
    own = found.filter(of_cases_for(reader))
    rows = list(own.select_related("case", "case__customer", "case__holder").order_by(order, "id")[:limit])
    return ClocksOfClause(found.count(), own.count() if len(rows) == limit else len(rows), rows)


def promises_of(case: Case, now: datetime | None = None) -> list[ClockLine]:
    """Every promise of a case the caller may see, owed ones first, by deadline."""
    now = now or timezone.now()
    book = rulebook_by_id(case.rulebook_id)
    rows = select(Clock, ("id", "is_owed", *_CLOCK), case_id=case.pk)
    pauses = pauses_of([row[0] for row in rows])
    lines = []
    for clock_id, is_owed, *values in rows:
        columns = dict(zip(_CLOCK, values, strict=True))
        columns["warned"], columns["rungs"] = tuple(columns["warned"]), tuple(columns["rungs"])
        lines.append(line_of(ClockState(**columns, pauses=pauses.get(clock_id, ())), book, now, is_owed=is_owed))
    return sorted(lines, key=line_order)


class BriefPromise(NamedTuple):
    """One promise without the arithmetic."""

    rule: str
    label: str
    state: str
    owed_by: str
    due_at: datetime | None
    provisional: bool
    regulation: str
    clause: str


def brief_promises(case: Case) -> list[BriefPromise]:
    """Every promise of a case the caller may see: owed ones first, by deadline; settled ones the latest first."""
    book, words = rulebook_by_id(case.rulebook_id), language()
    found = []
    for rule, state, owed_by, due_at, settled_at, provisional, regulation, clause, is_owed in select(Clock, _BRIEF, case_id=case.pk):
        source = source_of(book, rule)
        shown = BriefPromise(rule, source.label.say(words) if source else rule, state, owed_by, due_at, provisional, regulation, clause)
        at = due_at if is_owed else settled_at
        found.append(((not is_owed, at is None, at.timestamp() * (1 if is_owed else -1) if at else 0, rule), shown))
    return [shown for _order, shown in sorted(found, key=itemgetter(0))]


def line_order(line: ClockLine) -> tuple:
    """Owed before settled; owed ones by deadline, settled ones the latest first."""
    if line.is_owed:
        return (0, line.due_at is None, line.due_at.timestamp() if line.due_at else 0, line.key)
    return (1, False, -(line.settled_at.timestamp() if line.settled_at else 0), line.key)
