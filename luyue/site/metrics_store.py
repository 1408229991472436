"""What the store tells a monitoring program: matters, promises, letters and how far the workers are behind. No names, no numbers of cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Max, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from luyue import __version__
from luyue.apps.cases.models import Case
from luyue.apps.clocks.models import Clock, Timer
from luyue.apps.contacts.models import Outbox
from luyue.apps.evidence.models import CaseFile
from luyue.apps.journal.models import Anchor, Entry
from luyue.site.health import FAILED, OK, checks

_LEVELS = {OK: 0, FAILED: 2}


def store_text(now: datetime | None = None) -> bytes:
    """The gauges as of now, in Prometheus' text."""
    registry = CollectorRegistry()
    registry.register(_Store(now or timezone.now()))
    return bytes(generate_latest(registry))


class _Store:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Metric]:
        yield _gauge("luyue_info", "The version that runs.", ("version",), [((__version__,), 1)])
        yield from _cases()
        yield from _promises()
        yield from self._letters()
        yield from self._workers()
        yield _gauge("luyue_health", "0 well, 1 to be seen to, 2 failed.", ("check",), [((one.id,), _LEVELS.get(one.state, 1)) for one in checks(self.now)])

    def _letters(self) -> Iterable[Metric]:
        waiting = Outbox.objects.filter(done_at=None, dead_at=None)
        oldest = waiting.filter(due_at__lte=self.now).aggregate(at=Min("due_at"))["at"]
        yield _gauge("luyue_outbox_waiting", "Letters that have not left.", (), [((), waiting.count())])
        yield _gauge("luyue_outbox_age_seconds", "How long the oldest letter that is due has been waiting.", (), [((), self._age(oldest))])
        yield _gauge("luyue_outbox_dead", "Letters that were given up.", (), [((), Outbox.objects.exclude(dead_at=None).count())])

    def _workers(self) -> Iterable[Metric]:
        due = Timer.objects.filter(due_at__lt=self.now).aggregate(at=Min("due_at"), n=Count("pk"))
        yield _gauge("luyue_ticker_lag_seconds", "How long the oldest timer that is due has been waiting.", (), [((), self._age(due["at"]))])
        yield _gauge("luyue_timers_due", "Timers that are due.", (), [((), due["n"])])
        yield _gauge("luyue_case_files_waiting", "Case files that are to be made.", (), [((), CaseFile.objects.filter(made_at=None).count())])
        last = Entry.objects.aggregate(id=Max("id"))["id"]
        anchored = Anchor.objects.aggregate(at=Max("at"))["at"]
        yield _gauge("luyue_journal_entries", "Entries written so far.", (), [((), last or 0)])
        yield _gauge("luyue_anchor_age_seconds", "Time since the journal was last anchored.", (), [((), self._age(anchored))])

    def _age(self, at: datetime | None) -> float:
        return max((self.now - at).total_seconds(), 0.0) if at else 0.0


def _cases() -> Iterable[Metric]:
    found = Case.objects.order_by().values_list("kind", "stage", "is_open").annotate(n=Count("pk"))
    rows = [((kind, stage, "yes" if is_open else "no"), n) for kind, stage, is_open, n in found]
    yield _gauge("luyue_cases", "Cases by kind, stage and whether they are open.", ("kind", "stage", "open"), rows)


def _promises() -> Iterable[Metric]:
    """Those somebody still owes: running without or with a warning, paused, or missed and still not done."""
    owed = Clock.objects.filter(is_owed=True).order_by()
    states = dict(owed.values_list("state").annotate(n=Count("pk")))
    warned = owed.filter(state="running").exclude(warned=[]).count()
    rows = [
        (("running",), states.get("running", 0) - warned),
        (("warned",), warned),
        (("paused",), states.get("paused", 0)),
        (("missed",), states.get("missed", 0)),
    ]
    yield _gauge("luyue_promises_owed", "Promises somebody still owes.", ("state",), rows)
    settled = dict(Clock.objects.filter(state__in=("kept", "missed", "withdrawn")).order_by().values_list("state").annotate(n=Count("pk")))
    rows = [((state,), settled.get(state, 0)) for state in ("kept", "missed", "withdrawn")]
    yield _gauge("luyue_promises_settled", "Promises by how they ended.", ("state",), rows)


def _gauge(name: str, words: str, labels: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], float]]) -> Metric:
    gauge = GaugeMetricFamily(name, words, labels=labels)
    for values, number in rows:
        gauge.add_metric(values, number)
    return gauge
