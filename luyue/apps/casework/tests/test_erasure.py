import pytest

from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import NotFound, row_heads
from luyue.apps.casework import rebuild
from luyue.apps.casework.erasure import erase_words
from luyue.apps.casework.intake import open_case
from luyue.apps.casework.perform import Refused, perform
from luyue.apps.casework.selectors import case_page
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.tests.test_perform import fresh, story
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import EntryBody
from luyue.apps.journal.verify import verify


@pytest.fixture
def closed(company, request_of, monkeypatch):
    monkeypatch.setattr("luyue.apps.casework.perform.claim", lambda *args, **more: [])
    case = open_case(request_of()).case
    perform(case.id, "close-request", by=company("service-desk"), now=story(company, case))
    return fresh(case)


def test_every_word_goes_and_the_journal_still_verifies(company, closed):
    desk, quality = company("service-desk"), company("quality")
    entry = erase_words(closed.number, by=desk, second=quality, reason="客户要求删除", now=NOW)
    assert verify(row_heads()).findings == []
    assert list(rebuild.check()) == []
    assert not EntryBody.objects.filter(entry__stream=entry.stream, erased_at=None).exclude(entry=entry).exists()
    for model in (EntryBody, Contact, Outbox, Customer, Case):
        text = str(list(model.objects.values()))
        for word in ("花屏", "李明", "请先重启", "正在检测"):
            assert word not in text, (model, word)
    page = case_page(desk, closed.number, NOW)
    assert all(row.is_erased for row in page.timeline if row.action != "erase")
    assert {row.text for row in page.timeline} == {""}


def test_erasure_needs_two_people_who_see_the_case_a_reason_and_a_closed_case(company, closed, request_of):
    desk, quality = company("service-desk"), company("quality")
    for second, reason, number, code in (
        (desk, "x", closed.number, "two_persons"),
        (quality, " ", closed.number, "reason"),
        (quality, "x", open_case(request_of(2)).case.number, "open"),
    ):
        with pytest.raises(Refused) as caught:
            erase_words(number, by=desk, second=second, reason=reason, now=NOW)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        erase_words(closed.number, by=desk, second=company("finance"), reason="x", now=NOW)
    erase_words(closed.number, by=desk, second=quality, reason="x", now=NOW)
    with pytest.raises(Refused):
        erase_words(closed.number, by=desk, second=quality, reason="x", now=NOW)


def test_a_customer_with_another_case_is_kept(company, closed, request_of):
    open_case(request_of(9, customer=closed.customer_id))
    erase_words(closed.number, by=company("service-desk"), second=company("quality"), reason="x", now=NOW)
    assert Customer.objects.get(pk=closed.customer_id).name == "李明"
