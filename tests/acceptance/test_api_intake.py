"""`POST /api/v1/intake`: every channel, once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luyue.apps.api.actions import create_client, disable_client
from luyue.apps.cases.models import Case
from luyue.apps.contacts.models import Contact
from luyue.site.demo.desk import House

INTAKE = {
    "channel": "chat",
    "external_id": "chat-2026-0001",
    "procedure": "objection",
    "customer": {"kind": "company", "name": "杭州云尚传媒", "phone": "13800006027", "contact_person": "林婉清"},
    "fields": {"objection_type": "service/slow-response", "objection_text": "半小时没有人回", "demand": ["apology"]},
    "text": "半小时没有人回",
}


@pytest.fixture
def token(house: House) -> str:
    return create_client("call-centre", now=timezone.now())


def sent(token: str, **changed: Any) -> Any:
    body = json.dumps(INTAKE | changed)
    return Client().post("/api/v1/intake", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"} if token else {})


def test_a_chat_contact_opens_a_case_with_its_promise(token: str) -> None:
    answer = sent(token)
    assert answer.status_code == 201, answer.content.decode()
    case = answer.json()
    assert case["number"].startswith("YY-")
    assert case["stage"] == "received"
    promise = next(one for one in case["promises"] if one["rule"] == "first-response-live")
    assert promise["owed_by"] == "service-desk"
    assert promise["clause"] == "response-time"
    assert promise["due_at"]
    assert "/portal/m/" in case["link"]


def test_the_same_contact_again_is_the_same_case(token: str) -> None:
    first, second = sent(token), sent(token)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]
    assert Case.objects.count() == 1


def test_other_words_under_the_same_id_are_refused_and_kept_for_people(token: str) -> None:
    first = sent(token)
    answer = sent(token, text="另一件事")
    assert answer.status_code == 409
    assert answer.json()["code"] == "external_id"
    assert Case.objects.count() == 1
    assert Contact.objects.filter(case__number=first.json()["number"], is_suspicious=True).count() == 1


@pytest.mark.parametrize("channel", ["phone", "chat", "email", "shop", "web"])
def test_every_channel_of_the_regulation_is_taken(token: str, channel: str) -> None:
    assert sent(token, channel=channel, external_id=f"{channel}-1").status_code == 201


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"channel": "pigeon"}, "channel"),
        ({"surprise": "1"}, "surprise"),
        ({"customer": {"kind": "company"}}, "name"),
        ({"fields": {"objection_type": "nonsense"}}, "objection_type"),
        ({"fields": {"no_such_field": "1"}}, "no_such_field"),
        ({"procedure": "no-such"}, "procedure"),
        ({"at": "2026-03-04T10:00:00"}, "at"),
    ],
)
def test_bad_input_says_which_field_and_changes_nothing(token: str, changed: dict[str, Any], field: str) -> None:
    answer = sent(token, **changed)
    assert answer.status_code == 422
    assert any(field in name for name in answer.json()["fields"]), answer.json()
    assert not Case.objects.exists()


def test_without_a_token_or_with_one_taken_back_nobody_comes_in(token: str) -> None:
    assert sent("").status_code == 401
    assert sent("ly_wrong").status_code == 401
    disable_client("call-centre", now=timezone.now())
    assert sent(token).status_code == 401


def test_an_unknown_case_is_404(token: str) -> None:
    answer = Client().get("/api/v1/cases/YY-2026-999999", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404


def test_the_description_is_published(house: House) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert "/api/v1/intake" in described["paths"]
    assert described["openapi"].startswith("3.")
