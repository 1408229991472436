"""Scalars, durations and the words of problems."""

from __future__ import annotations

import pytest

from luyue.core.calendar import Within
from luyue.core.regulation import durations, scalars
from luyue.core.regulation.problems import Problem, render, width
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.suggest import distance, nearest
from luyue.core.regulation.yamlsubset import Map, Text, compose


def context(said: list[str]) -> Context:
    return Context(lambda message, *_a, **_k: said.append(message), "r.md", "r", "c", "CNY")


def block(source: str) -> Map:
    node = compose(source.split("\n"), 1, 1, lambda *_a, **_k: None)
    assert isinstance(node, Map)
    return node


@pytest.mark.parametrize(
    ("source", "within"),
    [
        ("within: 15 min\nhours: service-hours", Within(15, "min", "service-hours")),
        ("within: 24 h\nhours: around-the-clock", Within(24, "h", "around-the-clock")),
        ("within: 1 working day\ncounted: workdays_end", Within(1, "working day", None, "workdays_end")),
        ("within: 2 working days\ncounted: workdays_shift", Within(2, "working day", None, "workdays_shift")),
        ("within: 7 days\ncounted: days_end", Within(7, "day", None, "days_end")),
        ("within: 2 working days\ncounted: workdays_end\nday_ends: close\nhours: shop", Within(2, "working day", "shop", "workdays_end", "close")),
    ],
)
def test_a_duration_names_its_hours_or_its_counting(source: str, within: Within) -> None:
    said: list[str] = []
    assert (durations.within(block(source), "within", context(said)), said) == (within, [])
    within.check()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("within: 1 d", "duration-unclear"),
        ("within: 1.5 h\nhours: s", "duration-unclear"),
        ("within: 15min\nhours: s", "duration-unclear"),
        ("within: 15 minutes\nhours: s", "duration-unclear"),
        ("within: 1 h 30 min\nhours: s", "duration-unclear"),
        ("within: -1 h\nhours: s", "duration-unclear"),
        ("within: 15", "duration-unclear"),
        ("within: []", "duration-unclear"),
        ("within: 0 min\nhours: s", "duration-zero"),
        ("within: 15 min", "hours-missing"),
        ("within: 2 working days", "counted-missing"),
        ("within: 2 working days\ncounted: days_end", "counted-unfit"),
        ("within: 7 days\ncounted: workdays_end", "counted-unfit"),
        ("within: 15 min\nhours: s\ncounted: workdays_end", "counted-beside-hours"),
        ("within: 2 working days\ncounted: workdays_end\nhours: s", "hours-beside-days"),
        ("within: 2 working days\ncounted: workdays_end\nday_ends: close", "close-without-hours"),
        ("within: 2 working days\ncounted: daily", "not-one-of"),
    ],
)
def test_a_duration_that_can_be_read_two_ways_is_refused(source: str, message: str) -> None:
    said: list[str] = []
    assert durations.within(block(source), "within", context(said)) is BAD
    assert said == [message]


@pytest.mark.parametrize(
    ("reader", "good", "bad"),
    [
        (scalars.yes_no, ["yes", "no"], ["true", "on", "Y", "是"]),
        (scalars.money, ["200 CNY", "0.50 CNY"], ["200", "200 USD", "1.234 CNY", "-1 CNY", "1,000 CNY"]),
        (scalars.percent, ["1%", "80%", "99%"], ["0%", "100%", "80", "12.5%", "-5%"]),
        (scalars.calendar_date, ["2026-02-28"], ["2026-02-30", "2026-2-1", "28.02.2026"]),
        (scalars.instant, ["2026-03-09 09:30", "2026-03-09 24:00"], ["2026-03-09 24:01", "2026-03-09 9:30", "2026-03-09T09:30", "2026-02-30 09:00"]),
        (scalars.window, ["09:00-21:00", "20:00-26:00", "00:00-48:00"], ["21:00-09:00", "09:00-23:59", "24:00-25:00", "09:00-49:00", "09:60-10:00"]),
        (scalars.keep, ["3 years", "1 year", "180 days"], ["0 days", "3", "three years"]),
        (scalars.fact, ["case.received", "contact.progress-told"], ["case", "Case.received", "a.b.c"]),
    ],
)
def test_scalars_take_one_spelling_each(reader: scalars.Reader, good: list[str], bad: list[str]) -> None:
    said: list[str] = []
    assert all(reader(Text(1, 1, 1, one), context(said)) is not BAD for one in good)
    assert said == []
    for one in bad:
        assert reader(Text(1, 1, 1, one), context(said)) is BAD, one
    assert len(said) == len(bad)


def test_a_label_is_text_or_both_languages() -> None:
    said: list[str] = []
    label = scalars.label(block("a: {zh: 时限, en: Clock}").entries[0][1], context(said))
    assert (label.zh, label.en, label.say("en"), said) == ("时限", "Clock", "Clock", [])
    assert scalars.label(Text(1, 1, 1, "时限"), context(said)).say("en") == "时限"
    assert scalars.label(block("a: {en: Clock}").entries[0][1], context(said)) is BAD


@pytest.mark.parametrize(("one", "other", "edits"), [("within", "withing", 1), ("from", "form", 1), ("abc", "abc", 0), ("abc", "xyz", 3)])
def test_distance_counts_edits_and_swaps_of_neighbours(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits


def test_the_nearest_name_is_near_or_nothing() -> None:
    known = ["service-desk", "finance", "warehouse"]
    assert nearest("service-dask", known) == "service-desk"
    assert nearest("desk", known) == "service-desk"
    assert nearest("management", known) == ""
    assert nearest("by", ["in", "to"]) == ""


def test_the_caret_stands_under_wide_characters() -> None:
    source = "标签: {名称: 电话渠道}"
    problem = Problem("PL104", "error", "r.md", 1, 10, 4, "x", "y")
    lines = render(problem, source).split("\n")
    assert lines[0] == "r.md:1:10: PL104 x. y."
    before = lines[2].split("| ", 1)[1].index("^")
    assert before == width(source[:9])
    assert lines[2].count("^") == 8
