"""What whoever answers for others looks at: numbers over all cases out of small tables and indexes, cases themselves only as far as he may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from luyue.apps.cases.models import Answer, Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import cases_for, of_cases_for
from luyue.apps.clocks.models import Clock
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

    def add(self, found: Sequence[int | None]) -> None:
        """`found`: kept and missed of each number of days in turn; None where the store had nothing to add up."""
        for share, kept, missed in zip(self.by_days.values(), found[::2], found[1::2], strict=True):
            share.kept += kept or 0
            share.missed += missed or 0


@dataclass(frozen=True, slots=True)
class Attained:
    """How promises fared that came to a verdict in the last days: in all, by department, by clause."""

    whole: Attainment
    teams: dict[str, Attainment]
    clauses: dict[tuple[str, str], Attainment]


# Two questions over everything are put in plain words: with a dozen sums each, Django takes longer to write them than the store to answer.
_SUMS = ", ".join(f"SUM({what}) FILTER (WHERE day >= %s)" for _days in DAYS for what in ("kept", "missed"))
_ATTAINED = f"SELECT regulation, clause, team, {_SUMS} FROM clocks_tally WHERE day >= %s AND day <= %s GROUP BY regulation, clause, team"
_YOUNGER = ", ".join("COUNT(*) FILTER (WHERE received_at > %s)" for _days in AGES)
_OPEN_WORK = (
    "SELECT kind, stage, holder_id, COUNT(*), COUNT(waiting_since), COUNT(*) FILTER (WHERE hand_overs > 0), SUM(hand_overs), MAX(hand_overs),"
    f" {_YOUNGER} FROM cases_case WHERE is_open GROUP BY kind, stage, holder_id"
)


def attained(now: datetime) -> Attained:
    today = timezone.localdate(now)
    first = [today - timedelta(days=days - 1) for days in DAYS]  # not a promise: what the page looks back on
    whole, teams, clauses = Attainment(), defaultdict(Attainment), defaultdict(Attainment)
    for regulation, clause, team, *sums in _rows(_ATTAINED, [day for day in first for _what in ("kept", "missed")] + [min(first), today]):
        for one in (whole, teams[team], clauses[regulation, clause]):
            one.add(sums)
    return Attained(whole, dict(teams), dict(clauses))


def _rows(statement: str, values: Sequence[date | datetime]) -> list[tuple[Any, ...]]:
    ops = connection.ops
    handed = [ops.adapt_datetimefield_value(one) if isinstance(one, datetime) else ops.adapt_datefield_value(one) for one in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, handed)
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises running, and those of them due within half an hour."""

    running: int
    soon: int


def running(now: datetime) -> Promises:
    """Two plain counts along one index: together in one question, every running promise would be compared with the clock on the wall."""
    found = Clock.objects.filter(state="running")
    soon = found.filter(due_at__gt=now, due_at__lte=now + timedelta(minutes=30))  # not a promise: what the page calls soon
    return Promises(found.count(), soon.count())


@dataclass(slots=True)
class OpenWork:
    """All open cases in numbers, whoever may see them."""

    n: int = 0
    waiting: int = 0  # for their customer
    backlog: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # (kind, stage) -> by age as AGES part them, the oldest last
    loads: dict[int, int] = field(default_factory=dict)  # person -> how many he has
    handed: int = 0  # how many were handed to a department at all
    times: int = 0  # how often, all together
    most: int = 0


def open_work(now: datetime) -> OpenWork:
    """One walk along the index that holds open cases only (cases.Case.Meta): no case itself is read, and each is in it a memo of kilobytes."""
    work = OpenWork()
    for kind, stage, holder, n, waiting, handed, times, most, *under in _rows(_OPEN_WORK, [now - timedelta(days=days) for days in AGES]):
        work.n, work.waiting = work.n + n, work.waiting + waiting
        work.handed, work.times, work.most = work.handed + handed, work.times + times, max(work.most, most)
        known = work.backlog.get((kind, stage), [0] * (len(AGES) + 1))
        work.backlog[kind, stage] = [one + more for one, more in zip(known, _parted(n, under), strict=True)]
        if holder is not None:
            work.loads[holder] = work.loads.get(holder, 0) + n
    return work


def _parted(n: int, under: list[int]) -> list[int]:
    """Counts below each age as counts between them."""
    edges = [0, *under, n]
    return [later - earlier for earlier, later in pairwise(edges)]


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


