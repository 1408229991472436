"""Rows S1-01 to S1-04, S1-12, S1-19, S1-X02, X11, X16 to X21: the house behind the service, and what it looks at in itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from luyue.core.calendar import DayKind
from luyue.core.procedure.company import finish
from luyue.core.procedure.index import index_of
from luyue.core.procedure.periods import due_in, owed_periods
from luyue.core.procedure.retention import keepings, kept_until
from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import AfterRepeats, Checklist, Procedure, ReportRule, Skill, TaskRule, TimetableRule
from luyue.core.reporting import Matter, matter_of
from tests.coverage.case import ZONE, Case, is_promised, local, told
from tests.coverage.test_rows_s1_after import NOTHING, REPORT, STATE, counted
from tests.coverage.test_rows_s1_consultation import PAPERS, asked, planned
from tests.coverage.test_rows_s1_order import SIGNED, delivered, placed, shipped
from tests.coverage.test_rows_s2_supervision import MARCH, deadline, figures, lacking, recipients

covers = pytest.mark.covers

OWN = "live-rental-individual"


def accepted(book: Rulebook, at: str = "2026-03-04 16:10") -> Case:
    case = shipped(book)
    delivered(case, "2026-03-04 16:00")
    case.do("accept-delivery", "customer", at, **SIGNED)
    return case


def owed(book: Rulebook, task: str, now: str) -> tuple[TaskRule, str, str]:
    """A periodic task: its rule, the period owed now, and by when."""
    rule = book.all(TaskRule).get(task)
    assert rule is not None, f"nobody owes {task}"
    period = owed_periods(rule, book.agenda.zone, local(now), None)[-1]
    due_at = due_in(rule, period, book.agenda)
    assert due_at is not None
    return rule, period.name, due_at.astimezone(ZONE).isoformat()


# ----------------------------------------------------------------------------- the purpose


@covers("S1-01")
@pytest.mark.parametrize("procedure", ["consultation", "rental-order", "equipment-return", "support-request"])
def test_every_part_of_the_service_goes_its_way_from_the_first_word_to_the_end(book: Rulebook, procedure: str) -> None:
    rule = book.all(Procedure).get(procedure)
    assert rule is not None, f"nothing says how {procedure} goes"
    case = Case(book, procedure)
    case.open("2026-03-04 09:00", **PAPERS[procedure])
    assert case.stage == rule.entry_stage
    assert case.state.clocks, "from the first minute something is promised"
    reached = {rule.entry_stage}
    while onward := {one.to for one in book.actions_of(procedure) if reached & set(one.from_) and one.to != "same"} - reached:
        reached |= onward
    assert reached >= set(rule.stages), "no stage lies beside the way"


@covers("S1-02")
def test_every_month_the_marks_of_the_customers_are_summed_up(book: Rulebook) -> None:
    good, bad, silent = (accepted(book) for _ in range(3))
    for case, mark in ((good, "5"), (bad, "2")):
        case.do("answer-form", "customer", "2026-03-04 18:00", form="service-survey", satisfaction=mark)
    shown = figures(book, "service-purpose", MARCH, good, bad, silent)
    assert (shown["satisfaction", "", ""].n, shown["satisfaction", "", ""].of) == (1, 2)
    assert shown["satisfaction-mean", "", ""].mean == Decimal("3.50")
    assert (shown["answered", "", ""].n, shown["answered", "", ""].of) == (2, 3)
    assert shown["attainment", "", ""].of > 0
    assert recipients(book, "service-purpose") == {"management", "quality"}
    assert deadline(book, "service-purpose", MARCH) == "2026-04-09 00:00"
    assert book.all(ReportRule)["service-purpose"].needs_actions


@covers("S1-03")
@pytest.mark.parametrize("team", ["service-desk", "advisors", "warehouse", "technical-support"])
def test_every_promise_has_a_department_that_owes_it_and_somebody_on_duty(book: Rulebook, team: str) -> None:
    rule = index_of(book).teams.get(team)
    assert rule is not None, f"nobody is {team}"
    assert "lead" in rule.posts
    assert rule.staffed == "service-hours"
    own = {clock.owed_by.partition("/")[0] for clock in book.regulation(OWN).rules if clock.kind == "clock"}  # type: ignore[attr-defined]
    assert team in own
    assert own <= set(index_of(book).teams)


@covers("S1-04")
def test_every_month_complaints_and_what_goes_wrong_again_and_again_are_looked_at(book: Rulebook) -> None:
    angry = Matter("TS-1", "complaint", local("2026-03-10 10:00"))
    wrong = [Matter(f"DD-{n}", "rental-order", local("2026-03-02 10:00"), local("2026-03-05 10:00"), answers={"problem_kind": ("faulty",)}) for n in range(3)]
    shown = figures(book, "service-purpose", MARCH, angry, *wrong)
    rate = shown["complaint-rate", "", ""]
    assert (rate.n, rate.of, rate.counted) == (1, 3, ("TS-1",))
    assert shown["repeat-causes", "problem_kind", "faulty"].n == 3
    assert figures(book, "service-purpose", MARCH, *wrong[:2])["repeat-causes", "", ""].n == 0


@covers("S1-04")
@pytest.mark.parametrize("others, opens", [(1, False), (2, True)])
def test_the_third_order_with_one_problem_makes_somebody_prevent_the_fourth(book: Rulebook, others: int, opens: bool) -> None:
    case = placed(book)
    case.rooms["other-cases"] = others
    case.do("review-order", "anna", "2026-03-04 09:05")
    case.tick_all("outbound-check", "appearance function charger cables data-wiped", "store", "2026-03-04 09:20")
    case.do("pass-outbound-check", "store", "2026-03-04 09:30")
    case.do("pack", "store", "2026-03-04 09:40", scanned_order="DD-2026-000001")
    case.do("ship", "store", "2026-03-04 10:00", carrier="carrier-a", waybill="YD-1")
    case.do("report-problem", "customer", "2026-03-04 16:10", problem_kind="incomplete", problem="少一根线", problem_photos=["evidence:3"])
    case.do("cancel-order", "customer", "2026-03-04 16:30", cancel_reason="不要了")
    assert ("dispute-prevention" in case.open_tasks()) is opens
    if opens:
        assert case.due("task/dispute-prevention") == "2026-03-11 24:00"
        plan = {"root_cause", "measure", "measure_owner", "measure_due_on"}
        assert case.misses("do-task", "quality", "2026-03-05 10:00", task="dispute-prevention") == plan
    rule = book.all(TaskRule).get("dispute-prevention")
    assert rule is not None
    assert isinstance(rule.trigger, AfterRepeats)


# ----------------------------------------------------------------------------- people and hours


@covers("S1-19")
def test_the_desk_is_open_from_nine_to_nine_and_on_holidays_from_ten_to_six(book: Rulebook) -> None:
    rule = book.all(TimetableRule).get("service-hours")
    assert rule is not None, "nothing says when the desk is open"
    for day, kind, opens, closes in (
        ("2026-03-04", DayKind.WORKDAY, "09:00", "20:59"), ("2026-02-14", DayKind.MAKEUP_WORKDAY, "09:00", "20:59"),
        ("2026-03-07", DayKind.REST_DAY, "10:00", "17:59"), ("2026-10-01", DayKind.PUBLIC_HOLIDAY, "10:00", "17:59"),
    ):  # fmt: skip
        assert book.agenda.kind_on(date.fromisoformat(day)) == kind
        assert book.agenda.is_open(local(f"{day} {opens}"), "service-hours")
        assert book.agenda.is_open(local(f"{day} {closes}"), "service-hours")
        assert not book.agenda.is_open(local(f"{day} {'08' if opens[:2] == '09' else '09'}:59"), "service-hours")
        assert not book.agenda.is_open(local(f"{day} {int(closes[:2]) + 1}:00"), "service-hours")


@covers("S1-19")
def test_every_week_the_lead_makes_sure_that_somebody_is_there(book: Rulebook) -> None:
    rule, period, due = owed(book, "roster-check", "2026-03-04 08:00")
    assert (period, due, rule.by) == ("2026-W10", "2026-03-09T00:00:00+08:00", "service-desk/lead")
    checklist = book.all(Checklist).get(rule.checklist)
    assert checklist is not None, "the roster is held against nothing"
    items = {f"item_{item.id.replace('-', '_')}": "pass" for item in checklist.items}
    assert len(items) == 4
    finish(rule, {"roster": ["evidence:1"], **items}, book)
    for left in ("roster", *items):
        assert lacking(book, rule, {"roster": ["evidence:1"], **items}, left) == {left}


@covers("S1-12", "S1-X16")
def test_nobody_serves_before_he_has_passed_the_exam(book: Rulebook) -> None:
    case = asked(book)
    assert case.refused("tell-result", "unexamined", "2026-03-04 09:05", result="可以租") == "needs_skill"
    case.do("tell-result", "anna", "2026-03-04 09:05", result="可以租")
    skill = book.all(Skill)["service-exam"]
    assert (skill.earned_by, skill.valid_for) == ("exam", "4 months")
    served = {one.id for name in ("consultation", "rental-order", "equipment-return", "support-request") for one in book.actions_of(name)
              if "customer" not in one.by and set(one.by) & {"service-desk", "advisors", "warehouse", "technical-support"}}  # fmt: skip
    assert set(skill.gates) >= served, "no act of the service is left open to who has not"


@covers("S1-12", "S1-X16")
def test_every_quarter_people_are_taught_and_examined(book: Rulebook) -> None:
    rule, period, due = owed(book, "service-training", "2026-02-09 08:00")
    assert (period, due) == ("2026-Q1", "2026-04-01T00:00:00+08:00")
    assert lacking(book, rule, {}) == {"service_topic", "service_attendance", "service_exam_results"}


# ----------------------------------------------------------------------------- what follows an order


@covers("S1-X02")
def test_the_customer_is_reminded_two_days_and_a_day_before_his_rent_ends(book: Rulebook) -> None:
    waiting = placed(book)
    assert "rent-end-reminder" not in told(waiting.settle("2026-03-09 10:00")), "what was never signed for need not come back"
    case = accepted(book)  # rented from 5 March 9:00 to 9 March 9:00, signed for on 4 March 16:10: it ends on 8 March 16:10
    assert case.answer("rent_ends_at") == "2026-03-08T08:10:00Z"
    for before, at in (("2026-03-06 16:09", "2026-03-06 16:10"), ("2026-03-07 16:09", "2026-03-07 16:10")):
        assert "rent-end-reminder" not in told(case.settle(before))
        assert told(case.settle(at)).get("rent-end-reminder") == ("customer",)
    assert "rent-end-reminder" not in told(case.settle("2026-03-20 10:00"))


@covers("S1-X11")
def test_after_the_first_use_somebody_calls_in_a_day(book: Rulebook) -> None:
    case = accepted(book)
    assert "usage-follow-up" in case.open_tasks(), "the order is closed, the call is not"
    assert case.misses("do-task", "anna", "2026-03-04 17:00", task="usage-follow-up") == {"works_well", "usage_words"}
    words = {"task": "usage-follow-up", "works_well": "yes", "usage_words": "画面清楚"}
    is_promised(case, "task/usage-follow-up", "2026-03-05 16:10", lambda at: case.do("do-task", "anna", at, **words))


@covers("S1-X18", "S1-02")
def test_the_customer_is_asked_for_a_mark_when_he_gets_it_and_when_he_has_given_it_back(book: Rulebook) -> None:
    case = shipped(book)
    assert case.refused("answer-form", "customer", "2026-03-04 15:00", form="service-survey", satisfaction="5") == "form", "nobody has asked yet"
    delivered(case, "2026-03-04 16:00")
    assert told(case.do("accept-delivery", "customer", "2026-03-04 16:10", **SIGNED)).get("delivery-survey") == ("customer",)
    back = counted(book, way="counter")
    back.do("inspect-return", "store", "2026-03-04 10:10", **REPORT)
    back.do("judge-return", "store", "2026-03-04 10:15", **NOTHING)
    assert told(back.do("tell-device-state", "store", "2026-03-04 10:20", **STATE)).get("return-survey") == ("customer",)
    for one in (case, back):
        assert one.misses("answer-form", "customer", "2026-03-04 18:00", form="service-survey") == {"satisfaction"}
        assert one.misses("answer-form", "customer", "2026-03-04 18:00", form="service-survey", satisfaction="6") == {"satisfaction"}
        one.do("answer-form", "customer", "2026-03-04 18:00", form="service-survey", satisfaction="4", survey_words="很快")
        assert one.answer("satisfaction") == "4"
        assert one.refused("answer-form", "customer", "2026-03-04 18:01", form="service-survey", satisfaction="1") == "form", "once"


# ----------------------------------------------------------------------------- looking at ourselves


def states(book: Rulebook, cases: Iterable[Case]) -> list[Matter]:
    return [matter_of(f"DD-{number}", case.state, book) for number, case in enumerate(cases, 1)]


@covers("S1-X17")
def test_every_month_speed_marks_and_errors_of_the_departments_are_assessed(book: Rulebook) -> None:
    fine, faulty = accepted(book), shipped(book)
    fine.do("answer-form", "customer", "2026-03-04 18:00", form="service-survey", satisfaction="5")
    delivered(faulty, "2026-03-04 16:00")
    faulty.do("report-problem", "customer", "2026-03-04 16:10", problem_kind="damaged", problem="有划痕", problem_photos=["evidence:3"])
    faulty.do("cancel-order", "customer", "2026-03-05 16:30", cancel_reason="不要了")
    question = asked(book)
    question.do("answer", "anna", "2026-03-04 09:10", text="您好")
    late = asked(book)
    late.settle("2026-03-04 10:00")
    shown = figures(book, "service-assessment", MARCH, *states(book, (fine, faulty, question, late)))
    desk = shown["attainment", "team", "service-desk"]
    assert 0 < desk.n < desk.of
    assert shown["attainment", "team", "warehouse"].of > 0
    assert shown["first-response-mean", "", ""].mean == Decimal("600.00")
    assert shown["satisfaction", "", ""].of == 1
    assert shown["count-by", "problem_kind", "damaged"].counted == ("DD-2",)
    assert recipients(book, "service-assessment") == {"management"}
    assert deadline(book, "service-assessment", MARCH) == "2026-04-09 00:00"
    assert book.all(ReportRule)["service-assessment"].needs_actions


@covers("S1-X20")
def test_every_month_misses_and_complaints_are_held_up_and_somebody_answers_for_them(book: Rulebook) -> None:
    late = planned(book)
    late.settle("2026-03-05 10:00")
    angry = Matter("TS-1", "complaint", local("2026-03-10 10:00"))
    shown = figures(book, "service-supervision", MARCH, *states(book, [late]), angry)
    assert shown["misses-by-team", "team", "advisors"].counted == ("DD-1",)
    assert shown["attainment", "clause", "plans"].n == 0
    assert shown["complaint-rate", "", ""].counted == ("TS-1",)
    assert recipients(book, "service-supervision") == {"management", "quality"}
    assert deadline(book, "service-supervision", MARCH) == "2026-04-09 00:00"


@covers("S1-X20")
def test_every_month_the_manager_says_who_is_accountable_and_what_follows(book: Rulebook) -> None:
    rule, period, due = owed(book, "accountability-review", "2026-03-09 08:00")
    assert (period, due, rule.by) == ("2026-03", "2026-04-01T00:00:00+08:00", "management/manager")
    paper = {"review_findings": "仓库漏检两次", "accountable_team": "warehouse", "consequence": "reminder", "review_reason": "检查单漏拍照片"}
    finish(rule, dict(paper), book)
    for left in paper:
        assert lacking(book, rule, dict(paper), left) == {left}


@covers("S1-X19")
@pytest.mark.parametrize("procedure", ["consultation", "rental-order", "equipment-return", "support-request", "invoice-request"])
def test_what_customers_tell_is_kept_for_a_purpose_for_three_years_and_seen_by_those_who_serve(book: Rulebook, procedure: str) -> None:
    found = [one for one in keepings(book) if one.kind == procedure]
    assert found, f"nothing says how long {procedure} is kept"
    rule = found[0].rule
    assert book.procedure(procedure).intake in found[0].forms, "what the customer gives first is covered"
    assert (rule.purpose.zh, rule.basis, rule.then) == ("履行租赁合同和处理争议", "contract", "anonymise")
    assert set(rule.share_with) == {"carrier"}
    acting = {word.partition("/")[0] for one in book.actions_of(procedure) for word in one.by} & set(index_of(book).teams)
    assert acting <= set(rule.seen_by)
    assert kept_until(rule.keep, local("2026-03-05 10:10"), ZONE).astimezone(ZONE).isoformat() == "2029-03-06T00:00:00+08:00"


@covers("S1-X21")
def test_the_text_says_its_edition_and_its_first_day_and_is_looked_at_every_year(book: Rulebook) -> None:
    text = book.regulation(OWN)
    assert (text.edition, text.in_force_from) == (date(2026, 1, 1), date(2026, 1, 1))
    clause = next(one for one in text.clauses if one.id == "revision")
    assert "不得以解释减损客户的权利" in clause.prose
    rule, period, due = owed(book, "yearly-revision", "2026-02-09 08:00")
    assert (period, due, rule.by) == ("2026", "2027-01-01T00:00:00+08:00", "management/manager")
    assert lacking(book, rule, {}) == {"revision_findings", "revision_wanted"}
    assert lacking(book, rule, {"revision_findings": "附则过简", "revision_wanted": "yes"}) == {"revision_clauses"}
