"""After the signature and around the service: marks, reminders, the way back of a unit, invoices, and who may serve at all."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Answer, Case
from luyue.apps.casework import rebuild, ticker
from luyue.apps.casework.rows import load
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.journal.models import Entry
from luyue.apps.people.models import SkillEarned, User
from luyue.apps.rental.models import DepositMovement, Invoice, Order, OrderLine, RentCredit, Unit
from luyue.apps.rental.orders import contract_price, deposit_left, rent_credit
from luyue.core.procedure.state import Refused
from luyue.site.demo.desk import FILE, House, Matter
from luyue.site.demo.rental_stories import plans_to_confirm

SEEN = dict.fromkeys(("as_ordered", "undamaged", "accessories_complete"), "confirmed")


def rented(house: House, **more: str) -> Matter:
    """From the confirmed plan to the customer's signature."""
    plans = plans_to_confirm(house)
    plans.does("customer", "confirm-plan", plan_total="510", customer_signature="邱明", **more)
    order = Matter(house, "qiu", plans.at)
    order.case = Case.objects.get(kind="rental-order")
    order.checks("chensiyuan", "order-review").does("chensiyuan", "review-order")
    order.checks("gaoxiang", "outbound-check").does("gaoxiang", "pass-outbound-check")
    order.does("gaoxiang", "pack", scanned_order=order.case.number).does("gaoxiang", "ship", carrier="carrier-a", waybill="SF1")
    assert "运单号 SF1，" in str(Outbox.objects.filter(case=order.case, notice="waybill-note").values_list("payload", flat=True).first())
    order.does("gaoxiang", "report-fact", 60, fact="shipment.delivered", evidence=FILE, text="已送达")
    return order.does("customer", "accept-delivery", 10, **SEEN, receiver_signature="邱明")


def test_a_closed_order_is_marked_by_the_customer_called_after_and_reminded_of_its_end(house: House) -> None:
    order = rented(house)
    token, browser = token_of(order.case.number), Client()
    assert Outbox.objects.filter(case=order.case, notice="delivery-survey").exists()
    page = browser.get(reverse("portal:case", args=[token])).content.decode()
    path = reverse("portal:answer", args=[token, "service-survey"])
    assert f'href="{path}"' in page
    assert "打几分" in browser.get(path).content.decode()
    assert browser.get(reverse("portal:answer", args=[token, "finding"])).status_code == 404, "only what was asked"
    assert browser.post(path, {"once": uuid.uuid4().hex, "satisfaction": "9"}).status_code == 422
    answered = browser.post(path, {"once": uuid.uuid4().hex, "satisfaction": "4", "survey_words": "送得快"}, follow=True)
    assert "已提交" in answered.content.decode()
    assert f'href="{path}"' not in answered.content.decode()
    assert browser.post(path, {"once": uuid.uuid4().hex, "satisfaction": "1"}).status_code == 302, "once is enough"
    assert Answer.objects.get(case=order.case, field="satisfaction").amount == Decimal("4")
    order.at = timezone.now()
    order.task("chensiyuan", "usage-follow-up", works_well="yes", usage_words="画面清楚")
    ends_at = order.at.fromisoformat(str(load(order.case).fields["rent_ends_at"]))
    assert Order.objects.get(number=order.case.number).ends_on == ends_at.astimezone(house.book.agenda.zone).date()
    for left_h, times in ((49, 0), (48, 1), (47, 1), (24, 2), (1, 2)):
        ticker.run_due(ends_at - timedelta(hours=left_h) + timedelta(seconds=1))
        assert Outbox.objects.filter(case=order.case, notice="rent-end-reminder", kind="sms").count() == times, f"{left_h} h before the end"
    assert not list(rebuild.check([order.case.number]))


def test_a_unit_comes_back_in_the_agreed_window_and_the_customer_is_told_how_it_was_found(house: House) -> None:
    matter = Matter(house, "tang", house.before(300))
    begins = matter.at + timedelta(hours=1)
    matter.opens("equipment-return", "chat", order_number="ZL-261114-0063", return_way="pickup", return_at=begins.isoformat())
    window = {"window_starts_at": begins.isoformat(), "window_ends_at": (begins + timedelta(hours=2)).isoformat()}
    with pytest.raises(Refused, match="超过 2 小时"):
        matter.does("gaoxiang", "confirm-return", 5, **{**window, "window_ends_at": (begins + timedelta(hours=3)).isoformat()})
    matter.does("gaoxiang", "confirm-return", 5, **window)
    with pytest.raises(Refused, match="还没有开始"):
        matter.does("gaoxiang", "arrive-for-return", 5)
    matter.until(begins).does("gaoxiang", "arrive-for-return", 5)
    matter.checks("gaoxiang", "return-inspection")
    report = {"wear_text": "灯罩轻微划痕", "witnessed_by": "in-person", "return_signature": "唐悦", "inspector_signature": "高翔"}
    matter.does("gaoxiang", "inspect-return", 5, **report).does("gaoxiang", "judge-return", 5, deduction_total="0", customer_statement="无")
    matter.does("gaoxiang", "tell-device-state", 5, device_state="worn", state_text="正常磨损，不收费。")
    assert matter.case.stage == "return-confirmed"
    matter.does("sunyue", "settle-deposit", 5, refund_amount="2000")
    page = Client().get(reverse("portal:case", args=[token_of(matter.case.number)])).content.decode()
    assert "正常磨损，不收费。" in page
    assert "服务评价" in page
    assert not list(rebuild.check([matter.case.number]))


