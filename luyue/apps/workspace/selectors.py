"""What the pages of staff ask the store. Every question about cases begins with what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from luyue.apps.cases.models import Answer, Case, CaseTeam
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.search import find
from luyue.apps.cases.selectors import cases_for, of_cases_for
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts.models import Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.customers.selectors import customers_by_phone
from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.models import Acknowledgement, Edition
from luyue.apps.rental.models import Order
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure

OPEN, CLOSED, ALL = "open", "closed", "all"
MINE, FOLLOWED, UNHELD = "mine", "followed", "unheld"
PROMISES = OVERDUE, TODAY, WAITING = "overdue", "today", "waiting"
_LOOKED_AT = 50  # newest cases of which the palette names a few
_PHONE = re.compile(r"[+\d][\d\s()-]*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of cases shows. Unknown values mean no restriction."""

    state: str = OPEN
    kind: str = ""
    stage: str = ""
    team: str = ""
    whose: str = ""
    words: str = ""
    classed: str = ""  # a value of the intake's classification; a parent covers its children
    promise: str = ""
    customer: str = ""  # id
    since: str = ""  # received from this day on, ISO
    until: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        state = asked.get("state", "")
        words, promise = asked.get("q", "").strip()[:80], asked.get("promise", "")
        # Whoever looks for something looks in everything, unless he says otherwise.
        default = ALL if words else OPEN
        return cls(
            state=state if state in (OPEN, CLOSED, ALL) else default,
            kind=asked.get("kind", ""),
            stage=asked.get("stage", ""),
            team=asked.get("team", ""),
            whose=asked.get("whose", ""),
            words=words,
            classed=asked.get("class", "")[:60],
            promise=promise if promise in PROMISES else "",
            customer=asked.get("customer", "") if asked.get("customer", "").isdecimal() else "",
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
        )


def _day(text: str) -> str:
    """A day as the field sends it; "" for anything else."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def class_fields(book: Rulebook) -> dict[str, str]:
    """By procedure the first choice of its intake form: what kind of matter it is."""
    forms = {one.id: book.form(one.intake) for one in book.all(Procedure).values()}
    return {kind: found for kind, form in forms.items() if (found := next((one.name for one in form.fields if one.kind == "choice"), ""))}


def _narrowed(found: QuerySet[Case], wanted: Wanted, book: Rulebook | None, now: datetime) -> QuerySet[Case]:
    """By class, promise, customer and day of receipt; dates are those of the installation's zone."""
    if wanted.classed and book is not None:
        value = Q(text=wanted.classed) | Q(text__startswith=f"{wanted.classed}/")
        found = found.filter(Exists(Answer.objects.filter(value, case=OuterRef("pk"), field__in=sorted(set(class_fields(book).values())))))
    if wanted.promise == OVERDUE:
        found = found.filter(is_open__in=[True], next_due_at__lt=now)
    elif wanted.promise == TODAY:
        found = found.filter(is_open__in=[True], next_due_at__gte=now, next_due_at__lte=_day_ends(f"{timezone.localtime(now):%Y-%m-%d}"))
    elif wanted.promise == WAITING:
        found = found.filter(is_open__in=[True]).exclude(waiting_since=None)
    if wanted.customer:
        found = found.filter(customer=int(wanted.customer))
    if wanted.since:
        found = found.filter(received_at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(received_at__lt=_day_ends(wanted.until))
    return found


def _day_ends(day: str) -> datetime:
    return _midnight((date.fromisoformat(day) + timedelta(days=1)).isoformat())  # not a promise: a filter's own day


def _midnight(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), datetime.min.time()))


