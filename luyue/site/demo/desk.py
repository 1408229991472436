"""The demo's people at work: every step goes through the same door as in real life, at a time of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Link, Reader, Staff
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.perform import perform
from luyue.apps.casework.rows import load
from luyue.apps.evidence.actions import hold
from luyue.apps.people.models import User
from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Checklist
from luyue.site.demo.company import CLIENTS, Client
from luyue.site.demo.pictures import SHADES, photo

HOURS = "service-hours"
DAY = 600  # service minutes of about a day
_FACE_TO_FACE = ("phone", "shop")


@dataclass
class House:
    """The company while its story is told: the rulebook, and where the wall clock stands in the end."""

    book: Rulebook
    now: datetime
    _pictures: int = 0

    def before(self, minutes: int, *, until: datetime | None = None) -> datetime:
        """The latest instant with so many service minutes between it and `until` (now)."""
        until, wanted = until or self.now, minutes * 60
        within = Within(1, "min", hours=HOURS)
        early, late = until - timedelta(days=2 + minutes // 200), until
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            if self.book.agenda.elapsed_s(middle, until, within) >= wanted:
                early = middle
            else:
                late = middle
        return early.replace(microsecond=0)

    def after(self, at: datetime, minutes: int) -> datetime:
        """So many service minutes later."""
        due = self.book.agenda.due(at, Within(minutes, "min", hours=HOURS)).at
        assert due is not None, "service hours never end"
        return due

    def staff(self, username: str) -> Staff:
        return Staff(_user(username))

    def picture(self, by: Reader, at: datetime, *, of: str = "photo") -> str:
        """A held file that the next act may name."""
        self._pictures += 1
        return self.hold(f"{of}-{self._pictures}.png", photo(self._pictures % SHADES), by, at)

    def paper(self, name: str, words: str, by: Reader, at: datetime) -> str:
        return self.hold(name, words.encode(), by, at)

    def hold(self, name: str, content: bytes, by: Reader, at: datetime) -> str:
        upload = SimpleUploadedFile(name, content)
        return str(hold(upload, by=by.id, from_customer=isinstance(by, Link), now=at).pk)


def customer_data(client: Client) -> CustomerData:
    return CustomerData(client.kind, client.name, phone=client.phone, email=client.email, contact_person=client.contact_person, account_number=client.account)


@cache
def _user(username: str) -> User:
    return User.objects.get(username=username)


@dataclass
class Matter:
    """One case of the demo. Every method is an act at the matter's own clock, which only goes forward."""

    house: House
    client: str
    at: datetime
    case: Case = field(init=False)

    def opens(self, procedure: str, channel: str, desk: str = "chensiyuan", **data: Any) -> Matter:
        """The customer comes; on the phone and in the shop somebody takes it down."""
        client = next(one for one in CLIENTS if one.key == self.client)
        face_to_face = channel in _FACE_TO_FACE
        who = {"customer_name": client.name, "contact_phone": client.phone, "account_number": client.account}
        asked = {field.name for field in self.house.book.form(self.house.book.procedure(procedure).intake).fields}
        opened = open_case(
            Intake(
                channel=channel,
                external_id=f"demo-{uuid.uuid4().hex[:12]}",
                procedure=procedure,
                customer=customer_data(client),
                data={name: value for name, value in (who | data).items() if name in asked},
                at=self.at,
                now=self.at + timedelta(minutes=2 if face_to_face else 0),
                by=self.house.staff(desk) if face_to_face else None,
                rang_at=self.at if channel == "phone" else None,
                answered_at=self.at + timedelta(seconds=20) if channel == "phone" else None,
            )
        )
        self.case = opened.case
        return self.waits(2 if face_to_face else 0)

    def waits(self, minutes: int) -> Matter:
        """Service minutes go by."""
        self.at = self.house.after(self.at, minutes) if minutes else self.at
        return self

    def until(self, at: datetime) -> Matter:
        self.at = max(self.at, at)
        return self

    def does(self, who: str, action: str, minutes: int = 3, **data: Any) -> Matter:
        """`who` (a username, or `customer`) does it, some service minutes later."""
        self.waits(minutes)
        reader: Reader = Link(self.case) if who == "customer" else self.house.staff(who)
        perform(self.case.pk, action, by=reader, data=self._with_files(data, reader), at=self.at, now=self.at)
        self.case.refresh_from_db()
        return self

    def says(self, who: str, text: str, minutes: int = 3) -> Matter:
        return self.does(who, "customer-reply" if who == "customer" else "answer", minutes, text=text)

    def notes(self, who: str, text: str, minutes: int = 3) -> Matter:
        return self.does(who, "note", minutes, text=text)

    def checks(self, who: str, checklist: str, *, but: tuple[str, ...] = (), words: Mapping[str, str] | None = None) -> Matter:
        """Tick every item of a checklist with its proof, except `but`."""
        for item in self.house.book.get(Checklist, checklist).items:
            if item.id not in but:
                self.does(who, "tick", 2, checklist=checklist, item=item.id, result="pass", evidence=_NEEDS_FILE, note=(words or {}).get(item.id, "已核对"))
        return self

    def finds(self, who: str, action: str, facts: str, cause: str, liable: str, minutes: int = 20, **more: Any) -> Matter:
        """A finding with its grounds."""
        grounds = {"contract_basis": "租赁合同第六条", "legal_ground": "民法典第七百零八条：出租人应保持租赁物符合约定的用途"}
        return self.does(who, action, minutes, facts=facts, fact_evidence=_NEEDS_FILE, cause=cause, liable_party=liable, **(grounds | more))

    def task(self, who: str, rule: str, minutes: int = 10, **data: Any) -> Matter:
        key = next(task.key for task in load(self.case).tasks.values() if task.rule == rule and task.state == "open")
        return self.does(who, "do-task", minutes, task=key, **data)

    def _with_files(self, data: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Where a file is needed, a picture is taken."""
        return {name: [self.house.picture(reader, self.at)] if value is _NEEDS_FILE else value for name, value in data.items()}


_NEEDS_FILE = object()
FILE = _NEEDS_FILE