@pytest.mark.parametrize("accepted", ["yes", "no"])
def test_who_keeps_it_too_long_is_told_and_pays_what_he_accepted(house: House, accepted: str) -> None:
    order = rented(house, overtime_accepted=accepted)
    number = order.case.number
    ends_at = datetime.fromisoformat(str(load(order.case).fields["rent_ends_at"]))

    def told() -> int:
        return Outbox.objects.filter(case=order.case, notice="overdue-note", kind="sms").count()

    ticker.run_due(ends_at + timedelta(hours=2) - timedelta(seconds=1))
    assert told() == 0
    ticker.run_due(ends_at + timedelta(hours=2, seconds=1))
    assert told() == 1
    assert Announcement.objects.filter(case=order.case, kind="notice", recipient="service-desk", about__startswith="overdue-note").count() == 1

    back = Matter(house, "qiu", ends_at + timedelta(hours=20))
    begins = back.at - timedelta(hours=1)
    back.opens("equipment-return", "chat", order_number=number, return_way="pickup", return_at=begins.isoformat())
    back.does("gaoxiang", "confirm-return", 0, window_starts_at=begins.isoformat(), window_ends_at=(begins + timedelta(hours=2)).isoformat())
    back.does("gaoxiang", "arrive-for-return", 0)
    for item in ("condition", "accessory-count", "wear-noted"):
        back.does("gaoxiang", "tick", 0, checklist="return-inspection", item=item, result="pass", evidence=FILE)
    assert Order.objects.get(number=number).state == Order.OUT
    back.does("gaoxiang", "inspect-return", 0, wear_text="无", witnessed_by="in-person", return_signature="邱明", inspector_signature="高翔")
    assert Order.objects.get(number=number).state == Order.RETURNED
    assert set(Unit.objects.filter(orderline__order__number=number).values_list("state", flat=True)) == {Unit.AVAILABLE}

    # 17 hours begun after the two free ones, at 20 an hour and never over 180.
    judged = {"customer_statement": "路上堵车"}
    fee, wrong, said = ("180", "340", r"应为 180\.00 元") if accepted == "yes" else ("", "180", "没有认可超时收费标准")
    with pytest.raises(Refused, match=said):
        back.does("gaoxiang", "judge-return", 0, **judged, lateness="late", overtime_fee=wrong, deduction_total=wrong)
    owed = {"lateness": "late", "overtime_fee": fee} if fee else {"lateness": "in-time"}
    back.does("gaoxiang", "judge-return", 0, **judged, **owed, deduction_total=fee or "0")
    back.does("gaoxiang", "tell-device-state", 0, device_state="intact", state_text="设备完好，超时 17 小时。")
    if accepted == "yes":
        back.does("customer", "accept-deduction", 0).does("sunyue", "settle-agreed", 0, refund_amount="1020")
        assert ledger(back) == [("refunded", "1020.00"), ("deducted", "180.00")]
    else:
        back.does("sunyue", "settle-deposit", 0, refund_amount="1200")
        assert ledger(back) == [("refunded", "1200.00")]
    ticker.run_due(ends_at + timedelta(hours=25))
    assert told() == 1, "it came back before the second"
    assert not list(rebuild.check([number, back.case.number]))


def test_an_invoice_asked_for_stands_in_the_books_once(house: House) -> None:
    order = rented(house)
    asked = Matter(house, "qiu", order.at)
    asked.opens("invoice-request", "chat", order_number=order.case.number, invoice_title="邱明工作室")
    asked.does("sunyue", "issue-invoice", 30, invoice_number="26442000000000009901", invoice_file=FILE)
    row = Invoice.objects.get(order__number=order.case.number)
    assert (row.number, row.title, row.amount, row.state) == ("26442000000000009901", "邱明工作室", Decimal("510"), Invoice.ISSUED)
    again = Matter(house, "qiu", asked.at)
    again.opens("invoice-request", "chat", order_number=order.case.number, invoice_title="邱明")
    with pytest.raises(Refused, match="已开发票"):
        again.does("sunyue", "issue-invoice", 30, invoice_number="26442000000000009902", invoice_file=FILE)
    other = Matter(house, "lu", asked.at)
    other.opens("invoice-request", "chat", order_number=order.case.number, invoice_title="陆晨")
    with pytest.raises(Refused, match="没有找到"):
        other.does("sunyue", "issue-invoice", 30, invoice_number="26442000000000009903", invoice_file=FILE)
    assert Invoice.objects.filter(order__number=order.case.number).count() == 1
    assert not list(rebuild.check([asked.case.number]))