def cases_wanted(reader: Staff, wanted: Wanted, *, book: Rulebook | None = None, now: datetime | None = None) -> QuerySet[Case]:
    """His cases by these filters; open ones by the next promise, closed ones by when they closed, all of them open ones first and the newest first.

    Each order is that of an index, so that a page is read and not the whole store sorted.
    """
    found = cases_for(reader).select_related("customer", "holder").defer("memo")
    if wanted.state != ALL:
        found = found.filter(is_open__in=[wanted.state == OPEN])
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    if wanted.team:
        found = found.filter(pk__in=CaseTeam.objects.filter(team=wanted.team).values("case_id"))
    if wanted.whose == MINE:
        found = found.filter(holder=reader.user)
    elif wanted.whose == FOLLOWED:
        found = found.filter(owner=reader.user)
    elif wanted.whose == UNHELD:
        found = found.filter(holder=None)
    elif wanted.whose.startswith("staff:") and wanted.whose[6:].isdecimal():
        found = found.filter(holder=int(wanted.whose[6:]))
    found = _narrowed(found, wanted, book, now or timezone.now())
    if wanted.words:
        found = found.filter(pk__in=find(reader, wanted.words, within=found).ids)
    if wanted.state == CLOSED:
        return found.order_by("-closed_at", "-pk")
    if wanted.state == ALL:
        return found.order_by("-is_open", "-received_at", "-pk")
    return found.order_by("-is_open", F("next_due_at").asc(nulls_last=True), "-received_at", "-pk")


MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Size:
    """How long a list is, counted no further than MOST_LISTED; `is_cut` when there are more."""

    count: int
    is_cut: bool

    @classmethod
    def of(cls, found: QuerySet[Any]) -> Size:
        n = int(found.order_by()[: MOST_LISTED + 1].count())
        return cls(min(n, MOST_LISTED), n > MOST_LISTED)

    def __str__(self) -> str:
        return f"{self.count}+" if self.is_cut else str(self.count)


class Leaves(Paginator):
    """Pages of the first MOST_LISTED cases: nobody leafs further, and a store may hold 100,000."""

    @cached_property
    def size(self) -> Size:
        return Size.of(self.object_list)

    @property
    def count(self) -> int:
        return self.size.count


def open_cases(reader: Staff) -> Size:
    """How many open cases he sees, for the navigation."""
    return Size.of(cases_for(reader).filter(is_open__in=[True]))


def cases_matching(reader: Staff, words: str, limit: int) -> list[Case]:
    """The cases a search names first: of the newest it finds, open ones before closed ones."""
    return of_ids(find(reader, words, most=_LOOKED_AT).ids)[:limit]


def of_ids(ids: Iterable[int]) -> list[Case]:
    """Cases the caller was shown to see, open ones first, the newest first."""
    found = Case.objects.select_related("customer", "holder").defer("memo").filter(pk__in=list(ids))
    return sorted(found, key=lambda one: (one.is_open, one.received_at, one.pk), reverse=True)


def kinds_in_use(reader: Staff) -> list[str]:
    """The kinds of the open cases he may see, the most frequent first: what a counter registers most stands first."""
    kinds = cases_for(reader).filter(is_open__in=[True]).order_by().values_list("kind").annotate(n=Count("pk"))
    return [kind for kind, _ in sorted(kinds, key=lambda one: (-one[1], one[0]))]


@dataclass(frozen=True, slots=True)
class Known:
    """A customer found at the desk, and by what: phone, order or account. `order` is the number he was found by, else ""."""

    customer: Customer
    by: str
    order: str
    orders: tuple[RentedOrder, ...]


def is_number_to_call(words: str) -> bool:
    return bool(_PHONE.fullmatch(words))


def customers_known_by(words: str) -> list[Known]:
    """Customers with this phone number, order number or account number, whole and exact: the desk looks up, it does not leaf through."""
    found: list[tuple[Customer, str, str]] = []
    if is_number_to_call(words):
        found += [(one, "phone", "") for one in customers_by_phone(words)]
    if not found:
        orders = Order.objects.filter(number__iexact=words).select_related("customer")
        found += [(one.customer, "order", one.number) for one in orders]
        found += [(one, "account", "") for one in Customer.objects.filter(account_number__iexact=words)]
    of_customer = orders_of([customer for customer, _by, _order in found])
    return [Known(customer, by, order, tuple(of_customer.get(customer.pk, ()))) for customer, by, order in found[:8]]


@dataclass(slots=True)
class RentedOrder:
    """An order as the desk sees it; `lines` are (model, quantity)."""

    number: str
    ends_on: date
    state: str
    deposit: Decimal
    lines: list[tuple[str, int]]


