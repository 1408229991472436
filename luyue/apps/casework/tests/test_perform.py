from datetime import timedelta

import pytest

from luyue.apps.cases.models import Answer, Case, CaseTeam
from luyue.apps.cases.readers import Link, System
from luyue.apps.cases.selectors import NotFound, row_heads
from luyue.apps.casework import rows
from luyue.apps.casework.intake import open_case
from luyue.apps.casework.perform import Invalid, Refused, perform
from luyue.apps.casework.projection import rows_of
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.clocks.models import Clock, ClockSpan, Timer
from luyue.apps.contacts.models import Announcement, Contact, Outbox
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.tasks.models import Task

MINUTE = timedelta(minutes=1)


def fresh(case):
    return Case.objects.select_related("rulebook", "customer").get(pk=case.pk)


def clock(case, rule):
    return Clock.objects.get(case=case, rule=rule)


@pytest.fixture
def case(company, request_of):
    return open_case(request_of()).case


def test_an_intake_becomes_a_case_with_its_promises(case):
    case = fresh(case)
    assert (case.number, case.stage, case.is_open, case.head_seq) == ("LJ-2026-000001", "received", True, 1)
    assert case.subject == "设备开机后花屏，已经影响直播。"
    assert clock(case, "first-response").due_at == NOW + 30 * MINUTE == case.next_due_at
    assert sorted(CaseTeam.objects.filter(case=case).values_list("team", flat=True)) == ["quality", "service-desk"]
    assert Timer.objects.filter(case=case).count() == 5
    assert list(Answer.objects.values_list("field", "text")) == [("topic", "fault")]
    contact = Contact.objects.get()
    assert (contact.channel, contact.external_id, contact.direction, contact.by) == ("web", "form-1", "in", None)
    letter = Outbox.objects.get()
    assert (letter.kind, letter.notice) == ("portal", "receipt")
    assert "LJ-2026-000001" in letter.payload
    assert "3月4日 10:30" in letter.payload


def test_an_answer_keeps_the_first_response_and_is_kept_as_a_contact(company, case):
    desk = company("service-desk")
    entry = perform(case.id, "answer", by=desk, data={"text": "您好，请先重启。"}, now=NOW + 5 * MINUTE)
    case = fresh(case)
    assert (entry.seq, entry.name, entry.actor, case.head_seq, case.head_hash) == (2, "contact.answered", desk.id, 2, entry.hash)
    first = clock(case, "first-response")
    assert (first.state, first.settled_at, first.is_owed) == ("kept", NOW + 5 * MINUTE, False)
    assert case.next_due_at == clock(case, "handed-on").due_at
    assert not Timer.objects.filter(case=case, clock=first.key).exists()
    assert Contact.objects.get(direction="out").text == "您好，请先重启。"
    assert case.owner == desk.user


def test_the_same_request_twice_is_one_entry(company, case):
    desk = company("service-desk")
    first = perform(case.id, "answer", by=desk, data={"text": "一"}, now=NOW + MINUTE, once="form-9")
    again = perform(case.id, "answer", by=desk, data={"text": "二"}, now=NOW + 2 * MINUTE, once="form-9")
    assert first == again
    assert Entry.objects.filter(stream=f"case:{case.number}").count() == 2
    assert Contact.objects.filter(direction="out").count() == 1


def test_a_request_id_of_another_case_is_refused(company, case, request_of):
    desk, other = company("service-desk"), open_case(request_of(2)).case
    perform(case.id, "answer", by=desk, data={"text": "一"}, now=NOW + MINUTE, once="form-9")
    with pytest.raises(Refused) as caught:
        perform(other.id, "answer", by=desk, data={"text": "一"}, now=NOW + MINUTE, once="form-9")
    assert caught.value.code == "once"


def test_what_is_refused_leaves_no_trace(company, case):
    desk = company("service-desk")
    before = (Entry.objects.count(), fresh(case).memo, Timer.objects.count(), Contact.objects.count())
    for action, data, error in (("finish-work", {"result": "好了"}, Refused), ("answer", {}, Invalid), ("nonsense", {}, Invalid)):
        with pytest.raises(error):
            perform(case.id, action, by=desk, data=data, now=NOW + 40 * MINUTE)
    assert (Entry.objects.count(), fresh(case).memo, Timer.objects.count(), Contact.objects.count()) == before


def test_whoever_may_not_see_a_case_finds_none(company, case, request_of):
    other = open_case(request_of(2)).case
    for reader in (company("finance"), Link(other)):
        with pytest.raises(NotFound):
            perform(case.id, "nudge", by=reader, now=NOW + MINUTE)
    with pytest.raises(NotFound):
        perform(999_999, "answer", by=company("service-desk"), data={"text": "好"}, now=NOW)


def test_timers_owed_are_settled_before_the_act(company, case):
    desk = company("service-desk")
    perform(case.id, "answer", by=desk, data={"text": "您好"}, now=NOW + 31 * MINUTE)
    first = clock(case, "first-response")
    assert (first.state, first.settled_at, first.is_owed) == ("missed", NOW + 30 * MINUTE, False)
    kinds = set(Announcement.objects.filter(case=case).values_list("kind", "recipient"))
    assert ("missed", "service-desk/lead") in kinds


def test_a_miss_stays_owed_until_somebody_does_it(company, case):
    desk = company("service-desk")
    perform(case.id, "note", by=desk, data={"text": "无人接听"}, now=NOW + 40 * MINUTE)
    assert clock(case, "first-response").is_owed
    assert fresh(case).next_due_at == NOW + 30 * MINUTE
    perform(case.id, "answer", by=desk, data={"text": "您好"}, now=NOW + 50 * MINUTE)
    assert not clock(case, "first-response").is_owed


