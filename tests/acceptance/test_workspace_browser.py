"""The service desk in a real browser: keys, dialogs, kept words, narrow screens, no scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.browser_desk import serious, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(installation: Any, story_company: Any) -> Iterator[str]:
    """The address of an installation with the company of the stories."""
    with installation(like=story_company).served("--workers", "1") as address:
        yield address


def test_a_morning_at_the_desk_with_the_keyboard(page: Any, desk: str) -> None:
    faults = sign_in(page, desk)
    rows = page.locator("[data-row]")
    assert rows.count() == 3
    assert rows.nth(0).get_attribute("aria-current") == "true"
    page.keyboard.press("j")
    assert rows.nth(1).get_attribute("aria-current") == "true"
    number = rows.nth(1).get_attribute("data-number")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")

    # A note with N, sent with Ctrl Enter: the composer says by its colour and its tab that it stays inside.
    page.keyboard.press("n")
    page.keyboard.type("老客户，已查过流水。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bubble.note >> text=老客户，已查过流水。")

    page.keyboard.press("r")
    page.keyboard.type("您好，已经收到，正在核对。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bubble.ours >> text=您好，已经收到，正在核对。")
    assert page.locator(".fact >> text=首次响应").count() == 1

    # The first action of the stage opens as a dialog over the page, and says what is missing without losing the dialog's words.
    page.locator("[data-actions] [data-key='1']").wait_for()
    page.keyboard.press("1")
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    assert "确认登记" in dialog.locator("h2").inner_text()
    assert serious(page) == []
    dialog.locator("input[name=promised_at]").fill("2035-01-02T18:00")
    dialog.locator("button[data-submit]").click()
    page.wait_for_selector("text=已办理：确认登记")
    assert page.locator(".stages [aria-current=step]").inner_text().startswith("已登记")

    # Why this time, by W.
    page.keyboard.press("w")
    assert page.locator("details.why[open]").count() == 1
    assert faults == []


def test_the_palette_knows_initials_and_stays_away_from_an_input_method(page: Any, desk: str) -> None:
    faults = sign_in(page, desk)
    page.keyboard.press("Control+k")
    page.keyboard.type("djyy")
    page.locator("#palette [role=option][aria-selected=true] mark >> text=登记异议").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/objection")
    # While Pinyin is being composed, no letter is a command.
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'g', isComposing: true, bubbles: true}))")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'd', isComposing: true, bubbles: true}))")
    page.wait_for_timeout(300)
    assert page.url.endswith("/new/objection")
    assert faults == []


def test_a_call_is_taken_down_and_its_words_outlive_a_mistake(page: Any, desk: str) -> None:
    faults = sign_in(page, desk)
    page.goto(f"{desk}/new/objection")
    before = page.input_value("input[name=rang_at]")
    page.wait_for_timeout(1100)
    page.click("button[data-set-now=f-rang-at]")
    assert page.input_value("input[name=rang_at]") > before
    page.click("button[data-set-now=f-answered-at]")
    page.fill("#f-find", "138 0013 5678")
    page.click("button[name=look]")
    page.click("button[name=pick]")
    assert page.input_value("input[name=account_number]") == "YT10021"
    page.select_option("select[name=objection_type]", "fee/deposit")
    assert page.locator("input[name=order_number]").is_visible()
    assert not page.locator("input[name=unit_model]").is_visible()  # asked only of equipment
    page.fill("textarea[name=objection_text]", "押金说好三天退，今天第五天。")
    page.evaluate("document.querySelectorAll('[required]').forEach((field) => field.removeAttribute('required'))")
    page.locator("button[data-submit]").click()
    page.wait_for_selector("[data-invalid-summary]")
    assert page.input_value("textarea[name=objection_text]") == "押金说好三天退，今天第五天。"
    assert page.evaluate("document.activeElement.hasAttribute('data-invalid-summary')")
    assert serious(page) == []
    page.check("input[name=demand][value=release-deposit]")
    page.locator("button[data-submit]").click()
    page.wait_for_url("**/cases/YY-*")
    assert "押金说好三天退" in page.inner_text("main")
    assert [fault for fault in faults if "422" not in fault] == []


@pytest.mark.serial
def test_a_known_customer_s_call_is_registered_by_keyboard_alone_in_twenty_seconds(page: Any, desk: str) -> None:
    """Typed as people type: a tenth of a second a key."""
    faults = sign_in(page, desk)
    began = time.monotonic()
    page.goto(f"{desk}/new")
    page.keyboard.type("13800135678", delay=100)
    page.keyboard.press("Enter")
    page.wait_for_selector("button[name=pick]:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("select[name=objection_type]:focus")
    chosen = "document.activeElement.value"
    for _ in range(30):
        if page.evaluate(chosen) == "fee/deposit":
            break
        page.keyboard.press("ArrowDown", delay=100)
    page.keyboard.press("Tab", delay=100)
    page.keyboard.type("说好三天退押金", delay=100)
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('input[name=demand][value=release-deposit]')"):
            break
        page.keyboard.press("Tab", delay=100)
    page.keyboard.press("Space", delay=100)
    page.keyboard.press("Control+Enter", delay=100)
    page.wait_for_url("**/cases/YY-*")
    assert time.monotonic() - began < 20
    assert "说好三天退押金" in page.inner_text("main")
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_is_readable(chromium: Any, desk: str, scheme: str) -> None:
    # High, so that nothing lies under the bar at the foot when targets are measured.
    context = chromium.new_context(viewport={"width": 320, "height": 2400}, locale="zh-CN", color_scheme=scheme)
    page = context.new_page()
    sign_in(page, desk)
    case = page.locator("[data-row]").first.get_attribute("data-number")
    paths = ["/today", "/cases", "/new/objection", "/regulation", "/regulation/live-rental-objections", "/me", "/letters"]
    paths += [f"/cases/{case}?see={see}" for see in ("talk", "clocks", "list", "customer")]
    for path in paths:
        page.goto(desk + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert serious(page) == [], path
    context.clear_cookies()
    sign_in(page, desk, "zhaolan")
    for path in ("/supervisor?days=30", "/supervisor/causes"):
        page.goto(desk + path)
        wide = "[...document.querySelectorAll('main, main *')].filter(one => one.getBoundingClientRect().right > 320).map(one => one.outerHTML.slice(0, 80))"
        assert page.evaluate(wide) == [], f"{path}: its tables fit, none is to be pushed aside"
        assert serious(page) == [], path
    context.close()


def test_the_desk_works_without_scripts(chromium: Any, desk: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, desk)
    page.locator("[data-row] a.open").first.click()
    page.check("input[name=mode][value=reply]", force=True)
    page.fill("#composer-text", "您好，已经收到。")
    page.click(".composer button[data-submit]")
    assert "您好，已经收到。" in page.inner_text(".timeline")
    page.click("[data-actions] >> text=确认登记")
    page.fill("input[name=promised_at]", "2035-01-02T18:00")
    page.click("button[data-submit]")
    assert "进入“已登记”" in page.inner_text(".timeline")
    page.fill("#q", "押金")
    page.keyboard.press("Enter")
    assert "押金" in page.inner_text("main")
    context.close()
