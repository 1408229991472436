"""Making the reports that are owed, once a period, and noting later what would come out otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.contacts.models import Announcement
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.regulation.selectors import current_rulebook, rulebook_for
from luyue.apps.reports.material import duties, matters
from luyue.apps.reports.models import Correction, Figure, FigureCase, Run
from luyue.core.clockwork import utc
from luyue.core.procedure.codec import iso
from luyue.core.procedure.periods import Period, due_in, ended_periods
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Every, ReportRule
from luyue.core.reporting import Figure as Counted
from luyue.core.reporting import Window, figures_of, window_of

CATCH_UP = 12  # periods made after a long standstill; older ones nobody waits for
LOOKED_AT_AGAIN = timedelta(days=100)  # not a promise: how long a report is held against what is entered late
_BATCH = 2000
_COLUMNS = ("measure", "unit", "field", "value", "n", "of", "total", "target")


def run(now: datetime) -> int:
    """Make every report whose period is over and that was not made yet; how many."""
    now = utc(now)
    row, book = current_rulebook(now)
    made = 0
    for rule in book.all(ReportRule).values():
        for period in owed(rule, book, now, made_before=_made(rule)):
            made += make(rule, period, row.pk, book, now) is not None
    return made


def owed(rule: ReportRule, book: Rulebook, now: datetime, made_before: Iterable[str] = ()) -> list[Period]:
    """The periods that are over and whose report is owed, oldest first: none from before the regulation was in force or the first case came."""
    first = Case.objects.order_by("pk").values_list("received_at", flat=True).first()
    if not isinstance(rule.trigger, Every) or first is None:
        return []
    today = now.astimezone(book.agenda.zone).date()
    over = ended_periods(rule.trigger.period, _in_force_from(rule, book), today, CATCH_UP)
    known, began_on = set(made_before), first.astimezone(book.agenda.zone).date()
    return [period for period in over if period.name not in known and period.ends_on > began_on]


def _in_force_from(rule: ReportRule, book: Rulebook) -> date:
    return book.regulation(rule.regulation).in_force_from


def _made(rule: ReportRule) -> list[str]:
    return list(Run.objects.filter(rule=rule.id).values_list("period", flat=True))


def make(rule: ReportRule, period: Period, rulebook_id: int, book: Rulebook, now: datetime) -> Run | None:
    """Freeze one report with the cases behind its figures; None when another worker was quicker.

    The figures are counted before the store is held: what is entered meanwhile belongs to the next look.
    """
    window = window_of(period, book)
    figures = figures_of(rule, matters(rule, window, book), window, book, duties(rule, window))
    once = f"report:{rule.id}@{period.name}"

    def work() -> Run | None:
        if Entry.objects.filter(once=once).exists():
            return None
        digest = digest_of(figures)
        due_at = due_in(rule, period, book.agenda)
        effect = {"effect": "report", "rule": rule.id, "period": period.name, "digest": digest, "figures": len(figures), "made_at": iso(now)}
        at = max(utc(window.ends_at), now)
        entry = append(ORG, name="report.made", action="report", actor="system", at=at, entered_at=at, effects=[effect], once=once)
        failpoint("reports.entry")
        made = Run(
            rule=rule.id, regulation=rule.regulation, clause=rule.clause, rulebook_id=rulebook_id, period=period.name,
            begins_at=window.begins_at, ends_at=window.ends_at, made_at=now, due_at=due_at, needs_actions=rule.needs_actions, digest=digest,
            entry=entry,
        )  # fmt: skip
        made.save(force_insert=True)
        _keep(made, figures)
        told = [Announcement(entry=entry, kind="report", about=f"{rule.id}@{period.name}", recipient=one, at=now) for one in rule.recipients]
        Announcement.objects.bulk_create(told)
        return made

    return write(work)


def _keep(run_row: Run, figures: Sequence[Counted]) -> None:
    rows = [Figure(run=run_row, position=position, **columns_of(one)) for position, one in enumerate(figures)]
    Figure.objects.bulk_create(rows)
    numbers = sorted({number for one in figures for number in (*one.counted, *one.others)})
    ids: dict[str, int] = {}
    for start in range(0, len(numbers), 500):
        ids.update(Case.objects.filter(number__in=numbers[start : start + 500]).values_list("number", "pk"))
    kept = list(Figure.objects.filter(run=run_row).order_by("position"))
    FigureCase.objects.bulk_create(_behind(kept, figures, ids), batch_size=_BATCH)


def _behind(rows: Sequence[Figure], figures: Sequence[Counted], ids: Mapping[str, int]) -> list[FigureCase]:
    return [
        FigureCase(figure_id=row.pk, case_id=ids[number], is_counted=is_counted)
        for row, one in zip(rows, figures, strict=True)
        for is_counted, numbers in ((True, one.counted), (False, one.others))
        for number in numbers
        if number in ids
    ]


def columns_of(one: Counted) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _COLUMNS}


def digest_of(figures: Iterable[Counted]) -> str:
    """What the journal holds of a report: the same figures in the same order give the same digest."""
    return _digest(columns_of(one) for one in figures)


def stored_digest(run_row: Run) -> str:
    """The same of the rows as they are in the store now; another one means that somebody changed them."""
    return _digest(dict(zip(_COLUMNS, row, strict=True)) for row in run_row.figures.order_by("position").values_list(*_COLUMNS))


def _digest(rows: Iterable[Mapping[str, Any]]) -> str:
    # Stores give a total back with two places, whatever it was written with.
    plain = [{**row, "total": None if row["total"] is None else f"{row['total']:.2f}"} for row in rows]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# What came to be known later ----------------------------------------------------------------------------------------------------------


def look_again(now: datetime) -> int:
    """Count the reports of the last months once more; how many corrections were noted. The reports themselves stay as they are."""
    now = utc(now)
    recent = Run.objects.filter(ends_at__gte=now - LOOKED_AT_AGAIN).select_related("rulebook").order_by("pk")
    return sum(_look_at(one, now) for one in recent)


def _look_at(run_row: Run, now: datetime) -> int:
    book = rulebook_for(run_row.rulebook)
    rule = book.all(ReportRule).get(run_row.rule)
    if rule is None:
        return 0
    window = Window(run_row.begins_at, run_row.ends_at)
    fresh = {one.key: one for one in figures_of(rule, matters(rule, window, book), window, book, duties(rule, window))}
    changed = list(_changed(run_row, fresh))
    if not changed:
        return 0

    def work() -> int:
        effects = [{"effect": "report-correction", "rule": run_row.rule, "period": run_row.period, "measure": one.measure, "field": one.field,
                    "value": one.value, "n": one.n, "of": one.of} for one in changed]  # fmt: skip
        entry = append(ORG, name="report.corrected", action="report", actor="system", at=now, entered_at=now, effects=effects)
        rows = [{name: value for name, value in columns_of(one).items() if name != "target"} for one in changed]
        Correction.objects.bulk_create([Correction(run=run_row, noted_at=now, entry=entry, **row) for row in rows])
        return len(rows)

    return write(work)


def _changed(run_row: Run, fresh: Mapping[tuple[str, str, str], Counted]) -> Iterator[Counted]:
    """Figures that come out otherwise than the report, and than the last correction of it, says."""
    known: dict[tuple[str, str, str], Any] = {}
    for row in (*run_row.figures.order_by("position"), *run_row.corrections.order_by("noted_at", "pk")):
        known[row.measure, row.field, row.value] = row
    for key in dict.fromkeys([*known, *fresh]):
        old, new = known.get(key), fresh.get(key)
        if new is None:
            new = Counted(key[0], old.unit, 0, old.of, key[1], key[2])
        said = (old.n, old.of, old.total) if old is not None else (0, 0, None)
        if (new.n, new.of) != said[:2] or (new.total is not None and said[2] is not None and new.total != said[2]):
            yield new
