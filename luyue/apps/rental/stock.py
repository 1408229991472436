"""Which units are free when, by orders, holds and quarantine. Periods are half-open: the day a unit comes back it can go out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.rental.models import Hold, Order, OrderLine, Unit
from luyue.apps.rental.plans import plans_of


def planned_units(case: Case | None, about: Mapping[str, object]) -> list[dict[str, object]]:
    """{model, wanted, free, from_on, to_on} over the case's drafted plans: the customer takes one of them, so the largest number counts."""
    fields = about["fields"]
    if case is None or not isinstance(fields, Mapping) or not (fields.get("rent_starts_at") and fields.get("rent_ends_at")):
        return []
    from_on, to_on = (_day(fields[name]) for name in ("rent_starts_at", "rent_ends_at"))
    wanted: dict[str, int] = {}
    for plan in plans_of(case):
        for model, number in plan.quantities().items():
            wanted[model] = max(wanted.get(model, 0), number)
    return [
        {"model": model, "wanted": number, "free": free(model, from_on, to_on, but=case), "from_on": str(from_on), "to_on": str(to_on)}
        for model, number in wanted.items()
    ]


def units_to_allocate(case: Case | None, about: Mapping[str, object]) -> list[dict[str, object]]:
    """{model, serial} for each unit the order still lacks, serial None where none is free; with `failed` the one that replaces it."""
    order = Order.objects.filter(number=case.number).first() if case else None
    if order is None:
        return []
    failed = str(about.get("failed") or "")
    rows: list[dict[str, object]] = []
    taken: set[str] = {failed}
    for line in order.lines.select_related("unit").order_by("pk"):
        lacking = int(line.unit is not None and line.unit.serial == failed) if failed else line.quantity * (line.unit is None)
        for _ in range(lacking):
            unit = free_units(line.model, order.starts_on, order.ends_on).exclude(serial__in=taken).first()
            rows.append({"model": line.model, "serial": unit.serial if unit else None})
            taken.add(unit.serial if unit else "")
    return rows


def renewal(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, days, fee, short} of the longer rent the order's case asks for: whole days more, at the daily price, and the models that
    somebody else needs in that time. None when the case is no order or asks for nothing."""
    order = Order.objects.filter(number=case.number).first() if case else None
    fields = about["fields"]
    if order is None or not isinstance(fields, Mapping) or not (fields.get("rent_ends_at") and fields.get("renew_until")):
        return None
    more = datetime.fromisoformat(str(fields["renew_until"])) - datetime.fromisoformat(str(fields["rent_ends_at"]))
    days = max(0, -(-more // timedelta(days=1)))  # not a promise: a day begun is a day, as the contract counts
    per_day, wanted = Decimal(0), Counter[str]()
    for line in order.lines.all():
        per_day += line.daily_price * line.quantity
        wanted[line.model] += line.quantity
    until = order.ends_on + timedelta(days=days)  # not a promise: days of the wish
    # The order itself is over by then, so its own units count among the free ones; but no other order may have been given the very same.
    own = [one.unit for one in order.lines.select_related("unit") if one.unit is not None]
    given_away = {unit.model for unit in own if not free_units(unit.model, order.ends_on, until).filter(pk=unit.pk).exists()}
    short = [model for model, number in sorted(wanted.items()) if days and (model in given_away or free(model, order.ends_on, until) < number)]
    return {"order": order.number, "days": days, "fee": f"{per_day * days:.2f}", "short": short}


def free(model: str, from_on: date, to_on: date, *, but: Case | None = None) -> int:
    """How many units of the model nobody has or holds in the period; holds of the case itself do not count against it."""
    held = Hold.objects.filter(model=model, from_on__lt=to_on, to_on__gt=from_on, released_at=None, case__is_open=True)
    unallocated = _rented(from_on, to_on).filter(model=model, unit=None, order__state=Order.PLACED)
    # What was planned and then ordered stays held until it is allocated: it must not be counted twice.
    unallocated = unallocated.exclude(order__number__in=held.values("case__number"))
    numbers = [held.exclude(case=but).aggregate(n=Sum("quantity"))["n"], unallocated.aggregate(n=Sum("quantity"))["n"]]
    return max(0, free_units(model, from_on, to_on).count() - sum(number or 0 for number in numbers))


def free_units(model: str, from_on: date, to_on: date) -> QuerySet[Unit]:
    """Units no order has in the period, by serial number."""
    away = _rented(from_on, to_on).exclude(unit=None).values("unit_id")
    return Unit.objects.filter(model=model).exclude(state=Unit.QUARANTINED).exclude(pk__in=away).order_by("serial")


def _rented(from_on: date, to_on: date) -> QuerySet[OrderLine]:
    """Lines of orders that run in the period; not those given back, nor those called off before they went out."""
    called_off = Case.objects.filter(is_open=False).values("number")
    over = Q(order__state=Order.RETURNED) | Q(order__state__in=(Order.PLACED, Order.ALLOCATED), order__number__in=called_off)
    return OrderLine.objects.filter(order__starts_on__lt=to_on, order__ends_on__gt=from_on).exclude(over)


def _day(instant: object) -> date:
    return timezone.localdate(datetime.fromisoformat(str(instant)))
