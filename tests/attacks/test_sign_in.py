"""Guessing, replaying, fixing and outliving a sign-in (A28, A33, A36-A39)."""

import re
import statistics
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client

from luyue.apps.people.models import Membership
from luyue.site.middleware import SEEN_AT

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
STAFF_PAGE = "/acknowledge"
PASSWORD = "Zk3vQ9x2Lm5n"


@pytest.fixture
def locking(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def li():
    return get_user_model().objects.create_user("li", password=PASSWORD, name="李可")


def sign_in(client, login="li", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password}, **more)


def is_in(client):
    return client.get(STAFF_PAGE).status_code == 200


def words_of(response):
    """A page without what differs from request to request: its number, its CSRF token, and the name typed in."""
    return re.sub(r'value="[^"]*"|\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{10}\b', "", response.content.decode())


# ------------------------------------------------------------------------------------------ enumeration (A37)


@pytest.mark.usefixtures("locking")
def test_a_wrong_password_a_closed_account_and_a_name_nobody_has_look_the_same(client, li):
    get_user_model().objects.create_user("gone", password=PASSWORD, is_active=False)
    answers = {
        kind: sign_in(Client(), login, password)
        for kind, login, password in (
            ("wrong", "li", "guess-1"), ("nobody", "mallory", "guess-1"), ("closed", "gone", PASSWORD), ("closed, wrong", "gone", "guess-1"),
        )
    }  # fmt: skip
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({words_of(answer) for answer in answers.values()}) == 1
    assert len({tuple(sorted(set(answer.headers) - {"X-Request-Id", "Set-Cookie"})) for answer in answers.values()}) == 1


@pytest.mark.usefixtures("locking")
def test_a_locked_name_looks_the_same_whether_somebody_has_it_or_not(li):
    answers = []
    for login in ("li", "mallory"):
        client = Client()
        for _ in range(5):
            sign_in(client, login, "guess")
        answers.append(sign_in(client, login, PASSWORD))
    assert [answer.status_code for answer in answers] == [429, 429]
    assert words_of(answers[0]) == words_of(answers[1])
    assert not any(name in answer.content.decode() for answer in answers for name in ("li<", "mallory"))


@pytest.mark.serial
def test_a_name_that_exists_takes_as_long_as_one_that_does_not(settings, li):
    """With the hash of a real installation; without the work done for unknown names the medians differ by a whole hash, about 30 ms."""
    settings.PASSWORD_HASHERS = ["luyue.site.accounts.Argon2"]
    settings.ACCOUNT_RATE_LIMITS = False
    li.set_password(PASSWORD)
    li.save()
    taken = {"li": [], "mallory": []}
    client = Client()
    client.get(LOGIN)
    for number in range(24):
        for login in sorted(taken, reverse=number % 2 == 0):
            began = time.perf_counter()
            sign_in(client, login, f"guess-{number}")
            taken[login].append(time.perf_counter() - began)
            cache.clear()
    known, unknown = (statistics.median(times) for times in taken.values())
    assert abs(known - unknown) < 0.25 * max(known, unknown), f"{known * 1000:.1f} ms against {unknown * 1000:.1f} ms"


# ------------------------------------------------------------------------------------------ guessing (A38)


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_get_no_more_looks_at_the_password_than_five(settings, li, monkeypatch):
    """The limit is taken before the password is looked at; counting failures afterwards lets a crowd through together."""
    settings.AXES_ENABLED = True
    looks = []
    plain_check = type(li).check_password
    monkeypatch.setattr(type(li), "check_password", lambda user, raw: (looks.append(raw), time.sleep(0.05), plain_check(user, raw))[-1])
    barrier = threading.Barrier(50)
    statuses = []

    def guess(number):
        barrier.wait()
        try:
            statuses.append(sign_in(Client(), "li", f"guess-{number}").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 50
    assert 1 <= len(looks) <= 5
    assert not is_in(Client())


@pytest.mark.usefixtures("locking")
@pytest.mark.parametrize("spelling", ["LI", "Li", " li ", "ｌｉ", "lI"])
def test_each_spelling_of_a_name_is_no_fresh_set_of_guesses(client, li, spelling):
    for _ in range(4):
        sign_in(client, "li", "guess")
    sign_in(client, spelling, "guess")
    assert sign_in(client, "li", PASSWORD).status_code == 429


@pytest.mark.usefixtures("locking")
@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP", "Forwarded", "True-Client-IP", "X-Cluster-Client-IP"],
)
def test_no_header_gives_a_guesser_another_address(client, li, header):
    for number in range(5):
        sign_in(client, "li", "guess", headers={header: f"198.51.100.{number}"})
    assert sign_in(client, "li", PASSWORD, headers={header: "198.51.100.99"}).status_code == 429


