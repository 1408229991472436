"""What the desk keeps and does at once: views with counts, one act on many cases, texts with variables, mentions, drafts, who else writes."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework import rebuild, ticker
from luyue.apps.casework.erasure import erase_words
from luyue.apps.contacts.models import Announcement
from luyue.apps.journal.models import Entry
from luyue.apps.workspace.models import CannedText, Draft, SavedView
from tests.acceptance.workspace_desk import browser, company_at_work, text_of
from tests.acceptance.workspace_house import NOW, House, at, quality_matter

HX = {"HX-Request": "true"}


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    return company_at_work(settings, tmp_path, monkeypatch)


def counts(client: Client) -> dict[str, str]:
    found_rows = re.findall(r'<span class="words">([^<]+)</span><span class="count num">([^<]+)</span>', text_of(client.get("/views", headers=HX)))
    return {name: count for name, count in found_rows if name != "提醒" or count}


def test_a_view_is_saved_shared_and_counts_what_each_reader_sees(house: House) -> None:
    camera, _fee = quality_matter(house), house.objection("zhou", "押金没有到账", at(24, 9, 30))
    ticker.run_due(NOW)
    desk, technician = browser(house, "chensiyuan"), browser(house, "helicheng")
    page = text_of(desk.get("/cases?class=quality"))
    assert camera.number in page
    assert _fee.number not in page
    assert _fee.number in text_of(desk.get("/cases?promise=overdue"))
    assert camera.number not in text_of(desk.get("/cases?promise=overdue&since=2026-11-24"))
    assert camera.number in text_of(desk.get(f"/cases?customer={camera.customer_id}&until=2026-11-23&whose=staff:{house.user('helicheng').pk}"))
    desk.post("/views", {"name": "质量", "query": "class=quality&page=2", "team": ""})
    desk.post("/views", {"name": "全部", "query": "state=all", "team": "service-desk"})
    desk.post("/views", {"name": "别组的", "query": "state=all", "team": "finance"})
    assert counts(desk).items() >= {"质量": "1", "全部": "2"}.items()
    assert set(counts(browser(house, "limin"))) - {"提醒"} == {"全部"}
    assert set(counts(technician)) - {"提醒"} == set()
    assert SavedView.objects.get(name="质量").query == "class=quality"
    one = SavedView.objects.get(name="全部")
    assert browser(house, "limin").post("/views", {"drop": one.pk}).status_code == 404
    assert browser(house, "zhaolan").post("/views", {"drop": one.pk}).status_code == 302  # who leads the team may
    assert set(counts(desk)) - {"提醒"} == {"质量"}


def test_many_cases_are_taken_back_with_one_press_and_what_cannot_be_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [house.objection(who, "押金没有到账", at(24, 10, n)) for n, who in enumerate(("zhou", "lin", "tang", "zhao"))]
    desk, colleague = browser(house, "chensiyuan"), browser(house, "limin")
    numbers = [one.number for one in cases]
    ticker.run_due(NOW)
    page = text_of(desk.post("/many", {"do": "take", "case": [*numbers[:3], "YY-2026-999999"], "once": "many-9"}))
    toast = re.search(r'<form method="post" action="(/many/undo\?[^"]+)">.*?data-key="Z">撤销', page, re.DOTALL)
    assert toast
    assert "“领取”办成 3 件" in page
    back = html.unescape(toast[1])
    assert "999999" not in back
    # A colleague cannot take it back for him, nor he a case that was not in it.
    assert "办成 0 件" in text_of(colleague.post(back))
    assert "办成 0 件" in text_of(desk.post(f"/many/undo?batch=many-9&case={numbers[3]}"))
    house.do(cases[1], "note", "limin", NOW, text="我先看看")
    result = text_of(desk.post(back))
    assert "撤销这一批" in result
    assert "办成 2 件，未办 1 件" in result
    assert "上一步不能撤销，或之后已有新的记录" in result
    assert [Case.objects.get(pk=one.pk).holder for one in cases[:3]] == [None, house.user("chensiyuan"), None]
    assert Entry.objects.filter(action="undo").count() == 2
    assert "办成 2 件，未办 1 件" in text_of(desk.post(back))  # pressed twice, done once
    assert Entry.objects.filter(action="undo").count() == 2
    # What cannot be taken back at all offers nothing; and after a while nothing of it can be.
    noted = text_of(desk.post("/many", {"do": "note", "text": "节前统一核对", "case": numbers, "once": "many-10"}))
    assert "/many/undo" not in noted
    lead = browser(house, "zhaolan")
    lead.post("/many", {"do": "assign", "holder": f"staff:{house.user('limin').pk}", "case": [numbers[0], numbers[2]], "once": "many-11"})
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=91))
    late = text_of(lead.post(f"/many/undo?batch=many-11&case={numbers[0]}&case={numbers[2]}"))
    assert late.count("已过可以撤销的时间") == 2
    assert Case.objects.get(pk=cases[0].pk).holder == house.user("limin")
    assert not list(rebuild.check())


def test_one_act_on_many_cases_is_an_entry_each_and_says_why_not(house: House) -> None:
    free, held = house.objection("zhou", "押金没有到账", at(24, 10, 0)), house.objection("lin", "少计一根线", at(24, 10, 5))
    house.do(held, "take", "limin", at(24, 10, 10))
    hidden = quality_matter(house)
    Case.objects.filter(pk=hidden.pk).first()
    desk, stranger = browser(house, "chensiyuan"), browser(house, "xuke")
    page = text_of(desk.get("/cases"))
    assert page.count("data-pick") == 3
    sent = {"do": "take", "case": [free.number, held.number, "YY-2026-999999"], "once": "many-1"}
    result = text_of(desk.post("/many", sent))
    assert "办成 1 件，未办 2 件" in result
    assert "此工单已有经办人" in result
    assert "没有这个工单，或您看不到它" in result
    text_of(desk.post("/many", sent))
    assert Entry.objects.filter(action="take", stream=f"case:{free.number}").count() == 1
    assert "办成 0 件" in text_of(stranger.post("/many", {"do": "note", "text": "看看", "case": [free.number]}))
    desk.post("/many", {"do": "note", "text": "节前统一核对", "case": [free.number, held.number], "once": "many-2"})
    assert Entry.objects.filter(action="note").exclude(stream=f"case:{hidden.number}").count() == 2
    assert desk.post("/many", {"do": "answer", "text": "群发", "case": [free.number]}).status_code == 404
    assert not list(rebuild.check())


def test_a_text_is_filled_from_the_case_and_an_unknown_variable_is_named(house: House) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 10, 0))
    desk, lead = browser(house, "chensiyuan"), browser(house, "zhaolan")
    wrong = desk.post("/texts", {"name": "问候", "text": "您好 {customer.nmae}", "scope": ""})
    assert wrong.status_code == 422
    assert "没有变量 {customer.nmae}" in text_of(wrong)
    assert desk.post("/texts", {"name": "公司的", "text": "您好", "scope": "company"}).status_code == 422
    desk.post("/texts", {"name": "问候", "text": "{customer.name}您好，工单 {case.number} 正在办理。", "scope": ""})
    lead.post("/texts", {"name": "运单", "text": "运单号 {waybill}", "scope": "service-desk"})
    assert CannedText.objects.count() == 2
    choices = text_of(desk.get(f"/cases/{case.number}/insert/phrases"))
    assert f'data-text="周晓岚您好，工单 {case.number} 正在办理。"' in choices
    assert "此工单没有 waybill" in choices
    assert "运单" not in text_of(browser(house, "sunyue").get("/texts"))


def test_who_is_mentioned_hears_of_it_if_he_may_see_the_case(house: House) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 10, 0))
    desk = browser(house, "chensiyuan")
    page = text_of(desk.post(f"/cases/{case.number}/say", {"mode": "note", "text": "@李敏 请看流水，@许可 也看看", "once": "n"}, follow=True))
    assert "许可看不到此工单，没有通知" in page
    said = Announcement.objects.get(kind="mention")
    assert said.recipient == f"staff:{house.user('limin').pk}"
    assert "有同事提到您" in text_of(browser(house, "limin").get("/announcements"))
    assert int(counts(browser(house, "limin"))["提醒"]) >= 1
    assert "有同事提到您" not in text_of(browser(house, "xuke").get("/announcements"))
    people = text_of(desk.get(f"/cases/{case.number}/insert/people"))
    assert "李敏" in people
    assert "许可" not in people


def test_a_draft_outlives_sign_out_and_stage_and_colleagues_see_who_writes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 10, 0))
    desk, colleague, stranger = browser(house, "chensiyuan"), browser(house, "limin"), browser(house, "xuke")
    path = f"/cases/{case.number}/unsent"
    written = json.dumps({"form": "composer", "values": [["mode", "reply"], ["text", "周女士您好，正在核对"]]})
    assert desk.post(path, written, content_type="application/json").status_code == 204
    assert stranger.post(path, written, content_type="application/json").status_code == 404
    assert desk.post(path, "[1]", content_type="application/json").status_code == 422
    since = desk.get("/live").json()["since"] if desk.get("/live").status_code == 200 else ""
    assert colleague.get(f"/live?case={case.number}&since={since}").json()["writing"] == "陈思远"
    assert "writing" not in (desk.get(f"/live?case={case.number}").json() if desk.get(f"/live?case={case.number}").status_code == 200 else {})
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=60))
    assert colleague.get(f"/live?case={case.number}&since={since}&writing=陈思远").json()["writing"] == ""
    desk.logout()
    again = browser(house, "chensiyuan")
    assert again.get(f"{path}?form=composer").json()["values"][1] == ["text", "周女士您好，正在核对"]
    assert colleague.get(f"{path}?form=composer").status_code == 204
    house.do(case, "register-objection", "chensiyuan", at(24, 10, 30), promised_at="2026-11-30T18:00")
    assert "周女士您好，正在核对" in text_of(again.get(path))
    again.post(f"/cases/{case.number}/say", {"mode": "reply", "text": "周女士您好，正在核对", "once": "s"})
    assert not Draft.objects.exists()
    # Erased with the case's words.
    again.post(path, written, content_type="application/json")
    Case.objects.filter(pk=case.pk).update(is_open=False, closed_at=NOW)
    erase_words(case.number, by=house.staff("zhouqiming"), second=house.staff("luwen"), reason="客户要求删除", now=NOW + timedelta(seconds=90))
    assert not Draft.objects.exists()


def test_my_day_says_what_kind_of_matter_each_row_is(house: House) -> None:
    house.objection("zhou", "押金没有到账", at(24, 9, 45))
    assert re.search(r'class="q-kind">费用', text_of(browser(house, "chensiyuan").get("/today")))
