"""What other systems got wrong with clocks and cases, told with the shipped objection regulation (tests/scenarios.tsv names them)."""

from __future__ import annotations

import pytest

from luyue.core.calendar import Within
from luyue.core.procedure import Invalid
from tests.core.calendar.calendars import agenda, at
from tests.core.procedure.desk import FINDING, facts, local, rooms, tick_all
from tests.core.procedure.shipped_objection import Objection, refused
from tests.core.shipped import shipped_book

FEE: dict[str, object] = {"objection_type": "fee/invoice", "order_number": "ZL-1"}


def fee_under_investigation() -> Objection:
    desk = Objection(**FEE)
    desk.to_investigation()
    return desk


def test_a_clock_still_paused_when_its_old_deadline_has_passed_is_not_missed() -> None:
    """S20: any save and any job leave it paused, with what is left of it."""
    desk = fee_under_investigation()
    due = desk.clock("investigate-fee").due_at
    desk.do("ask-customer", "money", "2026-03-05 10:00", text="请补发票照片")
    desk.settle("2026-03-06 20:00")
    desk.do("note", "money", "2026-03-06 20:01", text="等客户")
    paused = desk.clock("investigate-fee")
    assert (paused.state, paused.due_at) == ("paused", None)
    assert due is not None
    assert due < local("2026-03-06 20:01")
    assert paused.left_s


def test_asking_again_while_waiting_is_one_pause() -> None:
    """S22."""
    desk = fee_under_investigation()
    desk.do("ask-customer", "money", "2026-03-05 10:00", text="请补发票照片")
    desk.do("ask-customer", "money", "2026-03-05 12:00", text="还要付款截图")
    desk.do("customer-reply", "customer", "2026-03-05 15:00", text="都在附件里")
    assert [(span.from_at, span.to_at) for span in desk.clock("investigate-fee").pauses] == [(local("2026-03-05 10:00"), local("2026-03-05 15:00"))]


def test_what_the_customer_adds_on_his_page_counts_as_his_message() -> None:
    """S29: it ends the pause as a mail would."""
    desk = fee_under_investigation()
    desk.do("ask-customer", "money", "2026-03-05 10:00", text="请补发票照片")
    step = desk.do("customer-reply", "customer", "2026-03-05 15:00", text="见附件", attachments=["evidence:1"])
    assert {"contact.received", "customer.replied"} <= set(facts(step))
    assert desk.clock("investigate-fee").state == "running"


def test_neither_a_note_nor_a_new_holder_nor_a_correction_is_a_first_response() -> None:
    """S30."""
    desk = Objection.unanswered(**FEE)
    desk.do("note", "anna", "2026-03-04 09:01", text="电话占线")
    desk.do("take", "anna", "2026-03-04 09:02")
    desk.do("classify", "anna", "2026-03-04 09:03", objection_type="fee/deposit", order_number="ZL-1")
    desk.do("nudge", "customer", "2026-03-04 09:04")
    assert desk.clock("first-response-live").state == "running"
    desk.settle("2026-03-04 09:06")
    assert desk.clock("first-response-live").state == "missed"


def test_a_reply_clock_ends_without_verdict_when_the_case_is_closed() -> None:
    """S31: the customer's last word was a nudge, and the matter is done."""
    desk = fee_under_investigation()
    desk.do("nudge", "customer", "2026-03-04 20:30")
    assert desk.clock("nudge-answered").state == "running"
    desk.do("withdraw-objection", "customer", "2026-03-04 20:40")
    assert desk.clock("nudge-answered").state == "withdrawn"


def test_handed_back_and_forth_the_promise_to_the_customer_never_begins_again() -> None:
    """S50."""
    desk = fee_under_investigation()
    promised = desk.clock("promised-handling")
    for hour in (10, 11, 12):
        desk.do("send-back", "money", f"2026-03-04 {hour}:00", send_back_reason="不是费用问题")
        desk.do("transfer-objection", "anna", f"2026-03-04 {hour}:05")
    assert desk.clock("promised-handling") == promised
    rounds = desk.clocks("investigate-fee")
    assert [clock.state for clock in rounds] == ["withdrawn", "withdrawn", "withdrawn", "running"]
    assert [clock.state for clock in desk.clocks("transfer-again")] == ["kept", "kept", "kept"]


