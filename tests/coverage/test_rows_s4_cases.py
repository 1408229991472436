"""Rows S4-01, S4-02, S4-04 and S4-11 to S4-30: how an enquiry and a complaint about the network go, and by when."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luyue.core.regulation import Rulebook
from luyue.core.regulation.rules import Notice, Procedure
from tests.coverage.case import Case, is_promised, rooms, told, words_of
from tests.coverage.test_rows_s2_supervision import MARCH, figures, recipients

covers = pytest.mark.covers

QUESTION: Mapping[str, object] = {
    "customer_name": "周女士", "contact_phone": "13900139000", "network_subject": "fee", "enquiry_text": "宽带套餐多少钱", "touches_account": "no",
}  # fmt: skip
COMPLAINT: Mapping[str, object] = {
    "customer_name": "周女士", "contact_phone": "13900139000", "network_subject": "broadband", "complaint_text": "晚上总掉线", "complaint_demand": "修好",
}  # fmt: skip
CALLS = "ladder/missed-calls/0"
PAPERS = {"network-enquiry": QUESTION, "network-complaint": COMPLAINT}
KNOWN = {"identity_way": "account-details", "identity_matches": "holder"}
ANSWER = {"answer_text": "每月 99 元", "answer_basis": "资费公示 2026-01"}
OPEN = {"unsolved_part": "核对账单", "is_complex": "no"}
WANTED = {"wanted_of_team": "查光衰和掉线记录", "is_complex": "no"}
DECISION = {"found_facts": "分光器老化", "decision_basis": "检测记录", "decision_text": "当日更换并减免三日资费"}


def asked(book: Rulebook, at: str = "2026-03-04 09:00", **changed: object) -> Case:
    case = Case(book, "network-enquiry")
    case.open(at, channel="chat", **{**QUESTION, **changed})
    return case


def answered(book: Rulebook) -> Case:
    """At 10:00 the same day."""
    case = asked(book)
    case.do("answer-enquiry", "anna", "2026-03-04 10:00", **ANSWER)
    return case


def filed(book: Rulebook, **changed: object) -> Case:
    case = Case(book, "network-complaint")
    case.open("2026-03-04 09:00", channel="chat", **{**COMPLAINT, **changed})
    return case


def known(book: Rulebook) -> Case:
    """It is known who complains, at 9:20."""
    case = filed(book)
    case.do("confirm-complainant", "anna", "2026-03-04 09:20", **KNOWN)
    return case


def sent(book: Rulebook, **changed: object) -> Case:
    """With technical support at 10:00."""
    case = known(book)
    case.do("send-to-department", "anna", "2026-03-04 10:00", **{**WANTED, **changed})
    return case


def decided(book: Rulebook) -> Case:
    """At 16:00."""
    case = sent(book)
    case.do("tell-decision", "tech", "2026-03-04 16:00", **DECISION)
    return case


# ----------------------------------------------------------------------------- what is served, and where


@covers("S4-01", "S4-02", "S4-03")
@pytest.mark.parametrize("procedure", ["network-enquiry", "network-complaint"])
def test_every_matter_goes_its_way_from_the_first_word_to_the_end_with_something_promised(book: Rulebook, procedure: str) -> None:
    rule = book.all(Procedure).get(procedure)
    assert rule is not None, f"nothing says how {procedure} goes"
    case = Case(book, procedure)
    case.open("2026-03-04 09:00", **PAPERS[procedure])
    assert case.state.clocks, "from the first minute something is promised"
    reached = {rule.entry_stage}
    while onward := {one.to for one in book.actions_of(procedure) if reached & set(one.from_) and one.to != "same"} - reached:
        reached |= onward
    assert reached >= set(rule.stages), "no stage lies beside the way"


@pytest.mark.parametrize(
    "procedure, channels",
    [
        pytest.param("network-enquiry", {"phone", "chat", "web"}, marks=covers("S4-17")),
        pytest.param("network-complaint", {"phone", "email", "web", "chat"}, marks=covers("S4-24")),
    ],
)
def test_the_hotline_the_mail_and_the_web_are_open(book: Rulebook, procedure: str, channels: set[str]) -> None:
    for channel in channels:
        case = Case(book, procedure)
        case.open("2026-03-04 09:00", "system", channel=channel, **PAPERS[procedure])
        assert case.stage == book.procedure(procedure).entry_stage


@covers("S4-18")
def test_a_call_is_answered_in_a_minute(book: Rulebook) -> None:
    def call() -> Case:
        case = Case(book, "network-enquiry")
        case.open("2026-03-04 09:00", "system", channel="phone", **QUESTION)
        return case

    words = {"direction": "inbound", "reached": "yes", "text": "您好", "channel": "phone"}

    def quick(case: Case) -> Case:
        case.do("log-call", "anna", "2026-03-04 09:00", **words)
        return case

    case = call()
    is_promised(case, "network-call-answered", "2026-03-04 09:01", lambda at: case.do("log-call", "anna", at, **words))
    late = call()
    late.do("log-call", "anna", "2026-03-04 09:03", **words)
    assert late.clock("network-call-answered").state == "missed"
    assert CALLS not in told(late.settle("2026-03-04 12:00")), "a call that was answered late is counted, nobody is called about it"
    lost = call()
    assert CALLS not in told(lost.settle("2026-03-04 10:00"))
    assert told(lost.settle("2026-03-04 10:01")).get(CALLS) == ("service-desk/lead",)
    share = figures(book, "network-calls", MARCH, *[quick(call()) for _ in range(4)], lost)["attainment", "rule", "network-call-answered"]
    assert (share.n, share.of, share.is_met) == (4, 5, True), "eight in ten"
    share = figures(book, "network-calls", MARCH, quick(call()), late, lost)["attainment", "rule", "network-call-answered"]
    assert (share.n, share.of, share.is_met) == (1, 3, False)
    assert recipients(book, "network-calls") == {"service-desk/lead"}


# ----------------------------------------------------------------------------- enquiries


@covers("S4-11")
def test_an_enquiry_is_answered_in_one_working_day(book: Rulebook) -> None:
    case = asked(book)
    case.do("hand-over-enquiry", "anna", "2026-03-04 09:30", **OPEN)
    is_promised(case, "enquiry-answered", "2026-03-05 24:00", lambda at: case.do("answer-enquiry", "money", at, **ANSWER))
    assert asked(book, "2026-09-25 11:00").due("enquiry-answered") == "2026-09-28 24:00", "a holiday and a weekend do not count"


@covers("S4-19")
def test_who_asks_about_an_account_is_asked_who_he_is_and_nobody_else(book: Rulebook) -> None:
    general = asked(book)
    assert general.refused("confirm-identity", "anna", "2026-03-04 09:05", **KNOWN) == "when", "what needs no account asks for no name"
    general.do("answer-enquiry", "anna", "2026-03-04 09:05", **ANSWER)
    own = asked(book, touches_account="yes", network_account="8120001")
    assert own.intake_misses("2026-03-04 09:00", **{**QUESTION, "touches_account": "yes"}) == {"network_account"}
    assert own.refused("answer-enquiry", "anna", "2026-03-04 09:05", **ANSWER) == "when"
    assert own.refused("answer-account-enquiry", "anna", "2026-03-04 09:05", **ANSWER) == "after"
    assert own.misses("confirm-identity", "anna", "2026-03-04 09:05") == set(KNOWN)
    own.do("confirm-identity", "anna", "2026-03-04 09:06", **KNOWN)
    own.do("answer-account-enquiry", "anna", "2026-03-04 09:10", **ANSWER)
    assert own.stage == "enquiry-answered"


@covers("S4-20")
def test_what_was_asked_is_written_down_in_the_same_breath(book: Rulebook) -> None:
    needed = {"customer_name", "contact_phone", "network_subject", "enquiry_text", "touches_account"}
    assert Case(book, "network-enquiry").intake_misses("2026-03-04 09:00") == needed


@covers("S4-21")
def test_an_answer_says_where_it_comes_from(book: Rulebook) -> None:
    case = asked(book)
    assert case.misses("answer-enquiry", "anna", "2026-03-04 09:10") == set(ANSWER)
    step = case.do("answer-enquiry", "anna", "2026-03-04 09:10", **ANSWER)
    assert told(step).get("enquiry-answer-note") == ("customer",)
    own = asked(book, touches_account="yes", network_account="8120001")
    own.do("confirm-identity", "anna", "2026-03-04 09:06", **KNOWN)
    assert own.misses("answer-account-enquiry", "anna", "2026-03-04 09:10") == set(ANSWER)


@covers("S4-22")
@pytest.mark.parametrize("subject, team", [("broadband", "technical-support"), ("fee", "finance"), ("package", "advisors"), ("conduct", "service-desk/lead")])
def test_what_the_desk_cannot_answer_in_an_hour_goes_to_the_department_that_can(book: Rulebook, subject: str, team: str) -> None:
    case = asked(book, network_subject=subject)
    case.do("answer", "anna", "2026-03-04 09:05", text="我查一下")
    assert case.misses("hand-over-enquiry", "anna", "2026-03-04 09:30") == {"unsolved_part", "is_complex"}
    before = case.state
    is_promised(case, "enquiry-handed-over", "2026-03-04 10:05", lambda at: case.do("hand-over-enquiry", "anna", at, **OPEN))
    case.state = before
    case.do("hand-over-enquiry", "anna", "2026-03-04 09:50", **OPEN)
    assert case.stage == "enquiry-handling"
    assert team in case.state.routed_teams


@covers("S4-13", "S4-14")
@pytest.mark.parametrize("procedure", ["network-enquiry", "network-complaint"])
def test_a_complex_matter_has_a_time_told_inside_the_limit_and_a_word_every_working_day(book: Rulebook, procedure: str) -> None:
    enquiry = procedure == "network-enquiry"
    case = asked(book) if enquiry else known(book)
    act, paper = ("hand-over-enquiry", OPEN) if enquiry else ("send-to-department", WANTED)
    note, expected, progress = (
        ("enquiry-handed-over-note", "enquiry-expected", "enquiry-progress") if enquiry else ("complaint-sent-note", "complaint-expected", "complaint-progress")
    )
    complex_one = {**paper, "is_complex": "yes"}
    assert case.misses(act, "anna", "2026-03-04 09:40", **complex_one) == {"promised_at"}
    assert case.refused(act, "anna", "2026-03-04 09:40", **complex_one, promised_at="2026-03-09 10:00") == "guard:promise-inside-the-clause"
    step = case.do(act, "anna", "2026-03-04 09:40", **complex_one, promised_at="2026-03-05 16:00")
    assert told(step).get(note) == ("customer",)
    assert "{promised_at}" in words_of(book, note)
    assert case.due(expected) == "2026-03-05 16:00"
    assert case.due(progress) == "2026-03-05 24:00"
    before = case.state
    case.settle("2026-03-06 00:01")
    assert case.clock(progress).state == "missed"
    case.state = before
    case.do("tell-progress", "anna", "2026-03-05 11:00", text="部门正在核对")
    assert [one.state for one in case.clocks(progress)] == ["kept", "running"]
    assert case.due(progress) == "2026-03-06 24:00", "and again, until it is answered"
    done, words = ("answer-enquiry", ANSWER) if enquiry else ("tell-decision", DECISION)
    case.do(done, "money" if enquiry else "tech", "2026-03-05 15:00", **words)
    assert case.clock(expected).state == "kept"
    assert case.clock(progress).state == "withdrawn"


@covers("S4-23")
def test_an_enquiry_is_closed_on_the_customers_word_or_after_three_calls(book: Rulebook) -> None:
    case = answered(book)
    assert case.due("task/enquiry-revisit") == "2026-03-06 24:00"
    assert case.refused("close-enquiry", "anna", "2026-03-04 11:00") == "when", "nobody has asked the customer"
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="enquiry-revisit") == {"solved"}
    case.do("do-task", "anna", "2026-03-05 10:00", task="enquiry-revisit", solved="yes")
    case.do("close-enquiry", "anna", "2026-03-05 10:01")
    assert case.stage == "enquiry-closed"

    silent = answered(book)
    assert silent.refused("close-enquiry-unreached", "anna", "2026-03-04 11:00") == "count"
    for at in ("2026-03-05 10:00", "2026-03-05 15:00", "2026-03-06 10:00"):
        assert silent.can("try-task")
        silent.do("try-task", "anna", at, task="enquiry-revisit")
    silent.do("close-enquiry-unreached", "anna", "2026-03-06 10:10")
    assert silent.stage == "enquiry-closed"


@covers("S4-23")
def test_what_is_not_solved_is_worked_on_again_in_one_working_day(book: Rulebook) -> None:
    case = answered(book)
    case.do("do-task", "anna", "2026-03-05 10:00", task="enquiry-revisit", solved="no", revisit_words="还是看不懂")
    assert case.refused("close-enquiry", "anna", "2026-03-05 10:01") == "when"
    case.do("reopen-enquiry", "anna", "2026-03-05 10:02", unsolved_part="账单逐项解释")
    is_promised(case, "enquiry-answered-again", "2026-03-06 24:00", lambda at: case.do("answer-enquiry", "anna", at, **ANSWER))
    case.do("answer-enquiry", "anna", "2026-03-05 11:00", **ANSWER)
    assert case.open_tasks() == {"enquiry-revisit"}, "and the customer is asked again"


# ----------------------------------------------------------------------------- complaints


@covers("S4-25")
def test_a_complaint_is_written_down_with_what_is_asked_for(book: Rulebook) -> None:
    needed = {"customer_name", "contact_phone", "network_subject", "complaint_text", "complaint_demand"}
    assert Case(book, "network-complaint").intake_misses("2026-03-04 09:00") == needed


@covers("S4-26")
def test_no_complaint_is_sent_on_before_it_is_known_whose_it_is(book: Rulebook) -> None:
    case = filed(book)
    assert case.refused("send-to-department", "anna", "2026-03-04 09:10", **WANTED) == "after"
    assert case.misses("confirm-complainant", "anna", "2026-03-04 09:10") == set(KNOWN)
    case.do("confirm-complainant", "anna", "2026-03-04 09:10", identity_way="registered-phone", identity_matches="complainant")
    case.do("send-to-department", "anna", "2026-03-04 09:15", **WANTED)


@covers("S4-27")
def test_whoever_complains_is_told_how_it_goes_on(book: Rulebook) -> None:
    case = Case(book, "network-complaint")
    assert "customer" in told(case.open("2026-03-04 09:00", **COMPLAINT)).get("network-complaint-receipt", ())
    words = words_of(book, "network-complaint-receipt")
    for part in ("处理流程", "确认身份", "{clock.complaint-sent.due}", "{clock.complaint-decision-told.due}", "回访"):
        assert part in words


@covers("S4-28")
def test_a_complaint_is_with_its_department_in_two_hours(book: Rulebook) -> None:
    case = known(book)
    is_promised(case, "complaint-sent", "2026-03-04 11:00", lambda at: case.do("send-to-department", "anna", at, **WANTED))
    case = known(book)
    case.do("send-to-department", "anna", "2026-03-04 10:00", **WANTED)
    assert "technical-support" in case.state.teams
    assert case.stage == "complaint-handling"


@covers("S4-12", "S4-29")
def test_a_complaint_has_its_decision_in_two_working_days_and_the_customer_is_told(book: Rulebook) -> None:
    case = sent(book)
    is_promised(case, "complaint-decision-told", "2026-03-06 24:00", lambda at: case.do("tell-decision", "tech", at, **DECISION))
    case = sent(book)
    step = case.do("tell-decision", "tech", "2026-03-05 10:00", **DECISION)
    assert told(step).get("decision-told-note") == ("customer",)
    assert words_of(book, "decision-told-note").count("{link}") == 1
    assert book.all(Notice)["decision-told-note"].tells == "complaint-answer", "and what it says he reads on his page"
    assert case.stage == "complaint-told"


@covers("S4-04")
def test_a_decision_gives_facts_and_reasons_and_is_not_made_by_whom_it_is_about(book: Rulebook) -> None:
    case = sent(book, complained_person="staff:7")
    assert case.answer("complained_person") == "staff:7"
    assert case.refused("tell-decision", "tech", "2026-03-05 10:00", **DECISION) == "guard:not-the-person-complained-about"
    assert case.misses("tell-decision", "lead", "2026-03-05 10:00") == set(DECISION)
    case.do("tell-decision", "lead", "2026-03-05 10:00", **DECISION)


@covers("S4-30")
def test_a_complaint_is_closed_on_the_customers_word_and_mark_or_after_three_calls(book: Rulebook) -> None:
    case = decided(book)
    assert case.due("task/network-complaint-revisit") == "2026-03-06 24:00"
    assert case.refused("close-network-complaint", "anna", "2026-03-04 17:00") == "when"
    assert case.misses("do-task", "anna", "2026-03-05 10:00", task="network-complaint-revisit") == {"accepts_result", "satisfaction"}
    case.do("do-task", "anna", "2026-03-05 10:00", task="network-complaint-revisit", accepts_result="yes", satisfaction=4)
    case.do("close-network-complaint", "anna", "2026-03-05 10:01")
    assert case.stage == "complaint-done"

    silent = decided(book)
    assert silent.refused("close-complaint-unreached", "anna", "2026-03-04 17:00") == "count"
    for at in ("2026-03-05 10:00", "2026-03-05 15:00", "2026-03-06 10:00"):
        silent.do("try-task", "anna", at, task="network-complaint-revisit")
    silent.do("close-complaint-unreached", "anna", "2026-03-06 10:10")


@covers("S4-30")
def test_a_decision_nobody_accepts_is_made_again_in_two_working_days_or_looked_at_by_others(book: Rulebook) -> None:
    case = decided(book)
    case.do("do-task", "anna", "2026-03-05 10:00", task="network-complaint-revisit", accepts_result="no", satisfaction=1)
    assert case.refused("close-network-complaint", "anna", "2026-03-05 10:01") == "when"
    before = case.state
    case.do("continue-complaint", "anna", "2026-03-05 10:05", refused_why="减免太少")
    is_promised(case, "complaint-decided-anew", "2026-03-09 24:00", lambda at: case.do("tell-decision", "tech", at, **DECISION))
    case.state = before
    beside = rooms(case.do("escalate-network-complaint", "anna", "2026-03-05 10:05", refused_why="要别人来看"))
    assert beside["open-complaint"]["procedure"] == "complaint", "people who took no part"
    assert case.stage == "complaint-escalated"


@covers("S4-15")
@pytest.mark.parametrize("procedure", ["network-enquiry", "network-complaint"])
def test_nothing_goes_to_anybody_else_without_the_customers_consent(book: Rulebook, procedure: str) -> None:
    case = asked(book) if procedure == "network-enquiry" else filed(book)
    act = "share-enquiry-data" if procedure == "network-enquiry" else "share-complaint-data"
    given = {"shared_with": "某装维公司", "shared_what": "地址和电话", "shared_why": "上门"}
    assert case.refused(act, "lead", "2026-03-04 09:30", **given) == "guard:no-sharing-without-consent"
    case.do("report-fact", "customer", "2026-03-04 09:40", fact="consent.given", data_class="network-record")
    assert case.refused(act, "anna", "2026-03-04 09:45", **given) == "by"
    assert case.misses(act, "lead", "2026-03-04 09:45") == set(given), "to whom and what and why stays on file"
    case.do(act, "lead", "2026-03-04 09:45", **given)
    case.do("report-fact", "customer", "2026-03-04 10:00", fact="consent.withdrawn", data_class="network-record")
    assert case.refused(act, "lead", "2026-03-04 10:05", **given) == "guard:no-sharing-without-consent", "and he may take it back"
