"""Parts: what they draw, that they are readable without colour and scripts, and that no page breaks the content security policy."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.utils import timezone, translation

from luyue.apps.ui import catalogue, dayline, fields, sample, why
from luyue.apps.ui.timeline import with_days
from luyue.apps.ui.views import PAGES, styleguide

SITE = Path(__file__).parents[3] / "site"


@pytest.fixture(autouse=True)
def _shanghai_in_chinese():
    with timezone.override(sample.ZONE), translation.override("zh-hans"):
        yield


def draw(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture
def guide(rf, settings):
    settings.ROOT_URLCONF = "luyue.apps.ui.urls"  # parts draw themselves without the other rooms

    def page_of(page: str) -> str:
        request = rf.get(f"/styleguide/{page}")
        request.user = AnonymousUser()
        return styleguide(request, page).content.decode()

    return page_of


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_the_style_guide_has_inline_style_or_script(guide, page):
    for tag, attrs in Elements(guide(page)).found:
        assert "style" not in attrs, (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
        assert tag != "style"
        assert tag != "script" or attrs.get("src") or attrs.get("type") == "application/json", attrs


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name_and_every_id_is_given_once(guide, page):
    elements = Elements(guide(page)).found
    ids = [attrs["id"] for _tag, attrs in elements if "id" in attrs]
    doubled = {one for one in ids if ids.count(one) > 1} - {f"clock-{c['id']}" for c in sample.CLOCKS}
    labelled = {attrs["for"] for tag, attrs in elements if tag == "label" and "for" in attrs}
    assert not doubled
    for tag, attrs in elements:
        if tag in ("select", "textarea") or (tag == "input" and attrs.get("type") not in ("hidden", "radio", "checkbox", "file")):
            assert attrs.get("id") in labelled or "aria-label" in attrs, attrs


@pytest.mark.parametrize("state", ["running", "due", "missed", "kept", "paused", "not_started"])
def test_each_state_has_its_own_silhouette_beside_its_words(state):
    page = draw("{% promise clock now %}", clock={"state": state, "left_s": 60}, now=sample.NOW)
    assert f'href="#st-{state}"' in page
    assert re.sub(r"<[^>]+>", "", page).strip()


def test_a_clock_bar_is_a_meter_that_says_its_value_in_words():
    page = draw("{% clock_bar clock now %}", clock=sample.CLOCKS[1], now=sample.NOW)
    meter = next(attrs for _tag, attrs in Elements(page).found if attrs.get("role") == "meter")
    assert meter["aria-label"] == "调查结论"
    assert meter["aria-valuetext"] == "明天 24:00，承诺 3 个工作日"


def test_customer_words_are_escaped_everywhere():
    item = {"kind": "message", "at": sample.NOW, "side": "customer", "who": "<b>x", "via": "<i>", "text": "<script>alert(1)</script>", "files": [{"href": "#", "name": "<img>"}]}
    row = sample.row("x", {"state": "due", "left_s": 60}, "<u>", sample.RESPONSE, "<script>", "<a>", "<k>", "<n>", "<h>")
    page = draw("{% timeline items now %}{% queue groups now %}", items=[item], groups=[{"id": "g", "label": "<l>", "rows": [row]}], now=sample.NOW)
    assert not {"script", "img", "u", "i", "k", "n"} & {tag for tag, _attrs in Elements(page).found}


def test_the_strip_counts_the_working_days_over_the_spring_festival():
    built = why.build(sample.THREE_DAYS, sample.NOW, "受理")
    assert [(c["day"], c["mark"]) for c in built["strip"] if c["mark"]] == [("13", "起"), ("14", "①"), ("24", "②"), ("25", "③")]
    assert [c["day"] for c in built["strip"] if c["hatched"]] == [str(day) for day in range(15, 24)]
    assert [(r["dates"], r["tag"], r["words"], r["adds"]) for r in built["rows"]] == [
        ("02-13 周五", "", "20:35 受理，当日不计", "—"), ("02-14 周六", "班", "调休上班", "第 1 日"), ("02-15 至 23", "休", "春节 9 天", "不计"),
        ("02-24 周二", "", "工作日，今天", "第 2 日"), ("02-25 周三", "", "工作日，24:00 到期", "第 3 日"),
    ]


def test_an_hour_clock_adds_up_to_its_total():
    built = why.build(sample.FOUR_HOURS, sample.NOW)
    assert [r["adds"] for r in built["rows"]] == ["1 小时 30 分", "2 小时 30 分"]
    assert built["total"] == "4 小时"


def test_holidays_between_two_days_of_talk_are_one_line():
    dividers = [item["words"] for item in sample.TALK if item["kind"] == "day"]
    assert dividers == ["02-13 周五", "02-14 周六 · 调休上班", "02-15 至 02-23 · 春节放假 9 天，不计工作日", "今天"]
    assert with_days([], sample.NOW, sample.kind_of) == []


def test_marks_of_one_state_nearer_than_a_glyph_are_merged_and_none_is_lost():
    opens, closes = sample.at(24, 9), sample.at(24, 21)
    line = dayline.build(opens, closes, sample.NOW, sample.MARKS)
    assert [(m.state, m.count) for m in line.marks][:3] == [("missed", 1), ("missed", 1), ("due", 4)]
    assert sum(m.count for m in line.marks) + len(line.ticks) == len(sample.MARKS)
    assert all(b.x > a.x for a, b in zip(line.marks, line.marks[1:], strict=False))


def test_a_miss_of_yesterday_stays_at_the_left_end_of_the_line():
    opens, closes = sample.at(24, 9), sample.at(24, 21)
    line = dayline.build(opens, closes, sample.NOW, [{"at": opens - timedelta(hours=14), "state": "missed", "href": "", "label": ""}])
    assert [(m.state, m.x) for m in line.marks] == [("missed", 2.0)]


@pytest.mark.parametrize("kind", sorted(fields.CONTROLS))
def test_every_kind_of_field_is_drawn_with_its_label_hint_and_error(kind):
    spec = {"name": "a_b", "kind": kind, "label": "标签", "hint": "提示", "errors": ["错在这里"], "choices": [("x", "甲")], "fields": [{"name": "s", "kind": "text", "label": "子"}]}
    page = draw("{% field spec %}", spec=spec)
    elements = Elements(page).found
    assert "标签" in page
    assert "错在这里" in page
    assert "提示" in page
    described = [attrs["aria-describedby"] for _tag, attrs in elements if "aria-describedby" in attrs]
    assert "f-a-b-hint f-a-b-error" in described
    assert any(attrs.get("name", "").startswith("a_b") for _tag, attrs in elements)


def test_lines_keep_what_was_filled_and_offer_spare_rows_without_scripts():
    spec = {"name": "cuts", "kind": "lines", "label": "扣除", "value": [{"amount": "320"}], "fields": [{"name": "amount", "kind": "money", "label": "金额"}]}
    names = [(attrs["name"], attrs.get("value")) for tag, attrs in Elements(draw("{% field spec %}", spec=spec)).found if tag == "input"]
    assert names[:2] == [("cuts.0.amount", "320"), ("cuts.1.amount", "")]
    assert [name for name, _value in names].count("cuts.__n__.amount") == 1


def test_a_conditional_field_says_when_and_is_not_demanded_by_the_browser():
    page = draw("{% field spec %}", spec={"name": "n", "kind": "number", "label": "数", "when": {"wish": ["refund", "reduce"], "tested": "yes"}})
    assert 'data-when="wish=refund|reduce;tested=yes"' in page
    assert " required" not in page


@pytest.mark.parametrize(("percent", "state"), [(95.0, "running"), (94.9, "due"), (91.0, "due"), (90.9, "missed")])
def test_attainment_takes_its_colour_from_the_target(percent, state):
    assert f'class="attain {state}"' in draw("{% attainment percent 95 points %}", percent=percent, points=[95, percent])


def _luminance(colour: str) -> float:
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _themes() -> list[dict[str, str]]:
    sheet = (SITE / "static/css/tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^  :root|\[data-theme=dark\]|:root:not\(\[data-theme\]\)) \{(.*?)\n +\}", sheet, re.DOTALL | re.MULTILINE)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    return [theme for theme in found if "ink" in theme]


def test_both_dark_sets_are_the_same():
    light, *dark = _themes()
    assert len(dark) == 2
    assert dark[0] == dark[1] != light


@pytest.mark.parametrize("theme", _themes()[:2], ids=["light", "dark"])
def test_text_and_marks_have_their_contrast_in_both_themes(theme):
    for ink in ("ink", "ink-2", "ink-3", "accent", "run", "due", "miss", "kept", "pause"):
        for ground in ("surface", "bg"):
            assert _contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    for state in ("run", "due", "miss", "kept", "pause"):
        assert _contrast(theme[state], theme[f"{state}-soft"]) >= 4.5, state
        assert _contrast(theme[f"{state}-fill"], theme["surface"]) >= 3, state
    assert _contrast(theme["on-accent"], theme["accent"]) >= 4.5
    assert _contrast(theme["control"], theme["surface"]) >= 3


def test_the_interface_is_in_english_too():
    own = {text: files for text, files in catalogue.missing().items() if any(name.startswith(("apps/ui/", "site/templates/")) for name in files)}
    assert not own, f"Add to {catalogue.CATALOGUE}: {sorted(own)}"


def test_every_icon_a_template_names_is_in_the_sprite_list():
    listed = set((SITE / "static_src/icons.txt").read_text(encoding="utf-8").split("\n"))
    house = SITE.parent
    used = {name: path for path in house.rglob("*.html") for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert {name: path.name for name, path in used.items() if name not in listed} == {}


def test_an_instant_far_away_is_written_out():
    assert draw("{{ at|zh_instant }}", at=datetime(2026, 3, 16, 2, 30, tzinfo=UTC)) == "2026年3月16日 10:30"
