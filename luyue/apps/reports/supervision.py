"""What whoever answers for others looks at: numbers over all cases out of small tables and indexes, cases themselves only as far as he may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import cases_for, of_cases_for
from luyue.apps.clocks.models import Clock, Tally
from luyue.apps.people.models import Absence, User
from luyue.apps.people.selectors import away_on
from luyue.apps.tasks.models import Task
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AfterRepeats, TaskRule

DAYS = (1, 7, 30)  # today, the last seven local days, the last thirty, today included
AGES = (1, 3, 7)  # a case is younger than so many days, or older than all of them


@dataclass(slots=True)
class Share:
    kept: int = 0
    missed: int = 0

    @property
    def of(self) -> int:
        return self.kept + self.missed

    @property
    def percent(self) -> float | None:
        """To one place, rounded down: 99.96 % is not all of them."""
        return 1000 * self.kept // self.of / 10 if self.of else None


@dataclass(slots=True)
class Attainment:
    """Shares by number of days, see DAYS."""

    by_days: dict[int, Share] = field(default_factory=lambda: {days: Share() for days in DAYS})

    def add(self, age: int, kept: int, missed: int) -> None:
        for days, share in self.by_days.items():
            if age < days:
                share.kept += kept
                share.missed += missed


@dataclass(frozen=True, slots=True)
class Attained:
    """How promises fared that came to a verdict in the last days: in all, by department, by clause."""

    whole: Attainment
    teams: dict[str, Attainment]
    clauses: dict[tuple[str, str], Attainment]
    days: dict[date, Share]


def attained(now: datetime) -> Attained:
    today = timezone.localdate(now)
    since = today - timedelta(days=max(DAYS) - 1)  # not a promise: what the page looks back on
    whole, teams, clauses, days = Attainment(), defaultdict(Attainment), defaultdict(Attainment), defaultdict(Share)
    rows = Tally.objects.filter(day__gte=since, day__lte=today).values_list("day", "regulation", "clause", "team")
    for day, regulation, clause, team, kept, missed in rows.annotate(k=Sum("kept"), m=Sum("missed")).order_by():
        age = (today - day).days
        for one in (whole, teams[team], clauses[regulation, clause]):
            one.add(age, kept, missed)
        days[day].kept += kept
        days[day].missed += missed
    return Attained(whole, dict(teams), dict(clauses), dict(days))


@dataclass(frozen=True, slots=True)
class Now:
    """What is under way: promises running, due within half an hour, cases waiting for their customer."""

    running: int
    soon: int
    waiting: int
    open: int


def under_way(now: datetime) -> Now:
    running = Clock.objects.filter(state="running")
    soon = running.filter(due_at__gt=now, due_at__lte=now + timedelta(minutes=30)).count()  # not a promise: what the page calls soon
    open_cases = Case.objects.filter(is_open__in=[True]).aggregate(n=Count("pk"), waiting=Count("waiting_since"))
    return Now(running.count(), soon, open_cases["waiting"], open_cases["n"])


_MISS = ("case__number", "case__subject", "case__holder__name", "case__holder__username", "key", "rule", "regulation", "clause", "owed_by", "team",
         "due_at", "settled_at", "is_owed", "cause", "cause_by")  # fmt: skip


def misses(reader: Staff, now: datetime, days: int, *, unexplained: bool = False, limit: int = 20) -> list[dict[str, Any]]:
    """The promises missed lately in cases he may see, the latest first, with cause and who has the case."""
    found = Clock.objects.filter(of_cases_for(reader), state="missed", settled_at__gt=since(now, days), settled_at__lte=now)
    if unexplained:
        found = found.filter(cause="")
    return list(found.order_by("-settled_at", "-pk").values(*_MISS)[:limit])


def miss_causes(now: datetime, days: int) -> list[tuple[str, int]]:
    """(cause, how many misses) of the last days over all cases, the most frequent first; "" for those nobody explained."""
    found = Clock.objects.filter(state="missed", settled_at__gt=since(now, days), settled_at__lte=now)
    return list(found.order_by().values_list("cause").annotate(n=Count("pk")).order_by("-n", "cause"))


def since(now: datetime, days: int) -> datetime:
    """The local midnight that begins the last `days` days, today included."""
    first = timezone.localdate(now) - timedelta(days=days - 1)  # not a promise: what the page looks back on
    return timezone.make_aware(datetime.combine(first, datetime.min.time()))


def backlog(now: datetime) -> list[tuple[str, str, list[int]]]:
    """(kind, stage, open cases by age as AGES part them, the oldest last) over all cases."""
    ages = {f"under_{days}": Count("pk", filter=Q(received_at__gt=now - timedelta(days=days))) for days in AGES}
    rows = Case.objects.filter(is_open__in=[True]).order_by().values_list("kind", "stage").annotate(n=Count("pk"), **ages)
    return [(kind, stage, _parted(n, under)) for kind, stage, n, *under in rows]


def _parted(n: int, under: list[int]) -> list[int]:
    """Counts below each age as counts between them."""
    edges = [0, *under, n]
    return [later - earlier for earlier, later in pairwise(edges)]


@dataclass(frozen=True, slots=True)
class Handed:
    """Open cases that were handed to a department, and how often."""

    cases: int
    mean: float | None
    most: int
    often: list[dict[str, Any]]  # those handed over more than once, as far as he may see them


def handed_over(reader: Staff, limit: int = 10) -> Handed:
    known = Case.objects.filter(is_open__in=[True], hand_overs__gt=0).aggregate(n=Count("pk"), mean=Avg("hand_overs"), most=Max("hand_overs"))
    often = cases_for(reader).filter(is_open__in=[True], hand_overs__gt=1).order_by("-hand_overs", "pk")
    rows = often.values("number", "subject", "kind", "stage", "hand_overs", "holder__name", "holder__username")[:limit]
    return Handed(known["n"], known["mean"], known["most"] or 0, list(rows))


def to_assign(reader: Staff, now: datetime, limit: int = 15) -> QuerySet[Case]:
    """Open cases he may see that want somebody: nobody has them, whoever has them is away today, or a promise is late; the most urgent first."""
    away = away_on(timezone.localdate(now)).values("user")
    wanting = Q(holder=None) | Q(holder__in=away) | Q(next_due_at__lt=now)
    found = cases_for(reader).filter(wanting, is_open__in=[True]).select_related("customer", "holder").defer("memo")
    return found.order_by("next_due_at", "pk")[:limit]


def loads() -> dict[int, int]:
    """How many open cases each person has."""
    return dict(Case.objects.filter(is_open__in=[True], holder__isnull=False).order_by().values_list("holder").annotate(n=Count("pk")))


def absences(today: date, limit: int = 100) -> list[Absence]:
    """Those that hold or are still to come, the next first; then the ones over since a month."""
    month_ago = today - timedelta(days=30)  # not a promise: how long the list remembers
    found = Absence.objects.filter(to_on__gte=month_ago).select_related("user", "stand_in", "made_by")
    return list(found.order_by("-to_on", "from_on", "pk")[:limit])


def away_today(now: datetime) -> dict[int, Absence]:
    return {one.user_id: one for one in away_on(timezone.localdate(now)).select_related("user", "stand_in")}


def stands_in_for(user: User, now: datetime) -> list[Absence]:
    """Whose work is his today."""
    return list(away_on(timezone.localdate(now)).filter(stand_in=user).select_related("user").order_by("to_on"))


def repeat_tasks(reader: Staff, book: Rulebook) -> list[Task]:
    """Preventive actions that wait to be written, in cases he may see, by deadline."""
    rules = {name: rule.by for name, rule in book.all(TaskRule).items() if isinstance(rule.trigger, AfterRepeats)}
    # By whom first: there the index begins, and open tasks of one team are few among all that ever were.
    found = Task.objects.filter(of_cases_for(reader), by__in=sorted(set(rules.values())), state="open", rule__in=sorted(rules))
    found = found.select_related("case").defer("case__memo")
    return list(found.order_by("due_at", "pk")[:100])


def causes_of(kinds: Iterable[str], field_name: str, begins_at: datetime, ends_at: datetime) -> list[tuple[str, int]]:
    """(value, how many cases that ended then) of an answer, the most frequent first; "" for cases without it."""
    ended = Case.objects.filter(kind__in=list(kinds), is_open__in=[False], closed_at__gte=begins_at, closed_at__lt=ends_at)
    total = ended.count()
    rows = list(
        ended.filter(answers__field=field_name).order_by().values_list("answers__text").annotate(n=Count("pk", distinct=True)).order_by("-n", "answers__text")
    )
    named = [(text, n) for text, n in rows if text]
    left = total - ended.filter(answers__field=field_name).distinct().count()
    return [*named, *([("", left)] if left else [])]


def cases_with(reader: Staff, kinds: Iterable[str], field_name: str, value: str, begins_at: datetime, ends_at: datetime) -> QuerySet[Case]:
    """The cases behind such a number, as far as he may see them."""
    ended = cases_for(reader).filter(kind__in=list(kinds), is_open__in=[False], closed_at__gte=begins_at, closed_at__lt=ends_at)
    chosen = ended.filter(answers__field=field_name, answers__text=value) if value else ended.exclude(answers__field=field_name)
    return chosen.select_related("customer", "holder").defer("memo").order_by("-closed_at", "-pk").distinct()