def story(company, case):
    """One case from routing to a reopening, with every kind of rule on its way; gives the instant after each act."""
    desk, lead, technical = company("service-desk"), company("service-desk/lead"), company("technical")
    at = iter(NOW + number * 10 * MINUTE for number in range(1, 40))
    perform(case.id, "take", by=desk, now=next(at))
    perform(case.id, "answer", by=desk, data={"text": "请先重启。"}, now=next(at))
    perform(case.id, "route-request", by=desk, now=next(at))
    perform(case.id, "take", by=technical, now=next(at))
    perform(case.id, "ask-customer", by=technical, data={"text": "请发照片"}, now=next(at))
    perform(case.id, "customer-reply", by=Link(fresh(case)), data={"text": "照片见附件"}, now=next(at))
    perform(case.id, "nudge", by=Link(fresh(case)), now=next(at))
    perform(case.id, "tell-progress", by=desk, data={"text": "正在检测"}, now=next(at))
    perform(case.id, "propose-refund", by=desk, data={"refund": "150"}, now=next(at))
    perform(case.id, "approve", by=lead, now=next(at))
    perform(case.id, "finish-work", by=technical, data={"result": "已修好", "cost": "80"}, now=next(at))
    perform(case.id, "tick", by=desk, data={"checklist": "final-check", "item": "answered", "result": "pass"}, now=next(at))
    perform(case.id, "tick", by=desk, data={"checklist": "final-check", "item": "proven", "result": "pass", "evidence": ["x"]}, now=next(at))
    return next(at)


def test_a_whole_life_leaves_a_chain_that_verifies_and_rows_that_say_the_same(company, case, monkeypatch):
    monkeypatch.setattr("luyue.apps.casework.perform.claim", lambda *args, **more: [])
    desk = company("service-desk")
    at = story(company, case)
    worked = clock(case, "worked")
    assert (worked.state, worked.team) == ("kept", "technical")
    assert ClockSpan.objects.filter(clock=worked, kind="pause", to_at=NOW + 60 * MINUTE).count() == 1
    perform(case.id, "close-request", by=desk, now=at)
    closed = fresh(case)
    assert (closed.is_open, closed.stage, closed.closed_at) == (False, "done", at)
    assert Task.objects.get(case=case).rule == "follow-up"
    perform(case.id, "do-task", by=desk, data={"task": "follow-up"}, now=at + MINUTE)
    perform(case.id, "reopen-request", by=desk, now=at + 2 * MINUTE)
    case = fresh(case)
    assert (case.is_open, case.closed_at, case.stage) == (True, None, "working")
    assert verify(row_heads()).findings == []
    state, book = rows.load(case), rulebook_for(case.rulebook)
    assert rows_of(state, book).case == {name: getattr(case, name) for name in rows_of(state, book).case}


def test_a_phone_intake_by_staff_is_answered_at_once(company, request_of):
    desk = company("service-desk")
    opened = open_case(request_of(channel="phone", by=desk, rang_at=NOW - MINUTE, answered_at=NOW, at=NOW))
    assert clock(opened.case, "first-response").state == "kept"
    assert Entry.objects.filter(stream=f"case:{opened.case.number}").count() == 2
    assert Contact.objects.get(case=opened.case).rang_at == NOW - MINUTE


def test_a_link_reaches_its_own_case_only_and_the_token_is_not_stored(company, request_of):
    opened = open_case(request_of())
    from luyue.apps.cases.selectors import case_by_link

    assert case_by_link(opened.link_token) == opened.case
    assert opened.link_token not in str(Case.objects.filter(pk=opened.case.pk).values().first())
    assert len(opened.link_token) >= 22
    with pytest.raises(NotFound):
        case_by_link(opened.link_token[:-1] + ("A" if opened.link_token[-1] != "A" else "B"))


def test_linking_needs_a_case_one_may_see(company, case, request_of):
    other = open_case(request_of(2)).case
    CaseTeam.objects.filter(case=other).delete()
    desk = company("service-desk")
    with pytest.raises(Invalid):
        perform(case.id, "link", by=desk, data={"number": other.number}, now=NOW + MINUTE)


def test_assigning_needs_somebody_who_works_here(company, case):
    desk = company("service-desk/lead")
    gone = company("service-desk", 2).user
    gone.is_active = False
    gone.save()
    for holder in ("staff:999999", f"staff:{gone.pk}", "customer:1"):
        with pytest.raises(Invalid):
            perform(case.id, "assign", by=desk, data={"holder": holder}, now=NOW + MINUTE)
    perform(case.id, "assign", by=desk, data={"holder": company("service-desk").id}, now=NOW + MINUTE)
    assert fresh(case).holder == company("service-desk").user


def test_time_in_a_case_never_runs_backwards(company, case):
    desk = company("service-desk")
    perform(case.id, "answer", by=desk, data={"text": "好"}, now=NOW + 20 * MINUTE)
    entry = perform(case.id, "note", by=desk, data={"text": "好"}, now=NOW - 60 * MINUTE)
    assert entry.entered_at == NOW + 20 * MINUTE


def test_the_program_may_report_outside_facts(company, case):
    entry = perform(case.id, "report-fact", by=System(), data={"fact": "payment.received"}, now=NOW + MINUTE)
    assert (entry.name, entry.actor) == ("payment.received", "system")
