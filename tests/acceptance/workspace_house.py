"""云台租赁 at work for the stories of the workspace: the shipped regulations, its people, customers, orders, and some matters.

`python -m tests.acceptance.workspace_house` fills an installation with it, for a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Tuesday, a plain working day, in the middle of service.
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=SHANGHAI)
QUALITY = {
    "objection_type": "quality/malfunction", "unit_model": "FX3", "order_number": "ZL-260210-0316",
    "appeared_at": "2026-11-23T20:10", "symptom": "自动对焦来回拉", "demand": ["replace"],
}  # fmt: skip
FEE = {"objection_type": "fee/deposit", "order_number": "ZL-261102-0021", "demand": ["release-deposit"]}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@dataclass
class House:
    """The company. `user("chensiyuan")` is a person's account, `customers` the rows by key."""

    now: datetime = NOW
    customers: dict[str, Any] = field(default_factory=dict)
    opened: int = 0

    def user(self, username: str) -> Any:
        from luyue.apps.people.models import User

        return User.objects.get(username=username)

    def staff(self, username: str) -> Any:
        from luyue.apps.cases.readers import Staff

        return Staff(self.user(username))

    def objection(self, customer: str, text: str, when: datetime, data: Mapping[str, Any] = FEE, channel: str = "web") -> Any:
        """A customer's objection that came in at `when`; the case."""
        from luyue.apps.cases.readers import Customer
        from luyue.apps.casework.intake import Intake, open_case
        from luyue.apps.customers.selectors import addresses_of

        self.opened += 1
        who = self.customers[customer]
        answers = {"customer_name": who.name, "contact_phone": addresses_of(who).phone, "objection_text": text, **data}
        made = Intake(
            channel=channel, external_id=f"story-{self.opened}", procedure="objection", customer=who.pk, data=answers, at=when, now=when, by=Customer(who)
        )
        return open_case(made).case

    def do(self, case: Any, action: str, who: str, when: datetime, **data: Any) -> Any:
        from luyue.apps.casework.perform import perform

        return perform(case.pk, action, by=self.staff(who), data=data, at=when, now=when)


def found(now: datetime = NOW, password: str = "") -> House:
    """The company founded: regulations adopted and acknowledged, skills earned, customers and orders known."""
    from luyue.apps.customers.actions import CustomerData, find_or_make
    from luyue.apps.journal.transaction import write
    from luyue.apps.people.models import Membership, SkillEarned, User
    from luyue.apps.regulation.models import Acknowledgement, CalendarRevision, Edition
    from luyue.apps.regulation.selectors import current_rulebook
    from luyue.apps.rental.models import Order, OrderLine
    from luyue.core.regulation.rules import Skill
    from luyue.site.demo.company import CLIENTS, RENTALS, STAFF

    earlier = now - timedelta(days=30)
    for person in STAFF:
        user = User.objects.create_user(person.username, name=person.name, password=password or None)
        for post in person.posts:
            team, _, of_team = post.partition("/")
            Membership.objects.create(user=user, team=team, post=of_team)
    if not _founded:
        _adopt_all(earlier)
        _founded.extend((model, list(model.objects.values())) for model in (CalendarRevision, Edition))
    else:
        # The rows that the doors themselves wrote for the first story of this process; adopting the regulations anew takes seconds.
        for model, rows in _founded:
            model.objects.bulk_create([model(**row) for row in rows])
    skills = [one.id for one in current_rulebook(now)[1].all(Skill).values() if one.earned_by != "acknowledgement"]
    editions = list(Edition.objects.exclude(adopted_at=None))
    for user in User.objects.all():
        Acknowledgement.objects.bulk_create([Acknowledgement(user=user, edition=edition, at=earlier) for edition in editions])
        SkillEarned.objects.bulk_create([SkillEarned(user=user, skill=one, earned_at=earlier) for one in skills])
    house = House(now)
    for client in CLIENTS:
        data = CustomerData(client.kind, client.name, client.phone, client.email, client.contact_person, client.account)
        house.customers[client.key] = write(lambda data=data: find_or_make(data, earlier))
    for rental in RENTALS:
        days = [(now + timedelta(days=days)).date() for days in (rental.starts_days, rental.ends_days)]
        order = Order.objects.create(
            number=rental.number, customer=house.customers[rental.client], starts_on=days[0], ends_on=days[1], state=rental.state,
            total=rental.deposit, deposit=rental.deposit,
        )  # fmt: skip
        OrderLine.objects.bulk_create([OrderLine(order=order, model=model, quantity=n, daily_price=price) for model, _serial, n, price in rental.lines])
    return house


_founded: list[tuple[Any, list[dict[str, Any]]]] = []


def _adopt_all(now: datetime) -> None:
    """What the company has adopted, each after what it builds on."""
    from luyue.apps.people.models import User
    from luyue.apps.regulation.actions import adopt
    from luyue.apps.regulation.models import Edition
    from luyue.apps.regulation.shipped import load_shipped
    from luyue.site.demo.company import REGULATIONS

    assert load_shipped(now).problems == ()
    two = User.objects.get(username="luwen"), User.objects.get(username="zhouqiming")
    for name in REGULATIONS:
        adopt(name, Edition.objects.get(regulation=name).edition, *two, now)


def quality_matter(house: House) -> Any:
    """An objection about a broken camera, transferred to technical support and the warehouse, taken by 何立诚."""
    case = house.objection("yunshang", "FX3 今晚直播自动对焦一直拉风箱，断了两次。", at(23, 20, 35), QUALITY, "chat")
    house.do(case, "answer", "chensiyuan", at(23, 20, 38), text="林女士您好，已经收到，正在登记。")
    house.do(case, "register-objection", "chensiyuan", at(23, 20, 41), promised_at="2026-11-30T18:00", needs_device="yes")
    house.do(case, "transfer-objection", "chensiyuan", at(23, 20, 50))
    house.do(case, "take", "helicheng", at(24, 9, 18))
    house.do(case, "note", "helicheng", at(24, 9, 52), text="出库对焦测试通过，固件 3.00。")
    return case


def main() -> None:
    from luyue.site.cli import start_django

    start_django()
    from django.utils import timezone

    now = timezone.now()
    house = found(now, password="acht-mal-gruen")
    for number, key in enumerate(("zhou", "lin", "tang")):
        house.objection(key, f"押金 {number + 1} 天没有到账", now - timedelta(minutes=9 - number))


if __name__ == "__main__":
    main()
