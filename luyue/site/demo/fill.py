"""Filling an empty store: regulations adopted, people hired, customers and orders known, then the stories."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from luyue.apps.casework import ticker
from luyue.apps.customers.actions import find_or_make
from luyue.apps.customers.models import Customer
from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.acknowledgement import acknowledge
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.examination import record_passed
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import load_shipped
from luyue.apps.rental.models import ContractVersion, Invoice, Order, OrderLine, Payment, Unit
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Skill
from luyue.site.demo.company import CLIENTS, PASSWORD, REGULATIONS, RENTALS, SPARE_UNITS, STAFF, Rental
from luyue.site.demo.desk import House, customer_data
from luyue.site.demo.stories import STORIES

LONG_AGO = timedelta(days=60)  # not a promise: the company was there before its first case


def fill(now: datetime) -> int:
    """Make everything and give back the number of cases. The store must have its tables and nothing else."""
    house = open_house(now)
    for story in STORIES:
        story(house)
    ticker.run_due(now)
    return len(STORIES)


def open_house(now: datetime) -> House:
    """The company before its first case: regulations in force, staff, customers and their orders."""
    began = now - LONG_AGO
    users = hire()
    load_shipped(began)
    for name in REGULATIONS:
        adopt(name, Edition.objects.get(regulation=name).edition, users["luwen"], users["zhouqiming"], began)
    book = current_rulebook(now)[1]
    teach(users, book, began)
    know_customers(now)
    return House(book, now)


def hire() -> dict[str, User]:
    users = {}
    for person in STAFF:
        user = User(username=person.username, name=person.name)
        user.set_password(PASSWORD)
        user.save()
        users[person.username] = user
        for post in person.posts:
            team, _, named = post.partition("/")
            Membership.objects.create(user=user, team=team, post=named)
    return users


def teach(users: dict[str, User], book: Rulebook, at: datetime) -> None:
    """Everybody has acknowledged what binds him, and passed the exams his team must pass."""
    for user in users.values():
        for edition in Edition.objects.exclude(adopted_at=None):
            acknowledge(user, edition, at)
        teams = set(Membership.objects.filter(user=user).values_list("team", flat=True))
        for skill in book.all(Skill).values():
            if skill.earned_by != "acknowledgement" and teams & set(skill.teams):
                record_passed(user, skill.id, by="shell", proof=f"{skill.label.zh}成绩单 {at:%Y-%m}", at=at, now=at)


def know_customers(now: datetime) -> None:
    """Customers, what they rented and the papers of it, and units to rent."""
    today = timezone.localtime(now).date()
    known = {one.key: find_or_make(customer_data(one), now) for one in CLIENTS}
    for number, rental in enumerate(RENTALS, start=1):
        starts, ends = today + timedelta(days=rental.starts_days), today + timedelta(days=rental.ends_days)  # not a promise: dates of the story
        customer = known[rental.client]
        route = "对公转账" if customer.kind == Customer.COMPANY else "微信支付"
        order = Order.objects.create(
            number=rental.number, customer=customer, starts_on=starts, ends_on=ends, state=rental.state, total=_billed(rental),
            deposit=rental.deposit, paid_by=route,
        )  # fmt: skip
        for model, serial, quantity, price in rental.lines:
            unit = Unit.objects.create(serial=serial, model=model, state=rental.state) if serial else None
            OrderLine.objects.create(order=order, unit=unit, model=model, quantity=quantity, daily_price=Decimal(price))
        _write_contract(order, rental, now)
        paid_at = now + timedelta(days=rental.starts_days)  # not a promise: dates of the story
        for amount in (order.total, order.deposit):
            Payment.objects.create(order=order, amount=amount, route=route, at=paid_at)
        title = rental.invoice_title or customer.name
        Invoice.objects.create(order=order, number=f"2644200000{number:010d}", title=title, amount=order.total, issued_on=starts)
    for model, front, number in SPARE_UNITS:
        Unit.objects.bulk_create([Unit(serial=f"{front}{one:02d}", model=model) for one in range(1, number + 1)])


def _write_contract(order: Order, rental: Rental, now: datetime) -> None:
    """The version the customer signed, and where the company changed it alone, that one too: it was put in force all the same."""
    signed_at = now + timedelta(days=rental.starts_days - 2)  # not a promise: dates of the story
    consent = f"租赁合同 HT-{order.number[3:]}，双方签字"
    changed = bool(rental.changed_price)
    ContractVersion.objects.create(order=order, number=1, agreed_at=signed_at, consent=consent, terms=_terms(rental), in_force=not changed)
    if changed:
        ContractVersion.objects.create(order=order, number=2, terms=_terms(rental, rental.changed_price), in_force=True)


def _terms(rental: Rental, price: str = "") -> dict[str, Any]:
    lines = [{"model": model, "quantity": quantity, "daily_price": price or own} for model, _, quantity, own in rental.lines]
    return {"days": rental.ends_days - rental.starts_days, "lines": lines}


def _billed(rental: Rental) -> Decimal:
    terms = _terms(rental, rental.changed_price)
    return Decimal(rental.billed or sum(line["quantity"] * Decimal(line["daily_price"]) * terms["days"] for line in terms["lines"]))
