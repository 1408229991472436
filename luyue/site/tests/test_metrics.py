"""Numbers for a monitoring program: right, without persons, and for whom they are meant."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from luyue.apps.casework import ticker
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.tests.conftest import NOW, found_company
from luyue.site import housekeeping
from luyue.site.metrics_store import store_text
from tests.installation import Installation


def numbers(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in text_string_to_metric_families(text) for one in family.samples}


@pytest.mark.django_db
def test_cases_promises_letters_and_lag_are_told_without_a_name(settings, tmp_path) -> None:
    settings.DATA = tmp_path
    found_company()
    for number in range(3):
        customer = CustomerData("individual", "李明", f"1380000000{number}")
        open_case(Intake("web", f"form-{number}", "request", customer, {"topic": "fault", "words": "花屏"}, now=NOW))
    before = numbers(store_text(NOW).decode())
    assert before["luyue_cases", (("kind", "request"), ("open", "yes"), ("stage", "received"))] == 3
    assert before["luyue_promises_owed", (("state", "missed"),)] == 0
    assert before["luyue_promises_owed", (("state", "running"),)] >= 3
    assert before["luyue_ticker_lag_seconds", ()] == 0
    later = NOW + timedelta(days=1)
    behind = numbers(store_text(later).decode())
    assert behind["luyue_ticker_lag_seconds", ()] > 3600
    assert behind["luyue_timers_due", ()] >= 3
    ticker.run_due(later)
    after = numbers(store_text(later).decode())
    assert after["luyue_promises_owed", (("state", "missed"),)] >= 3
    assert after["luyue_ticker_lag_seconds", ()] == 0
    assert after["luyue_journal_entries", ()] > before["luyue_journal_entries", ()]
    answer = Client().get("/metrics")
    assert answer["Content-Type"].startswith("text/plain; version=")
    text = answer.content.decode()
    assert "李明" not in text
    assert not re.search(r"LJ-\d|(?<![\d.])1380000\d{4}|staff:", text)


@pytest.mark.django_db
def test_only_this_machine_or_whoever_brings_the_token_may_read_them() -> None:
    def status(**headers: str) -> int:
        return Client(**headers).get("/metrics").status_code

    assert status() == 200
    assert status(REMOTE_ADDR="192.0.2.7") == 404
    assert status(HTTP_X_FORWARDED_FOR="127.0.0.1") == 404
    with override_settings(LUYUE_PROXIES=1):
        assert status(HTTP_X_FORWARDED_FOR="127.0.0.1") == 404
    with override_settings(LUYUE_METRICS_TOKEN="ein-langes-wort"):
        assert status() == 404
        assert status(HTTP_AUTHORIZATION="Bearer anderes") == 404
        assert status(HTTP_AUTHORIZATION="Bearer ein-langes-wort", REMOTE_ADDR="192.0.2.7") == 200
    assert Client().get("/livez").content == b"ok\n"


@pytest.mark.django_db
def test_expired_sessions_are_cleared_and_living_ones_stay() -> None:
    now = timezone.now()
    for number in range(3):
        Session.objects.create(session_key=f"old-{number}", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="living", session_data="", expire_date=now + timedelta(hours=1))
    assert housekeeping.sweep(now) == 3
    assert [one.pk for one in Session.objects.all()] == ["living"]


@pytest.mark.sqlite
def test_what_two_web_processes_counted_is_one_number(installation: Callable[..., Installation]) -> None:
    house = installation()
    with house.served() as address:
        for _ in range(40):
            urllib.request.urlopen(f"{address}/healthz", timeout=60).close()
        told = [_count(urllib.request.urlopen(f"{address}/metrics", timeout=60).read().decode()) for _ in range(6)]
    assert set(told) == {40.0}, "each process told its own numbers only"


def _count(text: str) -> float:
    return sum(value for (name, labels), value in numbers(text).items() if name == "luyue_request_duration_seconds_count" and ("route", "healthz") in labels)
