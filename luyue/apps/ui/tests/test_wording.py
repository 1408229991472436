"""Amounts, instants and promises in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from luyue.apps.ui import wording

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 2, 24, 10, 42, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _shanghai_in_chinese():
    with timezone.override(ZONE), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(("seconds", "days", "words"), [
    (0, True, "不到 1 分"), (59, True, "不到 1 分"), (60, True, "1 分"), (3599, True, "59 分"), (3600, True, "1 小时"), (5040, True, "1 小时 24 分"),
    (93600, True, "1 天 2 小时"), (86400, True, "1 天"), (86399, True, "23 小时 59 分"), (93600, False, "26 小时"), (-5040, True, "1 小时 24 分"),
])
def test_an_amount_names_its_two_largest_units(seconds, days, words):
    assert wording.amount(seconds, days) == words


@pytest.mark.parametrize(("at", "options", "words"), [
    (NOW + timedelta(hours=3), {}, "今天 13:42"),
    (NOW + timedelta(days=1), {}, "明天 10:42"),
    (NOW - timedelta(days=1), {}, "昨天 10:42"),
    (NOW - timedelta(days=3), {}, "02-21 10:42"),
    (NOW - timedelta(days=3), {"plain": True}, "2 月 21 日 10:42"),
    (NOW.replace(year=2027), {"plain": True}, "2027 年 2 月 24 日 10:42"),
    (NOW.replace(year=2027), {}, "2027-02-24 10:42"),
    (datetime(2026, 2, 28, tzinfo=ZONE), {"ends": True, "plain": True}, "2 月 27 日 24:00"),
    (datetime(2026, 2, 25, tzinfo=ZONE), {"ends": True}, "今天 24:00"),
    (datetime(2026, 2, 25, tzinfo=ZONE), {}, "明天 00:00"),
])
def test_an_instant_is_told_as_people_say_it(at, options, words):
    assert wording.moment(at, NOW, **options) == words


def test_an_instant_is_told_on_the_wall_of_the_current_zone():
    assert wording.instant_long(datetime(2026, 3, 16, 2, 30, tzinfo=UTC)) == "2026年3月16日 10:30"


@pytest.mark.parametrize(("value", "trim", "words"), [
    ("1234.5", False, "¥1,234.50"), (6000, True, "¥6,000"), ("-215", True, "−¥215"), ("0.005", False, "¥0.00"), ("abc", False, "abc"),
])
def test_money_is_grouped_and_keeps_its_cents(value, trim, words):
    assert wording.money(value, trim=trim) == words


@pytest.mark.parametrize(("value", "masked"), [
    ("13812345678", "138****5678"), ("+86 138 1234 5678", "138****5678"), ("010-12345678", "010****5678"), ("12345", "***45"), ("", ""), (None, ""),
])
def test_a_phone_number_shows_its_ends_only(value, masked):
    assert wording.masked_phone(value) == masked


@pytest.mark.parametrize(("clock", "words", "quiet"), [
    ({"state": "running", "left_s": 10260}, "剩 2 小时 51 分", ""),
    ({"state": "running", "left_s": 10260, "around_the_clock": True}, "剩 2 小时 51 分", "连续"),
    ({"state": "running", "left_s": 93600}, "剩 26 小时", ""),
    ({"state": "due", "left_s": 240}, "剩 4 分", ""),
    ({"state": "missed", "left_s": -360}, "超 6 分", ""),
    ({"state": "missed", "left_s": -5}, "超 1 分", ""),
    ({"state": "kept", "used_s": 180}, "用时 3 分", ""),
    ({"state": "kept", "used_s": 20}, "用时不到 1 分", ""),
    ({"state": "due", "left_s": 20}, "剩不到 1 分", ""),
    ({"state": "paused", "paused_s": 1080}, "停 18 分", ""),
    ({"state": "paused", "paused_shows_left": True, "left_s": 11220}, "剩 3 小时 7 分", ""),
    ({"state": "not_started", "starts_words": "结论后 24 小时"}, "结论后 24 小时", ""),
    ({"state": "running", "shown": "end", "due_at": datetime(2026, 2, 26, tzinfo=ZONE), "left_s": 9}, "明天 24:00", ""),
    ({"state": "running", "left_s": 60, "provisional": True}, "剩 1 分", "暂定"),
])
def test_a_promise_says_what_its_state_owes(clock, words, quiet):
    assert wording.promise_words(clock, NOW) == (words, quiet)


def test_english_follows_the_catalogue():
    with translation.override("en"):
        assert wording.amount(5040) == "1 h 24 min"
        assert wording.day_long(date(2026, 3, 16)) == "16 Mar 2026"
        assert wording.promise_words({"state": "missed", "left_s": -360}, NOW) == ("6 min over", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-W47", "2026 年第 47 周（11-16 至 11-22）"),
        ("2026-W01", "2026 年第 1 周（12-29 至 01-04）"),
        ("2026-11", "2026 年 11 月"),
        ("2026-Q3", "2026 年第 3 季度"),
        ("2026-H2", "2026 年下半年"),
        ("2026", "2026"),
    ],
)
def test_a_period_is_said_as_people_say_it(name: str, said: str) -> None:
    assert wording.period(name) == said
