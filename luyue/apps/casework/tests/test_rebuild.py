from datetime import timedelta

import pytest
from django.db import connection

from luyue.apps.cases.models import Answer, Case, CaseTeam, CaseWords
from luyue.apps.cases.readers import System
from luyue.apps.cases.search import find
from luyue.apps.cases.selectors import row_heads
from luyue.apps.casework import findable, rebuild, rows, ticker
from luyue.apps.casework.intake import open_case
from luyue.apps.casework.perform import perform
from luyue.apps.casework.projection import rows_of
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.tests.test_perform import fresh, story
from luyue.apps.clocks.models import Clock, ClockSpan, Timer
from luyue.apps.contacts.models import Contact
from luyue.apps.journal.verify import verify
from luyue.apps.regulation.selectors import rulebook_for
from luyue.apps.tasks.models import Task


@pytest.fixture
def lived(company, request_of, monkeypatch):
    """Three cases: one through its whole life, one late, one new."""
    monkeypatch.setattr("luyue.apps.casework.perform.claim", lambda *args, **more: [])
    first = open_case(request_of(1, data={"topic": "fee/deposit", "words": "押金", "devices": ["camera", "light"]})).case
    second, third = open_case(request_of(2)).case, open_case(request_of(3)).case
    at = story(company, second)
    perform(second.id, "close-request", by=company("service-desk"), now=at)
    ticker.run_due(NOW + timedelta(days=2))
    return first, second, third


def test_the_rows_say_what_the_journal_says(lived):
    assert list(rebuild.check()) == []


def test_a_loaded_case_is_the_folded_one(lived):
    for case in lived:
        case = fresh(case)
        assert rows.load(case) == rebuild.folded(case.number)[0]


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda case: Case.objects.filter(pk=case.pk).update(stage="received"), "case.stage"),
        (lambda case: Case.objects.filter(pk=case.pk).update(memo='{"x":1}'), "case.memo"),
        (lambda case: Case.objects.filter(pk=case.pk).update(head_seq=1), "case.head"),
        (lambda case: Case.objects.filter(pk=case.pk).update(next_due_at=NOW), "case.next_due_at"),
        (lambda case: CaseTeam.objects.filter(case=case, team="quality").delete(), "teams.quality"),
        (lambda case: Clock.objects.filter(case=case, rule="worked").update(due_at=NOW), "clocks.worked"),
        (lambda case: Clock.objects.filter(case=case, rule="worked").update(state="missed"), "clocks.worked"),
        (lambda case: ClockSpan.objects.filter(clock__case=case).delete(), "pauses.worked"),
        (lambda case: ClockSpan.objects.create(clock=case.clocks.get(rule="worked"), kind="run", team="quality", from_at=NOW), "runs.worked"),
        (lambda case: Timer.objects.filter(case=case).delete(), "timers."),
        (lambda case: Task.objects.filter(case=case).update(state="done"), "tasks.follow-up"),
        (lambda case: Answer.objects.filter(case=case, field="cost").update(amount=1), "answers.cost"),
    ],
)
def test_a_spoiled_row_is_found_and_put_right(lived, spoil, where):
    spoil(lived[1])
    found = list(rebuild.check())
    if not found:
        pytest.fail(f"nothing found at {where}")
    assert {one.number for one in found} == {lived[1].number}
    assert any(one.where.startswith(where) for one in found)
    assert rebuild.rebuild() == 1
    assert list(rebuild.check()) == []


def test_a_lost_case_comes_back_from_the_journal(lived):
    case = lived[0]
    with connection.cursor() as cursor:
        for table in ("clocks_timer", "clocks_clock", "cases_caseteam", "cases_answer", "cases_casewords", "tasks_task"):
            cursor.execute(f"DELETE FROM {table} WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM contacts_announcement WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM contacts_outbox WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM contacts_contact WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
    assert {(one.number, one.where) for one in rebuild.check()} == {(case.number, "case")}
    assert verify(row_heads()).findings != []
    rebuild.rebuild()
    assert list(rebuild.check()) == []
    assert verify(row_heads()).findings == []
    again = Case.objects.get(number=case.number)
    assert (again.link_hash, again.customer_id, again.subject) == (case.link_hash, case.customer_id, "押金")


def test_an_upgrade_writes_the_words_that_no_case_has_yet(lived, monkeypatch):
    monkeypatch.setattr(findable, "_AT_ONCE", 2)
    Contact.objects.create(case=lived[2], channel="chat", external_id="old-1", direction="note", at=NOW, text="从旧系统带来的话")
    CaseWords.objects.all().delete()
    assert {one.where for one in rebuild.check()} == {"words"}
    assert findable.write_missing() == 3
    assert findable.write_missing() == 0
    assert list(rebuild.check()) == []
    assert find(System(), "押金").ids == (lived[0].pk,)
    assert find(System(), "旧系统").ids == (lived[2].pk,)


def test_today_s_code_decides_the_same(lived):
    assert [str(one) for one in rebuild.recompute()] == []


def test_another_rule_would_be_shown_by_recompute(lived, monkeypatch):
    decide = rebuild.decide

    def other(book, state, action, *rest, **more):
        step = decide(book, state, action, *rest, **more)
        return type(step)(step.effects[:-1], step.body) if action == "answer" else step

    monkeypatch.setattr(rebuild, "decide", other)
    assert {one.number for one in rebuild.recompute()} == {lived[1].number}


def test_the_same_rows_come_from_the_same_state_again(lived):
    for case in lived:
        case = fresh(case)
        book = rulebook_for(case.rulebook)
        state = rows.load(case)
        assert rows_of(state, book) == rows_of(rebuild.folded(case.number)[0], book)
