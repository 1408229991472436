"""Reaching for what is another's: by number, by field, by telephone, by letter, by token (A11, A12, A21-A27, A30)."""

from __future__ import annotations

import json
import statistics
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from luyue.apps.api.actions import create_client, disable_client
from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Customer, Link, Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework.intake import CustomerData
from luyue.apps.casework.perform import Invalid, Refused, perform
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.customers.models import Customer as CustomerRow
from luyue.apps.journal.models import Entry

from .conftest import STAFF_ROLES, matter

pytestmark = pytest.mark.django_db

HOSTILE = "您中奖了 http://evil.example/pay 请立即付款"
# Everything a case knows about itself and no form asks for.
OWN_AFFAIRS = {
    "stage": "done", "owner": "staff:1", "holder": "staff:1", "rulebook": "1", "due_at": "2099-01-01", "promised_at": "2099-01-01", "created_at": "2000-01-01",
    "received_at": "2000-01-01", "entered_at": "2000-01-01", "closed_at": "2000-01-01", "customer": "1", "customer_id": "1", "number": "LJ-2026-000002",
    "actor": "system", "is_open": "0", "teams": "finance", "kind": "complaint", "role": "admin", "is_staff": "1", "is_superuser": "1", "password": "x",
    "head_hash": "0", "link_hash": "0", "_text": "x", "__class__": "x", "reason": "", "parent_id": "2", "merge_into": "2", "cc": "evil@evil.example",
}  # fmt: skip


def unchanged(case, before):
    after = Case.objects.values().get(pk=case.pk)
    moving = {"head_seq", "head_hash", "memo", "next_due_at", "waiting_since"}
    return {name for name in before if name not in moving and after[name] != before[name]}


def snapshot(case):
    return Case.objects.values().get(pk=case.pk)


# ------------------------------------------------------------------------------------------ acts in cases one does not see (A21, A24)


@pytest.mark.parametrize("role", [role for role in STAFF_ROLES if role not in ("desk", "lead")])
@pytest.mark.parametrize("action", ["note", "answer", "take", "assign", "nudge", "report-fact", "correct-clock", "link", "route-request"])
def test_nobody_acts_in_a_case_he_does_not_see(house, role, action):
    with pytest.raises(NotFound):
        perform(house.mine.case.pk, action, by=Staff(house.users[role]), data={"text": "x"})


def test_a_customer_acts_in_his_own_case_only_and_only_as_a_customer(house):
    mine, link = Customer(house.mine.case.customer), Link(house.mine.case)
    for reader in (mine, link):
        with pytest.raises(NotFound):
            perform(house.theirs.case.pk, "customer-reply", by=reader, data={"text": "x"})
        for action in ("note", "answer", "take", "assign", "approve", "correct-clock", "route-request", "close-request"):
            with pytest.raises((Refused, Invalid)):
                perform(house.mine.case.pk, action, by=reader, data={"text": "x"})
    assert Entry.objects.filter(stream=f"case:{house.mine.case.number}").count() == 1


def test_linking_names_no_case_one_does_not_see(house):
    """`link` is the one act with a second case in it (A21)."""
    hidden = matter(3, "13600000003", "唐悦")
    hidden.case.teams.all().delete()
    said = []
    for number in (hidden.case.number, "LJ-2026-999999"):
        with pytest.raises((NotFound, Refused, Invalid)) as refused:
            perform(house.mine.case.pk, "link", by=Staff(house.users["desk"]), data={"case": number, "kind": "related", "to": number, "number": number})
        said.append((refused.type, str(refused.value).replace(number, "")))
    assert said[0] == said[1], "forbidden and absent are refused alike"


# ------------------------------------------------------------------------------------------ mass assignment (A27, A30)


@pytest.mark.parametrize("address", ["say", "do/route-request", "do/close-request"])
def test_a_colleague_s_form_sets_nothing_it_does_not_ask_for(house, address):
    before = snapshot(house.mine.case)
    house.browser("desk").post(f"/cases/{house.mine.case.number}/{address}", {"mode": "note", "text": "x", **OWN_AFFAIRS})
    assert unchanged(house.mine.case, before) <= {"owner_id", "holder_id", "stage"}
    after = Case.objects.get(pk=house.mine.case.pk)
    assert after.stage in ("received", "working"), "where the act leads, not what the form says"
    assert after.owner in (None, house.users["desk"])
    assert after.holder in (None, house.users["desk"])


@pytest.mark.parametrize("address", ["reply", "nudge", "do/customer-reply", "do/close-request"])
def test_a_customer_s_form_sets_nothing_it_does_not_ask_for(house, address):
    before = snapshot(house.mine.case)
    Client().post(f"/portal/m/{house.mine.token}/{address}", {"text": "x", **OWN_AFFAIRS})
    assert not unchanged(house.mine.case, before)


