"""One objection told through HTTP: filed on a phone without signing in, answered, routed, kept and missed, explained."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework.rows import load
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts.models import Contact
from luyue.apps.journal.models import Entry
from luyue.site.demo.company import PASSWORD
from luyue.site.demo.desk import House
from luyue.site.demo.pictures import photo

FORM = {
    "objection_type": "quality",
    "objection_type.sub": "quality/malfunction",
    "objection_text": "FX3 自动对焦失灵，今晚直播断了两次。",
    "unit_model": "FX3 摄像机",
    "order_number": "ZL-260210-0316",
    "appeared_at": "2026-11-01T20:10",
    "symptom": "自动对焦失灵",
    "demand": ["replace"],
    "customer_kind": "individual",
    "customer_name": "林婉清",
    "contact_phone": "13800006027",
}


def once_of(client: Client, path: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(path).content.decode())
    assert found, path
    return found[1]


def file_objection(client: Client, **changed: object) -> tuple[Case, str]:
    """File it and give back the case and the customer's private path."""
    path = reverse("portal:new", args=["objection"])
    answer = client.post(path, FORM | {"once": once_of(client, path)} | changed)
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>", answer.content.decode())[:5]
    return Case.objects.latest("id"), answer["Location"]


def signed_in(username: str) -> Client:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def acted(client: Client, case: Case, action: str, **data: object) -> None:
    path = reverse("workspace:act", args=[case.number, action])
    answer = client.post(path, {"once": once_of(client, path)} | data)
    assert answer.status_code == 302, answer.content.decode()[:3000]


def test_a_customer_files_an_objection_and_gets_a_receipt_with_number_department_time_and_clause(house: House) -> None:
    customer = Client()
    case, path = file_objection(customer)
    receipt = customer.get(path).content.decode()
    assert case.number in receipt
    assert "客服部" in receipt
    assert "技术支持部、仓储物流部" in receipt
    assert re.search(r"\d\d:\d\d 前完成首次响应", receipt)
    assert "邮件和官网留言须在 1 小时内" in receipt
    assert "13800006027" not in receipt


def test_sending_the_same_form_twice_opens_one_case(house: House) -> None:
    customer, path = Client(), reverse("portal:new", args=["objection"])
    once = once_of(customer, path)
    first = customer.post(path, FORM | {"once": once})
    second = customer.post(path, FORM | {"once": once})
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_form_with_a_hole_comes_back_with_everything_else_kept(house: House) -> None:
    customer, path = Client(), reverse("portal:new", args=["objection"])
    answer = customer.post(path, FORM | {"once": once_of(customer, path), "symptom": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "故障现象" in page
    assert "此项必填" in page
    assert FORM["objection_text"] in page
    assert not Case.objects.exists()


def test_photos_travel_with_the_form_and_only_the_link_opens_them(house: House) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    customer = Client()
    case, path = file_objection(customer, photos=SimpleUploadedFile("对焦.png", photo(1), "image/png"))
    attachment = case.attachments.get()
    page = customer.get(path).content.decode()
    assert str(attachment.pk) in page
    token = path.rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("evidence:link-file", args=[token, attachment.pk])).status_code == 200
    assert Client().get(reverse("evidence:file", args=[attachment.pk])).status_code in (302, 404)
    _other, other_path = file_objection(Client(), contact_phone="13911112222")
    stranger = other_path.rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("evidence:link-file", args=[stranger, attachment.pk])).status_code == 404


def test_an_unknown_link_and_a_foreign_case_look_the_same(house: House) -> None:
    case, _ = file_objection(Client())
    assert Client().get(reverse("portal:case", args=["AAAAAAAAAAAAAAAAAAAAAA"])).status_code == 404
    finance = signed_in("sunyue")  # nothing has been routed to finance
    foreign = finance.get(reverse("workspace:case", args=[case.number]))
    unknown = finance.get(reverse("workspace:case", args=["YY-2026-999999"]))
    assert foreign.status_code == unknown.status_code == 404


