"""A customer and the company in real browsers: by phone, by keyboard, without scripts, in the dark and in English."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from luyue.apps.evidence.tests import samples
from luyue.site.demo.company import PASSWORD
from tests.fresh import Fresh
from tests.installation import ROOT

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# The company and five of its matters, each at another stage; prints the stage and the customer's private path of each.
SEED = """
from luyue.site.cli import start_django
start_django()
from django.utils import timezone
from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case
from luyue.site.demo import stories
from luyue.site.demo.fill import open_house
house = open_house(timezone.now())
for story in ("follow_up_owed", "device_test_paused", "deposit_explained", "price_awaits_manager", "web_nearly_due"):
    getattr(stories, story)(house)
for case in Case.objects.order_by("pk"):
    print("waits" if case.waiting_since else case.stage, f"/portal/m/{token_of(case.number)}/")
"""
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# What stays Chinese in English: the regulation's own text, what people wrote and are called, and letters, which go out in Chinese.
DATA = ".song, .pop, .wordmark, .thread, .quote, .source, [aria-labelledby=result] p, .waiting p, input, textarea"


@dataclass
class Company:
    """A company at work, served. `links` are the customers' private paths by stage of their objection."""

    address: str
    links: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def company(fresh_store: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    made = fresh_store.copy(tmp_path_factory.mktemp("company"), LUYUE_COMPANY="云台租赁", LUYUE_COMPANY_PHONE="400-820-0216")
    told = subprocess.run([sys.executable, "-c", SEED], env=made.variables(), cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout
    links = dict(line.split() for line in told.splitlines())
    with made.served("--workers", "1") as address:
        yield Company(address, links)


@pytest.fixture
def window(chromium: Any) -> Iterator[Any]:
    """Makes windows: `window(color_scheme="dark", **PHONE)`; a fault of a script in any of them fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def make(**options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def sign_in(page: Any, address: str, username: str, home: str = "/today") -> None:
    page.goto(f"{address}/accounts/login/?next={home}")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{home}")


def serious(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA and calls serious or critical."""
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:200]}" for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]]


def test_a_customer_files_on_a_phone_and_follows_what_the_desk_does_by_keyboard(company: Company, window: Any) -> None:
    customer = window(**PHONE)
    customer.goto(f"{company.address}/portal/")
    customer.get_by_role("link", name="提出异议").last.tap()
    form = customer.locator("#intake")
    assert not form.locator("input[name=order_number]").is_visible()
    form.get_by_text("费用异议", exact=True).tap()
    form.get_by_text("押金退还或扣除").tap()
    customer.fill("input[name=order_number]", "ZL-261102-0021")
    customer.fill("textarea[name=objection_text]", "设备上周就还了，押金还没有退。")
    customer.set_input_files("input[name=photos]", {"name": "回执.jpg", "mimeType": "image/jpeg", "buffer": samples.JPEG})
    form.get_by_text("退押金", exact=True).tap()
    customer.fill("input[name=customer_name]", "周晓岚")
    customer.fill("input[name=contact_phone]", "13800135678")
    customer.locator(".foot button").tap()
    customer.wait_for_url("**/portal/m/*/")
    number = customer.inner_text("#receipt-number")
    done = customer.inner_text(".strip-note.kept")
    assert done.startswith(f"已受理，编号 {number}。")
    assert re.search(r"\d\d:\d\d 前完成首次响应，由客服部负责", done)
    customer.reload()
    assert customer.locator(".strip-note.kept").count() == 0, "said once"

    desk = window()
    sign_in(desk, company.address, "chensiyuan")
    row = desk.locator(f"[data-row][data-number='{number}']")
    row.wait_for()
    for _ in range(desk.locator("[data-row]").count()):
        if row.get_attribute("aria-current") == "true":
            break
        desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/cases/{number}")
    desk.keyboard.press("r")
    desk.keyboard.type("周女士您好，已经收到，正在核对。")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".bubble.ours >> text=周女士您好")
    desk.keyboard.press("1")
    dialog = desk.locator("dialog[open]")
    dialog.locator("input[name=promised_at]").fill("2035-01-02T18:00")
    dialog.locator("button[data-submit]").click()
    desk.wait_for_selector("text=已办理：确认登记")
    desk.locator("[data-actions] >> text=转交责任部门").click()
    desk.wait_for_selector("text=已办理：转交责任部门")

    customer.reload()
    assert "周女士您好，已经收到" in customer.inner_text(".thread")
    assert customer.inner_text(".steps [aria-current=step] b") == "调查中"
    assert "财务部" in customer.inner_text("[aria-labelledby=all-promises]")
    assert customer.locator(".why").count() == 1
    customer.fill("textarea[name=text]", "补充：订单尾号 0021。")
    customer.locator("form:has(textarea[name=text]) button").tap()
    assert "已发送" in customer.inner_text(".strip-note.kept")
    customer.locator(".foot button").tap()
    customer.wait_for_selector(".strip-note.kept >> text=已催办")
    assert "再次催办" in customer.inner_text("main")
    desk.reload()
    assert "补充：订单尾号 0021。" in desk.inner_text(".timeline")


