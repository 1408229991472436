"""What named effects write here, inside the entry's transaction: papers of orders, the orders themselves, and units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from luyue.apps.casework.answers import answers_of
from luyue.apps.casework.doors import Writing
from luyue.apps.casework.writings import open_beside
from luyue.apps.rental.models import ContractVersion, DepositMovement, Hold, Invoice, Order, OrderLine, Recalculation, RentCredit, Unit
from luyue.apps.rental.orders import deposit_left
from luyue.apps.rental.stock import free_units
from luyue.core.procedure.state import Refused


def recalculate_order(writing: Writing, data: Mapping[str, Any]) -> None:
    """Keep what the order costs by contract beside what was billed; nothing when the case names no order of the customer's."""
    order = Order.objects.filter(number=data["order"]).first()
    if order is None:
        return
    Recalculation.objects.create(
        case=writing.case, order=order, total=Decimal(data["total"]), days=data["days"], billed=_money(data["billed"]),
        difference=_money(data["difference"]), at=writing.now,
    )  # fmt: skip


def restore_contract_version(writing: Writing, data: Mapping[str, Any]) -> None:
    """Put the version the customer agreed to in force again, and price the order by it."""
    number, _, version = str(data["version"]).rpartition("/")
    versions = ContractVersion.objects.select_for_update().filter(order__number=number)
    # One contract is in force at a time: the other goes before this one comes.
    versions.exclude(number=int(version)).update(in_force=False)
    versions.filter(number=int(version)).update(in_force=True)
    terms = versions.get(number=int(version)).terms
    total = sum((Decimal(str(line["daily_price"])) * int(line["quantity"]) for line in terms["lines"]), Decimal(0)) * int(terms["days"])
    Order.objects.filter(number=number).update(total=total)


def red_letter_and_reissue(writing: Writing, data: Mapping[str, Any]) -> None:
    """Reverse the invoice with a red-letter one and request the right one, in the customer's name and for what the order costs by contract."""
    wrong = Invoice.objects.select_for_update().filter(number=data["reverses"]).first() if data["reverses"] else None
    if wrong is None:
        return  # not in our books: the entry says that finance does it by hand
    wrong.state = Invoice.REVERSED
    wrong.save(update_fields=["state"])
    counted = Recalculation.objects.filter(case=writing.case, order=wrong.order).order_by("-at").first()
    common = {"order": wrong.order, "kind": wrong.kind, "instead_of": wrong}
    Invoice.objects.create(**common, title=wrong.title, amount=-wrong.amount, state=Invoice.RED_LETTER)
    right = counted.total if counted else wrong.amount
    Invoice.objects.create(**common, title=wrong.order.customer.name, amount=right, state=Invoice.REQUESTED)


def issue_invoice(writing: Writing, data: Mapping[str, Any]) -> None:
    """The order's invoice, in the name the customer asked for. Refused when another one was issued meanwhile, or the number is used."""
    order = Order.objects.select_for_update().get(number=data["order"])
    if order.invoices.filter(state=Invoice.ISSUED).exists() or Invoice.objects.filter(number=data["number"]).exists():
        raise Refused(
            "effect:issue-invoice", "该订单或该号码的发票刚刚开过", words_en="This order or this number has just got its invoice", remedy="请核对发票号码"
        )
    title = str(answers_of(writing.case).get("invoice_title") or order.customer.name)
    Invoice.objects.create(order=order, number=data["number"], title=title, amount=Decimal(data["amount"]), issued_on=timezone.localdate(writing.now))


def move_deposit(writing: Writing, data: Mapping[str, Any]) -> None:
    """What becomes of a deposit, one row a kind of movement; rows are never changed. Refused when somebody else moved it meanwhile."""
    order = Order.objects.select_for_update().get(number=data["order"])
    moved = {kind: Decimal(str(data[kind])) for kind in DepositMovement.KINDS if data.get(kind)}
    held, frozen = deposit_left(order)
    leaving = moved.get(DepositMovement.REFUNDED, Decimal(0)) + moved.get(DepositMovement.DEDUCTED, Decimal(0))
    if leaving > held or moved.get(DepositMovement.UNFROZEN, Decimal(0)) > frozen:
        raise Refused("effect:settle-deposit", "这笔押金刚刚结算过", words_en="This deposit has just been settled", remedy="请刷新页面核对")
    for kind, amount in moved.items():
        DepositMovement.objects.create(order=order, case=writing.case, kind=kind, amount=amount, at=writing.now)


def extend_rent(writing: Writing, data: Mapping[str, Any]) -> None:
    """The order is rented so many days longer, costs so much more, and has a contract version the customer has put his name to."""
    order = Order.objects.select_for_update().get(number=data["order"])
    versions = order.contract_versions.order_by("number")
    lines = [{"model": one.model, "quantity": one.quantity, "daily_price": f"{one.daily_price:.2f}"} for one in order.lines.order_by("pk")]
    order.ends_on += timedelta(days=int(data["days"]))
    order.total += Decimal(str(data["fee"]))
    order.save(update_fields=["ends_on", "total"])
    last = versions.last()
    versions.filter(in_force=True).update(in_force=False)
    ContractVersion.objects.create(
        order=order, number=last.number + 1 if last else 1, agreed_at=writing.now, consent=f"客户在工单 {writing.case.number} 中签字同意续租",
        terms={"days": (order.ends_on - order.starts_on).days, "lines": lines}, in_force=True,
    )  # fmt: skip


