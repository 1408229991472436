"""A maker of appliances that adopts its own manual, the company base and the law floor, and nothing else: a call and a web form, worked to closing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework import periods, rebuild, ticker
from luyue.apps.casework.rows import load
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts.models import Outbox
from luyue.apps.evidence.tests import samples
from luyue.apps.people.models import User
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.reports import runs
from luyue.apps.tasks.models import Task
from tests.acceptance.founding import found
from tests.acceptance.workspace_house import SHANGHAI

REGULATIONS = ("L0", "company", "appliance-contact-centre")
STAFF = {
    "wanglei": ("quality", "quality/lead"), "zhaomin": ("management", "management/manager"), "liting": ("service-desk",),
    "sunjie": ("service-desk", "service-desk/lead"), "gaofei": ("technical-support", "technical-support/lead"), "hemei": ("product", "product/lead"),
}  # fmt: skip
KIND = "appliance-request"
ASKED = {"customer_kind": "individual", "customer_name": "周大海", "contact_phone": "139 0000 1111"}
CLOSED = {"process_summary": "按流程办理", "result_summary": "用户认可"}


class Centre:
    """The company, its wall clock, and browsers of its people."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users = users
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)  # a plain Tuesday

    def browser(self, username: str) -> Client:
        client = Client()
        client.force_login(self.users[username])
        return client

    def later(self, **spans: float) -> None:
        self.now += timedelta(**spans)
        ticker.run_due(self.now)

    def does(self, who: str, case: Case, action: str, **data: Any) -> None:
        """The act through its page: its own form, one submission."""
        self.later(minutes=1)
        path, browser = f"/cases/{case.number}/do/{action}", self.browser(who)
        about = {name: data[name] for name in ("checklist", "item", "task") if name in data}
        answer = browser.post(path, {"once": once_of(browser.get(path, about)), "stage": case.stage} | data)
        assert answer.status_code == 302, (action, re.findall(r'class="[^"]*error[^"]*".*?<', answer.content.decode(), re.S)[:5])
        case.refresh_from_db()

    def ticks(self, who: str, case: Case, checklist: str, items: str) -> None:
        for item in items.split():
            self.does(who, case, "tick", checklist=checklist, item=item, result="pass")

    def task(self, who: str, case: Case, rule: str, **data: Any) -> None:
        self.does(who, case, "do-task", task=next(one.key for one in load(case).tasks.values() if one.rule == rule and one.state == "open"), **data)


