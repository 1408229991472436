"""Every class of objection from the customer's form to the archive, through pages only, with the gates that stand in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case, CaseLink
from luyue.apps.casework import rebuild
from luyue.apps.contacts.models import Contact
from luyue.apps.evidence.models import Attachment
from luyue.apps.people.models import User
from luyue.apps.rental.models import ContractVersion, Invoice, Order, Recalculation
from luyue.site.demo.desk import House
from tests.acceptance.objection_floor import Floor, Matter, finding, in_days, open_company, paper


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_company(tmp_path_factory.mktemp("house"), django_db_blocker) as house:
        yield house


@pytest.fixture
def floor(house: House, db: None) -> Floor:
    cache.clear()
    return Floor(house)


@dataclass(frozen=True)
class Told:
    """How an objection of one class goes. `investigated` and `carried_out` are what is particular to it."""

    client: str
    kind: str
    answers: dict[str, Any]
    investigated: Callable[[Matter], None]
    carried_out: Callable[[Matter], None]
    remedies: list[str]
    amount: str = "0"
    chief: str = "zhaolan"
    registration: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)


def _unit(order: str, model: str) -> dict[str, Any]:
    return {"order_number": order, "unit_model": model, "appeared_at": "2026-01-05T20:10"}


def broken_camera(matter: Matter) -> None:
    matter.may_not("helicheng", "conclude-quality", "质量核实单", **finding("unit-defect"))
    matter.checks("helicheng", "quality-investigation")
    matter.finds("helicheng", "conclude-quality", "unit-defect")
    assert matter.stage == "investigating"
    matter.may_not("helicheng", "conclude-quality", "已经提交过", **finding("unit-defect"))
    matter.finds("gaoxiang", "conclude-quality", "unit-defect")


def camera_replaced(matter: Matter) -> None:
    page = matter.floor.browser("gaoxiang").get(reverse("workspace:case", args=[matter.case.number])).content.decode()
    offered = reverse("workspace:act", args=[matter.case.number, "report-fact"]) + "?happened=shipment.delivered"
    assert "登记：已送达" in page  # who owes the delivery need not look for it
    assert offered in page
    form = matter.floor.browser("gaoxiang").get(offered).content.decode()
    assert 'value="shipment.delivered" selected' in form or 'value="shipment.delivered" checked' in form
    matter.does("gaoxiang", "report-fact", fact="shipment.delivered", evidence=paper(), text="同城闪送签收")


def deposit_kept(matter: Matter) -> None:
    matter.checks("sunyue", "fee-investigation")
    line = {"deduction_lines.0.deduction_amount": "120", "deduction_lines.0.deduction_reason": "划痕"}
    matter.may_not("sunyue", "conclude-fee", "没有凭证", **finding("normal-wear"), **line)
    matter.finds("sunyue", "conclude-fee", "normal-wear", **line, **{"deduction_lines.0.deduction_evidence": paper()})


def deposit_paid_back(matter: Matter) -> None:
    matter.may_not("sunyue", "start-refund", "退款方式与客户付款方式不同", refund_amount="120", refund_route="现金")
    matter.does("sunyue", "start-refund", refund_amount="120", refund_route="微信支付")


def price_too_high(matter: Matter) -> None:
    matter.checks("sunyue", "fee-investigation")
    matter.finds("sunyue", "conclude-fee", "billing-error")
    counted = Recalculation.objects.get(case=matter.case)
    assert (counted.total, counted.days, counted.billed, counted.difference) == (Decimal("6600"), 20, Decimal("7560"), Decimal("-960"))


def price_corrected(matter: Matter) -> None:
    matter.does("sunyue", "recalculate-fee", corrected_amount="6600", correction_note="6 台 × 55 元 × 20 天")
    matter.does("sunyue", "start-refund", refund_amount="960")


def invoice_wrong(matter: Matter) -> None:
    matter.checks("sunyue", "fee-investigation")
    matter.finds("sunyue", "conclude-fee", "billing-error")


def invoice_right(matter: Matter) -> None:
    matter.does("sunyue", "reissue-invoice")
    wrong, red, right = Invoice.objects.filter(order__number="ZL-261108-0102").order_by("pk")
    assert [wrong.state, red.state, right.state] == ["reversed", "red-letter", "requested"]
    assert (red.amount, red.title) == (-wrong.amount, "苏州木棉服装")
    assert (right.amount, right.title, right.number, right.instead_of) == (wrong.amount, "苏州木棉服饰", "", wrong)


def rude_pick_up(matter: Matter) -> None:
    matter.checks("mengfan", "service-investigation", {"call-recording": "not-applicable"})
    matter.may_not("gaoxiang", "conclude-service", "不得自己调查", **finding("conduct"))
    matter.finds("mengfan", "conclude-service", "conduct")


def apologised(matter: Matter) -> None:
    matter.does("chensiyuan", "answer", text="非常抱歉，我们已批评当事人。")


def price_changed(matter: Matter) -> None:
    matter.checks("guanyi", "contract-investigation")
    matter.finds("xuke", "conclude-contract", "unclear-terms")
    matter.finds("guanyi", "conclude-contract", "unclear-terms")
    assert ContractVersion.objects.get(order__number="ZL-261115-0080", in_force=True).number == 2


def price_restored(matter: Matter) -> None:
    matter.does("xuke", "restore-terms")
    assert ContractVersion.objects.get(order__number="ZL-261115-0080", in_force=True).number == 1
    assert Order.objects.get(number="ZL-261115-0080").total == Decimal("6600")


def cable_missing(matter: Matter) -> None:
    matter.checks("gaoxiang", "recovery-investigation", {"dual-count": "fail"})
    matter.may_not("gaoxiang", "conclude-recovery", "没有双方签字的配件清点单", **finding("misuse", "customer"))
    matter.finds("gaoxiang", "conclude-recovery", "outbound-error")
    matter.finds("sunyue", "conclude-recovery", "outbound-error", "nobody")


def explained(matter: Matter) -> None:
    matter.does("chensiyuan", "log-call", direction="outbound", reached="yes", text="说明清点单缺我方签字，不收取费用。")


def something_else(matter: Matter) -> None:
    matter.finds("zhaolan", "conclude-other", "misunderstanding", "nobody")


CLASSES = {
    "quality": Told(
        "yunshang", "quality/malfunction", {**_unit("ZL-260210-0316", "FX3 摄像机"), "symptom": "自动对焦失灵", "demand": ["replace"]},
        broken_camera, camera_replaced, ["replace"], registration={"needs_device": "no"}, plan={"city": "same-city"},
    ),
    "deposit": Told(
        "zhou", "fee/deposit", {"order_number": "ZL-261102-0021", "demand": ["release-deposit"]}, deposit_kept, deposit_paid_back,
        ["release-deposit"], "120",
    ),
    "calculation": Told(
        "xingye", "fee/calculation",
        {"order_number": "ZL-261113-0054", "expected_amount": "6600", "billed_amount": "7560", "demand": ["recalculate", "refund"]},
        price_too_high, price_corrected, ["recalculate", "refund"], "960", "zhouqiming",
    ),
    "invoice": Told(
        "mumian", "fee/invoice", {"order_number": "ZL-261108-0102", "demand": ["reinvoice"]}, invoice_wrong, invoice_right, ["reinvoice"]
    ),
    "service": Told("qiu", "service/attitude", {"demand": ["apology"]}, rude_pick_up, apologised, ["apology"]),
    "contract": Told(
        "qinghe", "contract/changed-without-consent", {"contract_clause": "租赁合同第四条", "demand": ["correct-terms"]}, price_changed,
        price_restored, ["correct-terms"],
    ),
    "recovery": Told(
        "lin", "recovery/missed-accessory",
        {**_unit("ZL-261112-0045", "采集卡"), "missing_accessories": "HDMI 线 1 根", "demand": ["apology"]}, cable_missing, explained, ["explain"],
    ),
    "other": Told("tang", "other", {"other_type": "快递单据", "demand": ["apology"]}, something_else, apologised, ["apology"]),
}  # fmt: skip


def _registration(told: Told) -> dict[str, Any]:
    """Who is complained about is known by id only once the company is there."""
    if told.kind != "service/attitude":
        return told.registration
    return {"serving_department": "warehouse", "complained_person": f"staff:{User.objects.get(username='gaoxiang').pk}"}


@pytest.mark.parametrize("name", CLASSES)
def test_an_objection_is_worked_to_the_archive(floor: Floor, name: str) -> None:
    told = CLASSES[name]
    matter = floor.matter(told.client, told.kind, **told.answers)
    matter.to_investigation(**_registration(told))
    told.investigated(matter)
    assert matter.stage == "planning"
    matter.to_feedback(told.chief, told.remedies, told.amount, **told.plan)
    matter.may_not("customer", "customer-accepts", "反馈客户")
    matter.told().does("customer", "customer-accepts")
    if told.remedies[0] not in ("apology", "explain"):  # words may have been said in the very second of the customer's answer
        matter.may_not("chensiyuan", "finish-remedy", "没有完成的记录")
    told.carried_out(matter)
    matter.does("chensiyuan", "finish-remedy").to_archive()
    assert matter.stage == "archived"
    assert not matter.case.is_open
    assert not list(rebuild.check([matter.case.number]))


# ----------------------------------------------------------------------------- rounds


def planned(floor: Floor, amount: str = "0") -> Matter:
    """Investigated, with a plan proposed by 陈思远."""
    matter = floor.matter("tang", "other", other_type="快递单据", demand=["refund"]).to_investigation()
    something_else(matter)
    return matter.does("chensiyuan", "propose-remedy", remedies=["explain"], remedy_amount=amount, remedy_text="说明情况。")


@pytest.mark.parametrize(("amount", "too_low", "chief"), [("200.01", "zhaolan", "zhouqiming"), ("2000.01", "zhouqiming", "yehang")])
def test_an_amount_above_the_band_is_for_the_next_higher_post(floor: Floor, amount: str, too_low: str, chief: str) -> None:
    matter = planned(floor, amount).may_not(too_low, "decide-remedy", "批准")
    assert matter.does(chief, "decide-remedy").stage == "feedback"


def test_nobody_approves_his_own_plan(floor: Floor) -> None:
    matter = floor.matter("tang", "other", other_type="快递单据", demand=["refund"]).to_investigation()
    something_else(matter)
    matter.does("zhaolan", "propose-remedy", remedies=["explain"], remedy_amount="0", remedy_text="说明情况。")
    matter.may_not("zhaolan", "decide-remedy", "须由另一人")
    assert matter.does("zhouqiming", "decide-remedy").stage == "feedback"


def rejected(matter: Matter) -> Matter:
    return matter.told().does("customer", "customer-rejects", answer="rejects", answer_text="我不同意。")


def test_twice_rejected_becomes_a_linked_complaint_that_somebody_new_decides(floor: Floor) -> None:
    matter = rejected(planned(floor).does("zhaolan", "decide-remedy"))
    assert matter.stage == "second-review"
    matter.may_not("zhaolan", "escalate", "至少 2 次", complaint_text="客户不接受。")
    opinion = {"review_result": "changed", "review_text": "可以退一半运费。"}
    matter.may_not("zhaolan", "review-again", "须由另一人", **opinion)
    matter.does("zhouqiming", "review-again", **opinion, review_evidence=paper())
    assert matter.stage == "planning"
    rejected(matter.to_feedback("zhaolan", ["refund"], "60"))
    matter.may_not("yehang", "review-again", "最多 1 次", **opinion)
    matter.does("zhaolan", "escalate", complaint_text="客户两次不接受方案，要求全额退还运费。")
    assert matter.stage == "escalated"

    link = CaseLink.objects.get(from_case=matter.case, kind="escalated-from")
    escalated = Case.objects.get(pk=link.to_case_id)
    complaint = Matter(floor, escalated, token_of(escalated.number))
    assert (complaint.case.kind, complaint.stage, complaint.case.customer) == ("complaint", "complaint-received", matter.case.customer)
    handed = Contact.objects.get(case=complaint.case)
    assert "已收到您的异议，会尽快处理。" in handed.text
    own = Attachment.objects.filter(case=matter.case)
    copies = Attachment.objects.filter(case=complaint.case)
    assert own.count() == 2
    assert sorted(copies.values_list("sha256", "name")) == sorted(own.values_list("sha256", "name"))

    reader = floor.browser("songqing")  # quality had no part in the objection
    page = reader.get(f"/cases/{complaint.case.number}").content.decode()
    assert "移交的联络记录" in page
    assert "客户两次不接受方案" in page
    assert b"".join(reader.get(f"/files/{copies[0].pk}").streaming_content)

    complaint.does("songqing", "answer", text="您的投诉已受理。")
    complaint.does("songqing", "investigate-complaint", severity="ordinary")
    decision = {"complaint_facts": "运费 120 元。", "complaint_reasons": "我方有责任。", "complaint_decision": "全额退还。"}
    complaint.does("songqing", "decide-complaint", **decision)
    complaint.does("customer", "accept-complaint-decision")
    assert complaint.stage == "complaint-closed"
    assert not list(rebuild.check([matter.case.number, complaint.case.number]))


def test_an_archived_objection_is_reopened_by_the_customer_and_goes_through_everything_again(floor: Floor) -> None:
    matter = planned(floor).does("zhaolan", "decide-remedy").told().does("customer", "customer-accepts")
    matter.does("chensiyuan", "answer", text="说明了费用的计算。")
    matter.does("chensiyuan", "finish-remedy").to_archive()
    matter.does("customer", "reopen-objection", reopen_reason="又扣了一次。")
    assert matter.stage == "received"
    assert matter.case.is_open
    matter.does("chensiyuan", "register-objection", promised_at=in_days(3)).does("chensiyuan", "transfer-objection")
    something_else(matter)
    matter.to_feedback("zhaolan", ["apology"]).told().does("customer", "customer-accepts")
    matter.does("chensiyuan", "answer", text="非常抱歉，已经更正。")
    matter.does("chensiyuan", "finish-remedy")
    matter.may_not("chensiyuan", "close-objection", "回访", demand_met="met")  # the first round's call does not count
    matter.task("chensiyuan", "revisit", solved="yes", satisfaction="4").does("chensiyuan", "close-objection", demand_met="met")
    assert matter.stage == "closed"