def passed_around(reader: Staff, limit: int = 10) -> list[dict[str, Any]]:
    """Open cases handed over more than once, the most often first, as far as he may see them."""
    among = Case.objects.filter(is_open=True, hand_overs__gt=1).values("pk")  # out of the index that `open_work` walks along
    often = cases_for(reader).filter(pk__in=among).order_by("-hand_overs", "pk")
    return list(often.values("number", "subject", "kind", "stage", "hand_overs", "holder__name", "holder__username")[:limit])


_WANTING = ("number", "kind", "stage", "subject", "next_due_at", "waiting_since", "holder", "holder__name", "holder__username", "customer__name")


def to_assign(reader: Staff, now: datetime, away: Collection[int], limit: int = 15) -> list[dict[str, Any]]:
    """Open cases he may see that want somebody: nobody has them, whoever has them is `away`, or a promise is late; the most urgent first."""
    wanting = Q(holder=None) | Q(holder__in=away) | Q(next_due_at__lt=now)
    found = cases_for(reader).filter(wanting, is_open__in=[True]).order_by("next_due_at", "pk")
    return list(found.values(*_WANTING)[:limit])


def absences(today: date, limit: int = 100) -> list[Absence]:
    """Those that hold or are still to come, the next first; then the ones over since a month."""
    month_ago = today - timedelta(days=30)  # not a promise: how long the list remembers
    found = Absence.objects.filter(to_on__gte=month_ago).select_related("user", "stand_in", "made_by")
    return list(found.order_by("-to_on", "from_on", "pk")[:limit])


def away_today(now: datetime) -> dict[int, str]:
    """Who is away, with his name."""
    rows = away_on(timezone.localdate(now)).values_list("user", "user__name", "user__username")
    return {user: name or username for user, name, username in rows}


def stands_in_for(user: User, now: datetime) -> list[Absence]:
    """Whose work is his today."""
    return list(away_on(timezone.localdate(now)).filter(stand_in=user).select_related("user").order_by("to_on"))


def repeat_tasks(reader: Staff, book: Rulebook, limit: int) -> list[dict[str, Any]]:
    """Preventive actions that wait to be written, in cases he may see, by deadline."""
    rules = {name: rule.by for name, rule in book.all(TaskRule).items() if isinstance(rule.trigger, AfterRepeats)}
    # By whom first: there the index begins, and open tasks of one team are few among all that ever were.
    found = Task.objects.filter(of_cases_for(reader), by__in=sorted(set(rules.values())), state="open", rule__in=sorted(rules))
    return list(found.order_by("due_at", "pk").values("key", "by", "due_at", "case__number", "case__subject")[:limit])


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases that ended with a value of an answer: in a period, and in the one before it."""

    value: str  # "" for cases without it
    n: int
    before: int


def causes_of(kinds: Iterable[str], field_name: str, before_at: datetime, begins_at: datetime, ends_at: datetime) -> list[Counted]:
    """By value of an answer the cases that ended from begins_at until ends_at, and from before_at until begins_at; the most frequent first.

    A case has a value once (cases.Answer), so rows of the join are cases.
    """
    ended = Case.objects.filter(kind__in=list(kinds), is_open__in=[False], closed_at__gte=before_at, closed_at__lt=ends_at)
    answered = ended.annotate(said=FilteredRelation("answers", condition=Q(answers__field=field_name))).order_by().values_list("said__text")
    rows = answered.annotate(n=Count("pk", filter=Q(closed_at__gte=begins_at)), before=Count("pk", filter=Q(closed_at__lt=begins_at)))
    found: dict[str, Counted] = {}
    for text, n, before in rows:
        known = found.get(text or "")  # said nothing, and never asked, are the same here
        found[text or ""] = Counted(text or "", n + (known.n if known else 0), before + (known.before if known else 0))
    return sorted(found.values(), key=lambda one: (not one.value, -one.n, one.value))


def cases_with(reader: Staff, kinds: Iterable[str], field_name: str, value: str, begins_at: datetime, ends_at: datetime) -> QuerySet[Case]:
    """The cases behind such a number, as far as he may see them."""
    ended = cases_for(reader).filter(kind__in=list(kinds), is_open__in=[False], closed_at__gte=begins_at, closed_at__lt=ends_at)
    said = Answer.objects.filter(case=OuterRef("pk"), field=field_name)
    chosen = ended.filter(Exists(said.filter(text=value))) if value else ended.exclude(Exists(said.exclude(text=None).exclude(text="")))
    return chosen.select_related("customer", "holder").defer("memo").order_by("-closed_at", "-pk")
