"""The platform's own acts, who may do them, and what a page offers."""

from __future__ import annotations

import pytest

from luyue.core.procedure import CaseState, Invalid, Refused, decide, offered, open_case
from luyue.core.procedure.acts import ACTS, CATEGORIES, FORMS
from luyue.core.procedure.vocabulary import OUTSIDE_FACTS
from tests.core.procedure.desk import PEOPLE, QUALITY, Desk, executing, facts, investigating, local, objections, rooms

DAY = "2026-03-04"
PAPER: dict[str, object] = {"evidence": ["evidence:1"]}

# act, who, data, the code of the refusal or the wrong field
NO: list[tuple[str, str, dict[str, object], str]] = [
    ("answer", "customer", {"text": "x"}, "by"),
    ("answer", "anna", {}, "text"),
    ("answer", "anna", {"text": "x", "channel": "fax"}, "channel"),
    ("answer", "anna", {"text": "x", "to": "y"}, "to"),
    ("note", "customer", {"text": "x"}, "by"),
    ("log-call", "anna", {"direction": "outbound", "reached": "yes"}, "text"),
    ("log-call", "anna", {"direction": "up", "reached": "no"}, "direction"),
    ("customer-reply", "customer", {}, "text"),
    ("take", "customer", {}, "by"),
    ("take", "money", {}, "by"),
    ("assign", "tech", {"holder": "staff:5"}, "by"),
    ("assign", "anna", {"holder": "王五"}, "holder"),
    ("tick", "tech", {"checklist": "archive-sets", "item": "x", "result": "pass"}, "checklist"),
    ("tick", "tech", {"checklist": "quality-investigation", "item": "x", "result": "pass"}, "item"),
    ("tick", "tech", {"checklist": "quality-investigation", "item": "outbound-record", "result": "not-applicable", **PAPER}, "result"),
    ("tick", "tech", {"checklist": "quality-investigation", "item": "customer-media", "result": "not-applicable"}, "note"),
    ("tick", "tech", {"checklist": "quality-investigation", "item": "outbound-record", "result": "pass"}, "evidence"),
    ("tick", "tech", {"checklist": "quality-investigation", "item": "outbound-record", "result": "pass", "subject": "SN-1", **PAPER}, "subject"),
    ("tick", "money", {"checklist": "quality-investigation", "item": "outbound-record", "result": "pass", **PAPER}, "by"),
    ("tick", "customer", {"checklist": "quality-investigation", "item": "outbound-record", "result": "pass", **PAPER}, "by"),
    ("do-task", "anna", {"task": "revisit"}, "task"),
    ("approve", "lead", {}, "approval"),
    ("refuse-approval", "lead", {"reason": "x"}, "approval"),
    ("report-fact", "anna", {"fact": "unit.received"}, "evidence"),
    ("report-fact", "anna", {"fact": "case.closed", **PAPER}, "fact"),
    ("report-fact", "anna", {"fact": "consent.given", **PAPER}, "data_class"),
    ("report-fact", "anna", {"fact": "notice.sent", "notice": "x", **PAPER}, "by"),
    ("report-fact", "customer", {"fact": "payment.received", **PAPER}, "by"),
    ("add-evidence", "customer", {"evidence_kind": "photo"}, "evidence"),
    ("correct-clock", "lead", {"clock": "nothing#1", "reason": "x", **PAPER}, "clock"),
    ("link", "customer", {"number": "YY-1"}, "by"),
    ("classify", "customer", {"city": "same-city"}, "by"),
    ("classify", "anna", {}, "customer_name"),
    ("classify", "anna", {"city": "moon"}, "city"),
    ("answer-form", "customer", {"form": "finding"}, "form"),
    ("report-fact", "customer", {"fact": "unit.received"}, "by"),
    ("no-such-act", "anna", {}, "action"),
]


@pytest.mark.parametrize(("act", "who", "data", "expected"), NO, ids=lambda value: value if isinstance(value, str) else "")
def test_what_may_not_be_is_refused_with_its_reason(act: str, who: str, data: dict[str, object], expected: str) -> None:
    desk = Desk()
    investigating(desk)
    before = desk.state
    with pytest.raises((Refused, Invalid)) as no:
        desk.do(act, who, f"{DAY} 10:00", **data)
    if isinstance(no.value, Refused):
        assert no.value.code == expected
        assert no.value.words != no.value.words_en
    else:
        assert expected in no.value.errors
    assert desk.state is before


def test_every_act_has_a_form_whose_choices_exist() -> None:
    for act in ACTS.values():
        for field in act.form.fields:
            if field.kind in ("choice", "choices"):
                assert field.of in CATEGORIES
    assert set(FORMS) == {act.form_id for act in ACTS.values()}


def test_contacts_record_what_was_said_and_how() -> None:
    desk = Desk()
    desk.open(at=f"{DAY} 09:00", channel="email")
    assert facts(desk.do("log-call", "anna", f"{DAY} 09:01", direction="outbound", reached="no")) == ["contact.failed"]
    assert not desk.state.happened("case.responded")
    reached = desk.do("log-call", "anna", f"{DAY} 09:02", direction="outbound", reached="yes", text="已说明")
    assert facts(reached) == ["contact.logged", "case.responded", "clock.kept"]
    assert desk.state.last("contact.logged").payload == {"channel": "phone"}  # type: ignore[union-attr]
    assert facts(desk.do("log-call", "anna", f"{DAY} 09:03", direction="inbound", reached="yes", text="来电")) == [
        "contact.received",
        "contact.answered",
    ]
    assert facts(desk.do("answer", "anna", f"{DAY} 09:04", text="详见附件", attachments=["evidence:1"])) == ["contact.answered"]
    assert desk.state.last("contact.answered").payload == {"channel": "email"}  # type: ignore[union-attr]
    assert desk.do("note", "anna", f"{DAY} 09:05", text="客户着急").effects == ()
    assert facts(desk.do("tell-progress", "anna", f"{DAY} 09:06", text="在办")) == ["contact.progress-told"]


