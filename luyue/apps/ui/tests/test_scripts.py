"""The scripts and the pages in a browser: countdowns, keys, palette, forms, live changes; readable for everybody, at every width.

Nothing is served: each request of the browser is answered here, with the content security policy of the settings.
"""

import mimetypes
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.utils import timezone, translation

from luyue.apps.ui import sample
from luyue.apps.ui.views import PAGES, styleguide

pytestmark = pytest.mark.browser

HOME = "http://luyue.test"
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"
PALETTE = {"groups": [{"label": "操作", "rows": [
    {"label": "投诉新增", "href": "/new", "icon": "plus", "marks": [[0, 2]]}, {"label": "投诉须知", "href": "/rules", "icon": "book-2"},
]}]}


class Site:
    """Answers the browser. `pages` are bodies by path; `asked` the addresses it was asked for, in order."""

    def __init__(self, rf: Any) -> None:
        self.rf, self.asked = rf, []
        self.pages: dict[str, str] = {}
        self.news: list[dict[str, Any]] = []

    def answer(self, route: Any) -> None:
        url = urlsplit(route.request.url)
        self.asked.append(f"{url.path}?{url.query}" if url.query else url.path)
        if url.path.startswith("/static/"):
            file = Path(finders.find(url.path.removeprefix("/static/")) or "missing")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind) if file.is_file() else route.fulfill(status=404)
        elif url.path == "/palette":
            route.fulfill(json=PALETTE)
        elif url.path == "/live":
            route.fulfill(json=self.news.pop(0)) if self.news else route.fulfill(status=204)
        elif url.path in self.pages or url.path.startswith("/styleguide"):
            body = self.pages.get(url.path) or self.guide(url.path.removeprefix("/styleguide").strip("/") or "parts")
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})
        else:
            route.fulfill(body="<!doctype html><title>elsewhere</title>", content_type="text/html")

    def guide(self, page: str) -> str:
        request = self.rf.get(f"/styleguide/{page}")
        request.user = AnonymousUser()
        return styleguide(request, page).content.decode()

    def staff_page(self, content: str, **context: Any) -> str:
        source = '{% extends "staff.html" %}{% load ui %}{% block content %}' + content + "{% endblock %}"
        shell = {"nav": [], "now": sample.NOW, "service": {"open": True, "windows": "09:00–21:00"}}
        return Template(source).render(Context(shell | context))


@pytest.fixture
def site(rf, settings):
    settings.ROOT_URLCONF = "luyue.apps.ui.urls"
    with timezone.override(sample.ZONE), translation.override("zh-hans"):
        yield Site(rf)


