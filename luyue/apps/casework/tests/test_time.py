"""Time passing: the ticker, periods and the outbox, with an instant handed in and nothing that sleeps."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework import periods, ticker
from luyue.apps.casework.company_tasks import do_company_task
from luyue.apps.casework.delivery import tell_case
from luyue.apps.casework.intake import CustomerData, open_case
from luyue.apps.casework.perform import Invalid, Refused, perform
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.tests.test_perform import MINUTE, clock
from luyue.apps.clocks.models import Timer
from luyue.apps.contacts import channels, outbox
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.contacts.selectors import dead_letters
from luyue.apps.journal.models import Anchor, Entry
from luyue.apps.journal.verify import verify
from luyue.apps.tasks.models import Task


@pytest.fixture
def case(company, request_of):
    return open_case(request_of()).case


@pytest.fixture(autouse=True)
def awake():
    ticker._resting.clear()


def said(case, kind="missed"):
    return sorted(Announcement.objects.filter(case=case, kind=kind).values_list("recipient", flat=True))


def test_nothing_is_owed_at_the_deadline_itself(case):
    assert ticker.run_due(NOW + 30 * MINUTE) == 1  # the warnings
    assert clock(case, "first-response").state == "running"
    assert ticker.run_due(NOW + 30 * MINUTE) == 0
    assert ticker.run_due(NOW + 30 * MINUTE + timedelta(seconds=1)) == 1
    assert clock(case, "first-response").state == "missed"


def test_a_second_look_finds_nothing(case):
    late = NOW + 31 * MINUTE
    assert (ticker.run_due(late), ticker.run_due(late)) == (1, 0)
    assert Entry.objects.filter(stream=f"case:{case.number}", action="settle").count() == 1


def test_rungs_speak_one_after_the_other(case):
    for minutes in (31, 30 + 121, 30 + 241):
        ticker.run_due(NOW + minutes * MINUTE)
    first = clock(case, "first-response")
    rungs = Announcement.objects.filter(case=case, about__startswith=first.key)
    assert sorted(rungs.filter(kind="rung").values_list("recipient", flat=True)) == ["finance/lead", "quality", "service-desk/lead"]


def test_after_downtime_only_the_highest_rung_speaks_and_the_verdict_is_the_same(case):
    ticker.run_due(NOW + timedelta(days=3))
    first = clock(case, "first-response")
    assert (first.state, first.settled_at) == ("missed", NOW + 30 * MINUTE)
    told = Announcement.objects.filter(case=case, about__startswith=first.key)
    assert set(told.values_list("kind", "recipient")) == {("rung", "quality"), ("rung", "service-desk/lead")}
    assert not Timer.objects.filter(case=case, clock=first.key).exists()


def test_late_work_is_the_same_with_the_ticker_on_and_off(company, request_of):
    desk = company("service-desk")
    on, off = open_case(request_of(1)).case, open_case(request_of(2)).case
    for minutes in range(0, 400, 7):
        at = NOW + minutes * MINUTE
        while Timer.objects.filter(case=on, due_at__lt=at).exists():
            assert ticker.settle_case(on.id, at)
    for case in (on, off):
        perform(case.id, "answer", by=desk, data={"text": "好"}, now=NOW + 400 * MINUTE)
    same = [{c.rule: (c.state, c.settled_at, c.due_at) for c in case.clocks.all()} for case in (on, off)]
    assert same[0] == same[1]


def test_a_case_that_cannot_be_settled_does_not_stop_the_others(company, request_of, monkeypatch):
    bad, good = open_case(request_of(1)).case, open_case(request_of(2)).case
    load = ticker.rows.load
    monkeypatch.setattr(ticker.rows, "load", lambda case: 1 / 0 if case.pk == bad.pk else load(case))
    assert ticker.run_due(NOW + 31 * MINUTE) == 1
    assert clock(good, "first-response").state == "missed"
    assert bad.pk in ticker._resting
    assert ticker.run_due(NOW + 31 * MINUTE) == 0


@pytest.mark.parametrize(
    ("kind", "on", "name", "begins", "ends"),
    [
        ("day", date(2026, 3, 4), "2026-03-04", date(2026, 3, 4), date(2026, 3, 5)),
        ("week", date(2026, 3, 4), "2026-W10", date(2026, 3, 2), date(2026, 3, 9)),
        ("week", date(2027, 1, 1), "2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 11, 30), "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("half-year", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 7, 1)),
        ("year", date(2026, 6, 30), "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_begin_and_end_where_the_calendar_says(kind, on, name, begins, ends):
    period = periods.period_of(kind, on)
    assert (period.name, period.begins_on, period.ends_on) == (name, begins, ends)


def test_a_periodic_task_opens_once_and_is_due_after_its_period(company):
    assert (periods.run(NOW), periods.run(NOW)) == (1, 0)
    task = Task.objects.get(case=None)
    assert (task.key, task.by, task.state) == ("monthly-review@2026-03", "quality", "open")
    # 5 working days after March: 1 to 3 April, the 4th to 6th are off (Qingming), then the 7th and 8th.
    assert task.due_at == datetime(2026, 4, 8, 16, 0, tzinfo=UTC)
    assert Entry.objects.get(once="period:monthly-review@2026-03").stream == "org"
    assert verify().findings == []


def test_a_late_task_of_the_company_is_announced_once_and_climbs(company):
    periods.run(NOW)
    due = Task.objects.get(case=None).due_at
    Task.objects.filter(case=None).exclude(key__endswith="2026-03").delete()
    assert said(None) == []
    for at in (due + MINUTE, due + 2 * MINUTE):
        periods._escalate(periods.current_rulebook(at)[1], at)
    assert said(None) == ["quality", "service-desk/lead"]
    periods._escalate(periods.current_rulebook(due)[1], due + 300 * MINUTE)
    assert said(None, "rung") == ["quality", "service-desk/lead"]


def test_heads_are_anchored_once_an_hour(case):
    assert ticker.anchor_if_due(NOW)
    assert not ticker.anchor_if_due(NOW + 59 * MINUTE)
    assert ticker.anchor_if_due(NOW + 60 * MINUTE)
    assert Anchor.objects.count() == 2
    assert verify().findings == []


# --------------------------------------------------------------------------------- letters


@pytest.fixture
def mailed(company, request_of):
    customer = CustomerData("individual", "李明", "", "li@example.com")
    return open_case(request_of(channel="email", customer=customer)).case


def test_a_letter_leaves_once_and_its_case_is_told(mailed):
    assert (outbox.deliver_due(NOW), outbox.deliver_due(NOW)) == (1, 0)
    (message,) = mail.outbox
    letter = Outbox.objects.get()
    assert message.to == ["li@example.com"]
    assert message.extra_headers["Message-ID"].startswith(f"<{letter.id}@")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (letter.recipient, letter.done_at) == ("l***@example.com", NOW)
    assert "li@example.com" not in letter.payload
    entry = Entry.objects.get(stream=f"case:{mailed.number}", name="notice.sent")
    assert entry.actor == "system"


class Down:
    def send(self, letter):
        raise channels.ChannelDown("没有答复")


class Refusing:
    def send(self, letter):
        raise channels.Undeliverable("拒收")


class Broken:
    def send(self, letter):
        raise RuntimeError("boom")


@pytest.mark.parametrize("channel", [Down, Broken])
def test_a_letter_that_cannot_leave_is_tried_again_later_and_given_up_in_the_end(mailed, company, monkeypatch, channel):
    monkeypatch.setattr(outbox, "channel_of", lambda kind: channel())
    at, tries = NOW, []
    for _ in range(200):
        before = Outbox.objects.get().attempts
        outbox.deliver_due(at)
        letter = Outbox.objects.get()
        if letter.attempts > before:
            tries.append(at)
        if letter.dead_at:
            break
        at += timedelta(minutes=15)
    assert len(tries) == outbox.ATTEMPTS
    assert timedelta(hours=24) < tries[-1] - tries[0] < timedelta(hours=48)
    assert [one.id for one in dead_letters(company("service-desk"))] == [letter.id]
    assert Entry.objects.filter(stream=f"case:{mailed.number}", name="notice.failed").count() == 1
    monkeypatch.undo()
    assert outbox.send_again(letter.id, at)
    assert outbox.deliver_due(at) == 1
    assert not outbox.send_again(letter.id, at)


def test_a_refused_letter_is_dead_at_once(mailed, monkeypatch):
    monkeypatch.setattr(outbox, "channel_of", lambda kind: Refusing())
    outbox.deliver_due(NOW)
    assert Outbox.objects.get().dead_at == NOW


def test_a_worker_that_lost_its_lease_marks_nothing(mailed, monkeypatch):
    class Slow:
        def send(self, letter):
            Outbox.objects.update(lease_until=NOW + timedelta(hours=1))  # another worker has taken it meanwhile
            return ""

    monkeypatch.setattr(outbox, "channel_of", lambda kind: Slow())
    outbox.deliver_due(NOW)
    assert Outbox.objects.get().done_at is None


def test_a_channel_that_is_down_is_asked_once_a_round(company, request_of, monkeypatch):
    for number in range(3):
        customer = CustomerData("individual", f"客户{number}", "", f"c{number}@example.com")
        open_case(request_of(number, channel="email", customer=customer))
    asked = []
    monkeypatch.setattr(outbox, "channel_of", lambda kind: asked.append(kind) or Down())
    outbox.deliver_due(NOW)
    assert asked == ["mail"]


def test_the_link_in_a_letter_is_the_page_there_is(company, request_of, settings):
    opened = open_case(request_of(channel="email", customer=CustomerData("individual", "李明", "", "li@example.com")))
    outbox.deliver_due(NOW)
    link = settings.LUYUE_BASE_URL + reverse("portal:case", args=[opened.link_token])
    assert f"查询：{link}\n" in mail.outbox[0].body
    assert mail.outbox[0].body.count(link) == 1


def test_a_letter_carries_no_words_of_whoever_filled_in_the_form(company, request_of):
    name = "加微信123 http://evil.example/\r\nBcc: x@y.cn"
    open_case(request_of(channel="email", customer=CustomerData("individual", name, "", "li@example.com")))
    outbox.deliver_due(NOW)
    text = str(mail.outbox[0].message())
    assert "evil.example" not in text
    assert "Bcc" not in text


def test_text_messages_are_laid_into_a_file_only_once(company, request_of, settings):
    case = open_case(request_of(data={"topic": "fault", "words": "修", "wanted_at": "2026-03-08 10:00"})).case
    ticker.run_due(datetime(2026, 3, 6, 2, 1, tzinfo=UTC))
    letter = Outbox.objects.get(kind="sms")
    assert (letter.notice, outbox.deliver_due(NOW + timedelta(days=3))) == ("wanted-soon", 1)
    (line,) = (settings.DATA / "sms.spool").read_text().splitlines()
    assert (json.loads(line)["id"], json.loads(line)["to"]) == (str(letter.id), "+8613800000001")
    tell_case(letter, True, NOW + timedelta(days=3))  # told a second time, by a worker that died before it could mark the letter
    assert Entry.objects.filter(stream=f"case:{case.number}", name="notice.sent").count() == 1


def test_a_task_of_the_company_is_done_once_by_the_team_that_owes_it(company):
    periods.run(NOW)
    task = Task.objects.get(case=None)
    with pytest.raises(NotFound):
        do_company_task(task.pk, by=company("finance"), now=NOW)
    with pytest.raises(Invalid):
        do_company_task(task.pk, by=company("quality"), data={"nonsense": "x"}, now=NOW)
    entry = do_company_task(task.pk, by=company("quality"), now=NOW + MINUTE)
    task.refresh_from_db()
    assert (task.state, task.done_at, entry.stream, entry.actor) == ("done", NOW + MINUTE, "org", company("quality").id)
    with pytest.raises(Refused):
        do_company_task(task.pk, by=company("quality"), now=NOW + MINUTE)
    assert periods.run(NOW + MINUTE) == 0
    assert verify().findings == []
