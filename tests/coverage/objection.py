"""How far an objection has come, for stories that begin somewhere in the middle. Everything on Wednesday 4 March 2026 and after."""

from __future__ import annotations

from collections.abc import Mapping

from luyue.core.regulation import Rulebook
from tests.coverage.case import Case

INTAKE: Mapping[str, object] = {"customer_name": "王小姐", "contact_phone": "13800138000", "objection_text": "请尽快处理", "demand": ["refund"]}
_UNIT: Mapping[str, object] = {"unit_model": "CAM-9", "order_number": "DD-2026-000001", "appeared_at": "2026-03-03 20:00"}
# What else each type is asked for.
OWN: Mapping[str, Mapping[str, object]] = {
    "quality/appearance": _UNIT,
    "quality/malfunction": {**_UNIT, "symptom": "不能对焦"},
    "quality/underperformance": {**_UNIT, "promised_value": "续航 8 小时", "measured_value": "3 小时"},
    "quality/accessories": {**_UNIT, "missing_accessories": "少一根电源线"},
    "fee/calculation": {"order_number": "DD-2026-000001", "expected_amount": "100", "billed_amount": "130"},
    "fee/extra-charge": {"order_number": "DD-2026-000001"},
    "fee/deposit": {"order_number": "DD-2026-000001"},
    "fee/invoice": {"order_number": "DD-2026-000001"},
    "service/slow-response": {},
    "service/slow-processing": {},
    "service/weak-support": {},
    "service/attitude": {},
    "contract/interpretation": {"contract_clause": "第 8 条"},
    "contract/unhighlighted": {"contract_clause": "第 8 条"},
    "contract/changed-without-consent": {"contract_clause": "第 8 条"},
    "recovery/late-pickup": _UNIT,
    "recovery/wear-as-damage": _UNIT,
    "recovery/missed-accessory": {**_UNIT, "missing_accessories": "少一根电源线"},
    "recovery/late-settlement": _UNIT,
    "other": {"other_type": "停车不便"},
}
FINDING: Mapping[str, object] = {
    "facts": "已查明", "fact_evidence": ["evidence:1"], "contract_basis": "第 3 条", "legal_ground": "民法典第七百一十二条",
    "cause": "unit-defect", "liable_party": "company",
}  # fmt: skip
REMEDY: Mapping[str, object] = {"remedies": ["refund"], "remedy_amount": "150", "remedy_text": "退还差额"}
ACCEPTED = "2026-03-04 17:00"


def paper(kind: str) -> dict[str, object]:
    """The intake form as a customer of this type fills it in."""
    return {**INTAKE, "objection_type": kind, **OWN[kind]}


def registration(kind: str) -> dict[str, object]:
    asked = {"quality": {"needs_device": "no"}, "service": {"serving_department": "advisors"}}.get(kind.partition("/")[0], {})
    return {"promised_at": "2026-03-06 18:00", **asked}


def received(book: Rulebook, kind: str, *, channel: str = "phone", rooms: Mapping[str, object] | None = None) -> Case:
    """Received at 9:00, answered at 9:02."""
    case = Case(book, "objection", rooms)
    case.open("2026-03-04 09:00", channel=channel, **paper(kind))
    case.do("answer", "anna", "2026-03-04 09:02", text="已收到，马上处理", channel=channel)
    return case


def registered(book: Rulebook, kind: str, *, rooms: Mapping[str, object] | None = None, **changed: object) -> Case:
    case = received(book, kind, rooms=rooms)
    case.do("register-objection", "anna", "2026-03-04 09:10", **{**registration(kind), **changed})
    return case


def investigating(book: Rulebook, kind: str, *, rooms: Mapping[str, object] | None = None, **changed: object) -> Case:
    """Transferred at 9:30."""
    case = registered(book, kind, rooms=rooms, **changed)
    case.do("transfer-objection", "anna", "2026-03-04 09:30")
    return case


# By class: the action that concludes, its checklist with every item, and who owes a part.
PARTS: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    "quality": ("conclude-quality", "quality-investigation", "outbound-record transport-record customer-media technician-test", ("tech", "store")),
    "fee": ("conclude-fee", "fee-investigation", "contract-terms order-lines payment-record invoice-record", ("money",)),
    "service": ("conclude-service", "service-investigation", "call-recording chat-transcript business-log", ("adviser",)),
    "contract": ("conclude-contract", "contract-investigation", "signed-version highlight-evidence change-log legal-opinion", ("adviser", "lawyer")),
    "recovery": ("conclude-recovery", "recovery-investigation", "photo-pair dual-count carrier-data inspector-statement", ("store", "money")),
    "other": ("conclude-other", "", "", ("lead",)),
}


def checked(case: Case, kind: str, *, leaving: str = "") -> Case:
    """The checklist of the class ticked at 13:00, one item left out."""
    _, checklist, items, people = PARTS[kind.partition("/")[0]]
    case.tick_all(checklist, " ".join(item for item in items.split() if item != leaving), people[0], "2026-03-04 13:00")
    return case


def planning(book: Rulebook, kind: str, *, rooms: Mapping[str, object] | None = None, **finding: object) -> Case:
    """Everybody has concluded by 15:00."""
    case = checked(investigating(book, kind, rooms=rooms), kind)
    action, _, _, people = PARTS[kind.partition("/")[0]]
    for who in people:
        case.do(action, who, "2026-03-04 15:00", **{**FINDING, **finding})
    return case


def feedback(book: Rulebook, kind: str, remedies: tuple[str, ...], *, rooms: Mapping[str, object] | None = None, **more: object) -> Case:
    """Proposed by the desk at 15:30, approved at 16:00, told at 16:30."""
    case = planning(book, kind, rooms=rooms)
    case.do("propose-remedy", "bella", "2026-03-04 15:30", **{**REMEDY, "remedies": list(remedies), **more})
    case.do("decide-remedy", "lead", "2026-03-04 16:00")
    case.do("give-feedback", "anna", "2026-03-04 16:30", explained="退还差额", told_by="phone")
    return case


def executing(book: Rulebook, kind: str, remedies: tuple[str, ...], *, rooms: Mapping[str, object] | None = None, **more: object) -> Case:
    """Accepted at 17:00."""
    case = feedback(book, kind, remedies, rooms=rooms, **more)
    case.do("customer-accepts", "customer", ACCEPTED)
    return case


def revisiting(book: Rulebook, kind: str = "other", remedies: tuple[str, ...] = ("apology",)) -> Case:
    """Said sorry and done by 17:30."""
    case = executing(book, kind, remedies)
    case.do("answer", "anna", "2026-03-04 17:10", text="非常抱歉", channel="phone")
    case.do("finish-remedy", "anna", "2026-03-04 17:30")
    return case


def closed(book: Rulebook, kind: str = "other") -> Case:
    """Asked the next morning, closed at 10:10."""
    case = revisiting(book, kind)
    if "revisit" in case.open_tasks():
        case.do("do-task", "anna", "2026-03-05 10:00", task="revisit", solved="yes", satisfaction=5)
    case.do("close-objection", "anna", "2026-03-05 10:10", demand_met="met")
    return case
