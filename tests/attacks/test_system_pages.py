"""The pages of those who look after the machine: what they say, and what they do not."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from luyue.apps.clocks.models import Timer
from luyue.apps.contacts.models import Outbox
from luyue.apps.evidence import store
from luyue.apps.evidence.actions import hold
from luyue.apps.journal.models import Entry
from luyue.site import health
from luyue.site.pages import system

from .conftest import photo

pytestmark = pytest.mark.django_db


def letter(house, **changes):
    now = timezone.now()
    parts = {
        "kind": "mail", "case": house.mine.case, "recipient": "l***@private.example", "payload": "{}", "created_at": now, "due_at": now, "attempts": 9,
        "dead_at": now, "error": "550 no such user lin.wanqing@private.example 13800005678",
    }  # fmt: skip
    return Outbox.objects.create(id=uuid.uuid4(), **(parts | changes))


def state(id):
    return {check.id: check for check in health.checks()}[id]


def test_a_proxy_hears_ok_or_nothing_more(client, monkeypatch):
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")
    monkeypatch.setattr(system, "answers", lambda: False)
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (503, b"unwell\n")


def test_a_store_that_does_not_answer_is_said_and_does_not_break_the_question(monkeypatch):
    def broken():
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", broken)
    assert health.answers() is False


def test_late_timers_waiting_letters_missing_files_and_dead_letters_are_named(house):
    assert health.worst(health.checks()) == health.OK
    late = timezone.now() - timedelta(minutes=30)
    Timer.objects.all().delete()
    Timer.objects.create(case=house.mine.case, clock="first-response#1", kind="due", rung=0, due_at=late)
    assert state("timers").state == health.FAILED
    assert "30" in state("timers").words
    letter(house, dead_at=None, due_at=late)
    assert state("outbox").state == health.WARNING
    letter(house)
    assert state("dead").state == health.WARNING
    held = hold(photo(), by="staff:1", from_customer=False)
    assert state("files").state == health.OK
    store.path_of(held.pk).write_bytes(b"cut")
    assert state("files").state == health.FAILED
    store.remove(held.pk)
    assert state("files").state == health.FAILED
    assert health.worst(health.checks()) == health.FAILED


def test_a_disk_that_fills_up_is_named_before_it_is_full(house, monkeypatch):
    monkeypatch.setattr(health.store, "SPARE_BYTES", 1 << 60)
    assert state("disk").state == health.FAILED


def test_one_check_that_cannot_be_made_does_not_hide_the_others(house, monkeypatch):
    def broken(now):
        raise OSError("unreadable")

    monkeypatch.setattr(health, "_disk", broken)
    assert state("disk").state == health.FAILED
    assert state("store").state == health.OK


def test_the_page_shows_every_check_and_no_word_of_a_customer(house):
    page = house.browser("system").get("/system/health").content.decode()
    assert all(f'id="check-{check.id}"' in page for check in health.checks())
    assert "林婉清" not in page


def test_a_dead_letter_is_shown_without_the_person_and_sent_again_by_one_click(house):
    dead = letter(house)
    page = house.browser("system").get("/system/letters").content.decode()
    assert house.mine.case.number in page
    assert "550 no such user" in page
    assert "lin.wanqing" not in page
    assert "13800005678" not in page
    assert house.browser("system").post(f"/system/letters/{dead.pk}/retry").status_code == 302
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts, dead.error) == (None, 0, "")
    assert dead.due_at <= timezone.now()
    assert Entry.objects.filter(stream="org", name="letter.revived", actor=f"staff:{house.users['system'].pk}").count() == 1
    house.browser("system").post(f"/system/letters/{dead.pk}/retry")
    assert Entry.objects.filter(name="letter.revived").count() == 1, "a letter on its way is not revived"


@pytest.mark.parametrize("role", ["audit", "manager"])
def test_who_only_looks_gets_no_button_and_cannot_send(house, role):
    dead = letter(house)
    assert "重发" not in house.browser(role).get("/system/letters").content.decode()
    assert house.browser(role).post(f"/system/letters/{dead.pk}/retry").status_code == 404
    dead.refresh_from_db()
    assert dead.dead_at


def test_a_crash_shows_its_number_and_nothing_else(house, monkeypatch):
    def broken():
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(system, "checks", broken)
    browser = house.browser("system")
    browser.raise_request_exception = False
    answer = browser.get("/system/health")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert answer.headers["X-Request-Id"] in page
    assert "secret of the inside" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize(
    "address", ["/.git/config", "/.env", "/static/../luyue/site/settings.py", "/media/evidence", "/admin/", "/debug", "/var/data/keys", "/server-status"]
)
def test_nothing_of_the_inside_is_handed_out(address):
    answer = Client().get(address)
    assert answer.status_code == 404
    assert "secret" not in answer.content.decode().lower()