def test_a_warning_at_eighty_percent_is_counted_in_the_clause_s_own_hours() -> None:
    """S51: 8 hours from Monday 10:00 warn at 16:24; from Friday 16:00 on Saturday within hours, never at night."""
    within = Within(8, "h", hours="service-hours")
    assert agenda().at_share(at("2026-03-16 10:00"), within, 80) == at("2026-03-16 16:24")
    assert agenda().at_share(at("2026-03-13 16:00"), within, 80) == at("2026-03-14 11:24")


def test_a_call_held_at_two_past_four_and_typed_in_later_counts_from_the_call() -> None:
    """S53: both times stay, and later than a quarter of an hour it needs a reason."""
    with pytest.raises(Invalid) as asked:
        Objection.unanswered(at="2026-03-04 16:02", now="2026-03-04 16:40", **FEE)
    assert set(asked.value.errors) == {"_late_reason"}
    desk = Objection.unanswered(at="2026-03-04 16:02", now="2026-03-04 16:40", _late_reason="停电，手写后补录", **FEE)
    first = desk.state.facts[0]
    assert (first.at, first.entered_at) == (local("2026-03-04 16:02"), local("2026-03-04 16:40"))
    clock = desk.clock("first-response-live")
    assert (clock.started_at, clock.due_at, clock.state) == (local("2026-03-04 16:02"), local("2026-03-04 16:07"), "missed")
    assert refused(desk, "correct-clock", "anna", "2026-03-04 16:41", clock=clock.key, reason="在线上已接", evidence=["evidence:1"]).code == "verdict"


def test_a_window_for_reopening_is_a_number_of_days_in_which_the_closing_counts() -> None:
    """S27: within it the case comes back; after it a new case with clocks of its own continues the old one."""
    window = "records: case.reopened\ncount: {of: case.closed, at_least: 1, within: 30 days, counted: days_end}"
    book = shipped_book(lambda text: text.replace("records: case.reopened", window).replace("结案后客户可以要求重开", "结案后 30 日内客户可以要求重开"))
    desk = fee_under_investigation()
    tick_all(desk, "fee-investigation", "money", "2026-03-04 10:00")
    desk.do("conclude-fee", "money", "2026-03-04 11:00", **FINDING)
    desk.do("propose-remedy", "anna", "2026-03-04 11:10", remedies=["explain"], remedy_amount="0", remedy_text="说明")
    desk.do("decide-remedy", "lead", "2026-03-04 11:20")
    desk.do("give-feedback", "anna", "2026-03-04 11:30", explained="发票无误", told_by="phone")
    desk.do("customer-accepts", "customer", "2026-03-04 12:00")
    desk.do("answer", "anna", "2026-03-04 12:05", text="说明了开票规则")
    desk.do("finish-remedy", "anna", "2026-03-04 12:10")
    desk.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=5)
    desk.do("close-objection", "anna", "2026-03-05 10:10", demand_met="met")
    desk.book = book
    assert refused(desk, "reopen-objection", "customer", "2026-04-14 10:00", reopen_reason="又错了").code == "count"
    anew = Objection.unanswered(at="2026-04-14 10:00", **FEE)
    step = anew.do("link", "anna", "2026-04-14 10:05", number="YY-2026-000001", relation="continues")
    assert rooms(step)["link-case"] == {"number": "YY-2026-000001", "relation": "continues"}
    assert anew.clock("first-response-live").started_at == local("2026-04-14 10:00")
    desk.do("reopen-objection", "customer", "2026-04-03 10:00", now="2026-04-14 10:10", reopen_reason="又错了")
    assert desk.state.stage == "received"