@pytest.mark.usefixtures("locking")
def test_behind_one_proxy_of_ours_the_address_it_saw_counts_and_not_what_the_client_wrote(client, settings, li):
    settings.LUYUE_PROXIES = 1
    for number in range(5):
        sign_in(client, "li", "guess", headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"})
    assert sign_in(client, "li", PASSWORD, headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}).status_code == 429
    assert sign_in(client, "li", PASSWORD, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 302


@pytest.mark.usefixtures("locking")
def test_a_stranger_elsewhere_cannot_lock_a_colleague_out(li):
    stranger = Client(REMOTE_ADDR="198.51.100.1")
    for _ in range(9):
        sign_in(stranger, "li", "guess")
    assert sign_in(Client(REMOTE_ADDR="203.0.113.7"), "li").status_code == 302


@pytest.mark.usefixtures("locking")
def test_guessing_on_during_the_lock_does_not_prolong_it(client, li):
    for _ in range(5):
        sign_in(client, "li", "guess")
    locked_at = AccessAttempt.objects.get().attempt_time
    sign_in(client, "li", "guess")
    assert AccessAttempt.objects.get().attempt_time == locked_at
    AccessAttempt.objects.update(attempt_time=locked_at - timedelta(minutes=16))
    cache.clear()
    assert sign_in(client, "li").status_code == 302


def test_one_name_from_many_addresses_is_limited_as_well(settings, li):
    settings.ACCOUNT_RATE_LIMITS = False
    for number in range(100):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), "li", "guess")
    assert sign_in(Client(REMOTE_ADDR="203.0.113.1"), "li").status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.113.1"), "han", "guess").status_code == 200


@pytest.mark.usefixtures("locking")
def test_what_the_lock_keeps_of_a_try_is_neither_password_nor_token(client, li):
    client.post(LOGIN, {"login": "li", "password": "my-real-password", "csrfmiddlewaretoken": "secret-token", "next": "/m/secret-link"})
    kept = AccessAttempt.objects.values().get()
    assert not any(secret in str(kept) for secret in ("my-real-password", "secret-token", "secret-link"))


def test_the_answer_to_a_locked_script_opens_no_door_to_other_sites(client, settings, li):
    settings.AXES_ENABLED = True
    for _ in range(5):
        sign_in(client, "li", "guess")
    answer = sign_in(client, "li", "guess", headers={"X-Requested-With": "XMLHttpRequest", "Origin": "https://evil.example"})
    assert answer.status_code == 429
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "li" not in answer.json().values()


# ------------------------------------------------------------------------------------------ second factor


def code_now(user):
    authenticator = Authenticator.objects.get(user=user, type="totp")
    return format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), int(time.time()) // 30))


@pytest.fixture
def with_factor(li):
    TOTP.activate(li, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return li


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(client, with_factor):
    assert sign_in(client).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(with_factor)})
    assert is_in(client)


def test_a_code_seen_over_the_shoulder_opens_nothing_a_second_time(with_factor):
    code = code_now(with_factor)
    for client, opened in ((Client(), True), (Client(), False)):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_in(client) is opened


def test_codes_cannot_be_tried_one_after_another(client, with_factor, settings):
    sign_in(client)
    right = code_now(with_factor)
    for number in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": f"{(int(right) + number + 1) % 1_000_000:06}"})
    client.post("/accounts/2fa/authenticate/", {"code": code_now(with_factor)})
    assert not is_in(client)


def test_the_store_alone_gives_no_second_factor(with_factor):
    assert "JBSWY3DPEHPK3PXP" not in str(Authenticator.objects.values_list("data", flat=True))


