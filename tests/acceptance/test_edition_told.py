"""Whoever must acknowledge a new edition is told by mail, once, and once more before the time is over; so is a revision of the calendar."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.apps.contacts import outbox, staff_letters
from luyue.apps.contacts.models import Outbox
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.people.models import User
from luyue.apps.regulation.shipped import keep_calendar
from luyue.site import staff
from tests.acceptance.edition_texts import objections, published, with_holiday
from tests.acceptance.workspace_house import NOW, SHANGHAI, House, found

RULES, FIRST_DAY = "live-rental-objections", "2026-11-25"
AUTHOR, MANAGER = "zhaolan", "zhouqiming"
ADDRESSES = {name: f"{name}@luyue.example" for name in ("chensiyuan", "zhaolan", "sunyue")}


class Office:
    def __init__(self, house: House) -> None:
        self.house, self.now = house, NOW

    def browser(self, username: str) -> Client:
        client = Client()
        client.force_login(self.house.user(username))
        return client

    def adopted(self, text: str, kind: str) -> None:
        author = self.browser(AUTHOR)
        where = author.post("/editions/new", {"from": kind, "file": SimpleUploadedFile("text.md", text.encode())}).headers["Location"]
        assert author.post(where, {"do": "propose", "source": text, "version": "1"}).status_code == 302
        answer = self.browser(MANAGER).post(where, {"do": "adopt", "seen": "yes"})
        assert answer.status_code == 302, answer.content.decode()

    def work(self, now: datetime) -> list[Any]:
        """What the worker does at this moment; the mails that left."""
        self.now, before = now, len(sent_mail.outbox)
        staff_letters.tell_due(now)
        staff_letters.tell_due(now)
        outbox.deliver_due(now)
        return sent_mail.outbox[before:]


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    settings.DATA, settings.LUYUE_BASE_URL = tmp_path, "https://luyue.example"
    cache.clear()
    made = Office(found())
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    for name, address in ADDRESSES.items():
        staff.change_email(made.house.user(name), address)
    assert keep_calendar("cn", published(2027), NOW - timedelta(days=20))
    return made


def told() -> list[tuple[str, list[str]]]:
    entries = Entry.objects.filter(name="staff.told").order_by("seq")
    return [(one["why"], one["told"]) for entry in entries for one in json.loads(entry.effects)]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_a_new_edition_is_told_once_and_spoken_of_again_before_the_time_is_over(office: Office) -> None:
    assert office.work(NOW) == []  # what was adopted long ago is no news
    office.adopted(objections(FIRST_DAY), f"edition:{RULES}")
    mails = office.work(NOW + timedelta(minutes=1))
    assert sorted(one.to[0] for one in mails) == sorted(ADDRESSES.values())  # those with an address, and nobody else
    words = mails[0].body
    assert mails[0].subject == "《直播设备租赁客户异议处理制度》新版已通过，自2026年11月25日起施行"
    assert "版已由赵岚和周启明两人通过" in words
    assert "· 第二十条 催办：修改" in words
    assert "请在11月26日 24:00前阅读并确认" in words
    assert "https://luyue.example/acknowledge" in words
    everyone = [f"staff:{office.house.user(name).pk}" for name in ADDRESSES]
    assert [(why, sorted(people)) for why, people in told()] == [("edition-adopted", sorted(everyone))]
    assert Outbox.objects.filter(notice__startswith="staff/").count() == 3
    assert not any(address in str(one.effects) for address in ADDRESSES.values() for one in Entry.objects.all())

    page = office.browser(MANAGER).get(f"/editions/{RULES}/{FIRST_DAY}").content.decode()
    without = page.split("收不到邮件的：")[1].split("。请当面告知")[0]
    assert "李敏" in without
    assert not {"陈思远", "赵岚", "孙悦"} & set(without.split("、"))

    # Somebody joins with an address: he is told, the others are not told again.
    staff.create("newcomer", "新同事", ["service-desk"], email="newcomer@luyue.example", now=office.now)
    assert [one.to for one in office.work(NOW + timedelta(minutes=2))] == [["newcomer@luyue.example"]]

    # One reads it; the others hear of it once more on the last morning.
    page = office.browser("chensiyuan").get("/acknowledge").content.decode()
    edition = page.split('name="edition" value="')[1].split('"')[0]
    office.browser("chensiyuan").post("/acknowledge", {"edition": edition})
    assert office.work(at(26, 8, 59)) == []
    reminded = office.work(at(26, 9, 0))
    assert sorted(one.to[0] for one in reminded) == ["newcomer@luyue.example", ADDRESSES["sunyue"], ADDRESSES["zhaolan"]]
    assert reminded[0].subject == "请在11月26日 24:00前确认《直播设备租赁客户异议处理制度》"
    assert office.work(at(26, 18, 0)) == []
    User.objects.filter(username="luwen").update(email="luwen@luyue.example")
    assert office.work(at(27, 0, 1)) != []  # an address that comes late still hears of the adoption …
    assert [why for why, _people in told()] == ["edition-adopted", "edition-adopted", "edition-reminder", "edition-adopted"]  # … but the grace is over
    assert verify().findings == []


def test_a_revised_calendar_is_told_to_everybody_who_works_by_it(office: Office) -> None:
    office.adopted(with_holiday("2026-11-30", text=published(2027)), "calendar:cn")
    mails = office.work(NOW + timedelta(minutes=1))
    assert sorted(one.to[0] for one in mails) == sorted(ADDRESSES.values())
    assert mails[0].subject == "工作日历有修订，自2026年11月24日起采用"
    assert "2026年11月30日：工作日改为法定节假日（临时放假）" in mails[0].body
    assert "已经告诉客户的日期不会推迟" in mails[0].body
    assert office.work(NOW + timedelta(days=1)) == []
    assert [why for why, _people in told()] == ["calendar-adopted"]


class Died(Exception):
    pass


@pytest.mark.parametrize("place", ["staff-letters.written", "append"])
def test_a_worker_that_dies_in_between_has_told_nobody_or_everybody(office: Office, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    office.adopted(objections(FIRST_DAY), f"edition:{RULES}")

    def die(*_words: Any, **_more: Any) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(staff_letters, "failpoint" if place == "staff-letters.written" else "append", die)
        with pytest.raises(Died):
            staff_letters.tell_due(NOW)
        assert (Outbox.objects.filter(notice__startswith="staff/").count(), told()) == (0, [])
    assert len(office.work(NOW + timedelta(minutes=1))) == 3
    assert len(told()) == 1


def test_letters_under_new_ids_would_be_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plant beside the story: without an id that follows from text and person, every look tells everybody again."""
    from uuid import uuid4

    office.adopted(objections(FIRST_DAY), f"edition:{RULES}")
    monkeypatch.setattr(staff_letters.Occasion, "letter_id", lambda self, user: uuid4())
    assert len(office.work(NOW + timedelta(minutes=1))) == 6
