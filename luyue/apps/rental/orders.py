"""Which order a case is about, and what its papers say: contract, payments, invoices. Answers for guards and named effects."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from luyue.apps.cases.models import Case
from luyue.apps.casework.answers import answers_of
from luyue.apps.rental.models import ContractVersion, DepositMovement, Invoice, Order, RentCredit

CENT = Decimal("0.01")


def order_of(case: Case | None) -> Order | None:
    """The order the customer named, else the one order of his that can be meant; None when there is none or it is unclear.

    Only the customer's own orders count: anybody may write down any number.
    """
    if case is None or case.customer_id is None:
        return None
    own = list(Order.objects.filter(customer=case.customer_id).order_by("pk"))
    answers = answers_of(case)
    named = str(answers.get("order_number") or answers.get("contract_order") or "").strip().upper()
    if named:
        return next((order for order in own if order.number.upper() == named), None)
    words = " ".join(value for value in answers.values() if isinstance(value, str)).upper()
    told = [order for order in own if order.number.upper() in words]
    if len(told) == 1:
        return told[0]
    disputed = [order for order in own if order.contract_versions.filter(in_force=True, agreed_at=None).exists()]
    running = [order for order in own if order.state != Order.RETURNED]
    return next((found[0] for found in (disputed, running, own) if len(found) == 1), None)


def contract_versions(case: Case | None, about: Mapping[str, object]) -> list[dict[str, object]]:
    """{version, agreed, in_force} of the order's contract, oldest first; `version` is unique in the whole company: ZL-261115-0080/2."""
    order = order_of(case)
    versions = order.contract_versions.order_by("number") if order else ()
    return [{"version": f"{order}/{one.number}", "agreed": one.agreed_at is not None, "in_force": one.in_force} for one in versions]


def contract_price(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, total, days, lines}: the price by the last terms the customer agreed to; an order without a contract costs what its lines say.

    Terms nobody agreed to bind nobody, even while they are in force.
    """
    order = order_of(case)
    if order is None:
        return None
    agreed = order.contract_versions.exclude(agreed_at=None).order_by("-number").first()
    lines, days = _terms(agreed) if agreed else _ordered(order)
    total = sum((Decimal(str(line["daily_price"])) * int(line["quantity"]) for line in lines), Decimal(0)) * days
    return {"order": order.number, "total": f"{total:.2f}", "days": days, "lines": lines}


def payments(case: Case | None, about: Mapping[str, object]) -> list[dict[str, object]]:
    """{route, amount} of what was paid for the order, oldest first."""
    order = order_of(case)
    return [{"route": one.route, "amount": f"{one.amount:.2f}"} for one in order.payments.order_by("at", "pk")] if order else []


def invoice(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{number, amount, kind} of the order's invoice that stands, the latest if there are several."""
    order = order_of(case)
    found = order.invoices.filter(state=Invoice.ISSUED).order_by("-issued_on", "-pk").first() if order else None
    return {"number": found.number, "amount": f"{found.amount:.2f}", "kind": found.kind} if found else None


def deposit(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, held, frozen}: what is left of the deposit of the customer's order, frozen money included; None without an order."""
    order = order_of(case)
    if order is None:
        return None
    held, frozen = deposit_left(order)
    return {"order": order.number, "held": f"{held:.2f}", "frozen": f"{frozen:.2f}"}


def deposit_left(order: Order) -> tuple[Decimal, Decimal]:
    """(held, frozen): what was neither given back nor kept yet, and how much of it is disputed."""
    sums = dict(order.deposit_movements.values_list("kind").annotate(Sum("amount")).order_by())
    gone = sum((sums.get(kind) or Decimal(0) for kind in (DepositMovement.REFUNDED, DepositMovement.DEDUCTED)), Decimal(0))
    frozen = (sums.get(DepositMovement.FROZEN) or Decimal(0)) - (sums.get(DepositMovement.UNFROZEN) or Decimal(0))
    return order.deposit - gone, frozen


def rent_of_unit(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, per_day} of one unit of the model the case is about, in the customer's order; None when the order has none."""
    order = order_of(case)
    model = str(answers_of(case).get("unit_model") or "").strip() if case else ""
    line = order.lines.filter(model__iexact=model).order_by("-daily_price").first() if order and model else None
    return {"order": order.number, "per_day": f"{line.daily_price:.2f}"} if order and line else None


def rent_credit(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, amount} of the rent credited in this case and not yet paid out; None when nothing was credited."""
    rows = list(RentCredit.objects.filter(case=case).select_related("order").order_by("pk")) if case else []
    owed = sum((row.amount if row.kind == RentCredit.CREDITED else -row.amount for row in rows), Decimal(0))
    return {"order": rows[0].order.number, "amount": f"{owed:.2f}"} if rows else None


def order_to_invoice(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, amount, invoice}: what the customer's order costs, and the number of the invoice that stands for it; None without an order."""
    order = order_of(case)
    standing = invoice(case, about)
    return {"order": order.number, "amount": f"{order.total:.2f}", "invoice": standing["number"] if standing else ""} if order else None


def order_out(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, out}: the order the case is, or is about, and whether the customer has its units; None without an order."""
    order = (Order.objects.filter(number=case.number).first() or order_of(case)) if case else None
    return {"order": order.number, "out": order.state == Order.OUT} if order else None


def _terms(version: ContractVersion) -> tuple[list[dict[str, Any]], int]:
    return list(version.terms["lines"]), int(version.terms["days"])


def _ordered(order: Order) -> tuple[list[dict[str, Any]], int]:
    lines = order.lines.order_by("pk").values("model", "quantity", "daily_price")
    return [{**line, "daily_price": str(line["daily_price"])} for line in lines], (order.ends_on - order.starts_on).days
