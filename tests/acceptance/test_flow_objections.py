"""What can go otherwise between the objection and its end: late, double, foreign and partial answers, rivals, evidence, nudges, pauses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.casework import rebuild
from luyue.apps.casework.perform import perform
from luyue.apps.clocks.models import Clock, ClockSpan
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import User
from luyue.site.demo.desk import House
from tests.acceptance.objection_floor import Floor, Matter, in_days, open_company

PROPOSED = ["refund", "apology"]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_company(tmp_path_factory.mktemp("house"), django_db_blocker) as house:
        yield house


@pytest.fixture
def floor(house: House, db: None) -> Floor:
    cache.clear()
    return Floor(house)


@pytest.fixture
def told(floor: Floor) -> Matter:
    """An objection whose result the customer has been told: a refund of 60 yuan and an apology."""
    matter = floor.matter("tang", "other", other_type="快递单据", demand=["refund"]).to_investigation()
    matter.finds("zhaolan", "conclude-other", "misunderstanding", "company")
    return matter.to_feedback("zhaolan", PROPOSED, "60").told()


def page_of(matter: Matter) -> str:
    return Client().get(reverse("portal:case", args=[matter.token])).content.decode()


def answers(matter: Matter, action: str, token: str = "", **data: Any) -> tuple[int, str]:
    answer = Client().post(reverse("portal:act", args=[token or matter.token, action]), {"once": uuid.uuid4().hex} | data)
    return answer.status_code, answer.content.decode()


def test_the_customer_answers_once_and_a_second_answer_says_what_became_of_the_first(told: Matter) -> None:
    page = page_of(told)
    assert all(way in page for way in ("接受方案", "部分接受", "全部不接受"))
    assert "请您答复" in page
    assert answers(told, "customer-accepts")[0] == 302
    seq = told.state.head_seq
    for action, data in (("customer-accepts", {}), ("customer-rejects", {"answer": "rejects", "answer_text": "反悔"})):
        status, words = answers(told, action, **data)
        assert status == 409
        assert "办理“接受方案”" in words
        assert "执行中" in words
    assert Client().get(reverse("portal:act", args=[told.token, "customer-rejects"])).status_code == 409
    assert (told.state.head_seq, told.stage) == (seq, "executing")


def test_an_answer_after_the_case_was_closed_without_one_is_refused_and_reopening_is_offered(told: Matter) -> None:
    told.may_not("zhaolan", "close-unanswered", "催请客户答复", demand_met="not-met", demand_gap="客户没有答复")
    key = next(task.key for task in told.state.tasks.values() if task.rule == "chase-answer")
    for _ in range(3):
        told.does("chensiyuan", "try-task", task=key, text="无人接听")
    told.does("zhaolan", "close-unanswered", demand_met="not-met", demand_gap="客户没有答复")
    status, words = answers(told, "customer-accepts")
    assert status == 409
    assert "已结案" in words
    assert "重开" in words
    assert told.does("customer", "reopen-objection", reopen_reason="我出差了，刚看到").stage == "received"


def test_an_answer_through_another_customer_s_link_reaches_nothing(told: Matter, floor: Floor) -> None:
    other = floor.matter("zhou", "fee/deposit", order_number="ZL-261102-0021", demand=["release-deposit"])
    status, words = answers(told, "customer-accepts", token=other.token)
    assert status == 409  # his own case has no result yet
    assert told.case.number not in words
    assert answers(told, "customer-accepts", token="x" * 22)[0] == 404
    assert told.stage == "feedback"


def test_what_is_accepted_in_part_is_written_down_and_goes_to_somebody_new(told: Matter) -> None:
    form = Client().get(reverse("portal:act", args=[told.token, "customer-rejects"]) + "?answer=partly").content.decode()
    assert "<h1>部分接受</h1>" in form
    offered = [value for value in ("refund", "apology", "replace") if f'name="accepted_remedies" value="{value}"' in form]
    assert offered == PROPOSED  # only what was proposed to him
    status, words = answers(told, "customer-rejects", answer="partly", answer_text="接受道歉，退款太少")
    assert status == 422
    assert "接受的措施" in words
    told.does("customer", "customer-rejects", answer="partly", accepted_remedies=["apology"], answer_text="接受道歉，退款太少")
    assert told.stage == "second-review"
    assert told.state.fields["accepted_remedies"] == ("apology",)
    opinion = {"review_result": "changed", "review_text": "退全部运费。"}
    told.may_not("zhaolan", "review-again", "另一人", **opinion)
    told.does("zhouqiming", "review-again", **opinion)
    # The second of two reviewers had the same form open.
    status, words = told._sent("yehang", "review-again", {**opinion, "stage": "second-review"})
    assert status == 409
    assert "拟定方案" in words
    assert [fact.actor for fact in told.state.facts if fact.name == "objection.reviewed"] == [f"staff:{User.objects.get(username='zhouqiming').pk}"]


def test_evidence_of_the_finding_stays_inside_until_it_is_shown(told: Matter) -> None:
    file = Attachment.objects.get(case=told.case)
    assert file.internal
    path = reverse("evidence:link-file", args=[told.token, file.pk])
    assert Client().get(path).status_code == 404
    assert file.name not in page_of(told)
    inside = told.floor.browser("chensiyuan").get(reverse("workspace:case", args=[told.case.number])).content.decode()
    assert "给客户看" in inside
    asked = told.floor.browser("chensiyuan").get(reverse("workspace:act", args=[told.case.number, "show-evidence"]) + f"?file={file.pk}").content.decode()
    assert f'value="{file.pk}" checked' in asked
    told.does("chensiyuan", "show-evidence", shown=[str(file.pk)])
    assert b"".join(Client().get(path).streaming_content)
    page = page_of(told)
    assert "给您看的凭证" in page
    assert file.name in page
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.name) == ("show-evidence", "act.show-evidence")
    assert str(file.pk) in str(entry.effects)
    foreign = Attachment.objects.exclude(case=told.case).first()
    for ids in ([str(file.pk)], ["not-a-file"], [], [str(foreign.pk)] if foreign else ["x"]):
        assert told._sent("chensiyuan", "show-evidence", {"shown": ids})[0] == 422
    assert answers(told, "show-evidence", shown=str(file.pk))[0] == 404
    assert not list(rebuild.check([told.case.number]))


def test_a_nudge_is_counted_in_service_hours_and_heard_by_holder_and_lead(told: Matter) -> None:
    told.does("zhaolan", "assign", holder=f"staff:{User.objects.get(username='limin').pk}")
    assert Client().post(reverse("portal:nudge", args=[told.token]), {"once": "n1"}).status_code == 302
    again = Client().post(reverse("portal:nudge", args=[told.token]), {"once": "n2"})
    assert again.status_code == 409
    assert "之后可以再次催办" in again.content.decode()
    heard = set(Announcement.objects.filter(case=told.case, about__startswith="nudge-alert").values_list("recipient", flat=True))
    assert heard == {"service-desk/lead", f"staff:{User.objects.get(username='limin').pk}"}
    talk = told.floor.browser("limin").get(reverse("workspace:case", args=[told.case.number])).content.decode()
    assert f"{told.case.customer.name} 催办" in talk, "a line, not an empty bubble"
    assert "客户催办" in told.floor.browser("limin").get(reverse("workspace:announcements")).content.decode()
    english = Client(headers={"accept-language": "en"}).post(reverse("portal:nudge", args=[told.token]), {"once": "n3"}).content.decode()
    assert "again after" in english
    assert "If there is news" in english


def test_waiting_for_the_customer_pauses_only_the_finding_and_says_until_when(floor: Floor) -> None:
    matter = floor.matter("zhou", "fee/deposit", order_number="ZL-261102-0021", demand=["release-deposit"]).to_investigation()
    matter.does("sunyue", "ask-customer", text="请补拍扣款单照片")
    clocks = {clock.rule: clock.state for clock in matter.state.clocks.values() if clock.is_open}
    assert clocks.pop("investigate-fee") == "paused"
    assert set(clocks.values()) == {"running"}  # neither the promised date nor the floor of the law
    desk = matter.floor.browser("chensiyuan").get(reverse("workspace:today")).content.decode()
    row = desk[desk.index(f'id="row-{matter.case.number}"') :]
    row = row[: row.index("</li>")]
    assert "promise running" in row  # what the desk owes goes on while it waits, and its row says so
    page = page_of(matter)
    assert "请补拍扣款单照片" in page
    assert "最迟" in page
    assert "也会恢复" in page
    assert "暂停计时，最长 3 个工作日" in Outbox.objects.filter(case=matter.case, notice="paused-note").latest("created_at").payload
    later = timezone.now() + timedelta(days=12)
    perform(matter.case.pk, "note", by=Staff(User.objects.get(username="sunyue")), data={"text": "未补充"}, now=later)
    assert matter.state.waiting_since is not None
    assert not [clock for clock in matter.state.clocks.values() if clock.state == "paused"]  # the cap has ended it


def test_asked_before_the_finding_the_customer_is_told_that_no_time_limit_stands_still(floor: Floor) -> None:
    matter = floor.matter("zhou", "fee/deposit", order_number="ZL-261102-0021", demand=["release-deposit"])
    matter.does("chensiyuan", "ask-customer", text="请补拍扣款单照片")
    assert not [clock for clock in matter.state.clocks.values() if clock.state == "paused"]
    sent = dict(Outbox.objects.filter(case=matter.case).values_list("notice", "payload"))
    assert "各项时限照常计算" in sent["asked-note"]
    assert "paused-note" not in sent


def test_every_step_of_carrying_it_out_is_told_and_the_outcome_is_held_against_the_demand(told: Matter) -> None:
    told.does("customer", "customer-accepts")
    told.does("sunyue", "start-refund", refund_amount="60")
    told.does("chensiyuan", "answer", text="非常抱歉。")
    told.does("chensiyuan", "finish-remedy")
    letters = list(Outbox.objects.filter(case=told.case).order_by("created_at").values_list("notice", "payload"))
    sent = [notice for notice, _ in letters]
    assert {"agreed-note", "refund-note-sent", "executed-note"} <= set(sent)
    assert "60.00 元已发起" in dict(letters)["refund-note-sent"]
    told.task("chensiyuan", "revisit", solved="yes", satisfaction="4")
    told.does("chensiyuan", "close-objection", demand_met="partly", demand_gap="只退了运费")
    page = page_of(told)
    assert "结案时记录" in page
    assert "部分满足" in page
    assert "只退了运费" not in page  # our words about it stay inside


def test_the_act_that_keeps_a_promise_stands_first_and_passing_on_never_does(floor: Floor) -> None:
    matter = floor.matter("zhou", "fee/deposit", order_number="ZL-261102-0021", demand=["release-deposit"]).to_investigation()
    path = reverse("workspace:case", args=[matter.case.number])
    page = floor.browser("sunyue").get(path).content.decode()
    side = page[page.index("acts-title") :]
    assert "primary" not in side[: side.index("改转")]
    matter.checks("sunyue", "fee-investigation")
    page = floor.browser("sunyue").get(path).content.decode()
    side = page[page.index("acts-title") :]
    assert side.index("提交调查结论") < side.index("改转")
    assert "primary" in side[: side.index("提交调查结论")]


def test_a_contract_objection_is_about_one_of_the_customer_s_orders(floor: Floor) -> None:
    matter = floor.matter("qinghe", "contract/interpretation", contract_clause="第四条", demand=["correct-terms"])
    page = floor.browser("chensiyuan").get(reverse("workspace:act", args=[matter.case.number, "register-objection"])).content.decode()
    assert '<option value="ZL-261115-0080">' in page
    matter.does("chensiyuan", "answer", text="已收到。")
    matter.does("chensiyuan", "register-objection", promised_at=in_days(4), contract_order="ZL-261115-0080").does("chensiyuan", "transfer-objection")


def test_each_department_is_charged_the_time_it_had_the_work(floor: Floor) -> None:
    matter = floor.matter("zhou", "fee/deposit", order_number="ZL-261102-0021", demand=["release-deposit"]).to_investigation()
    later = timezone.now() + timedelta(hours=1)
    reason = {"to_department": "warehouse", "pass_on_reason": "扣款由仓库提出"}
    perform(matter.case.pk, "pass-on", by=Staff(User.objects.get(username="sunyue")), data=reason, now=later)
    clock = Clock.objects.get(case=matter.case, rule="promised-handling")
    spans = list(ClockSpan.objects.filter(clock=clock, kind=ClockSpan.RUN).order_by("id").values_list("team", "from_at", "to_at"))
    assert [team for team, _, _ in spans][-2:] == ["finance", "warehouse"]  # the desk had it for less than a second
    assert spans[0][1] == clock.started_at
    assert [ends for _, _, ends in spans] == [*(begins for _, begins, _ in spans[1:]), None]  # without a gap, and the last has it still
    own = Clock.objects.get(case=matter.case, rule="investigate-fee", team="finance")
    assert (own.state, own.spans.count()) == ("withdrawn", 0)
    assert not list(rebuild.check([matter.case.number]))


def test_a_file_an_entry_rests_on_can_neither_be_deleted_nor_replaced(told: Matter) -> None:
    file = Attachment.objects.get(case=told.case)
    for change in (lambda: file.delete(), lambda: Attachment.objects.filter(pk=file.pk).update(sha256="0" * 64)):
        with pytest.raises(DatabaseError, match="an entry rests on this file"), transaction.atomic():
            change()
    discarded = told.floor.browser("zhaolan").post(reverse("evidence:discard", args=[file.pk]))
    assert discarded.status_code in (404, 409)
    assert Attachment.objects.filter(pk=file.pk, entry=file.entry).exists()
