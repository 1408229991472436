from datetime import timedelta

import pytest

from luyue.apps.cases.readers import Customer, Link, System
from luyue.apps.cases.selectors import NotFound, case_for, cases_for, live_since
from luyue.apps.casework import ticker
from luyue.apps.casework.intake import open_case
from luyue.apps.casework.perform import perform
from luyue.apps.casework.reveal import reveal_addresses
from luyue.apps.casework.selectors import case_page, explain
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.tests.test_perform import MINUTE, fresh, story
from luyue.apps.clocks.day import my_day
from luyue.apps.clocks.selectors import clause_counts, clocks_of_clause, promises_of
from luyue.apps.contacts.actions import mark_seen
from luyue.apps.contacts.selectors import announcements, letters_sent, unseen_count
from luyue.apps.journal.models import Entry
from luyue.apps.tasks.selectors import tasks_for


@pytest.fixture
def no_claims(monkeypatch):
    monkeypatch.setattr("luyue.apps.casework.perform.claim", lambda *args, **more: [])


def test_a_day_is_sorted_by_what_is_owed_and_grouped(company, request_of):
    desk = company("service-desk")
    late = open_case(request_of(1, now=NOW - 40 * MINUTE)).case
    soon = open_case(request_of(2, now=NOW - 26 * MINUTE)).case
    today = open_case(request_of(3, now=NOW)).case
    perform(today.id, "answer", by=desk, data={"text": "好"}, now=NOW)
    day = my_day(desk, NOW + MINUTE)
    assert [(row.number, row.group, row.rule) for row in day.rows] == [
        (late.number, "overdue", "first-response"),
        (soon.number, "soon", "first-response"),
        (today.number, "today", "handed-on"),
    ]
    assert day.counts == {"overdue": 1, "soon": 1, "today": 1, "waiting": 0, "followup": 0, "later": 0}
    row = day.rows[2]
    assert (row.label, row.clause, row.regulation, row.hours, row.customer) == ("转办", "intake", "desk", "service-hours", "李明")
    assert row.left_s == 4 * 3600 - 60
    assert [label for _action, label in row.next_actions] == ["转办"]
    assert day.rows[0].left_s == -11 * 60


def test_a_case_that_waits_for_its_customer_stands_behind(company, request_of):
    desk, technical = company("service-desk"), company("technical")
    case = open_case(request_of()).case
    perform(case.id, "route-request", by=desk, now=NOW)
    perform(case.id, "ask-customer", by=technical, data={"text": "请发照片"}, now=NOW + MINUTE)
    assert [(row.group, row.state, row.waiting_since) for row in my_day(technical, NOW + 2 * MINUTE).rows] == [("waiting", "paused", NOW + MINUTE)]


def test_nobody_sees_the_day_of_another_team(company, request_of):
    open_case(request_of())
    assert my_day(company("finance"), NOW).rows == ()


def test_a_day_takes_eight_questions_at_most(company, request_of, django_assert_max_num_queries):
    for number in range(12):
        open_case(request_of(number))
    desk = company("service-desk")
    my_day(desk, NOW)
    again = type(desk)(type(desk.user).objects.get(pk=desk.user.pk))
    with django_assert_max_num_queries(8):
        assert len(my_day(again, NOW).rows) == 12


def test_a_case_page_tells_the_whole_story_in_twenty_questions(company, request_of, no_claims, django_assert_max_num_queries):
    case = open_case(request_of()).case
    at = story(company, case)
    desk = company("service-desk")
    reader = type(desk)(type(desk.user).objects.get(pk=desk.user.pk))
    with django_assert_max_num_queries(20):
        page = case_page(reader, case.number, at)
    assert [step.state for step in page.stages] == ["done", "done", "now", "ahead"]
    assert [row.kind for row in page.timeline[:4]] == ["in", "fact", "out", "fact"]
    assert page.timeline[2].who == "service-desk 1"
    assert page.timeline[0].who == "李明"
    assert any(cause == "kept" for row in page.timeline for cause, _, _ in row.turns)
    assert {line.rule for line in page.clocks} == {"first-response", "handed-on", "worked", "progress", "approval/refund-band"}
    assert page.clocks[0].is_owed
    assert [(line.id, [item.result for item in line.items]) for line in page.checklists] == [("final-check", ["pass", "pass"])]
    assert page.customer.phone == "138****0001"
    assert any(offer.action == "close-request" and offer.permitted for offer in page.offers)
    assert page.letters[0].notice == "receipt"


def test_a_customer_reads_words_and_nothing_from_inside(company, request_of, no_claims):
    case = open_case(request_of()).case
    story(company, case)
    perform(case.id, "note", by=company("service-desk"), data={"text": "客户很着急"}, now=NOW + 600 * MINUTE)
    for reader in (Link(fresh(case)), Customer(fresh(case).customer)):
        page = case_page(reader, case.number, NOW + 601 * MINUTE)
        assert {row.kind for row in page.timeline} == {"in", "out", "fact"}
        assert "客户很着急" not in str([(row.text, row.body) for row in page.timeline])
        assert all(row.body == {} and row.who == "" for row in page.timeline if row.kind == "fact")
        assert (page.tasks, page.letters, page.links, page.customer, page.checklists) == ((), (), (), None, ())


