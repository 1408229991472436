"""Rows S2-32 to S2-46: channels, hours, first response, registration, and what the customer is told."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case, facts, is_promised, told, words_of
from tests.coverage.objection import INTAKE, investigating, paper, planning, received, registered, registration

covers = pytest.mark.covers


def contacted(book: Rulebook, channel: str, at: str) -> Case:
    """A machine takes the contact down, or the desk; nobody has answered yet."""
    case = Case(book, "objection")
    case.open(at, "anna" if channel in ("phone", "shop") else "system", channel=channel, **paper("other"))
    return case


@covers("S2-35")
@pytest.mark.parametrize(
    "at, due",
    [
        pytest.param("2026-03-04 20:30", "2026-03-05 09:30", id="workday to 21:00"),
        pytest.param("2026-03-07 17:30", "2026-03-08 10:30", id="rest day from 10:00 to 18:00"),
        pytest.param("2026-02-14 20:30", "2026-02-15 10:30", id="make-up Saturday to 21:00"),
        pytest.param("2026-10-01 03:00", "2026-10-01 11:00", id="public holiday from 10:00"),
    ],
)
def test_the_channels_keep_their_hours(book: Rulebook, at: str, due: str) -> None:
    assert contacted(book, "web", at).due("first-response-written") == due


@covers("S2-36")
@pytest.mark.parametrize("channel", ["phone", "chat"])
def test_phone_and_chat_are_answered_in_five_minutes(book: Rulebook, channel: str) -> None:
    case = contacted(book, channel, "2026-03-04 09:00")
    is_promised(case, "first-response-live", "2026-03-04 09:05", lambda at: case.do("answer", "anna", at, text="您好"))
    assert contacted(book, channel, "2026-03-04 20:58").due("first-response-live") == "2026-03-05 09:03"


@covers("S2-37")
@pytest.mark.parametrize("channel", ["email", "web"])
def test_mail_and_messages_are_read_and_answered_in_an_hour(book: Rulebook, channel: str) -> None:
    case = contacted(book, channel, "2026-03-04 09:00")
    is_promised(case, "first-response-written", "2026-03-04 10:00", lambda at: case.do("answer", "anna", at, text="您好"))
    assert contacted(book, channel, "2026-03-04 20:30").due("first-response-written") == "2026-03-05 09:30"


@covers("S2-38")
@pytest.mark.parametrize("channel", ["email", "web"])
def test_the_reply_says_it_was_received_and_only_a_person_can_give_it(book: Rulebook, channel: str) -> None:
    case = contacted(book, channel, "2026-03-04 09:00")
    assert case.refused("answer", "system", "2026-03-04 09:01", text="自动回复") == "by"
    said = told(case.do("answer", "anna", "2026-03-04 09:30", text="您好"))
    assert said.get("received-note") == ("customer",)
    assert "尽快" in words_of(book, "received-note")


@covers("S2-39")
@pytest.mark.parametrize("name", ["customer_name", "contact_phone"])
def test_who_it_is_and_how_to_reach_him_is_written_down(book: Rulebook, name: str) -> None:
    case = Case(book, "objection")
    assert case.intake_misses("2026-03-04 09:00", **{**paper("other"), name: ""}) == {name}
    case.open("2026-03-04 09:00", **paper("other"), account_number="A-1001")
    company = Case(book, "objection")
    company.open("2026-03-04 09:00", customer="company", **{**paper("other"), "customer_name": "某某传媒有限公司"})


@covers("S2-40")
def test_the_type_is_written_down_before_anything_is_registered(book: Rulebook) -> None:
    assert Case(book, "objection").intake_misses("2026-03-04 09:00", **{**INTAKE, "other_type": ""}) == {"objection_type"}
    case = Case(book, "objection")
    case.open("2026-03-04 09:00", "system", channel="email", **INTAKE)
    case.do("answer", "anna", "2026-03-04 09:05", text="您好")
    assert case.refused("register-objection", "anna", "2026-03-04 09:10", **registration("other")) == "when"
    case.do("classify", "anna", "2026-03-04 09:11", objection_type="other", other_type="停车不便")
    case.do("register-objection", "anna", "2026-03-04 09:12", **registration("other"))


@covers("S2-40")
def test_a_wrong_type_comes_back_to_be_corrected(book: Rulebook) -> None:
    case = investigating(book, "fee/invoice")
    case.do("send-back", "money", "2026-03-04 10:00", send_back_reason="应为合同条款")
    assert (case.stage, case.state.routed_teams) == ("registered", ("service-desk",))


@covers("S2-41")
def test_the_detail_is_written_down_and_of_a_device_its_model_order_and_time(book: Rulebook) -> None:
    case = Case(book, "objection")
    assert case.intake_misses("2026-03-04 09:00", **{**paper("other"), "objection_text": ""}) == {"objection_text"}
    bare = {**INTAKE, "objection_type": "quality/appearance"}
    assert case.intake_misses("2026-03-04 09:00", **bare) == {"unit_model", "order_number", "appeared_at"}


@covers("S2-42")
def test_the_demand_is_written_down_from_a_list_that_is_open(book: Rulebook) -> None:
    case = Case(book, "objection")
    assert case.intake_misses("2026-03-04 09:00", **{**paper("other"), "demand": []}) == {"demand"}
    assert case.intake_misses("2026-03-04 09:00", **{**paper("other"), "demand": ["revenge"]}) == {"demand"}
    case.open("2026-03-04 09:00", **{**paper("other"), "demand": ["replace", "refund", "apology", "other"], "demand_other": "登报"})
    assert case.answer("demand") == ("replace", "refund", "apology", "other")


@covers("S2-43")
def test_the_form_is_made_in_half_an_hour_of_the_answer(book: Rulebook) -> None:
    case = received(book, "other")
    kept = case.do("register-objection", "anna", "2026-03-04 09:10", **registration("other"))
    assert "objection.registered" in facts(kept)
    assert {"customer_name", "objection_text", "demand"} <= set(Case(book, "objection").open("2026-03-04 09:00", **paper("other")).body)
    late = received(book, "other")
    is_promised(late, "registration", "2026-03-04 09:32", lambda at: late.do("register-objection", "anna", at, **registration("other")))


@covers("S2-44")
def test_the_customer_is_told_the_number_at_once_and_again_with_the_form(book: Rulebook) -> None:
    case = Case(book, "objection")
    first = told(case.open("2026-03-04 09:00", **paper("other")))
    assert first.get("receipt-note") == ("customer",)
    case.do("answer", "anna", "2026-03-04 09:02", text="您好")
    second = told(case.do("register-objection", "anna", "2026-03-04 09:10", **registration("other")))
    assert second.get("number-and-time-note") == ("customer",)
    for notice in ("receipt-note", "number-and-time-note"):
        assert "{case.number}" in words_of(book, notice)


@covers("S2-45")
def test_nothing_is_registered_without_the_date_told_to_the_customer(book: Rulebook) -> None:
    case = received(book, "other")
    assert case.misses("register-objection", "anna", "2026-03-04 09:10") == {"promised_at"}
    said = told(case.do("register-objection", "anna", "2026-03-04 09:10", promised_at="2026-03-06 18:00"))
    assert said.get("number-and-time-note") == ("customer",)
    assert "{promised_at}" in words_of(book, "number-and-time-note")
    assert case.due("promised-handling") == "2026-03-06 18:00"


def told_result(case: Case, at: str) -> None:
    case.do("propose-remedy", "bella", "2026-03-04 15:30", remedies=["apology"], remedy_amount="0", remedy_text="道歉")
    case.do("decide-remedy", "lead", "2026-03-04 16:00")
    case.do("give-feedback", "anna", at, explained="道歉", told_by="phone")


@covers("S2-45")
def test_the_date_told_is_a_promise(book: Rulebook) -> None:
    case = planning(book, "other")
    is_promised(case, "promised-handling", "2026-03-06 18:00", lambda at: told_result(case, at))


@covers("S2-45")
def test_a_date_moved_is_a_second_promise_and_forgives_nothing(book: Rulebook) -> None:
    case = planning(book, "other")
    assert case.misses("move-promise", "anna", "2026-03-04 15:10", promised_at="2026-03-09 18:00") == {"move_reason"}
    said = told(case.do("move-promise", "anna", "2026-03-04 15:10", promised_at="2026-03-09 18:00", move_reason="须再查运输记录"))
    assert said.get("moved-note") == ("customer",)
    told_result(case, "2026-03-09 17:00")
    assert case.clock("promised-handling").state == "missed"
    assert case.clock("moved-promise").state == "kept"


@covers("S2-46")
def test_the_form_is_with_the_team_in_an_hour(book: Rulebook) -> None:
    case = registered(book, "other")
    assert case.refused("transfer-objection", "money", "2026-03-04 09:20") == "by"
    is_promised(case, "transfer", "2026-03-04 10:10", lambda at: case.do("transfer-objection", "anna", at))