def test_who_must_have_a_second_factor_gets_no_further_without(client, settings, li):
    settings.LUYUE_SECOND_FACTOR = "platform"
    sign_in(client)
    assert is_in(client)
    Membership.objects.create(user=li, team="platform", post="system")
    assert client.get("/system/health").headers["Location"] == "/accounts/2fa/"
    settings.LUYUE_SECOND_FACTOR = "off"
    assert client.get("/system/health").status_code == 200


@pytest.mark.parametrize("page", ["/accounts/2fa/totp/deactivate/", "/accounts/2fa/totp/activate/", "/accounts/2fa/recovery-codes/generate/"])
def test_changing_the_second_factor_asks_for_the_password_again(client, page, li):
    """Also by a request that never saw the page (A29)."""
    sign_in(client)
    for answer in (client.get(page), client.post(page, {"code": "000000"})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


# ------------------------------------------------------------------------------------------ sessions (A33, A38, A39)


def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it(client, li):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["luyue_session"] = session.session_key
    planted = session.session_key
    sign_in(client)
    assert client.cookies["luyue_session"].value != planted
    attacker = Client()
    attacker.cookies["luyue_session"] = planted
    assert not is_in(attacker)


def test_a_session_of_ones_own_making_is_not_taken(li):
    client = Client()
    client.cookies["luyue_session"] = "a" * 32
    sign_in(client)
    assert client.cookies["luyue_session"].value != "a" * 32


def test_after_signing_out_the_old_cookie_opens_nothing(client, li):
    sign_in(client)
    stolen = client.cookies["luyue_session"].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["luyue_session"] = stolen
    assert not is_in(thief)


def test_an_address_alone_signs_nobody_out(client, li):
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_in(client)


def test_pages_of_staff_stay_in_no_browser(client, li):
    sign_in(client)
    assert "no-store" in client.get(STAFF_PAGE).headers["Cache-Control"]


def test_a_new_password_ends_every_other_session(client, li):
    other = Client()
    for one in (client, other):
        sign_in(one)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "Neu-geheim-77", "password2": "Neu-geheim-77"})
    assert is_in(client)
    assert not is_in(other)


def test_who_is_let_go_is_out_with_the_next_click(client, li):
    sign_in(client)
    assert is_in(client)
    li.is_active = False
    li.save()
    assert not is_in(client)


def test_a_post_taken_away_counts_with_the_next_click(client, li):
    membership = Membership.objects.create(user=li, team="platform", post="system")
    sign_in(client)
    assert client.get("/system/health").status_code == 200
    membership.delete()
    assert client.get("/system/health").status_code == 404


def test_a_session_nobody_uses_falls_asleep(client, settings, li):
    sign_in(client)
    assert is_in(client)
    session = client.session
    session[SEEN_AT] = int(time.time() - settings.LUYUE_IDLE.total_seconds() - 1)
    session.save()
    assert not is_in(client)


def test_an_initial_password_is_good_for_choosing_another_only(client, li):
    li.must_change_password = True
    li.save()
    sign_in(client)
    assert client.get(STAFF_PAGE).headers["Location"] == "/accounts/password/change/"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "Neu-geheim-77", "password2": "Neu-geheim-77"})
    assert is_in(client)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example"])
def test_signing_in_leads_to_no_other_site(client, li, next_page):
    answer = client.post(f"{LOGIN}?next={next_page}", {"login": "li", "password": PASSWORD, "next": next_page})
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/")


@pytest.mark.parametrize("header", ["X-Remote-User", "Remote-User", "X-On-Behalf-Of", "X-Forwarded-User", "X-Auth-Request-User", "X-User"])
def test_no_header_makes_somebody_a_colleague(client, li, header):
    assert client.get(STAFF_PAGE, headers={header: "li"}).status_code == 302


def test_cookies_go_over_https_only_to_us_and_to_no_script(installation):
    """In the shape of a real installation; read from its settings, because they are made when the program starts."""
    code = (
        "from luyue.site.settings import *;"
        "print(SESSION_COOKIE_SECURE, SESSION_COOKIE_HTTPONLY, SESSION_COOKIE_SAMESITE, SESSION_COOKIE_NAME, CSRF_COOKIE_SECURE, SECURE_HSTS_SECONDS)"
    )
    made = installation(LUYUE_HTTPS="1")
    said = subprocess.run([sys.executable, "-c", code], env=made.variables(), capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", "True", "Lax", "__Host-luyue_session", "True", "31536000"]
