"""Filling an empty store: regulations adopted, people hired, customers and orders known, then the stories."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from luyue.apps.casework import ticker
from luyue.apps.customers.actions import find_or_make
from luyue.apps.people.models import Membership, SkillEarned, User
from luyue.apps.regulation.acknowledgement import acknowledge
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import load_shipped
from luyue.apps.rental.models import Order, OrderLine, Unit
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Skill
from luyue.site.demo.company import CLIENTS, PASSWORD, RENTALS, STAFF
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
    for edition in _from_the_ground_up():
        adopt(edition.regulation, edition.edition, users["luwen"], users["zhouqiming"], began)
    book = current_rulebook(now)[1]
    teach(users, book, began)
    know_customers(now)
    return House(book, now)


def _from_the_ground_up() -> list[Edition]:
    """What others stand on first: the law floor, the company, then the rest."""
    first = {"L0": 0, "company": 1}
    return sorted(Edition.objects.filter(adopted_at=None), key=lambda one: (first.get(one.regulation, 2), one.regulation))


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
                SkillEarned.objects.create(user=user, skill=skill.id, earned_at=at, until=at + timedelta(days=365))  # not a promise: an exam's year


def know_customers(now: datetime) -> None:
    today = timezone.localtime(now).date()
    known = {one.key: find_or_make(customer_data(one), now) for one in CLIENTS}
    for rental in RENTALS:
        starts, ends = today + timedelta(days=rental.starts_days), today + timedelta(days=rental.ends_days)  # not a promise: dates of the story
        days = (ends - starts).days
        total = sum(quantity * days * _price(price) for _, _, quantity, price in rental.lines)
        order = Order.objects.create(
            number=rental.number, customer=known[rental.client], starts_on=starts, ends_on=ends, state=rental.state, total=total,
            deposit=rental.deposit, paid_by="wechat",
        )  # fmt: skip
        for model, serial, quantity, price in rental.lines:
            unit = Unit.objects.create(serial=serial, model=model, state=rental.state) if serial else None
            OrderLine.objects.create(order=order, unit=unit, model=model, quantity=quantity, daily_price=_price(price))


def _price(words: str) -> Decimal:
    return Decimal(words)
