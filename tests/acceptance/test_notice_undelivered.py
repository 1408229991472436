"""A notice that never arrived is work somebody owes: one open task a case, done when the customer was told another way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.links import token_of
from luyue.apps.casework import rebuild
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts import outbox
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.customers.selectors import addresses_of
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.mailroom import handling, polling
from luyue.apps.tasks.models import Task
from luyue.apps.tasks.selectors import tasks_for
from luyue.site import mail_settings
from tests.acceptance.workspace_house import FEE, NOW, House, found
from tests.mail_servers import sms_gateway

MINUTE = timedelta(minutes=1)
ADDRESS, OTHER, PHONE = "zhouxl@example.com", "zhou.work@example.com", "13912345678"


class Office:
    """The company, a clock that the story turns, and browsers that people are signed in with."""

    def __init__(self, house: House) -> None:
        self.house, self.now = house, NOW

    def browser(self, username: str) -> Client:
        client = Client()
        client.force_login(self.house.user(username))
        return client

    def look(self, username: str, path: str) -> str:
        return str(self.browser(username).get(path).content.decode())

    def deliver(self) -> None:
        self.now += MINUTE
        outbox.deliver_due(self.now)

    def returned(self, letter: Outbox, recipient: str, status: str = "5.1.1") -> None:
        """The mail server says twice that a letter could not be delivered."""
        for attempt in ("first", "second"):
            self.now += MINUTE
            polling.receive(report(letter, recipient, status, attempt), self.now)
            handling.handle_due(self.now)

    def send(self, username: str, number: str, act: str, **data: str) -> Any:
        self.now += MINUTE
        return self.browser(username).post(f"/cases/{number}/do/{act}", {"once": f"{act}-{self.now}", **data}, follow=True)


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.DEFAULT_FROM_EMAIL = "kefu@example.cn"
    cache.clear()
    made = Office(found())
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


def report(letter: Outbox, recipient: str, status: str, attempt: str) -> bytes:
    """RFC 3464, as Postfix writes it."""
    return (
        "From: MAILER-DAEMON@mx.example.cn\r\nTo: kefu@example.cn\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <{attempt}.{letter.id}@mx>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{attempt}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter.id}@example.cn>\r\n\r\n--b--\r\n"
    ).encode()


def tasks(case: Any) -> list[tuple[str, ...]]:
    """Of each the state and its letters; what was sent elsewhere since is in brackets."""
    found = Task.objects.filter(case=case, rule="tell-otherwise").order_by("opened_at", "key")
    return [(one.state, *(_marked(letter, one.about) for letter in (one.about["letter"], *one.about.get("joined", ())))) for one in found]


def _marked(letter: str, about: Any) -> str:
    return f"({letter})" if letter in about.get("resent", ()) else letter


def test_a_returned_letter_is_a_task_until_the_customer_was_told_another_way(office: Office) -> None:
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    number = case.number
    office.deliver()
    letter = Outbox.objects.get(case=case, kind="mail")
    assert [one.to for one in sent_mail.outbox] == [[ADDRESS]]
    office.returned(letter, ADDRESS)
    assert tasks(case) == [("open", str(letter.pk))]  # two reports, one task
    assert Announcement.objects.filter(case=case, kind="undelivered").count() == 1
    day, page = office.look("chensiyuan", "/today"), office.look("chensiyuan", f"/cases/{number}")
    assert "通知未送达，另行告知" in day
    assert "《回执》，邮件 z***@example.com，邮件被退回（5.1.1）" in page
    assert ADDRESS not in page
    assert "通知没有送达：回执，邮件被退回（5.1.1）" in page  # in the conversation
    for way in (f"resend?letter={letter.pk}", "log-call", "do-task?task="):
        assert f"/cases/{number}/do/{way}" in page

    assert "通知未送达" not in str(Client().get(f"/portal/m/{token_of(number)}/").content.decode())  # the house's own work

    # To another address, which is nobody else's business.
    answer = office.send("chensiyuan", number, "resend", letter=str(letter.pk), way="mail", to_email=OTHER)
    assert answer.status_code == 200
    assert tasks(case) == [("done", f"({letter.pk})")]
    office.deliver()
    assert sent_mail.outbox[-1].to == [OTHER]
    assert sent_mail.outbox[-1].body.split("\n")[0] == sent_mail.outbox[0].body.split("\n")[0]  # the same words
    page = office.look("chensiyuan", f"/cases/{number}")
    assert OTHER not in page
    assert "改址重发：另一个邮箱，z***@example.com" in page
    assert all(OTHER not in str(one.effects) for one in Entry.objects.all())
    again = office.send("chensiyuan", number, "resend", letter=str(letter.pk), way="mail", to_email=OTHER)
    assert again.status_code == 409  # nothing is left that did not arrive

    # That one comes back too, and so do two answers of a colleague: one piece of work, of three letters.
    second = Outbox.objects.exclude(pk=letter.pk).get(case=case, kind="mail")
    office.returned(second, OTHER)
    owed = Task.objects.get(case=case, rule="tell-otherwise", state="open").due_at
    for words in ("已经在核对。", "明天给您结果。"):
        office.house.do(case, "answer", "chensiyuan", office.now, text=words)
        office.deliver()
    third, fourth = Outbox.objects.filter(case=case, notice="act/answer").order_by("created_at")
    office.returned(third, ADDRESS, "4.4.7")
    office.returned(fourth, ADDRESS, "4.4.7")
    assert tasks(case)[1:] == [("open", str(second.pk), str(third.pk), str(fourth.pk))]
    assert Task.objects.get(case=case, rule="tell-otherwise", state="open").due_at == owed
    page = office.look("chensiyuan", f"/cases/{number}")
    assert page.count("《答复客户》，邮件 z***@example.com，邮件被退回（4.4.7）") == 2
    assert all(f"/cases/{number}/do/resend?letter={one.pk}" in page for one in (second, third, fourth))
    form = office.look("chensiyuan", f"/cases/{number}/do/resend?letter={third.pk}")
    assert "《答复客户》，邮件 z***@example.com，邮件被退回（4.4.7）" in form
    # One of them goes elsewhere and is owed no more; a call that was answered is enough for the rest.
    office.send("chensiyuan", number, "resend", letter=str(third.pk), way="mail", to_email=OTHER)
    assert tasks(case)[1:] == [("open", str(second.pk), f"({third.pk})", str(fourth.pk))]
    page = office.look("chensiyuan", f"/cases/{number}")
    assert f"resend?letter={third.pk}" not in page
    assert "已改址重发" in page
    office.send("chensiyuan", number, "log-call", direction="outbound", reached="no")
    assert [one[0] for one in tasks(case)] == ["done", "open"]
    office.send("chensiyuan", number, "log-call", direction="outbound", reached="yes", text="已告知受理编号和进度查询办法。")
    assert [one[0] for one in tasks(case)] == ["done", "done"]
    assert "通知未送达，另行告知" not in office.look("chensiyuan", "/today")
    assert list(rebuild.check()) == []
    assert verify().findings == []


def test_a_number_that_a_gateway_refuses_for_good_is_the_same_work(office: Office, settings: Any) -> None:
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "phone")
    with sms_gateway() as gateway:
        settings.LUYUE_SMS = mail_settings.text_gateway(f"http://127.0.0.1:{gateway.port}/send")
        gateway.answers = [410]
        office.deliver()
        letter = Outbox.objects.get(case=case, kind="sms")
        assert letter.dead_at is not None
        assert tasks(case) == [("open", str(letter.pk))]
        assert "短信 138****5678，短信网关拒绝了这条短信（410）" in office.look("chensiyuan", f"/cases/{case.number}")
        # Given another round of tries by whoever keeps the machine, it dies again: still one task.
        outbox.send_again(letter.pk, office.now)
        gateway.answers = [422]
        office.deliver()
        assert tasks(case) == [("open", str(letter.pk))]
        wrong = office.send("chensiyuan", case.number, "resend", letter=str(letter.pk), way="sms", to_phone="12")
        assert wrong.status_code == 422
        office.send("chensiyuan", case.number, "resend", letter=str(letter.pk), way="sms", to_phone=PHONE)
        office.deliver()
        assert gateway.asked[-1][1]["to"].endswith(PHONE)
    assert tasks(case) == [("done", f"({letter.pk})")]
    sent = Outbox.objects.filter(case=case, kind="sms").exclude(pk=letter.pk).get()
    assert PHONE not in json.dumps([sent.payload, sent.recipient])


def test_told_face_to_face_is_written_down_and_a_lead_may_cancel(office: Office) -> None:
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    office.deliver()
    letter = Outbox.objects.get(case=case, kind="mail")
    office.returned(letter, ADDRESS)
    task = Task.objects.get(case=case, rule="tell-otherwise")
    empty = office.send("chensiyuan", case.number, "do-task", task=task.key)
    assert empty.status_code == 422
    office.send("chensiyuan", case.number, "do-task", task=task.key, told_by="face-to-face", told_words="周女士到店，已当面交给受理回执。")
    assert tasks(case) == [("done", str(letter.pk))]
    assert "当面交给受理回执" in office.look("chensiyuan", f"/cases/{case.number}")


def test_the_work_about_a_letter_goes_along_when_its_case_is_joined_to_another(office: Office) -> None:
    first = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    second = office.house.objection("zhou", "押金还是没有退", NOW, FEE, "email")
    office.deliver()
    letter = Outbox.objects.get(case=first, kind="mail")
    office.returned(letter, ADDRESS)
    office.browser("chensiyuan").post(f"/cases/{first.number}/merge", {"into": second.number, "once": "m"})
    assert tasks(first) == [("cancelled", str(letter.pk))]
    assert tasks(second) == [("open", str(letter.pk))]
    assert "《回执》，邮件 z***@example.com，邮件被退回（5.1.1）" in office.look("chensiyuan", f"/cases/{second.number}")
    answer = office.send("chensiyuan", second.number, "resend", letter=str(letter.pk), way="mail", to_email=OTHER)
    assert answer.status_code == 200
    assert tasks(second) == [("done", f"({letter.pk})")]
    office.deliver()
    assert [one.to for one in sent_mail.outbox if first.number in one.body][-1] == [OTHER]
    assert list(rebuild.check()) == []


def test_two_cases_that_become_one_owe_the_customer_one_call(office: Office) -> None:
    first, second = (office.house.objection("zhou", words, NOW, FEE, "email") for words in ("押金没有退", "押金还是没有退"))
    office.deliver()
    letters = [Outbox.objects.get(case=case, kind="mail") for case in (first, second)]
    office.returned(letters[1], ADDRESS)
    office.now += 26 * 60 * MINUTE
    office.returned(letters[0], ADDRESS)
    early, late = (Task.objects.get(case=case, rule="tell-otherwise").due_at for case in (second, first))
    assert early < late
    office.browser("chensiyuan").post(f"/cases/{second.number}/merge", {"into": first.number, "once": "m"})
    assert tasks(second) == [("cancelled", str(letters[1].pk))]
    assert tasks(first) == [("open", str(letters[0].pk), str(letters[1].pk))]
    assert Task.objects.get(case=first, state="open", rule="tell-otherwise").due_at == early  # the stricter of the two
    page = office.look("chensiyuan", f"/cases/{first.number}")
    assert all(f"resend?letter={one.pk}" in page for one in letters)
    assert list(rebuild.check()) == []


def test_another_address_is_kept_when_somebody_says_so(office: Office) -> None:
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    zhou = office.house.customers["zhou"]

    def returned() -> str:
        office.deliver()
        letter = Outbox.objects.filter(case=case, kind="mail", bounced_at=None).latest("created_at")
        office.returned(letter, ADDRESS)
        return str(letter.pk)

    def on_record() -> tuple[str, str]:
        zhou.refresh_from_db()
        return addresses_of(zhou).email, addresses_of(zhou).phone

    first, phone = returned(), on_record()[1]
    form = office.look("chensiyuan", f"/cases/{case.number}/do/resend?letter={first}")
    assert re.search(r'type="checkbox"[^>]*name="keep_address"|name="keep_address"[^>]*type="checkbox"', form)
    assert "记入客户资料，代替原来的" in form
    assert not re.search(r"keep_address[^>]*checked", form)  # nobody's record changes by leaving a box alone
    office.send("chensiyuan", case.number, "resend", letter=first, way="mail", to_email=OTHER)
    assert on_record() == (ADDRESS, phone)

    # Another customer's number is not hers; nothing is written, the letter is not sent either.
    office.now += MINUTE
    office.house.do(case, "answer", "chensiyuan", office.now, text="已经在核对。")
    second, left = returned(), Outbox.objects.count()
    theirs = addresses_of(office.house.customers["lin"]).phone
    refused = office.send("chensiyuan", case.number, "resend", letter=second, way="sms", to_phone=theirs, keep_address="keep")
    assert refused.status_code == 422
    assert "这个地址已记在另一位客户名下" in refused.content.decode()
    assert (on_record(), Outbox.objects.count()) == ((ADDRESS, phone), left)

    office.send("chensiyuan", case.number, "resend", letter=second, way="mail", to_email=f" {OTHER.title()}", keep_address="keep")
    assert on_record() == (OTHER, phone)
    entry = Entry.objects.filter(stream=f"case:{case.number}", name="notice.resent").latest("seq")
    assert {"effect": "room", "name": "keep-address", "data": {"way": "mail"}} in json.loads(entry.effects)
    assert all(OTHER not in str(one.effects).lower() for one in Entry.objects.all())
    page = office.look("chensiyuan", f"/cases/{case.number}")
    assert OTHER not in page.lower()
    assert "也发到这里：记入客户资料" in page  # in the conversation, who did it
    office.house.do(case, "answer", "chensiyuan", office.now + MINUTE, text="明天给您结果。")
    office.now += MINUTE
    office.deliver()
    assert sent_mail.outbox[-1].to == [OTHER]
    assert list(rebuild.check()) == []
    assert verify().findings == []


def test_the_work_goes_with_the_case_to_whoever_has_it(office: Office) -> None:
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    office.deliver()
    letter = Outbox.objects.get(case=case, kind="mail")
    office.returned(letter, ADDRESS)
    owed = Task.objects.get(case=case, rule="tell-otherwise")
    assert owed.by == "service-desk"
    for act, who, data in (
        ("answer", "chensiyuan", {"text": "收到，马上登记。"}),
        ("register-objection", "chensiyuan", {"promised_at": "2026-11-30T18:00"}),
        ("transfer-objection", "chensiyuan", {}),
    ):
        office.now += MINUTE
        office.house.do(case, act, who, office.now, **data)
    task = Task.objects.get(case=case, rule="tell-otherwise")
    clock = Clock.objects.get(case=case, key=f"task/{task.key}")
    assert (task.by, task.due_at, clock.owed_by, clock.due_at) == ("finance", owed.due_at, "finance", owed.due_at)
    assert [one.key for one in tasks_for(office.house.staff("sunyue")) if one.case_id == case.pk] == [task.key]
    assert [one.rule for one in tasks_for(office.house.staff("chensiyuan")) if one.case_id == case.pk] == []
    answer = office.send("sunyue", case.number, "resend", letter=str(letter.pk), way="mail", to_email=OTHER)
    assert answer.status_code == 200
    assert tasks(case) == [("done", f"({letter.pk})")]
    assert list(rebuild.check()) == []


def test_without_the_mark_a_second_report_would_open_a_second_task(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plant beside the story: a letter that may come back twice, told under another id each time, is told twice."""
    case = office.house.objection("zhou", "押金没有退", NOW, FEE, "email")
    office.deliver()
    letter = Outbox.objects.get(case=case, kind="mail")
    wrong: Callable[..., Outbox] = lambda letter_id, words, now: Outbox.objects.select_related("case").get(pk=letter_id)  # noqa: E731
    monkeypatch.setattr(outbox, "bounced", wrong)
    monkeypatch.setattr("luyue.core.procedure.work.LETTER", "nothing")
    monkeypatch.setattr("luyue.core.procedure.work.ONE_OPEN", "nothing")
    monkeypatch.setattr("luyue.apps.casework.delivery.bounce_id", lambda one, now: f"{one.pk}{now}")
    office.returned(letter, ADDRESS)
    assert Task.objects.filter(case=case, rule="tell-otherwise").count() == 2
