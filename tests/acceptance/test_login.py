"""From a new colleague's first day to his second phone: accounts, passwords, second factors, as people meet them."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from luyue.apps.journal.models import Entry
from luyue.apps.people.models import User
from luyue.apps.people.selectors import actor_words, is_lead, led_teams_of, memberships_of, platform_posts_of, teams_of
from luyue.core.procedure.state import Invalid
from luyue.site import staff

pytestmark = pytest.mark.django_db

CHOSEN = "Regen-Bogen-2026"
HOME = "/acknowledge"  # any page of staff


@pytest.fixture(autouse=True)
def no_earlier_tries():
    cache.clear()


def sign_in(client, login, password):
    return client.post("/accounts/login/", {"login": login, "password": password})


def is_in(client):
    return client.get(HOME).status_code == 200


def test_a_new_colleague_gets_a_password_once_and_must_choose_his_own():
    given = staff.create("Chensy", "陈思远", ["service-desk", "advisors/lead"])
    assert given.password
    assert given.password not in str(User.objects.values().get(pk=given.user.pk))
    client = Client()
    sign_in(client, "chensy", given.password)
    assert client.get(HOME).headers["Location"] == "/accounts/password/change/"
    page = client.get("/accounts/password/change/")
    assert page.status_code == 200
    weak = client.post("/accounts/password/change/", {"oldpassword": given.password, "password1": "12345678", "password2": "12345678"})
    assert weak.status_code == 200
    client.post("/accounts/password/change/", {"oldpassword": given.password, "password1": CHOSEN, "password2": CHOSEN})
    assert is_in(client)
    again = Client()
    sign_in(again, "chensy", given.password)
    assert not is_in(again)
    sign_in(again, "ChenSY", CHOSEN)
    assert is_in(again)


def test_the_sign_in_page_is_in_chinese_and_offers_no_registration():
    page = Client().get("/accounts/login/").content.decode()
    assert "登录" in page
    assert "密码" in page
    assert "注册" not in page
    assert "sign up" not in page.lower()
    assert "/accounts/password/reset/" not in page, "nobody is sent to a page that is not offered"
    staff.create("li", "李可", ["service-desk"], password=CHOSEN)
    client = Client()
    sign_in(client, "li", CHOSEN)
    for address in ("/accounts/password/change/", "/accounts/reauthenticate/"):
        assert "/accounts/password/reset/" not in client.get(address).content.decode()
    wrong = sign_in(Client(), "nobody", "x").content.decode()
    assert "用户名或密码不正确" in wrong


def test_a_second_factor_is_set_up_used_and_survives_a_lost_phone():
    user = staff.create("he", "何立诚", ["technical"], password=CHOSEN).user
    client = Client()
    sign_in(client, "he", CHOSEN)
    assert client.get("/accounts/2fa/").status_code == 200
    asked = client.get("/accounts/2fa/totp/activate/")
    client.post(asked.headers["Location"], {"password": CHOSEN, "next": "/accounts/2fa/totp/activate/"})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).headers["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10

    with_phone = Client()
    assert "/2fa/authenticate/" in sign_in(with_phone, "he", CHOSEN).headers["Location"]
    assert not is_in(with_phone)
    assert with_phone.get("/accounts/2fa/authenticate/").status_code == 200

    without_phone = Client()
    sign_in(without_phone, "he", CHOSEN)
    without_phone.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_in(without_phone)
    cache.clear()
    second_use = Client()
    sign_in(second_use, "he", CHOSEN)
    second_use.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_in(second_use), "a recovery code is good once"

    staff.drop_second_factor(user)
    assert not Authenticator.objects.filter(user=user).exists()
    plain = Client()
    sign_in(plain, "he", CHOSEN)
    assert is_in(plain)


def test_a_forgotten_password_is_given_anew_and_everything_open_ends():
    user = staff.create("li", "李可", ["service-desk"], password=CHOSEN).user
    old = Client()
    sign_in(old, "li", CHOSEN)
    assert is_in(old)
    given = staff.reset_password(user)
    assert not is_in(old)
    fresh = Client()
    sign_in(fresh, "li", given.password)
    assert fresh.get(HOME).headers["Location"] == "/accounts/password/change/"


def test_leaving_and_coming_back(client):
    user = staff.create("li", "李可", ["service-desk"], password=CHOSEN).user
    sign_in(client, "li", CHOSEN)
    staff.deactivate(user)
    assert not is_in(client)
    assert actor_words(User.objects.get(pk=user.pk)) == frozenset()
    staff.activate(user)
    sign_in(client, "li", CHOSEN)
    assert is_in(client)


def test_every_change_of_an_account_stands_in_the_journal_without_a_name():
    user = staff.create("li", "李可", ["service-desk"]).user
    staff.change_posts(user, ["finance/lead"], by="staff:1")
    staff.reset_password(user)
    staff.deactivate(user)
    entries = list(Entry.objects.filter(stream="org").order_by("seq"))
    assert [entry.name for entry in entries] == ["staff.created", "staff.posts-changed", "staff.password-reset", "staff.deactivated"]
    assert entries[1].actor == "staff:1"
    assert f"staff:{user.pk}" in entries[1].effects
    assert "finance/lead" in entries[1].effects
    assert not any("李可" in entry.effects or '"li"' in entry.effects for entry in entries)


@pytest.mark.parametrize(
    ("username", "posts", "password", "field"),
    [
        ("li lei", ["service-desk"], "", "username"),
        ("<b>", ["service-desk"], "", "username"),
        ("TAKEN", ["service-desk"], "", "username"),
        ("li", ["platform/system", "platform/audit"], "", "posts"),
        ("li", ["platform/king"], "", "posts"),
        ("li", ["/lead"], "", "posts"),
        ("li", ["service-desk"], "short", "password"),
        ("li", ["service-desk"], "1234567890123", "password"),
        ("li", ["service-desk"], "password12", "password"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_what_is_wrong(username, posts, password, field):
    staff.create("taken", "前人", ["service-desk"])
    with pytest.raises(Invalid) as refused:
        staff.create(username, "新人", posts, password=password)
    assert list(refused.value.errors) == [field]
    assert User.objects.count() == 1


def test_what_a_regulation_calls_somebody_follows_from_his_posts():
    user = staff.create("zhao", "赵岚", ["service-desk/lead", "quality", "platform/system"]).user
    assert teams_of(user) == {"service-desk", "quality"}
    assert actor_words(user) == {"service-desk", "service-desk/lead", "quality", "everyone"}
    assert platform_posts_of(user) == {"platform/system"}
    assert led_teams_of(user) == {"service-desk"}
    assert is_lead(user)
    assert ("platform", "system") in memberships_of(user)


def test_the_prompt_makes_lists_and_changes_accounts(installation):
    made = installation()
    said = made.luyue("create-staff", "Chensy", "--called", "陈思远", "--post", "service-desk").stdout
    assert "chensy" in said
    assert "password:" in said
    assert "陈思远" in made.luyue("create-staff", "--list").stdout
    made.luyue("create-staff", "chensy", "--post", "finance/lead")
    assert "finance/lead" in made.luyue("create-staff", "--list").stdout
    assert "password:" in made.luyue("create-staff", "chensy", "--reset-password").stdout
    made.luyue("create-staff", "chensy", "--deactivate")
    assert "closed" in made.luyue("create-staff", "--list").stdout
    missing = made.luyue("create-staff", "nobody", "--unlock", check=False)
    assert missing.returncode == 1
    assert "nobody" in missing.stderr
    refused = made.luyue("create-staff", "boss", "--post", "platform/system", "--post", "platform/audit", check=False)
    assert refused.returncode == 1
    health = made.luyue("health", "--json").stdout
    assert '"state": "ok"' in health
