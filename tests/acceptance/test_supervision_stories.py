"""Whoever answers for others at work: misses and their causes, work handed on, absences, company tasks, reports, retention; through the pages."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luyue.apps.cases.models import Answer, Case
from luyue.apps.cases.readers import Customer
from luyue.apps.cases.selectors import row_heads
from luyue.apps.casework import periods, rebuild, ticker
from luyue.apps.casework.perform import perform
from luyue.apps.clocks import tallies
from luyue.apps.clocks.models import Clock
from luyue.apps.contacts.models import Announcement, Contact
from luyue.apps.evidence.actions import hold
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.tests import samples
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.verify import verify
from luyue.apps.people.models import Absence
from luyue.apps.reports import runs, supervision, worker
from luyue.apps.reports.models import Figure, Improvement, Run
from luyue.apps.retention import actions as retention
from luyue.apps.retention.models import Erasure
from luyue.apps.tasks.models import Task
from luyue.apps.workspace import present_supervisor
from tests.acceptance.workspace_house import FEE, NOW, SHANGHAI, House, at, found

OTHER = {"objection_type": "other", "other_type": "停车不便", "demand": ["apology"]}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def stand(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    return stand


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, clock: Callable[[datetime], None]) -> House:
    settings.DATA = tmp_path
    cache.clear()
    built = found()
    clock(NOW)
    return built


@pytest.fixture
def signed_in(house: House) -> Callable[[str], Client]:
    def browser(username: str) -> Client:
        client = Client()
        client.force_login(house.user(username))
        return client

    return browser


def text_of(response: Any) -> str:
    return str(response.content.decode())


def picture(house: House, who: str) -> str:
    kept = hold(SimpleUploadedFile("a.jpg", samples.telling_jpeg()), by=house.staff(who).id, from_customer=False)
    return str(kept.pk)


def closed_objection(house: House, customer: str, day: int, *, cause: str = "unit-defect", satisfaction: str = "5") -> Case:
    """An objection of the other class from receipt to closing on one day of November."""
    case = house.objection(customer, "停车场太远", at(day, 9, 30), OTHER)
    house.do(case, "answer", "chensiyuan", at(day, 9, 40), text="您好，已经收到")
    house.do(case, "register-objection", "chensiyuan", at(day, 9, 50), promised_at=f"2026-11-{day + 2:02}T18:00")
    house.do(case, "transfer-objection", "chensiyuan", at(day, 10, 0))
    finding = {"facts": "已查明", "contract_basis": "第 3 条", "legal_ground": "民法典", "cause": cause, "liable_party": "company"}
    house.do(case, "conclude-other", "zhaolan", at(day, 11, 0), fact_evidence=[picture(house, "zhaolan")], **finding)
    house.do(case, "propose-remedy", "limin", at(day, 11, 10), remedies=["apology"], remedy_amount="0", remedy_text="道歉")
    house.do(case, "decide-remedy", "zhaolan", at(day, 11, 20))
    house.do(case, "give-feedback", "chensiyuan", at(day, 11, 30), explained="已说明", told_by="phone")
    perform(case.pk, "customer-accepts", by=Customer(house.customers[customer]), at=at(day, 11, 40), now=at(day, 11, 40))
    house.do(case, "answer", "chensiyuan", at(day, 12, 0), text="非常抱歉", channel="phone")
    house.do(case, "finish-remedy", "chensiyuan", at(day, 12, 10))
    house.do(case, "do-task", "chensiyuan", at(day, 12, 20), task="revisit", solved="yes", satisfaction=satisfaction)
    house.do(case, "close-objection", "chensiyuan", at(day, 12, 30), demand_met="met")
    return Case.objects.get(pk=case.pk)


# --- Misses, causes, work handed on -------------------------------------------------------------------------------------------------------


def test_a_lead_sees_what_is_late_says_why_and_hands_it_on(house: House, signed_in: Any) -> None:
    late = house.objection("zhou", "押金没有到账", at(24, 9, 5), FEE)
    fine = house.objection("lin", "少计一根线", at(24, 10, 30), FEE)
    house.do(fine, "answer", "chensiyuan", at(24, 10, 35), text="已收到")
    ticker.run_due(NOW)
    lead = signed_in("zhaolan")
    page = text_of(lead.get("/supervisor"))
    for words in ("客服部", "1/2", "50.0%", "样本少", "还没有说明", "说明原因", late.number):
        assert words in page, words
    assert signed_in("chensiyuan").get("/supervisor").status_code in (403, 404)

    key = Clock.objects.get(case=late, state="missed").key
    form = lead.get(f"/cases/{late.number}/do/explain-miss")
    assert key in text_of(form)
    done = lead.post(f"/cases/{late.number}/do/explain-miss", {"clock": key, "miss_cause": "nobody-took", "text": "早班交接漏了", "once": "why-1"})
    assert done.status_code == 302, text_of(done)
    page = text_of(lead.get("/supervisor?days=1"))
    assert "转办后无人接手" in page
    assert "还没有说明" not in page
    assert late.number not in text_of(lead.get("/supervisor?cause=none")).split("要有人接的")[0].split("h-misses")[1]
    assert list(rebuild.check([late.number])) == []

    limin = house.user("limin")
    given = {"case": [late.number, fine.number, "YY-2026-999999"], "holder": f"staff:{limin.pk}", "once": "bulk-1"}
    answer = lead.post("/supervisor/assign", given, follow=True)
    assert "已指派 2 件给李敏" in text_of(answer)
    assert "YY-2026-999999：没有这个工单" in text_of(answer)
    assert {Case.objects.get(pk=one.pk).holder for one in (late, fine)} == {limin}
    assert "/many/undo?batch=bulk-1" in text_of(answer)
    n = Entry.objects.filter(action="assign").count()
    lead.post("/supervisor/assign", given)
    assert Entry.objects.filter(action="assign").count() == n == 2, "sent twice, done once, one entry a case"


def test_the_tallies_behind_the_page_say_what_the_clocks_say(house: House) -> None:
    first = house.objection("zhou", "押金没有到账", at(24, 9, 5), FEE)
    house.objection("lin", "少计一根线", at(23, 10, 30), FEE)
    ticker.run_due(NOW)
    house.do(first, "answer", "chensiyuan", at(24, 10, 40), text="已收到")
    assert tallies.summed() == tallies.counted() != {}
    tallies.lay_together(date(2026, 11, 24))
    assert tallies.summed() == tallies.counted()
    before = tallies.counted()
    Clock.objects.filter(case=first, state="missed").update(state="kept")
    assert tallies.summed() != tallies.counted(), "a row changed by hand is noticed"
    rebuild.rebuild([first.number])
    assert tallies.counted() == before
    tallies.recount()
    assert tallies.summed() == before


def test_a_case_that_is_passed_around_is_counted(house: House, signed_in: Any) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 5), FEE)
    house.do(case, "answer", "chensiyuan", at(24, 9, 6), text="已收到")
    house.do(case, "register-objection", "chensiyuan", at(24, 9, 8), promised_at="2026-11-26T18:00")
    house.do(case, "transfer-objection", "chensiyuan", at(24, 9, 10))
    house.do(case, "pass-on", "sunyue", at(24, 9, 20), to_department="advisors", pass_on_reason="与财务无关")
    case.refresh_from_db()
    assert case.hand_overs == 2
    page = text_of(signed_in("zhouqiming").get("/supervisor"))
    assert case.number in page[page.index('id="h-handed"') :]
    assert "平均 2.00 次" in page


# --- What the page costs, and whether its numbers are true --------------------------------------------------------------------------------


def test_the_numbers_of_open_work_are_those_of_the_cases_one_by_one(house: House) -> None:
    for n, customer in enumerate(("zhou", "lin", "tang", "zhou")):
        case = house.objection(customer, f"第 {n} 件", at(24 - 2 * n, 9, 5), FEE)
        house.do(case, "answer", "chensiyuan", at(24 - 2 * n, 9, 6), text="已收到")
        if n:
            house.do(case, "register-objection", "chensiyuan", at(24 - 2 * n, 9, 8), promised_at="2026-11-30T18:00")
            house.do(case, "transfer-objection", "chensiyuan", at(24 - 2 * n, 9, 10))
            house.do(case, "take", "sunyue", at(24 - 2 * n, 9, 15))
        if n > 1:
            house.do(case, "pass-on", "sunyue", at(24 - 2 * n, 9, 20), to_department="advisors", pass_on_reason="与财务无关")
    closed = closed_objection(house, "lin", 16)
    Case.objects.filter(number=case.number).update(waiting_since=at(24, 9, 0))
    cases = list(Case.objects.filter(is_open=True).order_by("pk"))
    assert closed not in cases
    found = supervision.open_work(NOW)
    assert (found.n, found.waiting) == (len(cases), 1) == (4, 1)
    assert found.loads == Counter(one.holder_id for one in cases if one.holder_id)
    assert found.loads, "somebody has something"
    handed = [one.hand_overs for one in cases if one.hand_overs]
    assert (found.handed, found.times, found.most) == (len(handed), sum(handed), max(handed)) == (3, 5, 2)
    parted: dict[tuple[str, str], list[int]] = {}
    for one in cases:
        days = (NOW - one.received_at).total_seconds() / 86_400
        parted.setdefault((one.kind, one.stage), [0, 0, 0, 0])[sum(days >= age for age in supervision.AGES)] += 1
    assert found.backlog == parted
    assert [sum(column) for column in zip(*parted.values(), strict=True)] == [1, 1, 2, 0]
    often = supervision.passed_around(house.staff("zhouqiming"))
    assert [row["number"] for row in often] == [one.number for one in cases if one.hand_overs > 1] != []
    if connection.vendor == "sqlite":
        with CaptureQueriesContext(connection) as asked:
            supervision.open_work(NOW)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "USING INDEX case_open_numbers" in plan, "with a memo in each, reading the cases themselves takes twenty times as long"
        assert "TEMP B-TREE" not in plan, "in the order of the index: nothing is sorted"


def test_causes_are_counted_by_month_and_cases_without_one_are_counted_too(house: House, signed_in: Any) -> None:
    known = [closed_objection(house, who, day) for who, day in (("zhou", 3), ("lin", 4), ("tang", 18))]
    Answer.objects.filter(case=known[1], field="cause").delete()
    Answer.objects.filter(case=known[2], field="cause").update(text="outbound-error")
    november, december = at(1, 0, 0), datetime(2026, 12, 1, tzinfo=SHANGHAI)
    middle = at(10, 0, 0)
    found = supervision.causes_of(["objection"], "cause", november, middle, december)
    assert [(one.value, one.n, one.before) for one in found] == [("outbound-error", 1, 0), ("unit-defect", 0, 1), ("", 0, 1)]
    assert supervision.causes_of(["consultation"], "cause", november, middle, december) == []
    page = text_of(signed_in("zhouqiming").get("/supervisor/causes?month=2026-11"))
    assert "本月结案 3 件" in page
    for value, case in (("unit-defect", known[0]), ("", known[1]), ("outbound-error", known[2])):
        behind = text_of(signed_in("zhouqiming").get(f"/supervisor/causes/cause?month=2026-11&value={value}"))
        assert [one.number for one in known if one.number in behind] == [case.number], value


def test_the_supervisors_pages_cost_the_same_however_much_is_open(
    house: House, signed_in: Any, monkeypatch: Any, django_assert_num_queries: Any
) -> None:  # fmt: skip
    def late(*minutes: int) -> None:
        for minute in minutes:
            case = house.objection("zhou", f"第 {minute} 件", at(24, 9, minute), FEE)
        house.do(case, "answer", "chensiyuan", at(24, 9, minute + 1), text="已收到")
        ticker.run_due(NOW)

    late(1)
    lead = signed_in("zhaolan")
    for path in ("/supervisor", "/supervisor/causes"):
        lead.get(path)  # what is remembered once a process or a session is asked now
    for minutes in ((2,), (4, 5, 6, 7, 8)):
        late(*minutes)
        # Session, account with posts, the rulebook in force; then what the page shows, each in one question however much there is.
        with django_assert_num_queries(3 + 10):
            page = text_of(lead.get("/supervisor"))
        with django_assert_num_queries(3 + 3 + 2):  # one for each answer whose repeats are counted: causes of objections, problems of deliveries
            lead.get("/supervisor/causes")
    assert "未结工单 7 件" in page
    n_missed = page.count('">说明原因</a>')
    assert n_missed > 5
    assert "all=1" not in page
    monkeypatch.setattr(present_supervisor, "_MISSES", 4)
    with django_assert_num_queries(3 + 10):
        page = text_of(lead.get("/supervisor?days=1"))
    assert page.count('">说明原因</a>') == 4
    assert "?days=1&amp;all=1#h-misses" in page
    assert text_of(lead.get("/supervisor?days=1&all=1")).count('">说明原因</a>') == n_missed


# --- Absence ------------------------------------------------------------------------------------------------------------------------------


def test_who_is_away_has_somebody_who_sees_and_does_his_work(house: House, signed_in: Any) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 5), FEE)
    house.do(case, "answer", "chensiyuan", at(24, 9, 6), text="已收到")
    house.do(case, "register-objection", "chensiyuan", at(24, 9, 8), promised_at="2026-11-26T18:00")
    house.do(case, "transfer-objection", "chensiyuan", at(24, 9, 10))
    house.do(case, "take", "sunyue", at(24, 9, 15))
    tangwei, sunyue, qiancheng = (house.user(name) for name in ("tangwei", "sunyue", "qiancheng"))
    other = signed_in("tangwei")
    assert other.get(f"/cases/{case.number}").status_code == 404

    form = {"user": f"staff:{sunyue.pk}", "stand_in": f"staff:{tangwei.pk}", "from_on": "2026-11-24", "to_on": "2026-11-26", "reason": "病假"}
    assert signed_in("chensiyuan").post("/supervisor/away", form).status_code == 409, "none of his business"
    assert other.post("/supervisor/away", form).status_code == 409, "nobody appoints himself"
    assert signed_in("qiancheng").post("/supervisor/away", form | {"stand_in": f"staff:{sunyue.pk}"}).status_code == 422
    assert signed_in("qiancheng").post("/supervisor/away", form | {"to_on": "2026-11-20"}).status_code == 422
    assert signed_in("qiancheng").post("/supervisor/away", form).status_code == 302
    again = form | {"stand_in": f"staff:{qiancheng.pk}"}
    assert signed_in("qiancheng").post("/supervisor/away", again).status_code == 422, "away once is enough"

    day = text_of(other.get("/today"))
    assert "您今天为孙悦代班" in day
    assert case.number in day
    assert other.get(f"/cases/{case.number}").status_code == 200
    noted = other.post(f"/cases/{case.number}/say", {"mode": "note", "text": "代孙悦核对付款记录", "once": "n1"})
    assert noted.status_code == 302
    entry = Entry.objects.filter(action="note").latest("id")
    assert entry.actor == f"staff:{tangwei.pk}", "who did it stands in the journal, not whose work it was"
    arranged = Entry.objects.get(name="absence.arranged")
    assert json.loads(arranged.effects)[0]["stand_in"] == f"staff:{tangwei.pk}"
    assert "病假" not in arranged.effects

    absence = Absence.objects.get()
    assert other.post(f"/supervisor/away/{absence.pk}/end").status_code == 404
    assert signed_in("sunyue").post(f"/supervisor/away/{absence.pk}/end").status_code == 302
    assert signed_in("tangwei").get(f"/cases/{case.number}").status_code == 404
    assert verify(row_heads()).findings == []


# --- Company tasks ------------------------------------------------------------------------------------------------------------------------


def test_the_entrances_are_checked_with_proof(house: House, signed_in: Any) -> None:
    periods.run(NOW)
    quality = signed_in("luwen")
    assert "入口检查" in text_of(quality.get("/company"))
    assert "入口检查" not in text_of(signed_in("chensiyuan").get("/company"))
    task = Task.objects.get(rule="entrance-check", case=None)
    assert signed_in("chensiyuan").get(f"/company/{task.pk}").status_code == 404
    assert "聊天窗口有异议按钮" in text_of(quality.get(f"/company/{task.pk}"))

    items = {f"item_{name}": "pass" for name in ("phone_menu", "chat_button", "email_address", "web_form", "few_steps")} | {"item_shop_sign": "fail"}
    wrong = quality.post(f"/company/{task.pk}", items | {"once": "c1"})
    assert wrong.status_code == 422
    page = text_of(wrong)
    for name in ("item_chat_button_evidence", "item_web_form_evidence", "item_shop_sign_note"):
        assert f"f-{name.replace('_', '-')}" in page, name
    pictures = {f"item_{name}_evidence": SimpleUploadedFile(f"{name}.jpg", samples.telling_jpeg()) for name in ("chat_button", "web_form", "shop_sign")}
    done = quality.post(f"/company/{task.pk}", items | pictures | {"item_shop_sign_note": "告示被海报挡住，已移开", "once": "c2"})
    assert done.status_code == 302, text_of(done)
    task.refresh_from_db()
    assert task.state == "done"
    assert Attachment.objects.filter(case=None, entry__name="task.done").count() == 3
    told = text_of(quality.get(f"/company/{task.pk}"))
    assert "告示被海报挡住" in told
    assert "陆文" in told
    assert quality.post(f"/company/{task.pk}", items | {"once": "c3"}).status_code in (409, 422)
    assert "入口检查" in text_of(quality.get("/company?state=done"))
    effects = json.loads(Entry.objects.get(name="task.done").effects)
    assert effects[0]["results"]["shop-sign"] == "fail"


# --- Repeated causes, reports -------------------------------------------------------------------------------------------------------------


def test_three_of_one_cause_open_a_preventive_action_and_the_month_is_reported(house: House, signed_in: Any, clock: Any) -> None:
    cases = [closed_objection(house, who, day, satisfaction=mark) for who, day, mark in (("zhou", 16, "5"), ("lin", 17, "2"), ("tang", 18, "4"))]
    task = Task.objects.get(rule="preventive-action")
    assert (task.case, task.by) == (cases[2], "quality")
    quality = signed_in("luwen")
    for page in (text_of(quality.get("/supervisor/causes")), text_of(signed_in("zhaolan").get("/supervisor"))):
        assert cases[2].number in page
    assert "30 天内相同的达到 3 件" in text_of(quality.get("/supervisor/causes"))

    tangwei = house.user("tangwei")
    plan = {"task": task.key, "root_cause": "停车指引不清", "measure": "重做到店指引", "measure_owner": f"staff:{tangwei.pk}",
            "measure_due_on": "2026-12-01", "once": "p1"}  # fmt: skip
    done = quality.post(f"/cases/{cases[2].number}/do/do-task", plan)
    assert done.status_code == 302, text_of(done)
    clock(datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI))
    worker.run_once(timezone.now())
    assert worker.run_once(timezone.now()) == 0, "made once"
    quality = signed_in("luwen")
    page = text_of(quality.get("/supervisor/causes?month=2026-11"))
    assert "重做到店指引" in page
    assert "唐炜" in page
    measure = Improvement.objects.get()
    assert (measure.due_on, measure.owner) == (date(2026, 12, 1), tangwei)
    assert signed_in("chensiyuan").post(f"/improvements/{measure.pk}/done", {"result": "做完"}).status_code == 404
    signed_in("tangwei").post(f"/improvements/{measure.pk}/done", {"result": "新指引已上线"})
    measure.refresh_from_db()
    assert measure.done_at is not None

    manager = signed_in("zhouqiming")
    assert "异议趋势" in text_of(manager.get("/reports"))
    told = Announcement.objects.filter(kind="report", about="objection-trend@2026-11").values_list("recipient", flat=True)
    assert set(told) == {"quality", "management"}
    report = text_of(manager.get("/reports/objection-trend/2026-11"))
    assert "与流水一致" in report
    assert "制度要求这份报告要有措施" in report
    assert signed_in("chensiyuan").get("/reports/objection-trend/2026-11").status_code == 404
    assert signed_in("chensiyuan").get("/reports/objection-trend/2026-11/table.csv").status_code == 404
    figure = Figure.objects.get(run__rule="objection-trend", run__period="2026-11", measure="count-by", field="objection_type", value="other")
    assert (figure.n, figure.of) == (3, 3)
    behind = text_of(manager.get(f"/reports/objection-trend/2026-11/{figure.position}"))
    assert all(one.number in behind for one in cases)

    purpose = Run.objects.get(rule="objection-purpose", period="2026-11")
    good = purpose.figures.get(measure="satisfaction")
    assert (good.n, good.of) == (2, 3)
    rest = text_of(manager.get(f"/reports/objection-purpose/2026-11/{good.position}?of=rest"))
    assert cases[1].number in rest
    assert cases[0].number not in rest
    page = text_of(manager.get("/reports/objection-purpose/2026-11"))
    assert "66.6%" in page
    assert "2 / 3" in page
    assert "样本少" in page

    table = manager.get("/reports/objection-trend/2026-11/table.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert ["件数", "异议类型", "其他", "3", "3", "", "", "", "", "", ""] in rows
    assert rows[-1][0] == "校验"
    assert rows[-1][1] == Run.objects.get(rule="objection-trend", period="2026-11").digest

    missing = manager.post("/reports/objection-trend/2026-11", {"what": "加装指示牌", "owner": "", "due_on": "2026-11-01"})
    assert missing.status_code == 422
    kept = manager.post("/reports/objection-trend/2026-11", {"what": "加装指示牌", "owner": f"staff:{tangwei.pk}", "due_on": "2026-12-20"})
    assert kept.status_code == 302
    assert "制度要求这份报告要有措施" not in text_of(manager.get("/reports/objection-trend/2026-11"))
    assert verify(row_heads()).findings == []


def test_a_report_stays_as_it_was_and_says_what_was_corrected_since(house: House, signed_in: Any, clock: Any) -> None:
    case = closed_objection(house, "zhou", 16)
    clock(datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI))
    worker.run_once(timezone.now())
    run = Run.objects.get(rule="objection-purpose", period="2026-11")
    before = list(run.figures.order_by("position").values_list("n", "of"))
    assert runs.look_again(timezone.now()) == 0, "nothing was entered since"
    perform(case.pk, "reopen-objection", by=house.staff("chensiyuan"), data={"reopen_reason": "客户说没解决"})
    assert runs.look_again(timezone.now()) > 0
    assert runs.look_again(timezone.now()) == 0, "the same correction is noted once"
    assert list(run.figures.order_by("position").values_list("n", "of")) == before
    page = text_of(signed_in("zhouqiming").get("/reports/objection-purpose/2026-11"))
    assert "更正后" in page
    assert "与流水一致" in page
    run.figures.filter(measure="satisfaction").update(n=0)
    assert "与流水不一致" in text_of(signed_in("zhouqiming").get("/reports/objection-purpose/2026-11"))


def test_words_that_a_spreadsheet_would_run_are_made_harmless() -> None:
    from luyue.apps.workspace.report_table import safe

    assert safe('=HYPERLINK("http://x")') == '\'=HYPERLINK("http://x")'
    assert [safe(one) for one in ("+1", " -1", "@x", "\t=1")] == ["'+1", "' -1", "'@x", "'\t=1"]
    assert [safe(one) for one in (-3, "其他", None)] == ["-3", "其他", ""]


# --- Retention ----------------------------------------------------------------------------------------------------------------------------


def test_after_three_years_the_words_go_and_the_chain_still_verifies(house: House, signed_in: Any, clock: Any) -> None:
    gone, held, tied = (closed_objection(house, who, day) for who, day in (("zhou", 3), ("lin", 4), ("tang", 5)))
    for case in (gone, held, tied):
        for item in ("form-filed", "evidence-filed", "decision-filed", "answer-filed"):
            file = picture(house, "chensiyuan")
            house.do(case, "tick", "chensiyuan", at(6, 9, 30), checklist="archive-set", item=item, result="pass", evidence=[file])
        house.do(case, "archive-objection", "chensiyuan", at(6, 9, 40))
    open_one = house.objection("tang", "又停不了车", at(24, 9, 5), OTHER)
    house.do(tied, "link", "chensiyuan", at(24, 9, 10), number=open_one.number, relation="related")
    manager = signed_in("zhouqiming")
    assert signed_in("zhaolan").get("/records").status_code in (403, 404)
    assert manager.post("/records", {"number": held.number, "reason": ""}).status_code == 422
    assert manager.post("/records", {"number": held.number, "reason": "（2029）粤01民初1号"}).status_code == 302
    assert manager.post("/records", {"number": held.number, "reason": "又一次"}).status_code == 409

    last_day = datetime(2029, 11, 3, 23, 59, tzinfo=SHANGHAI)
    assert retention.run(last_day) == 0, "the last day is still one of the three years"
    assert retention.run(last_day + timedelta(days=4)) == 1
    assert list(Erasure.objects.values_list("case__number", "data_class")) == [(gone.number, "objection-record")]
    assert not EntryBody.objects.filter(entry__stream=f"case:{gone.number}", erased_at=None).exclude(body__in=("", "{}")).exists()
    assert not Contact.objects.filter(case=gone).exclude(text="").exists()
    assert EntryBody.objects.filter(entry__stream=f"case:{held.number}").exclude(body__in=("", "{}")).exists()
    assert verify(row_heads()).findings == []
    assert list(rebuild.check([gone.number])) == []
    assert retention.run(last_day + timedelta(days=4)) == 0

    clock(last_day + timedelta(days=4))
    manager = signed_in("zhouqiming")
    page = text_of(manager.get("/records"))
    assert gone.number in page[page.index('id="h-gone"') :]
    assert "保留中，不删除" in page
    assert "相关工单未结，暂不删除" in page
    hold_id = page.split("/records/holds/")[1].split("/")[0]
    assert manager.post(f"/records/holds/{hold_id}/release").status_code == 302
    assert retention.run(last_day + timedelta(days=4)) == 1
    assert Erasure.objects.filter(case=held).exists()


# --- Words --------------------------------------------------------------------------------------------------------------------------------


def test_forbidden_words_stay_here_and_flagged_ones_are_seen(house: House, signed_in: Any) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 55), FEE)
    desk = signed_in("chensiyuan")
    refused = desk.post(f"/cases/{case.number}/say", {"mode": "reply", "text": "这条我们有最终解释权", "once": "w1"})
    assert refused.status_code == 409
    page = text_of(refused)
    assert "禁用语“最终解释权”" in page
    assert "法律底线" in page, "the refusal names the clause"
    assert "这条我们有最终解释权" in page, "what was written is kept"
    assert not Contact.objects.filter(case=case, direction="out").exists()
    assert desk.post(f"/cases/{case.number}/say", {"mode": "reply", "text": "规定就是这样，请理解", "once": "w2"}).status_code == 302
    flagged = Announcement.objects.get(kind="phrase-flagged")
    assert flagged.recipient == "service-desk/lead"
    assert "请跟进" in text_of(signed_in("zhaolan").get("/announcements"))
    offered = text_of(desk.get(f"/cases/{case.number}/insert/phrases"))
    assert "给您带来不便，非常抱歉" in offered
    assert "让您久等了" not in offered, "nobody nudged"