@pytest.fixture
def centre(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    settings.DATA = tmp_path
    cache.clear()
    centre = Centre(found(REGULATIONS, STAFF, datetime(2026, 10, 20, 9, 0, tzinfo=SHANGHAI)))
    monkeypatch.setattr(timezone, "now", lambda: centre.now)
    yield centre
    assert not list(rebuild.check())


def once_of(response: Any) -> str:
    match = re.search(r'name="once" value="([^"]+)"', response.content.decode())
    assert match, response.status_code
    return match[1]


def verdict(case: Case, rule: str) -> str:
    return str(Clock.objects.filter(case=case, rule=rule).order_by("-pk").values_list("state", flat=True)[0])


def test_a_fault_told_by_phone_is_examined_judged_and_replaced_under_warranty(centre: Centre) -> None:
    assert {one.id for one in current_rulebook(centre.now)[1].regulations} == set(REGULATIONS)
    desk = centre.browser("liting")
    page = desk.get(f"/new/{KIND}").content.decode()
    assert all(words in page for words in ("响铃时间", "接听时间", "遇到了什么问题"))
    centre.later(minutes=2)
    call = {"channel": "phone", "rang_at": "2026-11-24T10:00:05", "answered_at": "2026-11-24T10:00:22", "once": "web:call"}
    opened = desk.post(f"/new/{KIND}", {**call, **ASKED, "problem_words": "冰箱不制冷，灯也不亮"}, follow=True)
    case = Case.objects.get()
    assert opened.redirect_chain[-1][0] == f"/cases/{case.number}"
    assert case.number.startswith("JD-2026-")
    assert verdict(case, "appliance-answer-live") == "kept", "17 seconds after it rang"
    assert "这里是家电客服中心" in desk.get(f"/cases/{case.number}/insert/phrases").content.decode(), "the greeting is at hand"

    symptom = {"fault_symptom": "压缩机不转", "fault_since": "2026-11-23T20:00", "fault_frequency": "always", "already_tried": "换过插座"}
    fault = {"request_type": "fault", "product_line": "refrigerator", "product_model": "BCD-500", "serial_known": "yes", "product_serial": "SN-1", **symptom}
    centre.does("liting", case, "judge-request", confirmed_problem="冰箱不制冷", user_mood="calm", fault_kind="no-power", **fault)
    centre.does("liting", case, "start-troubleshooting")
    hurried = {"checklist": "soft-before-hard", "item": "hardware", "result": "pass", "once": "web:hurried"}
    assert desk.post(f"/cases/{case.number}/do/tick", hurried).status_code == 409, "software first"
    centre.ticks("liting", case, "soft-before-hard", "restart network settings firmware known-cases hardware")
    bought = {"bought_on": "2026-11-15", "delivered_on": "2026-11-18", "warranty_until": "2027-11-15", "repairs_before": "0", "longest_repair_days": "0"}
    offer = {**bought, "warranty_excluded": "covered", "once": "web:offer", "stage": case.stage}
    refused = desk.post(f"/cases/{case.number}/do/judge-hardware", {**offer, "offered_remedies": ["repair"]})
    assert refused.status_code == 409
    assert "按三包规定第八条、第九条，还应当提供：更换、退货" in refused.content.decode()
    centre.does("liting", case, "judge-hardware", **offer | {"offered_remedies": ["repair", "replace", "return"]})
    letter = str(Outbox.objects.filter(case=case, notice="warranty-offer-note").values_list("payload", flat=True)[0])
    assert "免费维修、更换、退货" in letter
    centre.does("liting", case, "choose-remedy", chosen_remedy="replace")
    assert Clock.objects.get(case=case, rule="warranty-done").due_at.astimezone(SHANGHAI).isoformat() == "2026-12-05T00:00:00+08:00"
    assert Clock.objects.filter(case=case, rule="floor/appliance-remedy-over-fifteen-days").exists()
    centre.later(days=3)
    paper = SimpleUploadedFile("换货单.pdf", samples.PDF)
    centre.does("gaofei", case, "finish-warranty", warranty_work="换新机一台", warranty_paper=paper)
    assert verdict(case, "warranty-done") == "kept"
    for _ in range(3):
        centre.later(days=1)
        key = next(one.key for one in load(case).tasks.values() if one.rule == "appliance-revisit")
        centre.does("liting", case, "try-task", task=key, text="无人接听")
    centre.ticks("liting", case, "appliance-closing", "greeted needs-asked farewell recorded")
    centre.does("liting", case, "close-request", **CLOSED)
    assert case.stage == "request-closed"

    run = next(one for one in _made(centre) if one.rule == "appliance-targets")
    figure = {(one.measure, one.value): one for one in run.figures.all()}
    assert (figure["first-contact-resolution", ""].n, figure["first-contact-resolution", ""].of) == (1, 1)
    shown = centre.browser("sunjie").get("/reports/appliance-answering/2026-11").content.decode()
    assert "电话 · 20 秒以内" in shown
    for path in ("/", "/today", "/cases", "/regulation", "/regulation/appliance-contact-centre", "/reports", "/supervisor", "/company", "/search?q=周大海"):
        assert centre.browser("sunjie").get(path, follow=True).status_code == 200, path


def _made(centre: Centre) -> list[Any]:
    centre.now = datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI)
    runs.run(centre.now)
    periods.run(centre.now)
    assert Task.objects.filter(case=None, rule="shift-check").exists(), "the lead owes a look every morning"
    return list(runs.Run.objects.filter(period="2026-11"))