def test_without_scripts_only_what_the_type_asks_for_is_asked(company: Company, window: Any) -> None:
    page = window(java_script_enabled=False, **PHONE)
    page.goto(f"{company.address}/portal/new/objection")
    assert not page.locator("#intake").is_visible()
    page.check("input[name=type][value=quality]", force=True)
    page.check("input[name='type.sub'][value='quality/malfunction']", force=True)
    page.click("text=下一步")
    assert "设备质量异议" in page.inner_text(".about")
    asked = {one.get_attribute("name") for one in page.locator("#intake [name]").all()}
    assert {"unit_model", "order_number", "appeared_at", "symptom"} <= asked
    assert not asked & {"expected_amount", "contract_clause", "promised_value", "other_type"}
    page.fill("input[name=unit_model]", "FX3")
    page.fill("input[name=order_number]", "ZL-260210-0316")
    page.fill("input[name=appeared_at]", "2026-01-05T20:10")
    page.fill("textarea[name=objection_text]", "自动对焦来回拉。")
    page.set_input_files("input[name=photos]", {"name": "对焦.jpg", "mimeType": "image/jpeg", "buffer": samples.JPEG})
    page.check("input[name=demand][value=replace]", force=True)
    page.fill("input[name=customer_name]", "林婉清")
    page.fill("input[name=contact_phone]", "13800006027")
    page.locator(".foot button").click()
    # The one hole is named, everything else is still there, the photo too.
    assert page.locator("[data-invalid-summary] li").all_inner_texts() == ["故障现象：此项必填"]
    assert page.input_value("textarea[name=objection_text]") == "自动对焦来回拉。"
    assert page.locator("input[name='photos.kept']").count() == 1
    page.fill("input[name=symptom]", "对焦失灵")
    page.locator(".foot button").click()
    number = page.inner_text("#receipt-number")
    assert f"已受理，编号 {number}" in page.inner_text(".strip-note.kept")
    assert page.locator(".thread a").inner_text().strip() == "对焦.jpg"
    page.set_input_files("input[name=files]", {"name": "坏.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
    page.locator("form:has(#reply-text) button").click()
    assert "不收 .exe 文件" in page.inner_text("#reply-error")
    page.locator(".foot button").click()
    page.wait_for_selector(".strip-note.kept >> text=已催办")


def test_a_result_is_read_and_refused_by_keyboard(company: Company, window: Any) -> None:
    page = window()
    page.goto(company.address + company.links["feedback"])
    assert "处理结果" in page.inner_text("[aria-labelledby=result]")
    reach(page, "全部不接受")
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/customer-rejects?answer=rejects")
    assert "处理结果" in page.inner_text("main")
    reach(page, "全部不接受")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-invalid-summary]")
    assert "不接受什么和为什么" in page.inner_text("[data-invalid-summary]")
    assert page.evaluate("document.activeElement.hasAttribute('data-invalid-summary')")
    page.focus("textarea[name=answer_text]")
    page.keyboard.type("金额没有依据。")
    reach(page, "全部不接受")
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/m/*/")
    assert "已提交：不接受方案" in page.inner_text(".strip-note.kept")
    assert page.inner_text(".steps [aria-current=step] b") == "复核"


def reach(page: Any, words: str) -> None:
    """Tab until the link or button with these words has the focus, which every stop on the way shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        text, shown = page.evaluate(
            """() => { const e = document.activeElement, box = e.closest("label") || e;
            const seen = [e, box].some((one) => getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 1);
            return [e.textContent.trim(), seen || e === document.body]; }"""
        )
        assert shown, f"no focus to be seen on: {text}"
        if text == words:
            return
    raise AssertionError(f"the keyboard never comes to {words}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_customers_are_readable_wide_in_light_and_narrow_in_the_dark(company: Company, window: Any, scheme: str) -> None:
    paths = ["/", "/accounts/login/", "/portal/", "/portal/new/objection", "/portal/m/AAAAAAAAAAAAAAAAAAAAAA/", "/portal/regulation/company"]
    paths += [company.links["waits"], company.links["feedback"], f"{company.links['feedback']}do/customer-accepts"]
    light, wide, narrow = scheme == "light", {"width": 1440, "height": 900}, {"width": 320, "height": 2400}
    page = window(color_scheme=scheme, viewport=wide if light else narrow)
    found: list[str] = []
    for path in paths:
        page.goto(company.address + path)
        found += serious(page)
        page.set_viewport_size(narrow)
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path} is {width} px wide on a phone of 320"] * (width > 320)
        page.set_viewport_size(wide if light else narrow)
    assert found == []


def test_english_pages_hold_no_chinese_but_the_regulation_and_what_people_wrote(company: Company, window: Any) -> None:
    page = window(locale="en-GB")
    page.context.add_cookies([{"name": "luyue_language", "value": "en", "url": company.address}])
    left: list[str] = []
    for path in (
        "/accounts/login/",
        "/portal/",
        "/portal/new/objection",
        "/portal/regulation",
        "/portal/m/AAAAAAAAAAAAAAAAAAAAAA/",
        company.links["waits"],
    ):
        page.goto(company.address + path)
        left += [f"{path}: {words}" for words in chinese(page)]
    assert left == []


def chinese(page: Any) -> list[str]:
    """Lines of the page in Chinese that should not be."""
    text = page.evaluate(
        """(data) => { const copy = document.body.cloneNode(true); copy.querySelectorAll(data + ", script, template, [hidden]").forEach((e) => e.remove());
        const named = [...copy.querySelectorAll("[aria-label], [title], [placeholder], [alt]")].flatMap((e) => ["aria-label", "title", "placeholder", "alt"].map((a) => e.getAttribute(a) || ""));
        return [copy.textContent, ...named, document.title].join("\\n"); }""",
        DATA,
    )
    return [line.strip() for line in text.replace("云台租赁", "").splitlines() if CHINESE.search(line)]