def test_whose_exam_has_run_out_serves_no_more_until_somebody_else_records_a_new_one(house: House) -> None:
    question = Matter(house, "lu", house.before(30)).opens("consultation", "chat", request="能租几天？", needs_advisor="no")
    limin = User.objects.get(username="limin")
    SkillEarned.objects.filter(user=limin, skill="service-exam").update(until=house.now - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        question.does("limin", "tell-result", result="最少一天")
    assert refused.value.code == "needs_skill"

    desk, quality = Client(), Client()
    desk.force_login(limin)
    quality.force_login(User.objects.get(username="songqing"))
    path = reverse("workspace:exams")
    today = f"{house.now:%Y-%m-%d}"
    form = {"user": f"staff:{limin.pk}", "skill": "service-exam", "passed_on": today, "proof": "第四季度成绩单"}
    assert desk.get(path).status_code == 404, "it is for leads and quality"
    page = quality.get(path).content.decode()
    assert "没有合格，不得办理" in page
    for wrong in ({"user": "staff:0"}, {"skill": "bound-by-service-regulation"}, {"passed_on": "2099-01-01"}, {"proof": " "}):
        assert quality.post(path, form | wrong).status_code == 422, wrong
    own = User.objects.get(username="songqing")
    assert quality.post(path, form | {"user": f"staff:{own.pk}"}).status_code == 422, "nobody examines himself"
    assert quality.post(path, form).status_code == 302
    row = SkillEarned.objects.get(user=limin, skill="service-exam", proof="第四季度成绩单")
    assert row.until is not None
    assert 118 <= (row.until - house.now).days <= 124, "four months"
    assert Entry.objects.filter(stream="org", name="skill.earned").latest("pk").actor == f"staff:{own.pk}"
    question.at = row.earned_at
    question.does("limin", "tell-result", result="最少一天")


def test_a_contested_deduction_is_frozen_decided_by_another_and_the_ledger_stays(house: House) -> None:
    matter = Matter(house, "tang", house.before(400))
    matter.opens("equipment-return", "chat", order_number="ZL-261114-0063", return_way="counter", return_at=house.now.isoformat())
    begins = matter.at + timedelta(hours=1)
    matter.does("gaoxiang", "confirm-return", 5, window_starts_at=begins.isoformat(), window_ends_at=(begins + timedelta(hours=2)).isoformat())
    matter.checks("gaoxiang", "return-inspection")
    report = {"wear_text": "灯罩开裂", "witnessed_by": "in-person", "return_signature": "唐悦", "inspector_signature": "高翔"}
    matter.does("gaoxiang", "inspect-return", 5, **report)
    proof = [house.picture(house.staff("gaoxiang"), matter.at) for _ in range(2)]
    line = {"deduction_kind": "damage/cracked", "deduction_amount": "350", "deduction_reason": "灯罩开裂"}
    line |= {"outbound_photo": proof[:1], "deduction_evidence": proof[1:]}
    matter.does("gaoxiang", "judge-return", 5, deduction_lines=[line], deduction_total="350", customer_statement="出库时就有一条细纹")
    with pytest.raises(Refused):
        matter.does("gaoxiang", "confirm-judgement", 5, second_opinion="属实", second_photo=FILE)
    matter.does("helicheng", "confirm-judgement", 5, second_opinion="开裂属实", second_photo=FILE)
    matter.does("gaoxiang", "tell-device-state-checked", 5, device_state="damaged", state_text="灯罩开裂，拟扣 350 元。")

    token, browser = token_of(matter.case.number), Client()
    page = browser.get(reverse("portal:case", args=[token])).content.decode()
    assert "拟扣押金 350.00 元" in page
    assert "认可扣款" in page
    path = reverse("portal:act", args=[token, "contest-deduction"])
    assert browser.post(path, {"once": uuid.uuid4().hex, "contested_amount": "351", "contest_text": "出库就有"}).status_code == 409
    assert browser.post(path, {"once": uuid.uuid4().hex, "contested_amount": "300", "contest_text": "出库就有"}).status_code == 302
    matter.at = timezone.now()
    with pytest.raises(Refused, match=r"应退 1650\.00 元"):
        matter.does("sunyue", "settle-undisputed", 0, refund_amount="2000")
    matter.does("sunyue", "settle-undisputed", 0, refund_amount="1650")
    assert ledger(matter) == [("refunded", "1650.00"), ("deducted", "50.00"), ("frozen", "300.00")]
    staff = Client()
    staff.force_login(User.objects.get(username="sunyue"))
    assert "¥300 在押" in staff.get(f"/cases/{matter.case.number}").content.decode()
    matter.does("zhaolan", "decide-contested", 0, contested_refund="120", contest_reasons="出库照片上已有一条细纹")
    matter.does("sunyue", "release-deposit", 0, refund_amount="120")
    assert ledger(matter)[3:] == [("refunded", "120.00"), ("deducted", "180.00"), ("unfrozen", "300.00")]
    assert deposit_left(Order.objects.get(number="ZL-261114-0063")) == (Decimal(0), Decimal(0))
    assert matter.case.stage == "return-settled"
    for spoil in (lambda rows: rows.update(amount=1), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil(DepositMovement.objects.filter(case=matter.case))
    assert not list(rebuild.check([matter.case.number]))


def ledger(matter: Matter) -> list[tuple[str, str]]:
    return [(one.kind, f"{one.amount:.2f}") for one in DepositMovement.objects.filter(case=matter.case).order_by("pk")]


def test_a_rent_is_made_longer_only_while_nobody_else_needs_the_units_and_with_the_customers_name(house: House) -> None:
    order = rented(house)
    row = Order.objects.get(number=order.case.number)
    ends_at = datetime.fromisoformat(str(load(order.case).fields["rent_ends_at"]))
    wish = (ends_at + timedelta(days=2)).isoformat()
    order.does("customer", "ask-renewal", 10, renew_until=wish)
    with pytest.raises(Refused, match=r"应为 340\.00 元"):
        order.does("chensiyuan", "offer-renewal", 5, renewal_fee="300")
    order.does("chensiyuan", "offer-renewal", 5, renewal_fee="340")
    unit = row.lines.exclude(unit=None).first().unit
    other = Order.objects.create(
        number="DD-OTHER", customer=order.case.customer, starts_on=row.ends_on, ends_on=row.ends_on + timedelta(days=1), state=Order.ALLOCATED,
        total=Decimal(1), deposit=Decimal(0),
    )  # fmt: skip
    line = OrderLine.objects.create(order=other, unit=unit, model=unit.model, daily_price=Decimal(1))
    with pytest.raises(Refused, match="已有别的订单要用"):
        order.does("customer", "agree-renewal", 5, renewal_signature="邱明")
    line.delete()
    order.does("customer", "agree-renewal", 5, renewal_signature="邱明")
    before, row = row, Order.objects.get(number=order.case.number)
    assert (row.ends_on - before.ends_on, row.total - before.total) == (timedelta(days=2), Decimal(340))
    version = row.contract_versions.get(in_force=True)
    assert (version.agreed_at is not None, version.terms["days"], order.case.number in version.consent) == (True, 5, True)
    assert contract_price(order.case, {"fields": {}})["total"] == "850.00"
    page = Client().get(reverse("portal:case", args=[token_of(order.case.number)])).content.decode()
    assert "要求续租" in page
    assert not list(rebuild.check([order.case.number]))


def test_the_rent_of_the_days_without_the_unit_is_credited_and_paid_back(house: House) -> None:
    fault = Matter(house, "tang", house.before(1300))
    fault.opens(
        "support-request", "chat", order_number="ZL-261114-0063", unit_model="补光灯 300D", fault_text="不亮", city="same-city", unusable="yes", is_complex="no"
    )
    reported_at = fault.case.received_at
    fault.does("helicheng", "diagnose", 10, guided_by="video", diagnosis_text="灯板烧毁")
    fault.does("helicheng", "decide-repair", 10, repair_way="replace", misuse="no", repair_text="寄换一台")
    fault.until(reported_at + timedelta(days=1, hours=1)).does("helicheng", "restore-use", 0, resolved_by="swap", resolution_text="换机后恢复")
    credit = RentCredit.objects.get(case=fault.case)
    days = -(-(fault.at - reported_at) // timedelta(days=1))
    assert (credit.kind, credit.days, credit.amount) == (RentCredit.CREDITED, days, Decimal(45) * days)
    with pytest.raises(Refused, match="应退"):
        fault.does("sunyue", "refund-rent", 10, refund_amount="45")
    fault.does("sunyue", "refund-rent", 10, refund_amount=str(credit.amount))
    assert rent_credit(fault.case, {}) == {"order": "ZL-261114-0063", "amount": "0.00"}
    assert fault.case.stage == "resolved"
    with pytest.raises(DatabaseError), transaction.atomic():
        RentCredit.objects.filter(case=fault.case).update(amount=1)
    assert not list(rebuild.check([fault.case.number]))
