"""Rows S2-01 to S2-31: what the objection regulation is for, whom it binds, and the classes of objection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luyue.core.calendar import Within
from luyue.core.regulation import Rulebook
from luyue.core.regulation.book import lay_together
from luyue.core.regulation.checks import floors
from tests.coverage.amputation import calendars, drafts
from tests.coverage.case import Case, is_promised, local, rooms, told
from tests.coverage.objection import (
    FINDING,
    OWN,
    checked,
    closed,
    executing,
    feedback,
    investigating,
    paper,
    planning,
    received,
    registered,
    registration,
    revisiting,
)

covers = pytest.mark.covers


def taken(book: Rulebook, kind: str) -> Case:
    """The form of this type is taken, and nothing of what the type asks for may be left out."""
    case = Case(book, "objection")
    case.open("2026-03-04 09:00", **paper(kind))
    assert case.answer("objection_type") == kind
    for name in OWN[kind]:
        left = {key: value for key, value in paper(kind).items() if key != name}
        assert case.intake_misses("2026-03-04 09:00", **left) == {name}
    return case


def refused_class(book: Rulebook, kind: str) -> None:
    """What is on no list is no class."""
    assert "objection_type" in Case(book, "objection").intake_misses("2026-03-04 09:00", **{**paper("other"), "objection_type": kind})


@covers("S2-01", "S2-10")
def test_an_objection_goes_its_whole_way_and_no_stage_can_be_skipped(book: Rulebook) -> None:
    case = received(book, "other")
    stages = [case.stage]
    for action, who in (("transfer-objection", "anna"), ("finish-remedy", "anna"), ("archive-objection", "anna")):
        assert case.refused(action, who, "2026-03-04 09:05") == "from"
    later = [registered(book, "other"), investigating(book, "other"), planning(book, "other"), feedback(book, "other", ("apology",))]
    later += [executing(book, "other", ("apology",)), revisiting(book), closed(book)]
    stages += [one.stage for one in later]
    end = later[-1]
    end.tick_all("archive-set", "form-filed evidence-filed decision-filed answer-filed", "anna", "2026-03-05 11:00")
    end.do("archive-objection", "anna", "2026-03-05 11:10")
    assert [*stages, end.stage] == [
        "received", "registered", "investigating", "planning", "feedback", "executing", "revisiting", "closed", "archived",
    ]  # fmt: skip


@covers("S2-10")
def test_the_last_step_has_its_own_limit(book: Rulebook) -> None:
    case = closed(book)
    case.tick_all("archive-set", "form-filed evidence-filed decision-filed answer-filed", "anna", "2026-03-05 11:00")
    is_promised(case, "archived", "2026-03-06 24:00", lambda at: case.do("archive-objection", "anna", at))


@covers("S2-10")
def test_every_step_leaves_a_record_with_its_time_and_its_doer(book: Rulebook) -> None:
    entered = [fact for fact in closed(book).state.facts if fact.name == "stage.entered"]
    assert [fact.payload["stage"] for fact in entered][-1] == "closed"
    assert len({fact.at for fact in entered}) == len(entered)
    assert all(fact.actor for fact in entered)


@covers("S2-03")
def test_the_law_counts_fifteen_days_from_the_agreement(book: Rulebook) -> None:
    case = executing(book, "fee/calculation", ("refund",), rooms={"contract-price": None})
    assert case.due("floor/no-delay-over-fifteen-days") == "2026-03-19 24:00"
    case.settle("2026-03-20 00:01")
    assert case.clock("floor/no-delay-over-fifteen-days").state == "missed"


@covers("S2-03", "S2-18")
def test_no_single_measure_may_be_given_more_than_fifteen_days(book: Rulebook) -> None:
    laid = lay_together(drafts(), calendars())
    laid.by_kind["floor"] = dict(book.by_kind["floor"])
    clock = laid.by_kind["clock"]["refund-started"]
    laid.by_kind["clock"]["refund-started"] = replace(clock, target=Within(16, "day", None, "days_end"))
    assert [problem.code for problem in floors.check(laid) if "refund-started" in problem.what] == ["PL310"]


@covers("S2-03")
def test_the_law_wants_an_answer_in_fifteen_days(book: Rulebook) -> None:
    case = received(book, "other")
    assert case.due("floor/answer-within-fifteen-days") == "2026-03-19 24:00"
    assert feedback(book, "other", ("apology",)).clock("floor/answer-within-fifteen-days").state == "kept"


@covers("S2-04")
@pytest.mark.parametrize("customer", ["individual", "company"])
def test_people_and_companies_may_object(book: Rulebook, customer: str) -> None:
    case = Case(book, "objection")
    case.open("2026-03-04 09:00", customer=customer, **paper("other"))
    assert case.state.customer_kind == customer


@covers("S2-05")
def test_five_classes_and_nothing_between_them(book: Rulebook) -> None:
    for kind in ("quality/appearance", "fee/invoice", "service/attitude", "contract/interpretation", "recovery/late-pickup"):
        received(book, kind)
    refused_class(book, "weather")


@covers("S2-06")
def test_nobody_works_before_acknowledging_the_regulation(book: Rulebook) -> None:
    case = received(book, "other")
    for action, data in (("answer", {"text": "您好"}), ("register-objection", registration("other"))):
        assert case.refused(action, "newcomer", "2026-03-04 09:05", **data) == "needs_skill"


@covers("S2-07")
def test_who_is_late_is_told_upwards_step_by_step(book: Rulebook) -> None:
    case = Case(book, "objection")
    case.open("2026-03-04 09:00", **paper("other"))
    assert told(case.settle("2026-03-04 09:03")) == {"ladder/standard/0": ("service-desk",)}
    assert told(case.settle("2026-03-04 09:06")) == {"ladder/standard/1": ("staff:1", "service-desk/lead")}
    assert told(case.settle("2026-03-04 13:06")) == {"ladder/standard/2": ("management/manager",)}


@covers("S2-07")
def test_the_second_time_only_a_lead_may_pass_it_on(book: Rulebook) -> None:
    case = investigating(book, "fee/invoice")
    case.do("pass-on", "money", "2026-03-04 10:00", to_department="advisors", pass_on_reason="与财务无关")
    assert case.state.routed_teams == ("advisors",)
    again = {"to_department": "warehouse", "pass_on_reason": "也不归我们"}
    assert case.refused("pass-on", "adviser", "2026-03-04 10:10", **again) == "guard:lead-agrees-to-second-transfer"


@covers("S2-08")
@pytest.mark.parametrize("left", ["facts", "fact_evidence", "contract_basis", "legal_ground"])
def test_a_finding_stands_on_facts_contract_and_law(book: Rulebook, left: str) -> None:
    case = investigating(book, "other")
    assert case.misses("conclude-other", "lead", "2026-03-04 10:00", **{**FINDING, left: ""}) == {left}
    case.do("conclude-other", "lead", "2026-03-04 10:00", **FINDING)


@covers("S2-08")
def test_nobody_approves_his_own_plan(book: Rulebook) -> None:
    case = planning(book, "other")
    case.do("propose-remedy", "lead", "2026-03-04 15:30", remedies=["apology"], remedy_amount="0", remedy_text="道歉")
    assert case.refused("decide-remedy", "lead", "2026-03-04 16:00") == "four_eyes"
    case.do("decide-remedy", "manager", "2026-03-04 16:00")
    assert case.stage == "feedback"


@covers("S2-08")
def test_an_approval_is_asked_as_soon_as_there_is_an_amount(book: Rulebook) -> None:
    case = planning(book, "other")
    case.do("propose-remedy", "bella", "2026-03-04 15:30", remedies=["apology"], remedy_amount="300", remedy_text="道歉并补偿")
    assert case.refused("decide-remedy", "lead", "2026-03-04 16:00") == "approval"


@covers("S2-09")
def test_closing_sets_the_outcome_against_the_demand(book: Rulebook) -> None:
    case = revisiting(book)
    case.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=4)
    assert case.misses("close-objection", "anna", "2026-03-05 10:10") == {"demand_met"}
    assert case.misses("close-objection", "anna", "2026-03-05 10:10", demand_met="partly") == {"demand_gap"}
    assert case.misses("close-objection", "anna", "2026-03-05 10:10", demand_met="happy") == {"demand_met"}
    case.do("close-objection", "anna", "2026-03-05 10:10", demand_met="partly", demand_gap="运费未退")


@covers("S2-11", "S2-X11")
def test_the_third_case_of_one_cause_opens_a_preventive_action(book: Rulebook) -> None:
    case = revisiting(book)
    case.rooms["other-cases"] = 2
    case.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=4)
    case.do("close-objection", "anna", "2026-03-05 10:10", demand_met="met")
    assert "preventive-action" in case.open_tasks()
    assert case.due("task/preventive-action") == "2026-03-12 24:00"


@covers("S2-11")
def test_a_preventive_action_names_cause_measure_owner_and_date(book: Rulebook) -> None:
    case = revisiting(book)
    case.rooms["other-cases"] = 2
    case.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=4)
    case.do("close-objection", "anna", "2026-03-05 10:10", demand_met="met")
    wanted = {"root_cause", "measure", "measure_owner", "measure_due_on"}
    assert case.misses("do-task", "quality", "2026-03-06 10:00", task="preventive-action") == wanted


# ----------------------------------------------------------------------------- quality


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("quality/appearance", marks=covers("S2-12")),
        pytest.param("quality/malfunction", marks=covers("S2-13")),
        pytest.param("quality/underperformance", marks=covers("S2-14")),
        pytest.param("quality/accessories", marks=covers("S2-15")),
        pytest.param("contract/interpretation", marks=covers("S2-24")),
    ],
)
def test_a_class_is_taken_with_what_it_must_say(book: Rulebook, kind: str) -> None:
    taken(book, kind)
    refused_class(book, f"{kind}-or-so")


# ----------------------------------------------------------------------------- fees


@covers("S2-16")
def test_a_wrong_sum_is_taken_with_both_amounts_and_worked_out_anew(book: Rulebook) -> None:
    taken(book, "fee/calculation")
    case = checked(investigating(book, "fee/calculation", rooms={"contract-price": {"order": "DD-1", "total": "100", "days": 4}}), "fee")
    assert rooms(case.do("conclude-fee", "money", "2026-03-04 15:00", **FINDING))["recalculate-order"]["difference"] == "-30.00"


@covers("S2-16")
def test_a_wrong_bill_is_put_right_with_its_arithmetic(book: Rulebook) -> None:
    case = executing(book, "fee/calculation", ("recalculate",))
    assert case.misses("recalculate-fee", "money", "2026-03-05 09:00") == {"corrected_amount", "correction_note"}
    case.do("recalculate-fee", "money", "2026-03-05 09:00", corrected_amount="100", correction_note="4 天 × 25")
    case.do("finish-remedy", "anna", "2026-03-05 09:10")


@covers("S2-17")
def test_a_fee_nobody_was_told_of_cannot_be_the_customers(book: Rulebook) -> None:
    case = checked(investigating(book, "fee/extra-charge"), "fee")
    against = {**FINDING, "liable_party": "customer"}
    assert case.refused("conclude-fee", "money", "2026-03-04 15:00", **against) == "guard:undisclosed-fee-is-waived"
    case.do("conclude-fee", "money", "2026-03-04 15:00", **against, prior_disclosure=["evidence:4"])


@covers("S2-18")
@pytest.mark.parametrize("left", ["deduction_reason", "deduction_evidence"])
def test_a_deduction_needs_reason_and_evidence(book: Rulebook, left: str) -> None:
    case = checked(investigating(book, "fee/deposit"), "fee")
    line = {"deduction_amount": "50", "deduction_reason": "外壳破损", "deduction_evidence": ["evidence:3"]}
    bare = {key: value for key, value in line.items() if key != left}
    code = case.refused("conclude-fee", "money", "2026-03-04 15:00", **FINDING, deduction_lines=[bare])
    assert code == "guard:deduction-has-reason-and-evidence"
    case.do("conclude-fee", "money", "2026-03-04 15:00", **FINDING, deduction_lines=[line])


@covers("S2-18", "S2-X08")
def test_a_refund_starts_in_one_working_day_by_the_way_it_was_paid(book: Rulebook) -> None:
    case = executing(book, "fee/deposit", ("release-deposit",))
    other_way = {"refund_amount": "150", "refund_route": "银行转账"}
    assert case.refused("start-refund", "money", "2026-03-05 09:00", **other_way) == "guard:refund-by-original-route"
    is_promised(case, "refund-started", "2026-03-05 24:00", lambda at: case.do("start-refund", "money", at, refund_amount="150"))


@covers("S2-19", "S2-X08")
def test_a_wrong_invoice_is_reversed_and_reissued_in_two_working_days(book: Rulebook) -> None:
    invoice = {"invoice": {"number": "FP-1", "amount": "300", "kind": "普通"}}
    case = executing(book, "fee/invoice", ("reinvoice",), rooms=invoice)
    assert rooms(case.do("reissue-invoice", "money", "2026-03-05 09:00"))["red-letter-and-reissue"]["reverses"] == "FP-1"
    late = executing(book, "fee/invoice", ("reinvoice",), rooms=invoice)
    is_promised(late, "invoice-reissued", "2026-03-06 24:00", lambda at: late.do("reissue-invoice", "money", at))


# ----------------------------------------------------------------------------- service


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("service/slow-response", marks=covers("S2-20")),
        pytest.param("service/slow-processing", marks=covers("S2-21")),
        pytest.param("service/weak-support", marks=covers("S2-22")),
    ],
)
def test_bad_service_is_registered_against_the_team_that_served(book: Rulebook, kind: str) -> None:
    case = received(book, kind)
    assert case.misses("register-objection", "anna", "2026-03-04 09:10", promised_at="2026-03-06 18:00") == {"serving_department"}
    case.do("register-objection", "anna", "2026-03-04 09:10", **registration(kind))
    assert case.answer("serving_department") == "advisors"


@covers("S2-22", "S2-23")
@pytest.mark.parametrize("kind", ["service/weak-support", "service/attitude"])
def test_service_is_judged_by_recordings_and_logs(book: Rulebook, kind: str) -> None:
    taken(book, kind)
    case = checked(investigating(book, kind), kind, leaving="call-recording")
    assert case.refused("conclude-service", "adviser", "2026-03-04 15:00", **FINDING) == "checklist"
    case.tick("service-investigation", "call-recording", "adviser", "2026-03-04 15:00")
    case.do("conclude-service", "adviser", "2026-03-04 15:10", **FINDING)
    assert case.stage == "planning"


# ----------------------------------------------------------------------------- contract


@covers("S2-26")
def test_terms_nobody_agreed_to_are_taken_back(book: Rulebook) -> None:
    kind = "contract/changed-without-consent"
    case = executing(book, kind, ("correct-terms",))
    assert case.refused("restore-terms", "adviser", "2026-03-05 09:00") == "guard:no-change-without-consent"
    case.rooms["contract-versions"] = ({"version": 1, "agreed": True, "in_force": False}, {"version": 2, "agreed": False, "in_force": True})
    assert rooms(case.do("restore-terms", "adviser", "2026-03-05 09:00"))["restore-contract-version"] == {"version": "1", "replaces": ("2",)}


@covers("S2-26")
def test_no_term_is_corrected_without_the_customers_consent(book: Rulebook) -> None:
    case = executing(book, "contract/unhighlighted", ("correct-terms",))
    assert case.misses("correct-terms", "adviser", "2026-03-05 09:00", corrected_terms="第 8 条") == {"terms_consent"}
    case.do("correct-terms", "adviser", "2026-03-05 09:00", corrected_terms="第 8 条", terms_consent=["evidence:6"])


@covers("S2-26")
def test_a_finding_on_changed_terms_looks_at_the_versions_and_the_consent(book: Rulebook) -> None:
    kind = "contract/changed-without-consent"
    for item in ("signed-version", "change-log", "highlight-evidence"):
        case = checked(investigating(book, kind), kind, leaving=item)
        assert case.refused("conclude-contract", "adviser", "2026-03-04 15:00", **FINDING) == "checklist"


# ----------------------------------------------------------------------------- recovery


@covers("S2-27")
def test_a_pickup_is_promised_for_the_end_of_its_window(book: Rulebook) -> None:
    taken(book, "recovery/late-pickup")
    case = investigating(book, "recovery/late-pickup")
    assert case.refused("arrive-for-pickup", "store", "2026-03-04 10:00") == "after"
    window = {"window_starts_at": "2026-03-05 14:00", "window_ends_at": "2026-03-05 16:00"}
    case.do("book-pickup", "store", "2026-03-04 10:00", **window)
    is_promised(case, "pickup-on-time", "2026-03-05 16:00", lambda at: case.do("arrive-for-pickup", "store", at))


@covers("S2-28")
def test_wear_is_free_and_damage_needs_photos_from_before_and_after(book: Rulebook) -> None:
    kind = "recovery/wear-as-damage"
    case = checked(investigating(book, kind), kind, leaving="photo-pair")
    assert case.refused("conclude-recovery", "store", "2026-03-04 15:00", **FINDING) == "checklist"
    case.tick("recovery-investigation", "photo-pair", "store", "2026-03-04 14:00")
    worn = {**FINDING, "cause": "normal-wear", "liable_party": "customer"}
    assert case.refused("conclude-recovery", "store", "2026-03-04 15:00", **worn) == "guard:wear-is-free"
    case.do("conclude-recovery", "store", "2026-03-04 15:00", **{**worn, "liable_party": "nobody"})


@covers("S2-29")
def test_no_claim_for_accessories_without_a_count_both_signed(book: Rulebook) -> None:
    kind = "recovery/missed-accessory"
    taken(book, kind)
    case = checked(investigating(book, kind), kind, leaving="dual-count")
    assert case.refused("conclude-recovery", "store", "2026-03-04 15:00", **FINDING) == "checklist"
    case.tick("recovery-investigation", "dual-count", "store", "2026-03-04 14:00", result="fail")
    against = {**FINDING, "cause": "misuse", "liable_party": "customer"}
    assert case.refused("conclude-recovery", "store", "2026-03-04 15:00", **against) == "guard:claim-needs-dual-signed-count"


@covers("S2-30")
def test_the_state_of_a_returned_unit_is_confirmed_in_a_day(book: Rulebook) -> None:
    taken(book, "recovery/late-settlement")
    case = investigating(book, "recovery/late-settlement")
    case.do("report-fact", "store", "2026-03-04 20:00", fact="unit.received", evidence=["evidence:8"])
    assert case.refused("confirm-unit-state", "store", "2026-03-04 20:10") == "checklist"
    case.tick_all("unit-state", "appearance function accessories-counted", "store", "2026-03-04 20:30")
    is_promised(case, "state-confirmed", "2026-03-05 20:00", lambda at: case.do("confirm-unit-state", "store", at))


# ----------------------------------------------------------------------------- and anything else


@covers("S2-31")
def test_what_fits_no_class_is_taken_with_its_words(book: Rulebook) -> None:
    taken(book, "other")
    assert received(book, "other").state.received_at == local("2026-03-04 09:00")
    refused_class(book, "weather")