@pytest.fixture
def window(page, site):
    """The page, and a list of what the browser complained of; a complaint fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(60_000)
    page.route("**/*", site.answer)
    yield page
    assert complaints == []


def clock_page(site: Site, **clock: Any) -> str:
    return site.staff_page("{% promise clock now %}", clock={"state": "running", "warn_s": 120} | clock)


def stop_time(window) -> None:
    """From here on only `fast_forward` lets time pass, however long the browser takes to open a page."""
    begins = 1_772_586_000
    window.clock.install(time=begins)
    window.clock.pause_at(begins + 1)


@pytest.mark.parametrize(("forward_s", "words", "state"), [
    (0, "剩 10 分", "running"), (300, "剩 5 分", "running"), (3600, "剩 5 分", "running"), (7200 + 180, "剩 1 分", "due"), (7200 + 420, "超 2 分", "missed"),
])
def test_a_countdown_runs_only_inside_the_clauses_own_hours(site, window, forward_s, words, state):
    """Ten minutes left, five minutes before closing; it opens again two hours later."""
    spans = [(sample.NOW, sample.NOW + timedelta(seconds=300)), (sample.NOW + timedelta(seconds=7200), sample.NOW + timedelta(seconds=9000))]
    site.pages["/clock"] = clock_page(site, left_s=600, open_spans=spans)
    stop_time(window)
    window.goto(f"{HOME}/clock")
    window.clock.fast_forward(forward_s * 1000 + 500)
    chip = window.locator("[data-countdown]")
    assert chip.inner_text().strip() == words
    assert state in chip.get_attribute("class").split()
    assert chip.locator("use").get_attribute("href") == f"#st-{state}"


def test_a_paused_clock_stands_still_and_its_pause_grows(site, window):
    pair = "{% promise a now %} | {% promise b now %}"
    site.pages["/clock"] = site.staff_page(pair, a={"state": "paused", "paused_s": 1080}, b={"state": "paused", "paused_shows_left": True, "left_s": 600})
    stop_time(window)
    window.goto(f"{HOME}/clock")
    window.clock.fast_forward(20 * 60 * 1000)
    assert [one.strip() for one in window.locator("[data-countdown]").all_inner_texts()] == ["停 38 分", "剩 10 分"]


def test_a_miss_is_announced_once(site, window):
    site.pages["/clock"] = clock_page(site, left_s=30, due_at=sample.NOW)
    stop_time(window)
    window.goto(f"{HOME}/clock")
    window.evaluate("window.misses = 0; document.addEventListener('luyue:missed', () => window.misses++)")
    window.clock.fast_forward(60_000)
    window.clock.fast_forward(60_000)
    assert window.evaluate("window.misses") == 1
    assert window.locator("#announce").inner_text().startswith("超时")


def selected(window: Any) -> str:
    return window.locator("[data-row][aria-current=true]").get_attribute("id")


def test_j_and_k_move_over_the_rows_and_enter_opens(site, window):
    window.goto(f"{HOME}/styleguide/my-day")
    window.keyboard.press("j")
    assert selected(window) == "row-b1"
    window.keyboard.press("k")
    window.keyboard.press("k")
    assert selected(window) == "row-a1"
    window.keyboard.press("Enter")
    window.wait_for_url(lambda url: url.endswith("#case"))


def test_a_key_does_what_the_page_says_it_does(site, window):
    window.goto(f"{HOME}/styleguide/my-day")
    window.keyboard.press("r")
    window.wait_for_url(lambda url: url.endswith("#r"))
    window.keyboard.press("g")
    window.keyboard.press("e")
    window.wait_for_url(lambda url: url.endswith("#units"))
    window.goto(f"{HOME}/styleguide/case")
    window.keyboard.press("2")
    window.wait_for_url(lambda url: url.endswith("#2"))
    window.keyboard.press("n")
    assert window.locator("[data-composer] [value=note]").is_checked()
    assert window.evaluate("document.activeElement.id") == "composer-text"


def test_keys_are_dead_in_fields_while_composing_and_when_switched_off(site, window):
    window.goto(f"{HOME}/styleguide/case")
    window.locator("#composer-text").focus()
    window.keyboard.press("2")
    assert "#2" not in window.url
    window.evaluate("document.activeElement.blur()")
    for compose in ("{key: '2', isComposing: true, bubbles: true}", "{key: '2', keyCode: 229, bubbles: true}"):
        window.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {compose}))")
    assert "#2" not in window.url
    window.keyboard.press("?")
    window.locator("[data-keys-switch]").uncheck()
    window.keyboard.press("Escape")
    window.keyboard.press("2")
    assert "#2" not in window.url
    assert any(cookie["name"] == "keys" and cookie["value"] == "off" for cookie in window.context.cookies())


def test_the_palette_finds_marks_and_opens(site, window):
    window.goto(f"{HOME}/styleguide/my-day")
    window.keyboard.press("Control+k")
    window.locator("#palette [role=option]").first.wait_for()
    window.locator("#palette input").fill("tsxz")
    window.wait_for_timeout(300)
    assert [parse_qs(urlsplit(one).query) for one in site.asked if one.startswith("/palette?q=t")] == [{"q": ["tsxz"]}]
    assert window.locator("#palette mark").inner_text() == "投诉"
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    window.wait_for_url("**/rules")


def test_a_half_typed_pinyin_is_not_searched(site, window):
    window.goto(f"{HOME}/styleguide/my-day")
    window.keyboard.press("Control+k")
    window.locator("#palette [role=option]").first.wait_for()
    before = len([one for one in site.asked if one.startswith("/palette")])
    window.locator("#palette input").evaluate("e => { e.value = 'tou s'; e.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})) }")
    window.wait_for_timeout(300)
    assert len([one for one in site.asked if one.startswith("/palette")]) == before


def test_a_conditional_field_comes_and_goes_with_its_answer(site, window):
    window.goto(f"{HOME}/styleguide")
    amount = window.locator("[name=remedy_amount]")
    assert amount.is_visible()
    window.locator("[name=wishes][value=reduce]").uncheck()
    assert not amount.is_visible()
    assert amount.is_disabled()  # what is not asked is not sent
    window.locator("[name=wishes][value=refund]").check()
    assert amount.is_enabled()


def test_every_field_is_there_without_scripts(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    window = context.new_page()
    window.route("**/*", site.answer)
    window.goto(f"{HOME}/styleguide")
    for name in ("remedy_amount", "tested_on", "deductions.1.amount", "signed.name"):
        assert window.locator(f"[name='{name}']").is_visible(), name
    assert window.locator("[data-sign] canvas").count() == 0
    context.close()


def test_a_line_is_added_with_names_and_labels_of_its_own(site, window):
    window.goto(f"{HOME}/styleguide")
    window.locator("[data-lines] > button").click()
    window.get_by_label("理由").last.fill("电池仓划痕")
    assert window.locator("[name='deductions.2.reason']").input_value() == "电池仓划痕"
    ids = window.evaluate("[...document.querySelectorAll('[data-lines] [id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_what_was_written_outlives_a_reload(site, window):
    window.goto(f"{HOME}/styleguide/objection")
    window.evaluate("document.querySelector('form').dataset.keep = 'x'")
    site.pages["/styleguide/objection"] = site.guide("objection").replace("<form ", '<form data-keep="x" ', 1)
    window.locator("[name=story]").fill("断了两次")
    window.reload()
    assert window.locator("[name=story]").input_value() == "断了两次"


def test_changes_are_offered_while_somebody_points_at_the_list(site, window):
    def listing(number: str) -> str:
        return site.staff_page(f'<div id="list" data-live="/live" data-since="1"><p id="row-1">{number}</p><p>下面</p></div>')

    site.pages["/list"] = listing("旧")
    window.clock.install()
    window.goto(f"{HOME}/list")
    window.hover("#row-1")
    site.pages["/list"] = listing("新")
    site.news = [{"since": "2", "count": 1, "changed": ["row-1"]}]
    window.clock.run_for(3500)
    window.locator(".waiting").wait_for()
    assert window.locator("#row-1").inner_text() == "旧"
    window.keyboard.press(".")
    window.locator("#row-1", has_text="新").wait_for()
    assert site.asked.count("/list") == 2
    assert "/live?since=1" in site.asked


def test_changes_are_laid_in_at_once_when_nobody_does(site, window):
    def listing(number: str) -> str:
        return site.staff_page(f'<div id="list" data-live="/live" data-since="1"><p id="row-1">{number}</p></div>')

    site.pages["/list"] = listing("旧")
    window.clock.install()
    window.goto(f"{HOME}/list")
    site.pages["/list"] = listing("新")
    site.news = [{"since": "2", "count": 1, "changed": ["row-1"]}]
    window.clock.run_for(3500)
    window.locator("#row-1.changed", has_text="新").wait_for()


def rows_page(site: Site, numbers: range, more: str = "") -> str:
    rows = [sample.row(f"n{n}", {"state": "paused", "paused_s": 60}, f"第 {n} 项", {}, "周晓岚", "押金", "异议", f"N{n}", "我") for n in numbers]
    source = '<div id="list" data-live="/live" data-since="1" data-live-page="/list{{ at }}">{% queue groups now more %}</div>'
    groups = [{"id": "waiting", "label": "等客户", "tone": "paused", "count": 60, "rows": rows}]
    return site.staff_page(source, groups=groups, more={"href": more, "label": "再看 30 项"} if more else None, at="" if more else "/whole")


def test_keys_go_on_into_the_rows_that_are_not_here_yet(site, window):
    site.pages |= {"/list": rows_page(site, range(30), "/list/whole"), "/list/whole": rows_page(site, range(60))}
    window.set_viewport_size({"width": 1200, "height": 500})
    window.goto(f"{HOME}/list")
    assert (window.locator("[data-row]").count(), site.asked.count("/list/whole")) == (30, 0)
    for _ in range(31):
        window.keyboard.press("j")
        window.locator("[data-row][aria-current=true]").wait_for()
    window.locator("#row-n30[aria-current=true]").wait_for()
    assert window.locator("[data-row]").count() == 60
    assert window.locator("#row-n30 a.open").evaluate("link => link === document.activeElement")
    assert site.asked.count("/list/whole") == 1
    # What changes from now on is fetched with all the rows, not with the first ones only.
    site.news = [{"since": "2", "count": 1, "changed": ["row-n59"]}]
    window.mouse.move(0, 0)
    window.keyboard.press("Escape")
    window.evaluate("document.activeElement.blur()")
    window.locator("#row-n59.changed").wait_for()
    assert (site.asked.count("/list"), site.asked.count("/list/whole")) == (1, 2)


def test_the_rest_of_the_rows_comes_when_somebody_scrolls_to_it(site, window):
    site.pages |= {"/list": rows_page(site, range(30), "/list/whole"), "/list/whole": rows_page(site, range(60))}
    window.set_viewport_size({"width": 1200, "height": 500})
    window.goto(f"{HOME}/list")
    window.locator("#row-n29").scroll_into_view_if_needed()
    window.locator("#row-n59").wait_for(state="attached")
    assert site.asked.count("/list/whole") == 1


def test_light_and_dark_are_remembered_for_the_server(site, window):
    window.goto(f"{HOME}/styleguide")
    light = window.evaluate("getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor")
    window.get_by_role("button", name="深色").click()
    assert window.evaluate("document.documentElement.dataset.theme") == "dark"
    assert window.evaluate("getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor") != light
    assert {"name": "theme", "value": "dark"}.items() <= next(c for c in window.context.cookies() if c["name"] == "theme").items()


def test_a_clause_shows_its_sentence_on_focus(site, window):
    window.goto(f"{HOME}/styleguide/case")
    window.locator("#clock-finding .clock-foot .clause").focus()
    pop = window.locator("#clock-finding .clock-foot .pop")
    pop.wait_for(state="visible")
    assert "三个工作日" in pop.inner_text()
    window.keyboard.press("Escape")
    pop.wait_for(state="hidden")


@pytest.mark.parametrize(("page_name", "width", "scheme"), [
    *((page_name, 1440, "light") for page_name in PAGES), ("parts", 1440, "dark"), ("parts", 390, "light"), ("receipt", 390, "dark"),
])
def test_axe_finds_nothing_serious(site, chromium, page_name, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": width, "height": 1200}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    window = context.new_page()
    window.route("**/*", site.answer)
    window.goto(f"{HOME}/styleguide/{page_name}")
    window.add_style_tag(content=".tabs-foot, .foot { position: static }")  # what lies under it now can be scrolled free
    found = Axe().run(window, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}).response["violations"]
    context.close()
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", [320, 390, 800, 1100])
def test_no_page_scrolls_sideways(site, chromium, width):
    context = chromium.new_context(viewport={"width": width, "height": 844})
    window = context.new_page()
    window.route("**/*", site.answer)
    over = {}
    for page_name in PAGES:
        window.goto(f"{HOME}/styleguide/{page_name}")
        over[page_name] = window.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert {name: px for name, px in over.items() if px > 0} == {}


