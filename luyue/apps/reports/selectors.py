"""Questions about reports: which there are, what stands behind a figure, what was done about them."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, QuerySet

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, cases_for
from luyue.apps.people.selectors import actor_words, is_management
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.reports.models import Correction, Figure, FigureCase, Improvement, Run
from luyue.core.regulation.rules import ReportRule


def may_see(reader: Staff, run: Run) -> bool:
    """Whom the rule reports to, by the rulebook it was made under; management sees every report."""
    rule = rulebook_for(run.rulebook).all(ReportRule).get(run.rule)
    return is_management(reader.user) or bool(rule and set(rule.recipients) & (actor_words(reader.user) | reader.posts))


def runs_for(reader: Staff, limit: int = 200) -> list[Run]:
    """Reports he may see, the newest period first."""
    counts = {"n_improvements": Count("improvements", distinct=True), "n_corrections": Count("corrections", distinct=True)}
    found = Run.objects.select_related("rulebook").annotate(**counts)
    return [one for one in found.order_by("-ends_at", "rule")[:limit] if may_see(reader, one)]


def run_for(reader: Staff, rule: str, period: str) -> Run:
    """raises NotFound for absent and forbidden alike."""
    run = Run.objects.filter(rule=rule, period=period).select_related("rulebook", "entry").first()
    if run is None or not may_see(reader, run):
        raise NotFound(f"{rule}@{period}")
    return run


def run_before(run: Run) -> Run | None:
    """The same report of the period before, to compare with."""
    return Run.objects.filter(rule=run.rule, ends_at__lte=run.begins_at).order_by("-ends_at").first()


def figures_of(run: Run) -> list[Figure]:
    return list(run.figures.order_by("position"))


def figure_for(run: Run, position: int) -> Figure:
    found = run.figures.filter(position=position).first()
    if found is None:
        raise NotFound(str(position))
    return found


def cases_behind(reader: Staff, figure: Figure, *, is_counted: bool) -> QuerySet:
    """The cases behind a figure that he may see, newest first. How many there are in all says the figure."""
    behind = FigureCase.objects.filter(figure=figure, is_counted=is_counted).values("case")
    return cases_for(reader).filter(pk__in=behind).select_related("customer", "holder").defer("memo").order_by("-received_at", "-pk")


def counts_behind(figure: Figure) -> dict[bool, int]:
    """How many cases stand behind it, counted and not, whoever may see them."""
    found = dict(FigureCase.objects.filter(figure=figure).order_by().values_list("is_counted").annotate(n=Count("pk")))
    return {True: found.get(True, 0), False: found.get(False, 0)}


def corrections_of(run: Run) -> dict[tuple[str, str, str], Correction]:
    """The last word on each figure that came out otherwise later."""
    return {(one.measure, one.field, one.value): one for one in run.corrections.order_by("noted_at", "pk")}


def improvements_of(run: Run) -> list[Improvement]:
    return list(run.improvements.select_related("owner").order_by("due_on", "pk"))


def preventive(limit: int = 200) -> list[Improvement]:
    """Measures that came out of repeated causes, the open ones first."""
    found = Improvement.objects.exclude(source=None).select_related("owner", "case")
    return list(found.order_by("done_at", "due_on", "pk")[:limit])


def overdue_improvements(today: date) -> QuerySet[Improvement]:
    return Improvement.objects.filter(done_at=None, due_on__lt=today)
