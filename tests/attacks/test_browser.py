"""What only a real browser shows: that our own forms get through the checks that keep others' out, and that the policy holds."""

from __future__ import annotations

import pytest

from luyue.apps.journal.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Zk3vQ9x2Lm5n"


@pytest.fixture
def refused(page):
    """What the policy blocked on any page of this test."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if "Content Security Policy" in message.text else None)
    return found


def sign_in(page, live_server, name="u-desk"):
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], main button.primary")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_the_customer_s_own_form_passes_the_check_that_keeps_others_out(house, live_server, page, refused):
    """A page that hides its address from other sites must not hide it from ours: the browser would send `Origin: null`."""
    page.goto(f"{live_server.url}/portal/m/{house.mine.token}/")
    page.fill("textarea[name=text]", "请尽快处理")
    answers = []
    page.on("response", lambda response: answers.append((response.request.method, response.status)))
    with page.expect_navigation():
        page.locator("form:has(textarea[name=text]) button").click()
    assert [status for method, status in answers if method == "POST"] == [302]
    assert Entry.objects.filter(stream=f"case:{house.mine.case.number}", action="customer-reply").count() == 1
    assert not refused


def test_a_link_to_elsewhere_does_not_carry_the_customer_s_secret(house, live_server, page):
    """The private link stands in the address: no other site may learn it from the browser."""
    heard = []
    page.route("https://elsewhere.example/**", lambda route: (heard.append(route.request.headers.get("referer", "")), route.fulfill(body="ok")))
    page.goto(f"{live_server.url}/portal/m/{house.mine.token}/")
    page.evaluate("() => { const a = document.createElement('a'); a.href = 'https://elsewhere.example/x'; document.body.append(a); a.click() }")
    page.wait_for_url("https://elsewhere.example/x")
    assert heard == [""]


def test_signing_in_works_and_the_back_button_after_signing_out_shows_nothing(house, live_server, page, refused):
    assert house.users["desk"]  # made when first asked for
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/cases/{house.mine.case.number}")
    assert house.mine.case.number in page.content()
    page.goto(f"{live_server.url}/accounts/logout/")
    page.click("main form button")
    page.wait_for_load_state("networkidle")
    page.go_back()
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert "花屏" not in page.content()
    assert not refused


def test_a_foreign_page_cannot_show_ours_in_a_frame(house, live_server, page):
    page.route("https://evil.example/", lambda route: route.fulfill(body=f"<iframe src='{live_server.url}/portal/'></iframe>", content_type="text/html"))
    page.goto("https://evil.example/")
    page.wait_for_timeout(500)
    assert not any("履约" in frame.content() for frame in page.frames[1:])


def test_a_foreign_form_with_the_colleague_s_cookies_is_refused(house, live_server, page):
    assert house.users["desk"]
    sign_in(page, live_server)
    entries = Entry.objects.count()
    target = f"{live_server.url}/cases/{house.mine.case.number}/say"
    form = f"<form method=post action='{target}'><input name=mode value=note><input name=text value=planted></form><script>document.forms[0].submit()</script>"
    page.route("https://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    statuses = []
    page.on("response", lambda response: statuses.append(response.status) if response.url == target else None)
    page.goto("https://evil.example/")
    page.wait_for_timeout(1000)
    assert statuses, "the form must have been sent"
    assert set(statuses) <= {302, 403}, "without our cookie it is nobody's, with it it is refused"
    assert Entry.objects.count() == entries


def test_no_page_needs_what_the_policy_forbids(house, live_server, page, refused):
    """Every kind of page once, in the browser: nothing of ours is blocked."""
    assert house.users["desk"]
    assert house.users["system"]
    for name, paths in (
        ("u-desk", ("/today", "/cases", f"/cases/{house.mine.case.number}", "/regulation", "/acknowledge", "/me")),
        ("u-system", ("/system/health", "/system/letters")),
    ):
        page.context.clear_cookies()
        sign_in(page, live_server, name)
        for path in paths:
            assert page.goto(f"{live_server.url}{path}").status == 200, path
            page.wait_for_timeout(200)
    for path in ("/", "/portal/", "/portal/new/request", f"/portal/m/{house.mine.token}/"):
        page.context.clear_cookies()
        assert page.goto(f"{live_server.url}{path}").status == 200, path
        page.wait_for_timeout(200)
    assert not refused