def test_taking_and_giving_a_case() -> None:
    desk = Desk()
    investigating(desk)
    desk.do("take", "tech", f"{DAY} 10:00")
    assert desk.state.holder == "staff:5"
    for who, code in (("tech", "held"), ("store", "held")):
        with pytest.raises(Refused) as no:
            desk.do("take", who, f"{DAY} 10:01")
        assert no.value.code == code
    desk.do("assign", "tech", f"{DAY} 10:02", holder="staff:6", text="请接手")
    assert desk.state.holder == "staff:6"
    with pytest.raises(Invalid, match="holder"):
        desk.do("assign", "lead", f"{DAY} 10:03", holder="staff:6")


def test_the_first_to_work_on_a_customers_own_case_follows_it() -> None:
    desk = Desk()
    desk.open("customer", at=f"{DAY} 09:00", channel="web", **QUALITY)
    assert desk.state.owner == ""
    desk.do("answer", "bella", f"{DAY} 09:10", text="您好")
    assert desk.state.owner == "staff:9"
    desk.do("answer", "anna", f"{DAY} 09:11", text="您好")
    assert desk.state.owner == "staff:9"


@pytest.mark.parametrize("fact", OUTSIDE_FACTS)
def test_outside_facts_come_with_evidence_or_from_a_machine(fact: str) -> None:
    desk = Desk()
    executing(desk)
    assert fact in facts(desk.do("report-fact", "store", "2026-03-05 09:00", fact=fact, **PAPER))
    assert fact in facts(desk.do("report-fact", "system", "2026-03-05 09:10", now="2026-03-05 12:00", fact=fact))


def test_a_link_goes_to_the_other_room() -> None:
    desk = Desk()
    investigating(desk)
    step = desk.do("link", "anna", f"{DAY} 10:00", number="DD-2026-000001", relation="caused-by")
    assert rooms(step) == {"link-case": {"number": "DD-2026-000001", "relation": "caused-by"}}


def test_a_case_is_opened_through_its_own_channels_for_its_own_customers() -> None:
    book, anna, now = objections(), PEOPLE["anna"], local(f"{DAY} 09:00")

    def opened(**changes: object) -> None:
        given: dict[str, object] = {"channel": "phone", "customer_kind": "individual", "data": {}, "at": now, "now": now, **changes}
        open_case(book, str(given.pop("procedure", "objection")), anna, **given)  # type: ignore[arg-type]

    for changes, name in (({"channel": "portal"}, "channel"), ({"customer_kind": "robot"}, "customer_kind"), ({"procedure": "x"}, "procedure")):
        with pytest.raises(Invalid, match=name):
            opened(**changes)
    with pytest.raises(Invalid, match="at"):
        opened(at=local("2030-03-04 09:00"))
    with pytest.raises(Invalid, match="at"):
        opened(at=local("1999-03-04 09:00"), data={"_late_reason": "旧账"})
    with pytest.raises(Invalid, match="customer_name"):
        opened(complete=True)
    opened()


def test_nothing_can_be_done_with_a_case_that_is_not_there() -> None:
    now = local(f"{DAY} 09:00")
    with pytest.raises(Invalid):
        decide(objections(), CaseState(), "answer", PEOPLE["anna"], {"text": "x"}, at=now, now=now)


def test_a_page_offers_what_the_stage_allows_and_says_why_not() -> None:
    desk = Desk()
    investigating(desk)
    now = local(f"{DAY} 10:00")
    offers = {offer.action: offer for offer in offered(desk.book, desk.state, PEOPLE["tech"], now, desk.world) if offer.kind == "action"}
    assert "conclude-fee" not in offers
    assert "give-feedback" not in offers
    assert [refusal.code for refusal in offers["conclude-quality"].refusals] == ["checklist"]
    assert offers["pass-on"].permitted
    assert offers["pass-on"].form == "pass-on-reason"
    for_customer = {offer.action for offer in offered(desk.book, desk.state, PEOPLE["customer"], now, desk.world) if offer.permitted}
    assert for_customer == {"withdraw-objection", "customer-reply", "nudge", "add-evidence"}


def test_what_is_offered_as_permitted_is_not_refused_for_who_or_where() -> None:
    desk = Desk()
    executing(desk)
    now = local("2026-03-05 09:00")
    for person in PEOPLE.values():
        for offer in offered(desk.book, desk.state, person, now, desk.world):
            if not offer.permitted or offer.kind != "action":
                continue
            try:
                decide(desk.book, desk.state, offer.action, person, {}, at=now, now=now, world=desk.world)
            except Refused as no:
                pytest.fail(f"{offer.action} is offered to {person.id} and refused: {no.code}")
            except Invalid:
                continue


def test_an_open_task_is_offered_with_its_own_form() -> None:
    desk = Desk()
    executing(desk)
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", **PAPER)
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    offers = offered(desk.book, desk.state, PEOPLE["anna"], local("2026-03-05 18:00"), desk.world)
    found = next(offer for offer in offers if offer.action == "do-task")
    assert (found.form, desk.state.tasks[found.about].rule, found.permitted) == ("revisit-form", "revisit", True)