@pytest.mark.parametrize("name", sorted(OWN_AFFAIRS))
def test_an_act_refuses_data_it_does_not_know(house, name):
    with pytest.raises((Invalid, Refused)):
        perform(house.mine.case.pk, "note", by=Staff(house.users["desk"]), data={"text": "x", name: OWN_AFFAIRS[name]})


def test_a_first_contact_cannot_say_what_only_we_know(house):
    count = Case.objects.count()
    for name, value in OWN_AFFAIRS.items():
        try:
            matter(50, "13600000050", "唐悦", data={"topic": "fault", "words": "x", name: value})
        except Invalid:
            continue
        raise AssertionError(f"{name} was taken")
    assert Case.objects.count() == count


@pytest.mark.stores
@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET actor = 'staff:1'", "DELETE FROM journal_entry", "UPDATE journal_entrybody SET body = '{}'", "DELETE FROM journal_entrybody"],
)
def test_the_store_refuses_to_change_what_was_written(house, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# ------------------------------------------------------------------------------------------ whose telephone it is


def test_knowing_a_telephone_number_shows_nothing_of_its_owner(house):
    """Anybody may write any number into the form. The matter joins that customer's, and its page must not say who he is."""
    victim = CustomerRow.objects.get(pk=house.mine.case.customer_id)
    assert victim.name == "林婉清"
    planted = matter(9, "13800000001", "假冒者")
    assert planted.case.customer_id == victim.pk, "the number alone makes it his"
    page = Client().get(f"/portal/m/{planted.token}/")
    assert page.status_code == 200
    said = page.content.decode()
    assert not [secret for secret in ("林婉清", "1@customer.example", "13800000001", house.mine.case.number, "第 1 件") if secret in said]


def test_a_first_contact_overwrites_nothing_we_know_of_a_customer(house):
    before = CustomerRow.objects.values().get(pk=house.mine.case.customer_id)
    matter(9, "13800000001", "假冒者", customer=CustomerData("individual", "假冒者", "13800000001", "evil@evil.example", "假冒者", "A-1"))
    assert CustomerRow.objects.values().get(pk=house.mine.case.customer_id) == before


def test_a_receipt_carries_no_word_of_whoever_wrote_the_form(house):
    """A11: the form must not send a stranger's words to a third person's address."""
    Outbox.objects.all().delete()
    matter(
        9,
        "13600000077",
        HOSTILE[:60],
        customer=CustomerData("individual", HOSTILE[:60], "13600000077", "victim@private.example", HOSTILE[:50]),
        data={"topic": "fault", "words": HOSTILE},
    )
    sent = list(Outbox.objects.values_list("payload", flat=True))
    assert sent
    for payload in sent:
        assert "evil.example" not in payload
        assert "付款" not in json.loads(payload).get("text", payload)


@pytest.mark.parametrize(
    "injected", ["a@b.example\r\nBcc: evil@evil.example", "a@b.example\nX-Status: done", "a@b.example, evil@evil.example", "<evil@evil.example>a@b.example"]
)
def test_no_address_smuggles_a_header_or_a_second_reader(house, injected):
    """A12."""
    Outbox.objects.all().delete()
    try:
        matter(
            9, "13600000078", "唐悦\r\nBcc: evil@evil.example", customer=CustomerData("individual", "唐悦\r\nBcc: evil@evil.example", "13600000078", injected)
        )
    except Invalid:
        return
    for payload in Outbox.objects.values_list("payload", flat=True):
        parts = json.loads(payload)
        assert not [value for name, value in parts.items() if name in ("to", "subject", "from") and any(char in str(value) for char in "\r\n")]
        assert "evil@evil.example" not in str(parts.get("to", ""))


def test_the_same_form_sent_twice_is_one_matter_and_another_s_is_never_shown(house):
    """Whoever guesses a form's id and sends something else gets no link to the matter that id belongs to."""
    answers = [
        Client().post("/portal/new/request", {"once": "guessed", "customer_kind": "individual", "topic": "fault", "words": words, "customer_name": "甲"})
        for words in ("第一次", "第一次", "另一个人")
    ]
    places = [answer.headers.get("Location", "") for answer in answers]
    if places[0]:
        assert places[0] == places[1]
        assert places[2] != places[0]
    assert Contact.objects.filter(external_id="guessed").count() <= 1


# ------------------------------------------------------------------------------------------ telling that something is there (A26)


@pytest.mark.serial
def test_forbidden_and_absent_take_the_same_time(house):
    """Median of many pairs; a page that first loads the case and then looks at permissions would be slower by some milliseconds."""
    browser = house.same_browser("elsewhere")
    addresses = {"forbidden": f"/cases/{house.mine.case.number}", "absent": "/cases/LJ-2026-999999"}
    taken: dict[str, list[float]] = {name: [] for name in addresses}
    for number in range(120):
        for name in sorted(addresses, reverse=number % 2 == 0):
            began = time.perf_counter()
            assert browser.get(addresses[name]).status_code == 404
            taken[name].append(time.perf_counter() - began)
    forbidden, absent = (statistics.median(times[20:]) for times in taken.values())
    assert abs(forbidden - absent) < 0.002, f"{forbidden * 1000:.2f} ms against {absent * 1000:.2f} ms"


def test_numbers_alone_open_nothing_to_a_customer(house):
    """Case numbers count up; the link does not follow from them."""
    assert house.mine.token not in (house.mine.case.number, house.mine.case.link_hash)
    for guess in (house.mine.case.number, house.mine.case.link_hash, str(house.mine.case.pk), house.mine.token[:-1], house.mine.token.lower() + "x"):
        assert Client().get(f"/portal/m/{guess}/").status_code == 404
    assert house.mine.token not in str(Case.objects.values()), "the store keeps a hash only"


@pytest.mark.parametrize("address", ["/search?q={}", "/palette?q={}", "/cases?q={}", "/cases?state=all&q={}", "/live?since=0", "/today"])
@pytest.mark.parametrize("role", ["elsewhere", "system", "audit", "postless"])
def test_search_palette_lists_and_counts_know_nothing_of_hidden_cases(house, role, address):
    """A22."""
    browser = house.same_browser(role)
    for word in (house.mine.case.number, "林婉清", "花屏", "13800000001", "LJ-2026"):
        answer = browser.get(address.format(word))
        said = "" if answer.status_code == 204 else answer.content.decode().replace(word, "")
        assert answer.status_code < 500
        assert not [secret for secret in (house.mine.case.number, "林婉清", "花屏") if secret != word and secret in said], address


def test_the_telephone_number_is_masked_until_somebody_asks_and_asking_is_written_down(house):
    browser = house.browser("desk")
    page = browser.get(f"/cases/{house.mine.case.number}").content.decode()
    assert "13800000001" not in page
    before = Entry.objects.count()
    answer = browser.post(f"/cases/{house.mine.case.number}/customer")
    if answer.status_code == 200 and "13800000001" in answer.content.decode():
        assert Entry.objects.count() == before + 1
    assert house.browser("elsewhere").post(f"/cases/{house.mine.case.number}/customer").status_code == 404


# ------------------------------------------------------------------------------------------ programs


def test_the_api_wants_a_token_of_ours_that_is_still_good(house):
    token = create_client("shop", now=timezone.now())
    address = f"/api/v1/cases/{house.mine.case.number}"
    assert Client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    for bad in ("", "Bearer", "Bearer x", f"Bearer {token}x", f"Basic {token}", f"Bearer {token[:-1]}", token):
        refused = Client().get(address, headers={"Authorization": bad})
        assert refused.status_code == 401, bad
        assert refused.json()["code"] == "unauthorized"
    assert Client().get(f"{address}?token={token}").status_code == 401
    assert house.browser("desk").get(address).status_code == 401, "a colleague's session is no token"
    disable_client("shop", now=timezone.now())
    assert Client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"channel": "web"}', b"[" * 100_000, b'{"a":' * 20_000, b'{"external_id": "\\u0000"}', b'{"channel": 1e999}'],
)
def test_the_api_answers_every_body_with_words(house, body):
    token = create_client("shop", now=timezone.now())
    answer = Client(raise_request_exception=False).post("/api/v1/intake", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (400, 422)


def test_the_api_takes_no_field_it_does_not_know(house):
    token = create_client("shop", now=timezone.now())
    good = {
        "channel": "shop",
        "external_id": "o-1",
        "procedure": "request",
        "customer": {"kind": "individual", "name": "甲", "phone": "13600000001"},
        "fields": {"topic": "fault", "words": "x"},
    }
    headers = {"Authorization": f"Bearer {token}"}
    for name, value in OWN_AFFAIRS.items():
        for body in (good | {name: value}, good | {"customer": good["customer"] | {name: value}}, good | {"fields": good["fields"] | {name: value}}):
            if body == good or (name == "kind" and body["customer"] != good["customer"]):
                continue
            answer = Client().post("/api/v1/intake", json.dumps(body), content_type="application/json", headers=headers)
            assert answer.status_code == 422, f"{name}: {answer.status_code}"
