"""What a log may be sent anywhere with: no person, no secret, no forged line (A44)."""

import io
import json
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from luyue.apps.cases.readers import Link
from luyue.apps.casework.perform import perform
from luyue.apps.evidence.actions import hold
from luyue.site.logs import logging_config, masked
from luyue.site.pages import system

from .conftest import matter, photo

pytestmark = pytest.mark.django_db

PLANTED = {
    "phone": "13987654321",
    "spaced phone": "139 8765 4321",
    "mail": "lin.wanqing@private.example",
    "identity": "31010119900307123X",
    "password": "my-real-Passw0rd",
    "name": "欧阳震霆",
    "words": "我在人民路88号",
}


@pytest.fixture
def log():
    """Everything the program says at its most talkative, but for the store's own statements; call it for the text."""
    written = io.StringIO()
    config = logging_config("DEBUG")
    config["handlers"]["stderr"]["stream"] = written
    config["loggers"] = {"django.db.backends": {"level": "INFO"}, "luyue.test": {"level": "DEBUG"}}
    logging.config.dictConfig(config)
    yield written.getvalue
    logging.config.dictConfig(settings.LOGGING)


def attack(house):
    """Everything a careless log would write down, through every door."""
    browser = Client(raise_request_exception=False)
    words = " ".join(PLANTED.values())
    for address in ("/accounts/login/", "/portal/new/request", f"/portal/m/{house.mine.token}/reply", "/api/v1/intake", "/never/was", "/files/"):
        browser.get(f"{address}?phone={PLANTED['phone']}&q={PLANTED['mail']}")
        browser.post(f"{address}?token={house.mine.token}", {"login": PLANTED["mail"], "password": PLANTED["password"], "text": words, "words": words})
        browser.post(address, json.dumps({"text": words}), content_type="application/json", headers={"Authorization": f"Bearer {house.mine.token}"})
    browser.get(f"/portal/m/{house.mine.token}x/", headers={"User-Agent": words.encode("ascii", "ignore").decode(), "Referer": f"https://x/{house.mine.token}"})
    browser.get(f"/portal/m/{house.theirs.token}/")
    matter(9, PLANTED["phone"], PLANTED["name"], data={"topic": "fault", "words": words})
    held = hold(photo(f"{PLANTED['name']}{PLANTED['phone']}.jpg"), by=Link(house.mine.case).id, from_customer=True)
    perform(house.mine.case.pk, "customer-reply", by=Link(house.mine.case), data={"text": words}, attachments=[held.pk])


def test_no_log_line_holds_a_person_or_a_secret(house, log):
    attack(house)
    said = log()
    assert said.count("\n") > 5, "the log must be there to be searched"
    found = [kind for kind, secret in PLANTED.items() if secret in said]
    found += [f"link {matter.case.number}" for matter in (house.mine, house.theirs) if matter.token in said]
    assert not found


def test_an_error_of_ours_is_logged_without_what_was_sent(house, log, monkeypatch):
    def broken():
        raise RuntimeError(f"{PLANTED['phone']} {PLANTED['mail']} at /portal/m/{house.mine.token}/")

    monkeypatch.setattr(system, "answers", broken)
    answer = Client(raise_request_exception=False).get("/healthz", headers={"Accept": "text/html"})
    said = log()
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert answer.headers["X-Request-Id"] in said, "the number on the page finds the line in the log"
    assert "RuntimeError" in said
    assert not any(secret in said + answer.content.decode() for secret in (PLANTED["phone"], PLANTED["mail"], house.mine.token))


@pytest.mark.parametrize("text", ["a\nb", "a\r\nfaked: line", "\x1b[31mred", "\x00", "a\u2028b", "a\x85b"])
def test_no_text_begins_a_line_of_its_own(log, text):
    logging.getLogger("luyue.test").warning("said %s", text)
    said = log()
    assert said.count("\n") == 1
    assert "\x1b" not in said
    json.loads(said)


def test_every_line_of_a_request_carries_its_number(log):
    answer = Client().get("/never/was")
    lines = [json.loads(line) for line in log().splitlines()]
    assert {line.get("request") for line in lines if line["logger"] == "django.request"} == {answer.headers["X-Request-Id"]}


def test_a_client_cannot_choose_its_number():
    assert Client().get("/healthz", headers={"X-Request-Id": "chosen"}).headers["X-Request-Id"] != "chosen"


@pytest.mark.parametrize("token", ["AbcdefghIjklmnopQrstuv", "a" * 22, "--------__________----", "0123456789012345678901"])
def test_a_link_is_masked_whatever_its_letters(token):
    assert masked(f"Not Found: /portal/m/{token}/reply") == "Not Found: /portal/m/<token>/reply"
    assert masked(f"GET /files/m/{token}?x") == "GET /files/m/<token>?x"