def credit_rent(writing: Writing, data: Mapping[str, Any]) -> None:
    """The customer is owed the rent of the days the unit could not be used."""
    order = Order.objects.get(number=data["order"])
    RentCredit.objects.create(order=order, case=writing.case, kind=RentCredit.CREDITED, days=int(data["days"]), amount=Decimal(data["amount"]), at=writing.now)


def refund_rent_credit(writing: Writing, data: Mapping[str, Any]) -> None:
    """What was credited has been paid out."""
    order = Order.objects.get(number=data["order"])
    RentCredit.objects.create(order=order, case=writing.case, kind=RentCredit.REFUNDED, amount=Decimal(data["amount"]), at=writing.now)


def hold_units(writing: Writing, data: Mapping[str, Any]) -> None:
    """Hold what the sent plans need; what the case held before is let go."""
    Hold.objects.filter(case=writing.case, released_at=None).update(released_at=writing.now)
    for line in data["lines"]:
        days = {name: date.fromisoformat(str(line[name])) for name in ("from_on", "to_on")}
        Hold.objects.create(case=writing.case, model=line["model"], quantity=line["quantity"], **days)


def open_order(writing: Writing, data: Mapping[str, Any]) -> None:
    """The order case and its order, from the confirmed plan; the holds go over to it."""
    customer = writing.case.customer
    if customer is None:
        raise Refused(
            "effect:open-order", "还没有登记客户，不能开立订单", words_en="There is no customer to open an order for", remedy="请先登记客户姓名和联系电话"
        )
    known = answers_of(writing.case)
    given = {
        "receiver_name": known.get("customer_name"),
        "receiver_phone": known.get("contact_phone"),
        "order_lines": [dict(line) for line in data["lines"]],
        "order_total": data["total"],
    }
    opened = open_beside(writing, data, given)
    starts_on = _rent_begins(writing)
    order = Order.objects.create(
        number=opened.number, customer=customer, starts_on=starts_on, ends_on=starts_on + timedelta(days=int(data["days"])), state=Order.PLACED,
        total=Decimal(data["total"]), deposit=Decimal(data.get("deposit") or 0),
    )  # fmt: skip
    for line in data["lines"]:
        quantity = int(Decimal(str(line["quantity"])))
        OrderLine.objects.create(order=order, model=line["unit_model"], quantity=quantity, daily_price=Decimal(str(line["unit_price"])))
    Hold.objects.filter(case=writing.case, released_at=None).update(case=opened)


def allocate_units(writing: Writing, data: Mapping[str, Any]) -> None:
    """Give the order's lines their units, one line a unit, and let the hold go. Refused when another order took a unit meanwhile."""
    order = Order.objects.select_for_update().get(number=writing.case.number)
    for row in data["units"]:
        unit = Unit.objects.select_for_update().get(serial=row["serial"])
        if not free_units(unit.model, order.starts_on, order.ends_on).filter(pk=unit.pk).exists():
            raise Refused(
                "effect:allocate-units", f"设备 {unit.serial} 刚被另一订单占用", words_en=f"Another order has just taken {unit.serial}", remedy="请再办理一次"
            )
        line = order.lines.filter(model=unit.model, unit=None).order_by("pk").first()
        if line is None:
            continue
        if line.quantity > 1:
            line.quantity -= 1
            line.save(update_fields=["quantity"])
            line = OrderLine(order=order, model=line.model, daily_price=line.daily_price)
        line.unit = unit
        line.save()
    order.state = Order.ALLOCATED
    order.save(update_fields=["state"])
    if data.get("releases_hold"):
        Hold.objects.filter(case=writing.case, released_at=None).update(released_at=writing.now)


def quarantine_unit(writing: Writing, data: Mapping[str, Any]) -> None:
    """Keep the unit from being lent, and take it off this order."""
    OrderLine.objects.filter(order__number=writing.case.number, unit__serial=data["serial"]).update(unit=None)
    Unit.objects.filter(serial=data["serial"]).update(state=Unit.QUARANTINED)


def start_rent(writing: Writing, data: Mapping[str, Any]) -> None:
    """The rent runs from the day of the signature, as long as was agreed."""
    order = Order.objects.filter(number=writing.case.number).first()
    if order is None:
        return
    starts_on = timezone.localdate(datetime.fromisoformat(str(data["starts_at"])))
    order.starts_on, order.ends_on, order.state = starts_on, starts_on + (order.ends_on - order.starts_on), Order.OUT
    order.save(update_fields=["starts_on", "ends_on", "state"])
    Unit.objects.filter(orderline__order=order).update(state=Order.OUT)


def take_back(writing: Writing, data: Mapping[str, Any]) -> None:
    """The order is over, and its units are in the house; what is out of use stays so."""
    Order.objects.filter(number=data["order"], state=Order.OUT).update(state=Order.RETURNED)
    Unit.objects.filter(orderline__order__number=data["order"]).exclude(state=Unit.QUARANTINED).update(state=Unit.AVAILABLE)


def _rent_begins(writing: Writing) -> date:
    wished = writing.state.fields.get("rent_starts_at")
    return timezone.localdate(datetime.fromisoformat(str(wished)) if wished else writing.now)


def _money(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
