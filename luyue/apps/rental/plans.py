"""Plans as advisors drafted them and customers confirmed them, and the order as it was placed: read from the answers of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from luyue.apps.cases.models import Answer, Case, CaseLink
from luyue.apps.casework.answers import answers_of, forms_of
from luyue.apps.rental.orders import order_of

ORDERED = "ordered-from"  # the link from a consultation to the order made of it


@dataclass(frozen=True, slots=True)
class Plan:
    """One drafted plan. `version` counts from 1 in the order of drafting; lines are {unit_model, unit_price, quantity}."""

    version: int
    lines: Sequence[Mapping[str, Any]]
    total: Decimal
    days: int
    deposit: Decimal = Decimal(0)
    per_hour: Decimal | None = None  # what an hour of overtime costs, and the most it may come to
    cap: Decimal | None = None

    def quantities(self) -> dict[str, int]:
        """Units by model."""
        wanted: dict[str, int] = {}
        for line in self.lines:
            model = str(line["unit_model"])
            wanted[model] = wanted.get(model, 0) + int(Decimal(str(line["quantity"])))
        return wanted


def plans_of(case: Case) -> list[Plan]:
    """Every plan drafted or revised in this case, oldest first; erased ones are gone."""
    forms = [form for form in forms_of(case) if form.get("plan_lines")]
    return [_plan(number, form) for number, form in enumerate(forms, start=1)]


def _plan(number: int, form: Mapping[str, Any]) -> Plan:
    total, days, deposit = (Decimal(str(form.get(name) or least)) for name, least in (("plan_total", 0), ("rent_days", 1), ("plan_deposit", 0)))
    per_hour, cap = (Decimal(str(form[name])) if form.get(name) else None for name in ("overtime_per_hour", "overtime_cap"))
    return Plan(number, form["plan_lines"], total, int(days), deposit, per_hour, cap)


def confirmed_plan(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{version, lines, total, days, deposit} of the plan the customer confirmed: the latest one with the total he put his name to.

    In a consultation about to be confirmed the total is the one just given (`about["total"]`); an order asks the consultation it came from.
    """
    if case is None:
        return None
    asked = _consultation_of(case)
    plan = _agreed_plan(asked) if asked else _plan_at(case, about.get("total"))
    if plan is None:
        return None
    return {"version": plan.version, "lines": list(plan.lines), "total": f"{plan.total:.2f}", "days": plan.days, "deposit": f"{plan.deposit:.2f}"}


def overtime_terms(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{order, ends_at, per_hour, cap} of the order a return brings back; None unless its customer accepted a price for overtime with the plan."""
    order = order_of(case)
    placed = Case.objects.filter(number=order.number).first() if order else None
    asked = _consultation_of(placed) if placed else None
    if order is None or asked is None or not Answer.objects.filter(case=asked, field="overtime_accepted", text="yes").exists():
        return None
    plan = _agreed_plan(asked)
    ends_at = Answer.objects.filter(case=placed, field="rent_ends_at").values_list("at", flat=True).first()
    if plan is None or plan.per_hour is None or plan.cap is None or ends_at is None:
        return None
    return {"order": order.number, "ends_at": ends_at.isoformat(), "per_hour": f"{plan.per_hour:.2f}", "cap": f"{plan.cap:.2f}"}


def _consultation_of(case: Case) -> Case | None:
    """The consultation an order came from."""
    link = CaseLink.objects.filter(to_case=case, kind=ORDERED).select_related("from_case").first()
    return link.from_case if link else None


def _agreed_plan(asked: Case) -> Plan | None:
    return _plan_at(asked, Answer.objects.filter(case=asked, field="plan_total").values_list("amount", flat=True).first())


def order(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{lines, total} of the order as it stands in this case's form, or None."""
    answers = answers_of(case) if case else {}
    if not answers.get("order_lines"):
        return None
    return {"lines": answers["order_lines"], "total": str(answers.get("order_total") or 0)}


def _plan_at(case: Case, total: object) -> Plan | None:
    try:
        agreed = Decimal(str(total))
    except InvalidOperation:
        return None
    return next((one for one in reversed(plans_of(case)) if one.total == agreed), None)