def orders_of(customers: Iterable[Customer]) -> dict[int, list[RentedOrder]]:
    """customer id -> his orders with their lines, the latest first; one question for all of them."""
    ids = [one.pk for one in customers]
    if not ids:
        return {}
    with connection.cursor() as cursor:  # stands beside every case, and Django takes longer to say this than the store to answer
        cursor.execute(
            "SELECT o.customer_id, o.number, o.ends_on, o.state, ROUND(o.deposit - COALESCE((SELECT SUM(m.amount) FROM rental_depositmovement m"
            " WHERE m.order_id = o.id AND m.kind IN ('refunded', 'deducted')), 0), 2), l.model, l.quantity"
            " FROM rental_order o LEFT JOIN rental_orderline l ON l.order_id = o.id"
            f" WHERE o.customer_id IN ({', '.join(['%s'] * len(ids))}) ORDER BY o.starts_on DESC, o.id DESC, l.id",
            ids,
        )
        rows = cursor.fetchall()
    found: dict[int, dict[str, RentedOrder]] = {}
    for customer, number, ends_on, state, deposit, model, quantity in rows:
        orders = found.setdefault(customer, {})
        if number not in orders:
            day = ends_on if isinstance(ends_on, date) else date.fromisoformat(ends_on)
            orders[number] = RentedOrder(number, day, state, Decimal(str(deposit)), [])
        if model is not None:
            orders[number].lines.append((model, quantity))
    return {customer: list(orders.values()) for customer, orders in found.items()}


def colleagues(limit: int = 500) -> list[tuple[str, str]]:
    """(actor, name) of everybody who works here, by name."""
    member = Exists(Membership.objects.filter(user=OuterRef("pk")))
    staff = User.objects.filter(member, is_active=True, is_customer=False).order_by("name", "username").values_list("pk", "name", "username")
    return [(f"staff:{pk}", name or username) for pk, name, username in staff[:limit]]


def colleague_name(actor: str) -> str:
    """The name behind `staff:7`, whether he still works here or not; the word itself for anybody else."""
    kind, _, number = actor.partition(":")
    user = User.objects.filter(pk=number).first() if kind == "staff" and number.isdecimal() else None
    return str(user) if user else actor


def colleagues_on(case: Case) -> list[tuple[str, str]]:
    """(actor, name) of those who may see this case, by name: whom one may mention in it."""
    teams = CaseTeam.objects.filter(case=case).values("team")
    staff = User.objects.filter(is_active=True, is_customer=False, memberships__team__in=teams).distinct().order_by("name", "username")
    return [(f"staff:{user.pk}", str(user)) for user in staff]


def editions_adopted(regulation: str) -> list[Edition]:
    """Every adopted edition of a regulation, the newest first."""
    return list(Edition.objects.filter(regulation=regulation).exclude(adopted_at=None).defer("source").order_by("-edition"))


def attainment_points(regulation: str, now: datetime, days: int = 30, buckets: int = 6) -> dict[str, list[float]]:
    """clause -> share of kept promises, in percent, of each of the equal parts of the last `days`, oldest first; empty parts are left out."""
    since = now - timedelta(days=days)
    settled = Clock.objects.filter(regulation=regulation, state__in=("kept", "missed"), settled_at__gt=since, settled_at__lte=now)
    by_day = settled.annotate(day=TruncDate("settled_at")).values_list("clause", "day", "state").annotate(n=Count("id"))
    first = timezone.localtime(since).date()
    sums: dict[str, list[list[int]]] = {}
    for clause, day, state, n in by_day:
        bucket = min((day - first).days * buckets // (days + 1), buckets - 1)
        sums.setdefault(clause, [[0, 0] for _ in range(buckets)])[bucket][state == "missed"] += n
    return {clause: [100 * kept / (kept + missed) for kept, missed in parts if kept + missed] for clause, parts in sums.items()}


def letters_of(reader: Staff, *, dead_only: bool = False) -> QuerySet[Outbox]:
    """Letters of the cases he may see, newest first, the case joined. dead_only: those that never left or came back."""
    found = Outbox.objects.filter(of_cases_for(reader)).select_related("case").defer("payload", "case__memo")
    return (found.exclude(dead_at=None, bounced_at=None) if dead_only else found).order_by("-created_at", "-id")


def acknowledged_by(reader: Staff) -> list[Acknowledgement]:
    """What he has read and is bound by, the newest first."""
    return list(Acknowledgement.objects.filter(user=reader.user).select_related("edition").defer("edition__source").order_by("-at"))
