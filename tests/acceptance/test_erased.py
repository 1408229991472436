"""`then: erase`: when its time is over a case keeps nothing the regulation names, and its journal still verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.models import Answer, Case
from luyue.apps.cases.selectors import row_heads
from luyue.apps.casework import rebuild, rows
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.actions import CustomerData, find_or_make
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.transaction import write
from luyue.apps.journal.verify import verify
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import keep_calendar
from luyue.apps.retention import actions as retention
from luyue.apps.retention.models import Erasure
from luyue.core.procedure.retention import Keeping, values_of
from luyue.core.regulation.rules import DataClass
from tests.acceptance.edition_texts import objections, published
from tests.acceptance.test_supervision_stories import closed_objection
from tests.acceptance.workspace_house import NOW, SHANGHAI, House, at, found

RULES, FIRST_DAY = "live-rental-objections", "2026-11-25"
ERASE = ("kept_from: case.closed\nthen: anonymise", "kept_from: case.closed\nthen: erase")
WITHOUT_JOURNAL = ("covers: [case, contacts, journal]", "covers: [case, contacts]")


class Time:
    now = NOW


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    cache.clear()
    built = found()
    Time.now = NOW
    monkeypatch.setattr(timezone, "now", lambda: Time.now)
    assert keep_calendar("cn", published(2027), NOW - timedelta(days=20))
    return built


def browser(house: House, username: str) -> Client:
    client = Client()
    client.force_login(house.user(username))
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def proposed(house: House, text: str) -> tuple[str, Any]:
    author = browser(house, "zhaolan")
    where = author.post("/editions/new", {"from": f"edition:{RULES}", "file": SimpleUploadedFile("text.md", text.encode())}).headers["Location"]
    return where, author.post(where, {"do": "propose", "source": text, "version": "1"})


def held(case: Case) -> dict[str, int]:
    """What the rows of a case still hold of it."""
    state = rows.load(Case.objects.select_related("rulebook").get(pk=case.pk))
    said = {name for fact in state.facts for name in fact.payload}
    return {
        "words": EntryBody.objects.filter(entry__stream=f"case:{case.number}", erased_at=None).exclude(body__in=("", "{}")).count(),
        "answers": Answer.objects.filter(case=case).count(),
        "fields": len(state.fields),
        "in facts": len(said & {"objection_type", "cause", "satisfaction", "remedies"}),
        "amounts": sum(bool(one.amount) for one in state.approvals.values()),
        "contacts": Contact.objects.filter(case=case).count(),
        "letters": Outbox.objects.filter(case=case).count(),
    }


def test_what_a_regulation_says_is_erased_is_gone_and_the_chain_holds(house: House) -> None:
    # The journal cannot be erased, and the text is refused as long as it says so.
    where, refused = proposed(house, objections(FIRST_DAY, "", ERASE, changes=()))
    assert refused.status_code == 409
    assert "PL309" in text_of(browser(house, "zhaolan").get(where))
    kept = closed_objection(house, "zhou", 24)  # under the edition of today, which only takes names and words away
    where, answer = proposed(house, objections(FIRST_DAY, "", ERASE, WITHOUT_JOURNAL, changes=()))
    assert answer.status_code == 302, text_of(answer)
    assert browser(house, "zhouqiming").post(where, {"do": "adopt", "seen": "yes"}).status_code == 302
    Time.now = at(25, 9, 0)
    house.customers["liu"] = write(lambda: find_or_make(CustomerData("individual", "柳青", "13712340000"), NOW))  # who has nothing else here
    gone = closed_objection(house, "liu", 25)
    before = held(gone)
    assert all(before[name] for name in ("words", "answers", "fields", "in facts", "contacts", "letters"))
    customer = gone.customer_id

    Time.now = datetime(2029, 11, 27, 3, 0, tzinfo=SHANGHAI)
    assert retention.run(Time.now) == 2
    assert set(held(gone).values()) == {0}
    left = held(kept)
    assert (left["words"], left["contacts"] > 0, left["answers"] > 0, left["fields"] > 0) == (0, True, True, True)
    assert Customer.objects.get(pk=customer).name == "已删除"
    assert Case.objects.get(pk=gone.pk).subject == ""
    log = Erasure.objects.get(case=gone)
    assert (log.values, log.contacts, log.letters) == (before["fields"], before["contacts"], before["letters"])
    assert Erasure.objects.get(case=kept).values == 0
    assert Entry.objects.filter(stream=f"case:{gone.number}", name="words.erased").count() == 1
    assert verify(row_heads()).findings == []
    assert list(map(str, rebuild.check())) == []
    assert list(map(str, rebuild.recompute([gone.number]))) == []
    assert retention.run(Time.now) == 0

    # What people see of it: that there was a case, and that its record was erased under which clause.
    manager = browser(house, "zhouqiming")
    page = text_of(manager.get("/records"))
    assert gone.number in page
    assert f"所填选项和金额 {log.values} 项" in page
    whole = text_of(manager.get(f"/cases/{gone.number}"))
    for words in ("停车", "设备缺陷", "已查明", "道歉", "柳青"):
        assert words not in whole, words
    Case.objects.filter(pk=gone.pk).update(memo={})
    assert rebuild.rebuild([gone.number]) == 1  # put back from the journal, it stays erased
    assert set(held(gone).values()) == {0}


def test_an_answer_that_another_form_asks_for_as_well_stays(house: House) -> None:
    _, book = current_rulebook(NOW)
    keeping = Keeping(replace(book.get(DataClass, "complaint-record"), then="erase"), "complaint", ("complaint-form",))
    asked = {field.name for field in book.form("complaint-form").fields}
    shared = asked & {field.name for form in book.forms_of("complaint") if form.id != "complaint-form" for field in form.fields}
    assert set(values_of(keeping, asked | {"severity", "customer_content"}, book)) == asked - shared
    assert values_of(replace(keeping, rule=replace(keeping.rule, then="anonymise")), asked, book) == ()
