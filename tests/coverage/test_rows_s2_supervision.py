"""Rows kept by looking: what the monthly and weekly reports show of real lives of cases, the checks of the entrances, forbidden words, retention."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from luyue.core.procedure import Invalid
from luyue.core.procedure.company import field_name, finish
from luyue.core.procedure.periods import due_in, owed_periods, period_of
from luyue.core.procedure.retention import keepings, kept_until
from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Checklist, ReportRule, TaskRule
from luyue.core.reporting import Figure, Matter, figures_of, matter_of, window_of
from tests.coverage.case import ZONE, Case, local
from tests.coverage.objection import closed, investigating, received, registered, revisiting

covers = pytest.mark.covers


class Shown(dict[tuple[str, str, str], Figure]):
    """Figures by measure, field and value; one that is not shown is a broken claim."""

    def __missing__(self, key: tuple[str, str, str]) -> Figure:
        raise AssertionError(f"the report does not show {key}, only {sorted(self)}")


def figures(book: Rulebook, report: str, on: date, *cases: Case | Matter) -> Shown:
    """What the report of the period that holds this date shows of these cases, by measure, field and value."""
    rule = book.all(ReportRule).get(report)
    assert rule is not None, f"nobody is owed the report {report}"
    window = window_of(period_of(rule.trigger.period, on), book)  # type: ignore[union-attr]
    matters = [one if isinstance(one, Matter) else matter_of(f"YY-{number}", one.state, book) for number, one in enumerate(cases, 1)]
    return Shown({one.key: one for one in figures_of(rule, matters, window, book)})


def deadline(book: Rulebook, report: str, on: date) -> str:
    rule = book.all(ReportRule).get(report)
    assert rule is not None, f"nobody is owed the report {report}"
    due_at = due_in(rule, period_of(rule.trigger.period, on), book.agenda)  # type: ignore[union-attr]
    assert due_at is not None
    return f"{due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def recipients(book: Rulebook, report: str) -> set[str]:
    rule = book.all(ReportRule).get(report)
    return set(rule.recipients) if rule is not None else set()


MARCH = date(2026, 3, 4)


@covers("S2-02")
def test_every_month_management_sees_how_many_turned_into_complaints_and_how_content_customers_are(book: Rulebook) -> None:
    content, unhappy = closed(book), revisiting(book)
    unhappy.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=2)
    unhappy.do("close-objection", "anna", "2026-03-05 10:10", demand_met="met")
    angry = Matter("YY-9", "objection", local("2026-03-02 10:00"), local("2026-03-20 10:00"), opened_cases=("complaint",))
    shown = figures(book, "objection-purpose", MARCH, content, unhappy, angry)
    up = shown["escalation-rate", "", ""]
    assert (up.n, up.of, up.counted) == (1, 3, ("YY-9",))
    good = shown["satisfaction", "", ""]
    assert (good.n, good.of, good.others) == (1, 2, ("YY-2",))
    assert shown["satisfaction-mean", "", ""].mean == Decimal("3.50")
    assert (shown["answered", "", ""].n, shown["answered", "", ""].of) == (2, 3)
    assert figures(book, "objection-purpose", date(2026, 4, 4), content, unhappy)["satisfaction", "", ""].of == 0
    assert "management" in recipients(book, "objection-purpose")
    assert deadline(book, "objection-purpose", MARCH) == "2026-04-09 00:00"  # five working days, Qingming between


@covers("S2-07")
def test_every_week_shows_who_passes_around_and_who_is_late(book: Rulebook) -> None:
    straight, passed = investigating(book, "fee/deposit"), investigating(book, "fee/invoice")
    passed.do("pass-on", "money", "2026-03-04 10:00", to_department="advisors", pass_on_reason="与财务无关")
    passed.settle("2026-03-06 10:00")
    shown = figures(book, "passing-around", MARCH, straight, passed)
    whole = shown["transfers-per-case", "", ""]
    assert (whole.of, whole.mean, whole.counted) == (2, Decimal("1.50"), ("YY-2",))
    assert shown["transfers-per-case", "objection_type", "fee/invoice"].mean == Decimal("2.00")
    assert shown["misses-by-team", "team", "advisors"].counted == ("YY-2",)
    assert recipients(book, "passing-around") == {"service-desk/lead", "management"}
    assert deadline(book, "passing-around", MARCH) == "2026-03-10 00:00"


@covers("S2-11", "S2-X11")
def test_every_month_types_and_causes_are_summed_up_and_what_comes_again_stands_out(book: Rulebook) -> None:
    cases = []
    for number in range(3):
        case = closed(book)
        cases.append(matter_of(f"YY-{number}", case.state, book))
    earlier = [Matter(f"YY-0{n}", "objection", local("2026-02-20 10:00"), local("2026-02-25 10:00"), answers={"cause": ("packing",)}) for n in range(2)]
    lately = Matter("YY-7", "objection", local("2026-03-01 10:00"), local("2026-03-12 10:00"), answers={"cause": ("packing",)})
    shown = figures(book, "objection-trend", MARCH, *cases, *earlier, lately)
    assert shown["count-by", "objection_type", "other"].n == 3
    assert shown["count-by", "cause", "unit-defect"].counted == ("YY-0", "YY-1", "YY-2")
    assert shown["repeat-causes", "cause", "unit-defect"].n == 3
    assert shown["repeat-causes", "cause", "packing"].counted == ("YY-00", "YY-01", "YY-7"), "two fell into the month before"
    assert shown["repeat-causes", "", ""].n == 2
    assert figures(book, "objection-trend", MARCH, *cases[:2])["repeat-causes", "", ""].n == 0
    rule = book.all(ReportRule)["objection-trend"]
    assert rule.needs_actions, "a trend is not done with before somebody does something about it"


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("service/slow-response", marks=covers("S2-20")),
        pytest.param("service/slow-processing", marks=covers("S2-21")),
        pytest.param("service/weak-support", marks=covers("S2-22")),
    ],
)
def test_every_month_objections_to_our_service_are_held_against_what_we_missed(book: Rulebook, kind: str) -> None:
    late = investigating(book, kind)
    late.settle("2026-03-09 10:00")
    other = received(book, "other")
    shown = figures(book, "service-objection-causes", MARCH, late, other)
    assert shown["count-by", "objection_type", kind].counted == ("YY-1",)
    assert shown["count-by", "objection_type", "service"].n == 1
    assert shown["count-by", "objection_type", "*"].n == 2
    assert shown["misses-by-team", "team", "advisors"].counted == ("YY-1",), "the department that served owed the finding"
    assert recipients(book, "service-objection-causes") == {"quality", "service-desk/lead"}


@covers("S2-25")
def test_an_unfair_term_is_looked_into_and_never_defended_with_the_last_word(book: Rulebook) -> None:
    kind = "contract/unhighlighted"
    case = registered(book, kind)
    assert case.refused("answer", "anna", "2026-03-04 09:20", text="本公司保留最终 解释权", channel="chat") == "phrase"
    case.do("answer", "anna", "2026-03-04 09:20", text="我们会核对签署的版本", channel="chat")
    case.do("transfer-objection", "anna", "2026-03-04 09:30")
    for item in ("signed-version", "change-log", "legal-opinion"):
        case.tick("contract-investigation", item, "adviser", "2026-03-04 13:00")
    finding = {"facts": "已查明", "fact_evidence": ["evidence:1"], "contract_basis": "第 3 条", "legal_ground": "民法典", "cause": "unit-defect",
               "liable_party": "company"}  # fmt: skip
    assert case.refused("conclude-contract", "adviser", "2026-03-04 14:00", **finding) == "checklist", "whether it was pointed out is not looked up yet"


# ----------------------------------------------------------------------------- what the company owes without a case


def entrances(book: Rulebook) -> tuple[TaskRule, dict[str, object]]:
    """The task of the entrances and its paper with every item in order."""
    rule = book.all(TaskRule).get("entrance-check")
    assert rule is not None, "nobody checks the entrances"
    checklist = book.all(Checklist).get(rule.checklist)
    assert checklist is not None
    data: dict[str, object] = {}
    for item in checklist.items:
        data[field_name(item)] = "pass"
        if item.evidence != "none":
            data[field_name(item) + "_evidence"] = ["evidence:1"]
    return rule, data


def lacking(book: Rulebook, rule: TaskRule, data: dict[str, object], *names: str) -> set[str]:
    with pytest.raises(Invalid) as invalid:
        finish(rule, {name: value for name, value in data.items() if name not in names}, book)
    return set(invalid.value.errors)


@covers("S2-32")
def test_every_month_each_channel_is_found_open_for_objections(book: Rulebook) -> None:
    rule, data = entrances(book)
    periods = owed_periods(rule, book.agenda.zone, local("2026-03-09 08:00"), None)
    assert [one.name for one in periods] == ["2026-03"]
    due_at = due_in(rule, periods[0], book.agenda)
    assert due_at is not None
    assert due_at.astimezone(ZONE).isoformat() == "2026-04-01T00:00:00+08:00"
    for name in ("item_phone_menu", "item_chat_button", "item_email_address", "item_shop_sign", "item_web_form"):
        assert name in lacking(book, rule, data, name), "no channel may be left out"
    finish(rule, data, book)


@covers("S2-33")
def test_the_mark_of_an_entrance_is_shown_by_a_picture(book: Rulebook) -> None:
    rule, data = entrances(book)
    for item in ("chat_button", "shop_sign", "web_form"):
        assert lacking(book, rule, data, f"item_{item}_evidence") == {f"item_{item}_evidence"}
    assert lacking(book, rule, data | {"item_shop_sign": "fail"}) == {"item_shop_sign_note"}, "an entrance that is not marked is described"


@covers("S2-34")
def test_few_steps_and_no_login_are_looked_at_every_month(book: Rulebook) -> None:
    rule, data = entrances(book)
    checklist = book.all(Checklist)[rule.checklist]
    words = {field_name(item): item.label.zh for item in checklist.items}
    assert "三步" in words["item_few_steps"]
    assert "不须登录" in words["item_web_form"]
    assert lacking(book, rule, data, "item_few_steps") == {"item_few_steps"}


@covers("S2-X12")
def test_departments_are_assessed_every_month(book: Rulebook) -> None:
    case = closed(book)
    shown = figures(book, "objection-assessment", MARCH, case)
    whole = shown["attainment", "", ""]
    desk = shown["attainment", "team", "service-desk"]
    assert (whole.n, whole.of) == (whole.of, len([one for one in case.state.clocks.values() if one.state in ("kept", "missed") and is_own(book, one.rule)]))
    assert 0 < desk.of <= whole.of
    late = received(book, "other")
    late.settle("2026-03-04 18:00")
    worse = figures(book, "objection-assessment", MARCH, case, late)["attainment", "team", "service-desk"]
    assert (worse.n, worse.of) == (desk.n + 1, desk.of + 2), "answered in time, registered late"
    assert worse.others == ("YY-2",)
    assert worse.is_small
    assert {one[0] for one in shown} >= {"transfers-per-case", "satisfaction"}


def is_own(book: Rulebook, clock: str) -> bool:
    regulation = book.regulation("live-rental-objections")
    kinds = {"clock": "", "task": "task/", "approval": "approval/"}
    return any(clock == kinds[rule.kind] + rule.id for rule in regulation.rules if rule.kind in kinds)


@covers("S2-X12")
def test_every_quarter_people_are_trained(book: Rulebook) -> None:
    rule = book.all(TaskRule).get("objection-training")
    assert rule is not None, "nobody is trained"
    period = owed_periods(rule, book.agenda.zone, local("2026-02-09 08:00"), None)[0]
    due_at = due_in(rule, period, book.agenda)
    assert due_at is not None
    assert (period.name, due_at.astimezone(ZONE).isoformat()) == ("2026-Q1", "2026-04-01T00:00:00+08:00")
    assert lacking(book, rule, {}) == {"training_topic", "attendance"}


# ----------------------------------------------------------------------------- what is kept


@covers("S2-X10")
def test_the_archive_is_kept_three_years_from_closing_and_then_loses_its_names(book: Rulebook) -> None:
    found = [one for one in keepings(book) if one.kind == "objection"]
    assert found, "nothing says how long an objection is kept"
    assert found[0].takes_everything
    assert found[0].rule.then == "anonymise"
    until = kept_until(found[0].rule.keep, local("2026-03-05 10:10"), ZONE)
    assert until.astimezone(ZONE).isoformat() == "2029-03-06T00:00:00+08:00"