def test_a_complaint_from_the_portal_is_heard_apologised_for_handed_over_and_closed_after_a_low_mark(centre: Centre) -> None:
    customer = Client()
    assert "家电服务请求" in customer.get("/portal/").content.decode()
    path = f"/portal/new/{KIND}"
    filed = customer.post(path, {"once": once_of(customer.get(path)), **ASKED, "problem_words": "安装师傅迟到还不讲用法"})
    assert filed.status_code == 302
    case, link = Case.objects.get(), filed["Location"]
    token = link.rstrip("/").rpartition("/")[2]
    assert case.number in customer.get(link).content.decode()

    centre.later(minutes=5)
    said = centre.browser("liting").post(f"/cases/{case.number}/say", {"once": "s1", "mode": "reply", "text": "这不归我管，您找安装队。"})
    assert said.status_code in (409, 422), "never said"
    centre.does("liting", case, "answer", text="周先生您好，这里是家电客服中心，请您说说经过。")
    assert verdict(case, "appliance-answer-written") == "kept"
    complaint = {"request_type": "complaint", "product_line": "washer", "product_model": "XQG-100"}
    centre.does("liting", case, "judge-request", confirmed_problem="安装迟到，没有讲解", user_mood="upset", guidance_note="先听完再记录", **complaint)
    centre.does("liting", case, "listen", complaint_wish="道歉并上门讲解")
    centre.does("liting", case, "apologise", apology_words="让您不愉快，对不起")
    tech = f"staff:{centre.users['gaofei'].pk}"
    promise = {"responsible_person": tech, "promised_at": "2026-11-26T18:00"}
    centre.does("liting", case, "transfer-request", to_department="technical-support", next_step="look-into", hand_over_words="核对安装记录", **promise)
    told = str(Outbox.objects.filter(case=case, notice="request-handed-over-note").values_list("payload", flat=True)[0])
    assert "技术支持部" in told
    assert "查明原因后回复您" in told
    assert "11月26日 18:00" in told
    centre.later(days=1)
    centre.does("liting", case, "tell-progress", text="已联系安装队，明天上门。")
    assert list(Clock.objects.filter(case=case, rule="department-progress").order_by("pk").values_list("state", flat=True)) == ["kept", "running"]
    plan = {"deep_cause": "派工过满", "solution_plan": "上门讲解，赠送滤网", **promise}
    centre.does("gaofei", case, "offer-complaint-solution", **plan)
    centre.later(days=2)
    centre.does("gaofei", case, "finish-solution", solution_text="已上门讲解")
    assert verdict(case, "complaint-solution-done") == "missed", "a day late"
    assert verdict(case, "department-promise") == "kept"

    seen = customer.get(link).content.decode()
    assert "确认已解决" in seen
    assert "没有解决" in seen
    assert "已上门讲解" in seen, "he reads what was done"
    marked = customer.post(f"/portal/m/{token}/do/confirm-solved", {"once": "c1", "satisfaction": "2"})
    assert marked.status_code == 302
    case.refresh_from_db()
    centre.later(hours=1)
    blocked = centre.browser("liting").post(f"/cases/{case.number}/do/close-request", {"once": "x1", "stage": case.stage, **CLOSED})
    assert blocked.status_code == 409, "the closing list comes first"
    centre.task("sunjie", case, "low-mark-call", low_mark_cause="迟到没有人道歉，已补偿")
    centre.ticks("liting", case, "appliance-closing", "needs-asked farewell recorded")
    centre.does("liting", case, "close-request", **CLOSED)
    assert (case.stage, case.is_open) == ("request-closed", False)
    assert "已结案" in customer.get(link).content.decode()
