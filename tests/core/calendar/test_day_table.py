"""The shipped Chinese calendar, reading calendar files, and the horizon of a day table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from luyue.core.calendar import Agenda, BeyondTable, CalendarError, DayKind, DayTable, Within, load_day_table, weekdays
from tests.core.calendar.calendars import CLOSED, CN_FILE, SERVICE, agenda, at, cn

KNOWN_DAYS = [date(2024, 1, 1) + timedelta(days=i) for i in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1)]


def test_every_published_day_agrees_with_two_independent_packages():
    one = holidays.country_holidays("CN", years=(2024, 2025, 2026))
    for on in KNOWN_DAYS:
        worked = cn().kind(on).is_worked
        assert worked == one.is_working_day(on) == chinese_calendar.is_workday(on), on


def test_2026_has_248_workdays_of_which_six_are_made_up():
    kinds = Counter(cn().kind(on) for on in KNOWN_DAYS if on.year == 2026)
    assert kinds[DayKind.WORKDAY] + kinds[DayKind.MAKEUP_WORKDAY] == 248
    assert kinds[DayKind.MAKEUP_WORKDAY] == 6
    assert sum(1 for on in KNOWN_DAYS if on.year == 2026 and on.weekday() < 5 and not cn().kind(on).is_worked) == 19


def test_a_make_up_workday_has_no_feast_name_and_a_day_off_has_one():
    assert cn().names[date(2026, 2, 17)] == "春节"
    assert date(2026, 2, 14) not in cn().names
    assert cn().source_of(2026) == "国办发明电〔2025〕7号（2025-11-04）"
    assert cn().source_of(2027) == ""


def test_an_unpublished_year_is_plain_weekdays_and_not_known():
    assert cn().kind(date(2027, 1, 1)) is DayKind.WORKDAY
    assert cn().is_known(date(2026, 12, 31))
    assert not cn().is_known(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("start", "within", "due", "provisional"),
    [
        ("2026-12-31 20:50", Within(10, "min", "service-hours"), "2026-12-31 21:00", False),
        ("2026-12-31 20:50", Within(11, "min", "service-hours"), "2027-01-01 09:01", True),
        ("2026-12-30 10:00", Within(1, "working day", counted="workdays_end"), "2027-01-01 00:00", False),
        ("2026-12-30 10:00", Within(2, "working day", counted="workdays_end"), "2027-01-02 00:00", True),
        ("2026-12-30 10:00", Within(2, "day", counted="days_end"), "2027-01-02 00:00", True),
        ("2026-12-31 10:00", Within(48, "h", "around-the-clock"), "2027-01-02 10:00", False),
    ],
)
def test_a_deadline_after_the_last_published_day_is_provisional(start, within, due, provisional):
    found = agenda().due(at(start), within)
    assert (found.at, found.provisional) == (at(due), provisional)


def test_beyond_the_table_is_an_error_and_never_a_guess():
    with pytest.raises(BeyondTable, match="2030-01-01"):
        agenda().due(at("2029-12-31 20:50"), Within(11, "min", "service-hours"))
    with pytest.raises(BeyondTable, match="Extend the day table"):
        agenda().due(at("2029-12-20 10:00"), Within(30, "working day", counted="workdays_end"))
    with pytest.raises(BeyondTable, match="covers 2024-01-01"):
        agenda().due(at("2023-12-31 10:00"), Within(5, "min", "service-hours"))
    with pytest.raises(BeyondTable, match="2030-01-01 is outside"):
        agenda().kind_on(date(2030, 1, 1))


def test_hours_that_never_come_have_no_deadline_instead_of_an_error():
    assert agenda().due(at("2026-03-10 10:00"), Within(1, "min", "closed")).at is None
    assert agenda().due(at("2026-03-10 10:00"), Within(0, "min", "closed")).at == at("2026-03-10 10:00")
    with pytest.raises(CalendarError, match="never come"):
        agenda().left_s(at("2026-03-10 10:00"), at("2026-03-10 11:00"), Within(1, "min", "closed"))


def test_hours_open_only_on_feasts_may_still_come_while_years_are_unpublished():
    feasts = Agenda(cn(), {"feasts": CLOSED.__class__("feasts", {DayKind.PUBLIC_HOLIDAY: SERVICE.open[DayKind.PUBLIC_HOLIDAY]})})
    with pytest.raises(BeyondTable):
        feasts.due(at("2026-10-08 10:00"), Within(1, "min", "feasts"))


def test_the_built_in_table_knows_only_monday_to_friday():
    table = weekdays()
    assert table.kind(date(2026, 10, 1)) is DayKind.WORKDAY
    assert table.kind(date(2026, 2, 14)) is DayKind.REST_DAY
    assert not Agenda(table, {"service-hours": SERVICE}).due(at("2030-03-08 20:59"), Within(5, "min", "service-hours")).provisional


def test_the_digest_is_of_the_content():
    again = load_day_table(CN_FILE.read_text(encoding="utf-8").replace("label: 中国法定工作日\n", ""))
    assert again == cn()
    assert again.digest == cn().digest
    moved = DayTable(cn().zone, {**cn().kinds, date(2026, 3, 10): DayKind.REST_DAY}, known_until=cn().known_until)
    assert moved != cn()


GOOD = """
zone: Asia/Shanghai
known_until: 2026-12-31
years:
  2026:
    notice: 公司通知
    feasts:
      - {name: 司庆, off: [2026-03-10..2026-03-11], worked: [2026-03-14]}
"""


def test_a_company_may_keep_its_own_calendar():
    table = load_day_table(GOOD)
    assert [table.kind(date(2026, 3, day)) for day in (10, 11, 14)] == [DayKind.PUBLIC_HOLIDAY] * 2 + [DayKind.MAKEUP_WORKDAY]
    assert table.ends_on == date(2029, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("known_until: 2026-12-31\n", "", "`known_until` is missing"),
        ("2026-12-31", "end of 2026", "is no date"),
        ("notice: 公司通知", "notice:", "`notice` is missing"),
        ("worked: [2026-03-14]", "worked: [2026-03-11]", "2026-03-11 is both off and worked"),
        ("worked: [2026-03-14]", "worked: 2026-03-14", "write dates as a list"),
        ("2026-03-10..2026-03-11", "2026-03-11..2026-03-10", "runs backwards"),
        ("worked:", "makeup:", "has no key `makeup`"),
        ("Asia/Shanghai", "Beijing", "Time zone 'Beijing' is unknown"),
        ("zone: ", "workweek: [1, 2]\nzone: ", "is not a list of mon"),
        ("  2026:", "  26:", "is no year"),
        ("zone: ", "zone: [", "not YAML"),
    ],
)
def test_a_calendar_file_that_cannot_be_read_says_where_and_what_to_write(old, new, said):
    assert old in GOOD
    with pytest.raises(CalendarError, match=said):
        load_day_table(GOOD.replace(old, new, 1))
