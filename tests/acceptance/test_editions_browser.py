"""Two people, two windows: a calendar and an edition from the file to the second person's word, with the worker taking the cases over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser_desk import serious, sign_in
from tests.acceptance.edition_texts import objections, published, with_holiday

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(installation: Any, story_company: Any) -> Iterator[tuple[Any, str]]:
    """An installation with the company of the stories and a worker at its side; its address."""
    made = installation(like=story_company)
    with made.served("--workers", "1", "--with-worker") as address:
        yield made, address


def test_a_calendar_and_an_edition_become_binding_by_two(page: Any, chromium: Any, desk: tuple[Any, str], tmp_path: Path) -> None:
    made, address = desk
    today = date.today()  # noqa: DTZ011 the server's own day is what the text is dated by
    good = objections(str(today + timedelta(days=2)))
    files = {
        "calendar": with_holiday(f"{today.year + 1}-03-01", text=published(today.year + 1)),
        "bad": good.replace("stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 1 h", "stops_at: contact.told\nwithn: 1 h"),
        "good": good,
    }
    for name, text in files.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    faults = sign_in(page, address, "zhaolan")
    window = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark")
    second = window.new_page()
    faults_too = sign_in(second, address, "zhouqiming")

    def begun(kind: str, file: str) -> str:
        page.goto(f"{address}/regulation")
        page.click("main >> text=版本")
        page.select_option("select[name=from]", kind)
        page.set_input_files("section[aria-labelledby=begin] input[type=file]", str(tmp_path / f"{file}.md"))
        page.click("text=新建草稿")
        page.wait_for_selector("#draft-form")
        return str(page.url)

    # A calendar: what it does to open cases is seen first; by the second person's word it holds, and the worker takes the cases over.
    where = begun("calendar:cn", "calendar")
    page.click("text=预览影响")
    page.wait_for_selector(f"text={today.year + 1}-03-01")
    page.goto(where)
    page.click("button[value=propose]")
    page.wait_for_selector("text=您起草或提交了这份文本")
    page.click("button[value=adopt]")
    page.wait_for_selector("text=起草或提交的人不能自己批准")
    second.goto(where)
    assert serious(second) == []
    second.click("button[value=adopt]")
    second.wait_for_url("**/editions")
    for _ in range(40):
        if second.locator(".tag.done").count():
            break
        second.wait_for_timeout(250)
        second.reload()
    assert "已移 3 件" in second.inner_text("section[aria-labelledby=moves]")

    # An edition: a fault stands beside its line and leads to it; nothing goes on before it is gone.
    where = begun("edition:live-rental-objections", "bad")
    page.click("button[data-line] >> nth=0")
    chosen = page.evaluate("() => { const t = document.getElementById('f-source'); return t.value.slice(t.selectionStart, t.selectionEnd) }")
    assert chosen in ("stops_at: contact.told", "withn: 1 h")
    assert serious(page) == []
    page.click("button[value=propose]")
    page.wait_for_selector("text=处错误，第一处")
    page.goto(where)
    page.set_input_files("#draft-form input[type=file]", str(tmp_path / "good.md"))
    page.click("button[value=save]")
    page.click("text=预览影响")
    page.wait_for_selector("text=催办答复")
    assert serious(page) == []
    page.goto(where)
    page.click("button[value=propose]")
    page.wait_for_selector("text=您起草或提交了这份文本")
    second.goto(where)
    second.click("button[value=adopt]")
    second.wait_for_selector("text=还没有确认")
    assert "赵岚" in second.inner_text(".names")
    assert serious(second) == []
    page.goto(f"{address}/acknowledge")
    page.click("text=已阅读，按此执行")
    second.reload()
    assert "赵岚" not in second.inner_text(".names")
    window.close()
    assert faults_too == []
    assert [one for one in faults if "409" not in one] == []
    assert "0 differences" in made.luyue("rebuild", "--check").stdout
    made.luyue("journal", "verify")
