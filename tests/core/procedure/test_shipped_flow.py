"""Turns of the shipped objection procedure that only its own rules bring about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from luyue.core.procedure.checklists import missing_items
from luyue.core.procedure.state import CaseState, FactRecord, Tick
from luyue.core.regulation.rules import Checklist, Item, Label, Mark
from tests.core.procedure.desk import FINDING, facts, local, notices, tick_all
from tests.core.procedure.shipped_objection import SERVICE, Objection, refused


def test_the_customer_may_nudge_once_in_four_service_hours() -> None:
    desk = Objection()
    desk.to_investigation()
    step = desk.do("nudge", "customer", "2026-03-04 20:00", nudge_text="快一点")
    assert "customer.nudged" in facts(step)
    assert {one.notice: one.recipients for one in notices(step)} == {
        "nudge-note": ("customer",),
        "nudge-alert": ("service-desk/lead",),  # nobody holds it yet: those who have the work are told
    }
    no = refused(desk, "nudge", "customer", "2026-03-05 11:59")
    assert (no.code, no.clause) == ("count", "nudge")
    assert "3 月 5 日 12:00" in no.words
    assert "2026-03-05 12:00" in no.words_en
    desk.do("nudge", "customer", "2026-03-05 12:00")


def test_an_investigation_that_was_sent_back_does_not_start_again_with_the_correction_of_its_type() -> None:
    desk = Objection()
    desk.to_investigation()
    desk.do("send-back", "lead", "2026-03-04 10:00", send_back_reason="是发票问题")
    desk.do("classify", "anna", "2026-03-04 10:10", objection_type="fee/invoice", order_number="ZL-1")
    assert not [clock for clock in desk.state.clocks.values() if clock.is_open and clock.rule.startswith("investigate")]
    desk.do("transfer-objection", "anna", "2026-03-04 10:20")
    assert [clock.started_at for clock in desk.clocks("investigate-fee")] == [local("2026-03-04 10:20")]


def test_whoever_gave_the_disputed_service_neither_concludes_nor_gathers_what_the_conclusion_rests_on() -> None:
    desk = Objection(**SERVICE)
    desk.to_investigation(serving_department="warehouse", complained_person="staff:6")
    no = refused(desk, "tick", "store", "2026-03-04 10:00", checklist="service-investigation", item="business-log", result="pass", evidence=["evidence:1"])
    assert (no.code, no.clause) == ("guard:not-the-person-complained-about", "service-investigation")
    tick_all(desk, "service-investigation", "lead", "2026-03-04 10:10")
    assert refused(desk, "conclude-service", "store", "2026-03-04 10:20", **FINDING).code == "guard:not-the-person-complained-about"
    desk.do("conclude-service", "lead", "2026-03-04 10:30", **FINDING)
    assert desk.state.stage == "planning"


@pytest.mark.parametrize(
    ("amount", "owes"),
    [("200", "service-desk/lead"), ("200.01", "management/manager"), ("2000", "management/manager"), ("2000.01", "management/general-manager")],
)
def test_the_clock_of_an_approval_is_owed_by_the_approver_of_its_band(amount: str, owes: str) -> None:
    desk = Objection()
    desk.to_investigation()
    desk.do("conclude-other", "lead", "2026-03-04 10:00", **FINDING)
    desk.do("propose-remedy", "anna", "2026-03-04 10:10", remedies=["explain"], remedy_amount=f"{amount} CNY", remedy_text="说明")
    clock = desk.clock("approval/remedy-band")
    assert (clock.owed_by, desk.state.approvals["remedy-band"].approver) == (owes, owes)
    missed = desk.settle("2026-03-04 12:11")
    assert owes in {one for notice in notices(missed) for one in notice.recipients}


def test_a_unit_that_was_taken_out_no_longer_holds_up_the_checklist() -> None:
    items = (Item("looks", Label("外观")), Item("works", Label("功能")))
    checklist = Checklist(id="check", label=Label("检查"), regulation="r", clause="c", mark=Mark("", 0), items=items, per="unit", complete_when="all-pass")
    at = datetime(2026, 3, 4, tzinfo=UTC)
    ticks = {("check", f"{item}@{unit}"): Tick("check", f"{item}@{unit}", "pass", "staff:1", at) for item in ("looks", "works") for unit in ("A", "B")}
    ticks["check", "works@A"] = Tick("check", "works@A", "fail", "staff:1", at)
    failed = CaseState(kind="k", stage="s", ticks=ticks)
    assert [item.id for item in missing_items(checklist, failed)] == ["works"]
    out = FactRecord("outbound.failed", at, at, 1, "fail", "staff:1", payload={"failed_serial": "A"})
    assert not missing_items(checklist, CaseState(kind="k", stage="s", ticks=ticks, facts=(out,)))
    only = {key: tick for key, tick in ticks.items() if key[1].endswith("A")}
    assert len(missing_items(checklist, CaseState(kind="k", stage="s", ticks=only, facts=(out,)))) == 2  # the one in its place is not looked at yet
