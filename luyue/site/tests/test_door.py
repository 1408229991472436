"""What every response carries, what is refused before it is read, and how often one may guess a password."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


def test_pages_may_run_no_script_and_no_style_but_our_files(client: Client) -> None:
    policy = client.get(LOGIN).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_pages_carry_the_header(client: Client, header: str, value: str) -> None:
    assert client.get(LOGIN).headers[header] == value


def test_a_body_that_is_too_large_is_refused_unread(client: Client, settings: Any) -> None:
    settings.LUYUE_REQUEST_MAX_BYTES = 1_000_000
    response = client.generic("POST", LOGIN, b"x" * 1_000_001, content_type="application/octet-stream")
    assert response.status_code == 413
    assert "1 MB" in response.content.decode()


@pytest.mark.parametrize("length", ["-1", "a lot", "1e9"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    assert client.post(LOGIN, {}, CONTENT_LENGTH=length).status_code == 413


def test_a_form_from_another_site_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(LOGIN, {"login": "li", "password": "x"}).status_code == 403


def test_an_address_that_is_not_ours_is_not_answered(client: Client) -> None:
    assert client.get(LOGIN, HTTP_HOST="evil.example").status_code == 400


def test_nobody_registers_by_himself(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "mallory", "password1": "Zk3vQ9x2Lm5n", "password2": "Zk3vQ9x2Lm5n"})
    assert not get_user_model().objects.filter(username="mallory").exists()


@pytest.mark.parametrize(("asked", "given"), [("zh-CN,zh;q=0.9", "zh-hans"), ("en-GB", "en"), ("fr", "zh-hans")])
def test_the_browser_s_language_is_spoken_and_chinese_otherwise(client: Client, asked: str, given: str) -> None:
    assert client.get(LOGIN, headers={"accept-language": asked}).headers["Content-Language"] == given


def test_the_chosen_language_wins_over_the_browser_s(client: Client) -> None:
    client.post("/language/setlang/", {"language": "en"})
    assert client.get(LOGIN, headers={"accept-language": "zh-CN"}).headers["Content-Language"] == "en"


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client: Client, settings: Any) -> None:
    settings.AXES_ENABLED = True
    settings.ACCOUNT_RATE_LIMITS = False  # allauth's own brake must not be what stops us here
    get_user_model().objects.create_user(username="li", password="Zk3vQ9x2Lm5n")
    for _ in range(5):
        client.post(LOGIN, {"login": "li", "password": "guess"})
    response = client.post(LOGIN, {"login": "li", "password": "Zk3vQ9x2Lm5n"})
    assert response.status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_lock_on_one_name_leaves_the_desk_next_to_it_alone(client: Client, settings: Any) -> None:
    settings.AXES_ENABLED = True
    settings.ACCOUNT_RATE_LIMITS = False
    get_user_model().objects.create_user(username="han", password="Zk3vQ9x2Lm5n")
    for _ in range(6):
        client.post(LOGIN, {"login": "li", "password": "guess"})
    client.post(LOGIN, {"login": "han", "password": "Zk3vQ9x2Lm5n"})
    assert "_auth_user_id" in client.session
