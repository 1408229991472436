from datetime import timedelta

import pytest

from luyue.apps.cases.models import Case, CaseLink, NumberSeries
from luyue.apps.cases.readers import Customer as CustomerReader
from luyue.apps.cases.readers import System
from luyue.apps.casework.doors import Writing
from luyue.apps.casework.intake import CustomerData, open_case
from luyue.apps.casework.perform import Invalid, Refused
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.writings import open_complaint
from luyue.apps.contacts.models import Contact
from luyue.apps.contacts.selectors import suspicious_contacts
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.regulation.selectors import rulebook_for

MINUTE = timedelta(minutes=1)


def test_the_same_intake_again_is_the_same_case(company, request_of):
    first, again = open_case(request_of()), open_case(request_of(now=NOW + MINUTE))
    assert (again.case, again.entry, again.link_token, again.is_new) == (first.case, first.entry, first.link_token, False)
    assert (Case.objects.count(), Contact.objects.count(), Customer.objects.count()) == (1, 1, 1)


def test_other_words_under_the_same_id_are_kept_for_people_and_refused(company, request_of):
    first = open_case(request_of())
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            open_case(request_of(data={"topic": "fee/rent", "words": "换了说法"}))
        assert caught.value.code == "external_id"
    assert Case.objects.count() == 1
    (contact,) = suspicious_contacts(company("service-desk"))
    assert (contact.case, contact.text, contact.channel) == (first.case, "换了说法", "web")
    assert suspicious_contacts(company("finance")) == []


def test_the_same_id_of_another_channel_is_another_contact(company, request_of):
    assert open_case(request_of()).case != open_case(request_of(channel="email", by=System())).case


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"data": {}}, "topic"),
        ({"data": {"topic": "nonsense", "words": "x"}}, "topic"),
        ({"data": {"topic": "fault", "words": "x", "role": "admin"}}, "role"),
        ({"channel": "chat"}, "channel"),
        ({"procedure": "nonsense"}, "procedure"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"customer": CustomerData("individual", "  ")}, "name"),
        ({"at": NOW + MINUTE}, "at"),
    ],
)
def test_what_is_malformed_is_named_and_leaves_nothing(company, request_of, changes, field):
    before = Entry.objects.count()
    with pytest.raises(Invalid) as caught:
        open_case(request_of(**changes))
    assert field in caught.value.errors
    assert (Case.objects.count(), Customer.objects.count(), Entry.objects.count()) == (0, 0, before)
    assert not NumberSeries.objects.exists()


def test_a_mail_may_lack_what_a_form_must_have(company, request_of):
    opened = open_case(request_of(channel="email", by=System(), data={"words": "设备坏了"}, text="您好，设备坏了。"))
    assert opened.case.subject == "您好，设备坏了。"
    assert EntryBody.objects.get(entry=opened.entry).body == '{"_text":"您好，设备坏了。","words":"设备坏了"}'


def test_a_customer_is_known_by_phone_by_sign_in_and_by_number(company, request_of):
    first = open_case(request_of(1)).case.customer
    assert open_case(request_of(2, customer=CustomerData("individual", "李明明", "+86 138 0000 0001"))).case.customer == first
    assert open_case(request_of(3, customer=first.pk)).case.customer == first
    signed_in = open_case(request_of(4, customer=None, by=CustomerReader(first)))
    assert (signed_in.case.customer, signed_in.entry.actor) == (first, f"customer:{first.pk}")
    assert open_case(request_of(5, customer=None, by=System())).case.customer is None


def test_what_was_decided_before_the_customer_had_a_row_names_nobody_else(company, request_of):
    opened = open_case(request_of())
    assert opened.entry.actor == f"customer:{opened.case.customer_id}"
    assert "None" not in opened.entry.effects.replace("null", "") + opened.case.memo


def test_an_intake_that_came_before_is_answered_though_it_would_be_refused_now(company, request_of, monkeypatch):
    first = open_case(request_of())

    def refuse(*arguments, **more):
        raise Refused("by", "不再受理")

    monkeypatch.setattr("luyue.apps.casework.intake.decide_opening", refuse)
    assert open_case(request_of()).case == first.case
    with pytest.raises(Refused):
        open_case(request_of(2))


def test_numbers_run_without_gaps_by_prefix_and_year(company, request_of):
    with pytest.raises(Invalid):
        open_case(request_of(1, data={}))
    numbers = [open_case(request_of(number, now=NOW + timedelta(days=300 * (number - 1)))).case.number for number in (1, 2, 3)]
    assert numbers == ["LJ-2026-000001", "LJ-2026-000002", "LJ-2027-000001"]


def test_a_case_opened_beside_another_carries_what_its_form_also_asks(company, request_of):
    opened = open_case(request_of())
    case = Case.objects.select_related("rulebook").get(pk=opened.case.pk)
    book = rulebook_for(case.rulebook)
    from luyue.apps.casework import rows

    writing = Writing(case, rows.load(case), book, opened.entry, {}, NOW)
    open_complaint(writing, {"procedure": "request", "relation": "escalated-from", "customer_kind": "individual"})
    link = CaseLink.objects.get()
    other = link.to_case
    assert (link.from_case, link.kind, other.customer, other.channel) == (case, "escalated-from", case.customer, "web")
    assert other.subject == case.subject
    assert [answer.text for answer in other.answers.all()] == ["fault"]