def test_a_deadline_is_explained_day_by_day(company, request_of):
    case = open_case(request_of(now=NOW + timedelta(hours=10, minutes=50))).case  # 20:50, ten minutes before closing
    key = promises_of(fresh(case), NOW)[0].key
    told = explain(company("service-desk"), case.number, key, NOW)
    assert told.clock.due_at == NOW + timedelta(hours=23, minutes=20)  # 09:20 next morning
    assert [line.counted for line in told.explanation.lines] == [600, 1200]
    assert told.clause.id == "intake"
    assert "30" in told.sentence
    with pytest.raises(NotFound):
        explain(company("service-desk"), case.number, "nonsense#1", NOW)


def test_clauses_are_counted(company, request_of):
    desk = company("service-desk")
    kept, missed, _ = (open_case(request_of(number)).case for number in (1, 2, 3))
    perform(kept.id, "answer", by=desk, data={"text": "好"}, now=NOW + MINUTE)
    perform(missed.id, "answer", by=desk, data={"text": "好"}, now=NOW + 31 * MINUTE)
    count = clause_counts(NOW + 60 * MINUTE)["desk", "intake"]
    assert (count.running, count.kept, count.missed, count.attained) == (4, 1, 1, 50)
    assert clause_counts(NOW + timedelta(days=40))["desk", "intake"].kept == 0
    soon = NOW + 60 * MINUTE
    behind = clocks_of_clause(desk, "desk", "intake", "missed", soon)
    assert {clock.case for clock in behind.rows} == {missed}
    assert (behind.n_all, behind.n_own) == (clause_counts(soon)["desk", "intake"].missed, 1)
    foreign = clocks_of_clause(company("finance"), "desk", "intake", "missed", soon)
    assert (foreign.n_all, foreign.n_own, foreign.rows) == (1, 0, [])
    # A number of the last thirty days and its list forget together.
    later = NOW + timedelta(days=31)
    assert clause_counts(later)["desk", "intake"].missed == 0
    assert clocks_of_clause(desk, "desk", "intake", "missed", later).n_all == 0


def test_only_the_teams_of_a_case_its_customer_and_its_link_see_it(company, request_of):
    case, other = open_case(request_of(1)).case, open_case(request_of(2)).case
    seen = {
        company("service-desk"): 2,
        company("quality"): 2,  # the regulation's `seen_by`
        company("technical"): 0,
        company("finance"): 0,
        Customer(case.customer): 1,
        Link(case): 1,
        System(): 2,
    }
    for reader, number in seen.items():
        assert cases_for(reader).count() == number
    for reader in (company("finance"), Customer(case.customer), Link(case)):
        with pytest.raises(NotFound):
            case_for(reader, other.number)


def test_whoever_is_told_of_something_late_may_open_the_case(company, request_of):
    case = open_case(request_of()).case
    lead = company("finance/lead")
    assert (cases_for(lead).count(), announcements(lead)) == (0, [])
    ticker.run_due(NOW + 160 * MINUTE)
    assert list(cases_for(lead)) == [case]
    assert [one.kind for one in announcements(lead)] == ["rung"]


def test_a_colleague_who_left_sees_nothing(company, request_of):
    open_case(request_of())
    desk = company("service-desk")
    desk.user.is_active = False
    desk.user.save()
    assert cases_for(type(desk)(type(desk.user).objects.get(pk=desk.user.pk))).count() == 0


def test_live_names_what_changed_and_only_to_those_who_see_it(company, request_of, store):
    desk = company("service-desk")
    first = open_case(request_of(1)).case
    cursor = live_since(desk, "").cursor
    assert live_since(desk, cursor).numbers == ()
    perform(first.id, "note", by=desk, data={"text": "好"}, now=NOW)
    second = open_case(request_of(2)).case
    live = live_since(desk, cursor)
    assert set(live.numbers) >= {first.number, second.number}
    assert live_since(company("finance"), cursor).numbers == ()
    for strange in ("nonsense", "1", "1.2.3", "99999999.0", "-1.0"):
        assert live_since(desk, strange).numbers == ()
    if store == "sqlite":  # on PostgreSQL this whole test is one transaction still under way, so everything is named again
        assert live_since(desk, live.cursor).numbers == ()


def test_announcements_reach_posts_and_are_marked_seen_by_those_they_are_for(company, request_of):
    case = open_case(request_of()).case
    perform(case.id, "note", by=company("service-desk"), data={"text": "好"}, now=NOW + 31 * MINUTE)
    lead = company("service-desk/lead")
    told = announcements(lead)
    # Nobody owns the case yet, so whoever owes the promise hears of it instead of the owner.
    assert {one.recipient for one in told if one.kind == "missed"} == {"service-desk", "service-desk/lead"}
    assert unseen_count(lead) == len(told)
    assert mark_seen(company("finance"), [one.id for one in told], NOW) == 0
    assert mark_seen(lead, [one.id for one in told], NOW) == len(told)
    assert unseen_count(lead) == 0


def test_letters_and_tasks_are_found(company, request_of):
    case = open_case(request_of()).case
    assert [letter.notice for letter in letters_sent(company("service-desk"), case.number)] == ["receipt"]
    with pytest.raises(NotFound):
        letters_sent(company("finance"), case.number)
    assert tasks_for(company("service-desk")) == []


def test_showing_a_phone_number_is_written_down(company, request_of):
    case = open_case(request_of()).case
    assert reveal_addresses(company("service-desk"), case.number, NOW).phone == "+8613800000001"
    entry = Entry.objects.filter(stream="org").latest("id")
    assert (entry.name, entry.actor) == ("customer.revealed", company("service-desk").id)
    with pytest.raises(NotFound):
        reveal_addresses(company("finance"), case.number, NOW)
