"""A cable network company that has adopted three texts, the law floor, the company base and the network service: no rental, no objections."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luyue.apps.api.actions import create_client
from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case
from luyue.apps.casework import periods, rebuild, ticker
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.journal.verify import verify
from luyue.apps.people.models import User
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import FOLDER, keep_calendar
from luyue.apps.reports import worker
from luyue.apps.reports.models import Run
from luyue.apps.tasks.models import Task
from luyue.core.procedure.periods import period_of
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rules import Sample, TaskRule
from tests.acceptance.edition_texts import published
from tests.acceptance.founding import found
from tests.acceptance.wall_clock import Time
from tests.acceptance.workspace_house import SHANGHAI

TEXTS = ("L0", "company", "network-service")
PEOPLE = {
    "fang": ("方琳", "service-desk"), "lead": ("沈主管", "service-desk", "service-desk/lead"), "wu": ("吴工", "technical-support"),
    "qian": ("钱会计", "finance"), "chair": ("组长", "service-management-group", "service-management-group/chair"), "pei": ("裴质检", "quality"),
    "boss": ("总经理", "management", "management/manager", "management/general-manager"),
}  # fmt: skip
FOREIGN = ("租", "异议", "押金", "直播")  # words of another trade
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
NEW_YEAR = datetime(2027, 1, 4, 9, 30, tzinfo=SHANGHAI)
DECISION = {"found_facts": "分光器老化", "decision_basis": "检测记录", "decision_text": "当日更换，减免三日资费。"}


@pytest.fixture
def network(db: None, settings: Any, tmp_path: Any, time: Time) -> Callable[[str], Client]:
    """The company; a browser for each of its people."""
    settings.DATA, settings.COMPANY_NAME, time.now = tmp_path, "江城广电网络", MONDAY
    cache.clear()
    earlier = MONDAY - timedelta(days=30)
    users = found(TEXTS, {name: posts for name, (_, *posts) in PEOPLE.items()}, earlier, called={name: words for name, (words, *_) in PEOPLE.items()})
    keep_calendar("cn", published(2027), earlier)

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(users[name])
        return client

    return browser


def text_of(answer: Any) -> str:
    assert answer.status_code != 302, answer.headers["Location"]
    return unescape(answer.content.decode())


def done(client: Client, case: Case, action: str, time: Time, **data: object) -> None:
    """The page of the act offers it, and takes it."""
    path = f"/cases/{case.number}/do/{action}"
    if action == "do-task":
        data["task"] = Task.objects.get(case=case, rule=data["task"], state="open").key
    form = client.get(path, {"task": data["task"]} if "task" in data else {})
    assert form.status_code == 200, f"{action}: {text_of(form)[-1500:]}"
    once = re.search(r'name="once" value="([^"]+)"', text_of(form))
    assert once, path
    time.on()
    answer = client.post(path, {"once": once[1], **data})
    assert answer.status_code == 302, "\n".join(re.findall(r'class="(?:error|msg)[^>]*>[^<]*|<li>[^<]*</li>', text_of(answer)))


def verdicts(case: Case) -> dict[str, str]:
    return dict(Clock.objects.filter(case=case).order_by("pk").values_list("rule", "state"))


def nothing_differs() -> None:
    assert list(map(str, rebuild.check())) == []
    assert verify(ticker.all_heads()).findings == []


def test_an_enquiry_and_a_complaint_go_from_the_first_word_to_the_end(network: Any, time: Time) -> None:
    fang, wu, qian, customer = network("fang"), network("wu"), network("qian"), Client()

    # What can be raised is what the three texts know, and nobody speaks of another trade.
    home = text_of(customer.get("/portal/"))
    for words in ("提出业务咨询", "提出业务投诉", "江城广电网络"):
        assert words in home
    new, shelf = text_of(fang.get("/new", follow=True)), text_of(fang.get("/regulation"))
    assert "<title>登记业务咨询" in new, "what comes first at the desk is no complaint about ourselves"
    assert "广电网络客户服务制度" in shelf
    for page in (home, new, text_of(fang.get("/today")), text_of(fang.get("/cases")), text_of(customer.get("/portal/new/network-enquiry"))):
        words = re.sub(r"<[^>]*>", " ", page)
        assert not [one for one in FOREIGN if one in words], [one for one in FOREIGN if one in words]

    # An enquiry through the interface, handed to finance because it is complex, answered once it is known who asks.
    key = create_client("call-centre", now=time.now)
    fields = {"network_subject": "fee", "enquiry_text": "本月账单多 20 元，为什么？", "touches_account": "yes", "network_account": "8120001"}
    body = {"channel": "chat", "external_id": "c-1", "procedure": "network-enquiry", "fields": fields, "text": "账单多了",
            "customer": {"kind": "individual", "name": "周敏", "phone": "13900139001"}}  # fmt: skip
    taken = customer.post("/api/v1/intake", json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {key}"})
    assert taken.status_code == 201, text_of(taken)
    case = Case.objects.get(number=taken.json()["number"])
    assert case.number.startswith("GZ-")
    assert case.number in text_of(fang.get("/today"))
    time.on()
    assert fang.post(f"/cases/{case.number}/say", {"mode": "reply", "text": "您好，我帮您核对。", "once": "s1"}).status_code == 302
    by = (time.now + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    done(fang, case, "hand-over-enquiry", time, unsolved_part="核对账单", is_complex="yes", promised_at=by)
    assert Outbox.objects.filter(case=case, notice="enquiry-handed-over-note").exists()
    page = qian.get(f"/cases/{case.number}/do/answer-account-enquiry")
    assert "确认身份" in text_of(page), "not before it is known who asks"
    done(qian, case, "confirm-identity", time, identity_way="account-details", identity_matches="holder")
    done(qian, case, "answer-account-enquiry", time, answer_text="含一次点播 20 元。", answer_basis="账单明细")
    assert "含一次点播 20 元" in text_of(customer.get(f"/portal/m/{token_of(case.number)}/"))
    assert fang.post(f"/cases/{case.number}/do/close-enquiry", {"once": "x"}).status_code in (409, 422), "nobody has called the customer yet"
    done(fang, case, "do-task", time, task="enquiry-revisit", solved="yes", revisit_words="明白了")
    done(fang, case, "close-enquiry", time, service_cost="20")
    case.refresh_from_db()
    assert (case.stage, case.is_open) == ("enquiry-closed", False)
    assert set(verdicts(case).values()) <= {"kept", "withdrawn"}, verdicts(case)
    assert verdicts(case)["enquiry-answered"] == verdicts(case)["enquiry-expected"] == "kept"

    # A complaint through the portal, worked by the desk and the technicians, closed on the customer's mark.
    path = "/portal/new/network-complaint"
    once = re.search(r'name="once" value="([^"]+)"', text_of(customer.get(path)))
    assert once
    paper = {"customer_kind": "individual", "customer_name": "郑国华", "contact_phone": "13900139002", "network_subject": "broadband",
             "complaint_text": "每晚八点掉线", "complaint_demand": "修好并减免"}  # fmt: skip
    filed = customer.post(path, {"once": once[1], **paper})
    assert filed.status_code == 302, text_of(filed)[:2000]
    complaint = Case.objects.latest("pk")
    assert complaint.number.startswith("GT-")
    own = text_of(customer.get(filed.headers["Location"]))
    for words in (complaint.number, "处理流程：先确认身份", "2 个工作日内告知处理决定"):
        assert words in own, words
    assert "确认身份" in text_of(fang.get(f"/cases/{complaint.number}/do/send-to-department"))
    done(fang, complaint, "confirm-complainant", time, identity_way="registered-phone", identity_matches="holder")
    done(fang, complaint, "send-to-department", time, wanted_of_team="查光衰", is_complex="no")
    assert complaint.number in text_of(wu.get("/today")), "the technicians have it"
    done(wu, complaint, "tell-decision", time, **DECISION)
    assert "当日更换，减免三日资费" in text_of(customer.get(filed.headers["Location"]))
    done(fang, complaint, "do-task", time, task="network-complaint-revisit", accepts_result="yes", satisfaction="5")
    done(fang, complaint, "close-network-complaint", time)
    complaint.refresh_from_db()
    assert complaint.stage == "complaint-done"
    assert verdicts(complaint)["complaint-decision-told"] == verdicts(complaint)["complaint-sent"] == "kept"
    nothing_differs()

    # Another one, not accepted: people who took no part look at it, as the company base says.
    angry = customer.post("/api/v1/intake", json.dumps(body | {
        "channel": "phone", "external_id": "p-9", "procedure": "network-complaint", "customer": {"kind": "individual", "name": "冯岩", "phone": "13900139003"},
        "fields": {"network_subject": "conduct", "complaint_text": "师傅态度差", "complaint_demand": "道歉"}, "text": "态度差"}),
        content_type="application/json", headers={"Authorization": f"Bearer {key}"})  # fmt: skip
    assert angry.status_code == 201, text_of(angry)
    third, lead = Case.objects.latest("pk"), network("lead")
    done(fang, third, "confirm-complainant", time, identity_way="registered-phone", identity_matches="complainant")
    done(fang, third, "send-to-department", time, wanted_of_team="了解经过", complained_person=f"staff:{User.objects.get(username='wu').pk}", is_complex="no")
    done(lead, third, "tell-decision", time, **DECISION)
    done(fang, third, "do-task", time, task="network-complaint-revisit", accepts_result="no", satisfaction="1")
    done(fang, third, "escalate-network-complaint", time, refused_why="没有道歉")
    beside = Case.objects.latest("pk")
    assert (beside.kind, beside.customer_id, beside.is_open) == ("complaint", third.customer_id, True)
    nothing_differs()


def test_the_company_asks_its_customers_inspects_itself_and_hears_people_before_it_revises(network: Any, time: Time) -> None:
    key, customer = create_client("call-centre", now=time.now), Client()
    for n in range(3):
        body = {"channel": "chat", "external_id": f"q-{n}", "procedure": "network-enquiry", "text": "套餐多少钱",
                "customer": {"kind": "individual", "name": f"用户{n % 2}", "phone": f"1390013900{n % 2}"},
                "fields": {"network_subject": "package", "enquiry_text": "套餐多少钱", "touches_account": "no"}}  # fmt: skip
        sent = customer.post("/api/v1/intake", json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {key}"})
        assert sent.status_code == 201, text_of(sent)
    first, second, newest = Case.objects.order_by("pk")
    portal = f"/portal/m/{token_of(newest.number)}/"
    assert customer.get(f"{portal}answer/network-survey-form").status_code == 404, "nobody has asked yet"

    # November is inspected; what was found is put right, or somebody hears of it.
    periods.run(time.now)
    chair, task = network("chair"), Task.objects.get(rule="process-inspection")
    page = text_of(chair.get(f"/company/{task.pk}"))
    assert "时限按制度执行" in page
    assert network("fang").get(f"/company/{task.pk}").status_code == 404
    items = ("limits", "records", "identity", "revisits", "secrecy")
    sheet: dict[str, object] = {f"item_{one}": "pass" for one in items} | {"inspection_text": "总体良好", "faults_found": "yes"}
    proofs = {f"item_{one}_evidence": SimpleUploadedFile(f"{one}.txt", "抽查记录".encode()) for one in items}
    assert chair.post(f"/company/{task.pk}", {**sheet, "once": "i1"}).status_code == 422, "without proof and without the fault"
    assert chair.post(f"/company/{task.pk}", {**sheet, **proofs, "fault_text": "一件没有回访", "once": "i2"}).status_code == 302
    mend = Task.objects.get(rule="rectification")
    assert (mend.by, mend.state, mend.about["after"]) == ("service-management-group", "open", task.key)
    assert mend.due_at == datetime(2026, 12, 8, 0, 0, tzinfo=SHANGHAI)
    assert "整改与复查" in text_of(chair.get("/company"))
    periods.run(mend.due_at + timedelta(minutes=1))
    assert set(Announcement.objects.filter(case=None, about__startswith=mend.key).values_list("recipient", flat=True)) == {
        "service-desk/lead", "service-management-group/chair",
    }  # fmt: skip

    # December looks at November's matters, drawn by lot; who is called up by the half-year is called about his newest one.
    cases = {one.number for one in (first, second, newest)}
    assert {one.about["case"] for one in Task.objects.filter(rule="network-spot-check")} == cases, "fewer than twenty: all of them"
    visit = current_rulebook(time.now)[1].all(TaskRule)["regular-visit"]
    everybody = replace(visit, sample=Sample("customers", share=100))
    assert periods._sampled(everybody, period_of("half-year", NEW_YEAR.date()), SHANGHAI) == sorted([second.number, newest.number])
    called = Task.objects.create(case=None, key="regular-visit@2026-H2:" + newest.number, rule="regular-visit", regulation="network-service",
        clause="regular-visits", by="service-desk", state="open", opened_at=time.now, about={"period": "2026-H2", "case": newest.number})  # fmt: skip
    heard = {"visit_quality": "3", "visit_use": "晚上卡顿", "visit_suggestion": "换设备", "needs_improvement": "yes", "once": "r1"}
    assert network("fang").post(f"/company/{called.pk}", heard).status_code == 302
    passed_on = Task.objects.get(rule="pass-on-feedback")
    assert (passed_on.by, passed_on.about["case"], passed_on.about["after"]) == ("service-desk", newest.number, called.key)

    # In the new quarter those who were served in the old one are asked, each once; the answer stands in the report.
    time.now = NEW_YEAR
    periods.run(time.now)
    asked = Outbox.objects.filter(notice="network-survey", kind="sms")
    assert set(asked.values_list("case_id", flat=True)) == {second.pk, newest.pk}, "one letter a customer, about his newest matter"
    periods.run(time.on())
    assert asked.count() == 2
    form = f"{portal}answer/network-survey-form"
    assert f'href="{form}"' in text_of(customer.get(portal))
    assert customer.get(f"/portal/m/{token_of(first.number)}/answer/network-survey-form").status_code == 404
    marks = {f"survey_{one}": "4" for one in ("overall", "quality", "use", "staff", "speed")}
    assert customer.post(form, {**marks, "survey_overall": "7", "once": "v1"}).status_code == 422
    assert customer.post(form, {**marks, "survey_words": "不错", "once": "v2"}).status_code == 302
    time.now = NEW_YEAR + timedelta(days=15)
    late = f"/portal/m/{token_of(second.number)}/answer/network-survey-form"
    assert customer.get(late).status_code == 404, "after fourteen days nobody is asked any more"
    worker.run_once(time.now)
    time.now = datetime(2027, 4, 2, 9, 0, tzinfo=SHANGHAI)
    worker.run_once(time.now)
    quarter = Run.objects.get(rule="network-quarterly", period="2027-Q1")
    shown = {(one.measure, one.field, one.value): (one.n, one.of) for one in quarter.figures.all()}
    assert shown["survey", "survey_overall", "*"] == (1, 1)
    assert shown["survey-answered", "survey_overall", "*"] == (1, 2)
    earlier = Run.objects.get(rule="network-quarterly", period="2026-Q4")
    by_task = {one.value: (one.n, one.of) for one in earlier.figures.filter(measure="duties-done", field="task")}
    assert (by_task["process-inspection"], by_task["rectification"]) == ((1, 2), (0, 1))
    report = text_of(network("chair").get("/reports/network-quarterly/2026-Q4"))
    for words in ("网络服务季度分析", "定期工作完成率", "流程检查", "投诉率"):
        assert words in report, words

    # A revision is put forward: nobody adopts it before departments and customers were heard.
    source = (FOLDER / "network-service/2026-01-01.md").read_text(encoding="utf-8")
    revised = source.replace("edition: 2026-01-01", "edition: 2027-06-01").replace("in_force_from: 2026-01-01", "in_force_from: 2027-06-01")
    revised = revised.replace("客服当场把问题记下来", "客服当场把问题完整记下来")
    lead, boss = network("lead"), network("boss")
    where = lead.post("/editions/new", {"from": "edition:network-service", "file": SimpleUploadedFile("text.md", revised.encode())}).headers["Location"]
    put = {"do": "propose", "source": revised, "version": "1", "seen": "99"}
    answer = lead.post(where, put)
    assert answer.status_code == 302, text_of(answer)[:3000]
    refused = boss.post(where, {"do": "adopt"})
    assert refused.status_code == 409
    assert "修订征求意见" in text_of(refused)
    Edition.objects.create(regulation="network-service", edition=date(2027, 6, 1), label="x", sha256="x", source=revised, in_force_from=date(2027, 6, 1))
    with pytest.raises(Refused, match="修订征求意见"):  # nor by the command line, past the draft
        adopt("network-service", date(2027, 6, 1), User.objects.get(username="boss"), User.objects.get(username="lead"), time.now)
    hearing = Task.objects.get(rule="revision-hearing")
    assert hearing.by == "service-desk/lead"
    heard = {"departments_heard": ["finance", "technical-support"], "opinions_heard": "表述更清楚", "opinions_taken": "采纳", "once": "h1",
             "hearing_evidence": SimpleUploadedFile("会议记录.txt", "记录".encode())}  # fmt: skip
    assert lead.post(f"/company/{hearing.pk}", {**heard, "customers_heard": "0"}).status_code == 422, "at least one customer"
    again = {**heard, "once": "h2", "hearing_evidence": SimpleUploadedFile("会议记录.txt", "记录".encode())}
    assert lead.post(f"/company/{hearing.pk}", {**again, "customers_heard": "2"}).status_code == 302
    time.on()
    adopted = boss.post(where, {"do": "adopt"})
    assert adopted.status_code == 302, text_of(adopted)[:3000]
    assert Edition.objects.get(regulation="network-service", edition=date(2027, 6, 1)).adopted_at is not None
    nothing_differs()