def test_answered_registered_and_routed_the_right_departments_get_their_clocks(house: House) -> None:
    case, path = file_objection(Client())
    desk = signed_in("chensiyuan")
    assert case.number in desk.get(reverse("workspace:today")).content.decode()
    page = reverse("workspace:case", args=[case.number])
    shown = desk.get(page).content.decode()
    assert "登记" in shown
    assert "提交调查结论" not in shown
    acted(desk, case, "answer", text="已收到您的异议，会尽快处理。")
    promised = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    acted(desk, case, "register-objection", promised_at=promised, needs_device="no")
    acted(desk, case, "transfer-objection")
    case.refresh_from_db()
    assert case.stage == "investigating"
    assert set(load(case).routed_teams) == {"technical-support", "warehouse"}
    states = dict(Clock.objects.filter(case=case).values_list("rule", "state"))
    assert states["first-response-written"] == "kept"
    assert states["transfer"] == "kept"
    assert Clock.objects.filter(case=case, rule__startswith="investigate-quality", state="running").count() == 2
    assert case.number in signed_in("helicheng").get(reverse("workspace:today")).content.decode()
    assert "已收到您的异议" in Client().get(path).content.decode()


def test_what_the_stage_does_not_permit_is_refused_with_rule_and_clause(house: House) -> None:
    case, _ = file_objection(Client())
    desk = signed_in("chensiyuan")
    answer = desk.post(reverse("workspace:act", args=[case.number, "transfer-objection"]), {"once": "early"})
    assert answer.status_code == 409
    assert "第21条" in answer.content.decode()
    case.refresh_from_db()
    assert case.stage == "received"


def test_a_missed_promise_is_judged_by_its_time_and_said_once(house: House) -> None:
    from luyue.apps.casework import ticker
    from luyue.apps.contacts.models import Announcement

    case, _ = file_objection(Client())
    clock = Clock.objects.get(case=case, rule="first-response-written")
    later = clock.due_at + timedelta(minutes=1)
    for _ in range(3):
        ticker.run_due(later)
    clock.refresh_from_db()
    assert (clock.state, clock.settled_at) == ("missed", clock.due_at)
    assert Announcement.objects.filter(case=case, kind="missed", recipient="service-desk/lead").count() == 1
    lead, page = signed_in("zhaolan"), reverse("workspace:announcements")
    shown = lead.get(page).content.decode()
    assert "超时：首次响应" in shown
    assert case.number in shown
    lead.post(page, {"seen": re.findall(r'name="seen" value="(\d+)"', shown)})
    assert not re.findall(r'name="seen"', lead.get(page).content.decode())


def test_the_deadline_is_explained_day_by_day(house: House) -> None:
    case, _ = file_objection(Client())
    page = signed_in("chensiyuan").get(reverse("workspace:case", args=[case.number])).content.decode()
    assert "为什么是这个时间？" in page
    assert "国办" in page or "国务院" in page


def test_a_nudge_reaches_the_lead_and_the_next_one_waits(house: House) -> None:
    from luyue.apps.contacts.models import Announcement

    customer = Client()
    case, path = file_objection(customer)
    token = path.rstrip("/").rpartition("/")[2]
    assert customer.post(reverse("portal:nudge", args=[token]), {"once": "n1"}).status_code == 302
    again = customer.post(reverse("portal:nudge", args=[token]), {"once": "n2"})
    assert again.status_code == 409
    assert "再次催办" in again.content.decode()
    told = Announcement.objects.filter(case=case, about__startswith="nudge-alert")
    assert "service-desk/lead" in set(told.values_list("recipient", flat=True))


def test_the_customer_withdraws_by_his_link(house: House) -> None:
    customer = Client()
    case, path = file_objection(customer)
    token = path.rstrip("/").rpartition("/")[2]
    answer = customer.post(reverse("portal:act", args=[token, "withdraw-objection"]), {"once": "w1", "withdrawal_reason": "已经好了"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.stage == "withdrawn"
    assert not case.is_open


def test_internal_notes_never_reach_the_customer(house: House) -> None:
    case, path = file_objection(Client())
    acted(signed_in("chensiyuan"), case, "note", text="怀疑客户自己摔过")
    assert "怀疑客户" not in Client().get(path).content.decode()


def test_every_change_left_one_entry_and_the_journal_holds(house: House) -> None:
    from luyue.apps.casework import rebuild
    from luyue.apps.journal.verify import verify

    case, _ = file_objection(Client())
    acted(signed_in("chensiyuan"), case, "answer", text="收到")
    case.refresh_from_db()
    assert Entry.objects.filter(stream=f"case:{case.number}").count() == case.head_seq
    assert Contact.objects.filter(case=case).count() == 2
    assert not verify().findings
    assert not list(rebuild.check())
