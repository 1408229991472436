"""Two people at one desk in a real browser: what is half written stays, who else is writing is said, a range is picked with Shift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.browser_desk import sign_in

pytestmark = pytest.mark.browser
WORDS = "您好，检测约在今天下午，出结果后"


@pytest.fixture
def desk(installation: Any, story_company: Any) -> Iterator[str]:
    with installation(like=story_company).served("--workers", "1") as address:
        yield address


def window(chromium: Any) -> Any:
    """A browser of its own: nothing another one keeps in its tabs is seen here."""
    return chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()


def test_half_an_answer_outlives_its_tab_and_a_colleague_sees_it_being_written(page: Any, chromium: Any, desk: str) -> None:
    faults = sign_in(page, desk)
    number = page.locator("[data-row]").first.get_attribute("data-number")
    case = f"{desk}/cases/{number}"
    page.goto(case)
    colleague = window(chromium)
    sign_in(colleague, desk, "zhaolan")
    colleague.goto(case)
    assert colleague.locator("[data-writing]").is_hidden()

    page.keyboard.press("r")
    with page.expect_response(lambda answer: answer.url.endswith("/unsent") and answer.request.method == "POST") as kept:
        page.keyboard.type(WORDS)
    assert kept.value.ok

    # The colleague's page is told without being asked again, before two people answer the same customer.
    colleague.get_by_text("陈思远 正在写这个工单").wait_for()

    page.reload()
    assert page.locator("textarea[name=text]").input_value() == WORDS
    elsewhere = window(chromium)
    sign_in(elsewhere, desk)
    elsewhere.goto(case)
    elsewhere.wait_for_function("words => document.querySelector('textarea[name=text]').value === words", arg=WORDS)
    elsewhere.context.close()

    # Once it is sent, nothing is left to come back.
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f".bubble.ours >> text={WORDS}")
    page.reload()
    assert page.locator("textarea[name=text]").input_value() == ""
    colleague.context.close()
    assert faults == []


def test_a_range_of_cases_is_picked_with_shift(page: Any, desk: str) -> None:
    faults = sign_in(page, desk)
    page.goto(f"{desk}/cases")
    boxes, said = page.locator("[data-pick]"), page.locator("[data-many-count]")
    rows = boxes.count()
    assert rows >= 3
    assert said.is_hidden()
    boxes.first.click()
    assert "已选 1 件" in said.inner_text()
    boxes.nth(rows - 1).click(modifiers=["Shift"])
    assert [boxes.nth(n).is_checked() for n in range(rows)] == [True] * rows
    assert f"已选 {rows} 件" in said.inner_text()
    # From the last box touched, backwards, and off again; the first stays.
    boxes.nth(1).click(modifiers=["Shift"])
    assert [boxes.nth(n).is_checked() for n in range(rows)] == [True, *[False] * (rows - 1)]
    assert faults == []
