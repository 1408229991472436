"""Rows S4-03, S4-05 to S4-10, S4-16 and S4-31 to S4-44: what the network company asks its customers and itself, and who is bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luyue.core.calendar import Within
from luyue.core.procedure.company import finish, following, hearings
from luyue.core.procedure.index import index_of
from luyue.core.procedure.periods import period_of
from luyue.core.procedure.retention import keepings, kept_until
from luyue.core.regulation import Draft, Rulebook
from luyue.core.regulation.book import lay_together
from luyue.core.regulation.checks.floors import check as check_floors
from luyue.core.regulation.rules import Every, Notice, ReportRule, Sample, Skill, TaskRule
from luyue.core.reporting import Duty, Matter, figures_of, window_of
from tests.coverage.amputation import calendars
from tests.coverage.case import ZONE, Case, local
from tests.coverage.test_rows_s1_house import owed
from tests.coverage.test_rows_s2_supervision import MARCH, Shown, deadline, figures, lacking, recipients
from tests.coverage.test_rows_s4_cases import ANSWER, answered, asked, decided

covers = pytest.mark.covers

OWN = "network-service"
KINDS = ("network-enquiry", "network-complaint")


def task_of(book: Rulebook, name: str) -> TaskRule:
    rule = book.all(TaskRule).get(name)
    assert rule is not None, f"nobody owes {name}"
    return rule


def done(book: Rulebook, name: str, **given: object) -> list[str]:
    """What follows when the company has done this task with these answers."""
    rule = task_of(book, name)
    return [one.id for one in following(rule, finish(rule, given, book).kept, book)]


def due_after(book: Rulebook, name: str, at: str) -> str:
    rule = task_of(book, name)
    assert isinstance(rule.target, Within)
    due_at = book.agenda.due(local(at), rule.target).at
    assert due_at is not None
    return f"{due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def closed(case: Case, at: str, task: str, close: str, answers: dict[str, object], cost: str = "") -> Case:
    case.do("do-task", "anna", at, task=task, **answers)
    case.do(close, "anna", at, **({"service_cost": cost} if cost else {}))
    return case


def both_closed(book: Rulebook, cost: str = "") -> tuple[Case, Case]:
    enquiry = closed(answered(book), "2026-03-05 10:00", "enquiry-revisit", "close-enquiry", {"solved": "yes"}, cost)
    paper = {"accepts_result": "yes", "satisfaction": 4}
    return enquiry, closed(decided(book), "2026-03-05 10:00", "network-complaint-revisit", "close-network-complaint", paper)


# ----------------------------------------------------------------------------- the aims


@covers("S4-03", "S4-06")
def test_every_month_shows_whether_the_text_is_kept_how_long_it_takes_and_what_it_costs(book: Rulebook) -> None:
    cheap, dear = both_closed(book, cost="30")[0], closed(answered(book), "2026-03-06 10:00", "enquiry-revisit", "close-enquiry", {"solved": "yes"}, "90")
    late = asked(book)
    late.settle("2026-03-09 10:00")
    free = closed(answered(book), "2026-03-05 11:00", "enquiry-revisit", "close-enquiry", {"solved": "yes"})
    shown = figures(book, "network-monthly", MARCH, cheap, dear, free, late)
    cost = shown["cost-per-case", "", ""]
    assert (cost.mean, cost.n, cost.of) == (Decimal("40.00"), 2, 3), "what cost nothing counts too"
    assert shown["attainment", "clause", "enquiry"].others == ("YY-4",)
    assert shown["misses-by-team", "team", "service-desk"].counted == ("YY-4",)
    assert shown["handling-time-mean", "", ""].of == 3
    assert shown["transfers-per-case", "", ""].of == 0
    assert recipients(book, "network-monthly") == {"service-management-group", "service-desk/lead", "management"}
    assert deadline(book, "network-monthly", MARCH) == "2026-04-09 00:00"
    assert book.all(ReportRule)["network-monthly"].needs_actions


@covers("S4-05", "S4-36", "S4-37")
def test_every_quarter_surveys_complaints_and_marks_are_weighed_and_something_is_done_about_them(book: Rulebook) -> None:
    enquiry, complaint = both_closed(book)
    sent_at = local("2026-02-01 00:05")
    happy, sour, silent = (
        Matter(f"GZ-{n}", "network-enquiry", local("2025-12-01 10:00"), local("2025-12-02 10:00"), amounts=marks, asked=(("network-survey-form", sent_at),))
        for n, marks in enumerate(
            ({"survey_overall": Decimal(5), "survey_speed": Decimal(4)}, {"survey_overall": Decimal(2), "survey_speed": Decimal(4)}, {}), 1
        )
    )
    earlier = Matter(
        "GZ-9",
        "network-enquiry",
        local("2025-09-01 10:00"),
        amounts={"survey_overall": Decimal(1)},
        asked=(("network-survey-form", local("2025-11-01 00:05")),),
    )
    shown = figures(book, "network-quarterly", MARCH, enquiry, complaint, happy, sour, silent, earlier)
    share = shown["survey", "survey_overall", "*"]
    assert (share.n, share.of, share.counted) == (1, 2, ("GZ-1",)), "last quarter's survey is in last quarter's report"
    assert shown["survey-mean", "survey_overall", "*"].mean == Decimal("3.50")
    assert (shown["survey-answered", "survey_overall", "*"].n, shown["survey-answered", "survey_overall", "*"].of) == (2, 3)
    assert shown["survey", "survey_speed", "*"].n == 2
    assert (shown["complaint-rate", "", ""].n, shown["complaint-rate", "", ""].of) == (1, 1)
    assert shown["satisfaction", "", ""].counted == ("YY-2",)
    assert shown["count-by", "network_subject", "broadband"].counted == ("YY-2",)
    assert recipients(book, "network-quarterly") == {"service-management-group", "service-desk", "quality", "management"}
    assert deadline(book, "network-quarterly", MARCH) == "2026-04-16 00:00"
    assert book.all(ReportRule)["network-quarterly"].needs_actions, "an analysis without measures is none"


@covers("S4-36")
def test_every_quarter_customers_are_drawn_by_lot_and_asked(book: Rulebook) -> None:
    rule = book.all(Notice).get("network-survey")
    assert rule is not None, "nobody is asked"
    assert (rule.trigger, rule.sample) == (Every("quarter"), Sample("customers", at_least=385))
    assert rule.applies_to.of["kind"] == KINDS
    form = book.form(rule.asks)
    assert {one.name for one in form.fields if one.required} == {"survey_overall", "survey_quality", "survey_use", "survey_staff", "survey_speed"}
    assert (rule.answer_within_days, rule.at_most.times if rule.at_most else 0) == (14, 1)


# ----------------------------------------------------------------------------- who is bound, and by what


@covers("S4-07", "S4-44")
def test_nobody_works_before_acknowledging_this_regulation(book: Rulebook) -> None:
    case = asked(book)
    assert case.refused("answer-enquiry", "outsider", "2026-03-04 09:05", **ANSWER) == "needs_skill"
    assert case.refused("note", "outsider", "2026-03-04 09:05", text="备注") == "needs_skill", "and not beside it either"
    skill = book.all(Skill)["bound-by-network-regulation"]
    acting = {word.partition("/")[0] for kind in KINDS for one in book.actions_of(kind) for word in one.by} & set(index_of(book).teams)
    assert acting | {"technical-support", "finance", "advisors"} <= set(skill.teams)


@covers("S4-08", "S4-41")
def test_where_text_and_law_differ_the_law_goes_first(book: Rulebook) -> None:
    assert not laxer(book, 2), "as it stands"
    assert laxer(book, 16), "sixteen days for an answer cannot be adopted"


def laxer(book: Rulebook, days: int) -> list[str]:
    """What the check says when the decision on a complaint may take so many days."""
    changed = []
    for regulation in book.regulations:
        clauses = [
            replace(
                clause,
                rules=tuple(
                    replace(rule, target=Within(days, "day", counted="days_end")) if rule.id == "complaint-decision-told" else rule for rule in clause.rules
                ),
            )
            for clause in regulation.clauses
        ]
        changed.append(Draft(replace(regulation, clauses=tuple(clauses))))
    return [one.what for one in check_floors(lay_together(changed, calendars())) if one.severity == "error"]


@covers("S4-09")
def test_what_no_customer_wants_to_read_is_not_sent(book: Rulebook) -> None:
    case = asked(book)
    for words in ("这不关我们的事", "你自己去查吧"):
        assert case.refused("answer", "anna", "2026-03-04 09:05", text=words, channel="chat") == "phrase"
    case.do("answer", "anna", "2026-03-04 09:05", text="我来帮您查", channel="chat")


@covers("S4-09", "S4-10", "S4-21")
def test_every_month_twenty_matters_are_looked_at_for_manner_and_for_truth(book: Rulebook) -> None:
    rule, period, due = owed(book, "network-spot-check", "2026-03-09 08:00")
    assert (period, due, rule.by) == ("2026-03", "2026-04-01T00:00:00+08:00", "quality")
    assert rule.sample == Sample("cases", at_least=20)
    assert rule.applies_to.of["kind"] == KINDS
    assert lacking(book, rule, {}) == {"item_warm", "item_listening", "item_respect", "item_accurate"}


@covers("S4-34")
def test_there_is_a_group_that_looks_after_service_and_somebody_leads_it(book: Rulebook) -> None:
    team = index_of(book).teams.get("service-management-group")
    assert team is not None, "there is no such group"
    assert set(team.posts) == {"chair"}
    own = {one.id for one in book.all(TaskRule).values() if one.by == "service-management-group"}
    assert own == {"process-inspection", "rectification", "service-award"}


@covers("S4-16", "S4-38")
@pytest.mark.parametrize("procedure", KINDS)
def test_everything_is_kept_for_three_years_for_a_purpose_and_seen_by_those_who_serve(book: Rulebook, procedure: str) -> None:
    found = [one for one in keepings(book) if one.kind == procedure]
    assert found, f"nothing says how long {procedure} is kept"
    rule = found[0].rule
    assert found[0].takes_everything
    assert (rule.purpose.zh, rule.basis, rule.then, rule.share_with) == ("答复咨询和处理投诉", "contract", "anonymise", ())
    acting = {word.partition("/")[0] for one in book.actions_of(procedure) for word in one.by} & set(index_of(book).teams)
    assert acting <= set(rule.seen_by)
    assert kept_until(rule.keep, local("2026-03-05 10:10"), ZONE).astimezone(ZONE).isoformat() == "2029-03-06T00:00:00+08:00"


# ----------------------------------------------------------------------------- calls, inspections, lessons, awards


@covers("S4-31", "S4-32")
def test_every_half_year_one_customer_in_ten_is_asked_about_three_things(book: Rulebook) -> None:
    rule, period, due = owed(book, "regular-visit", "2026-03-09 08:00")
    assert (period, due, rule.by) == ("2026-H1", "2026-07-01T00:00:00+08:00", "service-desk")
    assert rule.sample == Sample("customers", share=10)
    assert lacking(book, rule, {}) == {"visit_quality", "visit_use", "visit_suggestion", "needs_improvement"}


@covers("S4-33")
def test_what_is_to_be_improved_is_with_the_department_a_working_day_later(book: Rulebook) -> None:
    heard = {"visit_quality": 3, "visit_use": "晚上卡顿", "visit_suggestion": "换设备"}
    assert done(book, "regular-visit", **heard, needs_improvement="yes") == ["pass-on-feedback"]
    assert done(book, "regular-visit", **heard, needs_improvement="no") == []
    assert due_after(book, "pass-on-feedback", "2026-04-03 10:00") == "2026-04-08 00:00"
    rule = task_of(book, "pass-on-feedback")
    assert lacking(book, rule, {}) == {"feedback_team", "feedback_text", "measure_owner", "measure_due_on"}


@covers("S4-35")
def test_every_month_the_group_looks_at_everything_and_what_is_wrong_is_put_right(book: Rulebook) -> None:
    rule, period, due = owed(book, "process-inspection", "2026-03-09 08:00")
    assert (period, due, rule.by) == ("2026-03", "2026-04-01T00:00:00+08:00", "service-management-group")
    sheet: dict[str, object] = {"inspection_text": "总体良好", "faults_found": "no"}
    items = ("limits", "records", "identity", "revisits", "secrecy")
    sheet |= {f"item_{item}": "pass" for item in items} | {f"item_{item}_evidence": ["evidence:1"] for item in items}
    assert lacking(book, rule, sheet, *sheet) == {"inspection_text", "faults_found", *(f"item_{item}" for item in items)}
    assert done(book, "process-inspection", **sheet) == []
    assert lacking(book, rule, {**sheet, "faults_found": "yes"}) == {"fault_text"}
    assert done(book, "process-inspection", **{**sheet, "faults_found": "yes", "fault_text": "三件没有回访"}) == ["rectification"]
    assert due_after(book, "rectification", "2026-09-29 16:00") == "2026-10-20 00:00"
    assert lacking(book, task_of(book, "rectification"), {}) == {"rectified_text", "rectified_on", "rectified_evidence", "rechecked_by"}


@covers("S4-42")
def test_every_quarter_there_is_a_lesson_that_leaves_a_log(book: Rulebook) -> None:
    rule, period, due = owed(book, "network-training", "2026-02-09 08:00")
    assert (period, due) == ("2026-Q1", "2026-04-01T00:00:00+08:00")
    assert lacking(book, rule, {}) == {"network_topic", "network_attendance", "network_marks"}


@covers("S4-43")
def test_every_quarter_good_service_and_new_ideas_are_rewarded_for_a_reason(book: Rulebook) -> None:
    rule, period, due = owed(book, "service-award", "2026-02-09 08:00")
    assert (period, due) == ("2026-Q1", "2026-04-01T00:00:00+08:00")
    paper = {"award_person": "staff:1", "award_for": "innovation", "award_reason": "回访话术减少重复来电", "award_given": "奖金"}
    finish(rule, dict(paper), book)
    for left in paper:
        assert lacking(book, rule, dict(paper), left) == {left}
    with pytest.raises(Exception, match="award_for"):
        finish(rule, {**paper, "award_for": "seniority"}, book)


@covers("S4-42", "S4-43")
def test_the_quarter_shows_which_lessons_and_awards_were_held_in_time(book: Rulebook) -> None:
    rule = book.all(ReportRule).get("network-quarterly")
    assert rule is not None, "nobody is owed the analysis"
    ends_at = local("2026-03-31 24:00")
    duties = [
        Duty("network-training", ends_at, local("2026-03-30 10:00")), Duty("service-award", ends_at, local("2026-04-02 10:00")),
        Duty("network-training", local("2025-12-31 24:00"), None), Duty("objection-training", ends_at, None),
    ]  # fmt: skip
    found = Shown({one.key: one for one in figures_of(rule, [], window_of(period_of("quarter", MARCH), book), book, duties)})
    assert (found["duties-done", "", ""].n, found["duties-done", "", ""].of) == (1, 2), "of this regulation, due in this quarter"
    assert found["duties-done", "task", "network-training"].n == 1
    assert found["duties-done", "task", "service-award"].n == 0, "late is not done"


# ----------------------------------------------------------------------------- the text itself


@covers("S4-39", "S4-40")
def test_a_revision_waits_until_departments_and_customers_were_heard(book: Rulebook) -> None:
    text = book.regulation(OWN)
    assert (text.edition, text.in_force_from) == (date(2026, 1, 1), date(2026, 1, 1))
    asked_for = hearings(OWN, book)
    assert [one.id for one in asked_for] == ["revision-hearing"], "nobody need be heard"
    assert not hearings("live-rental-objections", book), "each text asks for itself"
    rule = asked_for[0]
    assert rule.by == "service-desk/lead", "the department that interprets it revises it"
    assert due_after(book, "revision-hearing", "2026-04-29 10:00") == "2026-05-16 00:00"
    paper = {"departments_heard": ["finance"], "customers_heard": 3, "opinions_heard": "…", "opinions_taken": "…", "hearing_evidence": ["evidence:1"]}
    finish(rule, dict(paper), book)
    for left in paper:
        assert lacking(book, rule, dict(paper), left) == {left}
    assert lacking(book, rule, {**paper, "customers_heard": 0}) == {"customers_heard"}
