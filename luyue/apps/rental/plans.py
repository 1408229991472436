"""Plans as advisors drafted them and customers confirmed them, and the order as it was placed: read from the answers of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from luyue.apps.cases.models import Answer, Case, CaseLink
from luyue.apps.casework.answers import answers_of, forms_of

ORDERED = "ordered-from"  # the link from a consultation to the order made of it


@dataclass(frozen=True, slots=True)
class Plan:
    """One drafted plan. `version` counts from 1 in the order of drafting; lines are {unit_model, unit_price, quantity}."""

    version: int
    lines: Sequence[Mapping[str, Any]]
    total: Decimal
    days: int
    deposit: Decimal = Decimal(0)

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
    return Plan(number, form["plan_lines"], total, int(days), deposit)


def confirmed_plan(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{version, lines, total, days, deposit} of the plan the customer confirmed: the latest one with the total he put his name to.

    In a consultation about to be confirmed the total is the one just given (`about["total"]`); an order asks the consultation it came from.
    """
    if case is None:
        return None
    link = CaseLink.objects.filter(to_case=case, kind=ORDERED).select_related("from_case").first()
    if link is None:
        return _plan_at(case, about.get("total"))
    agreed = Answer.objects.filter(case=link.from_case, field="plan_total").values_list("amount", flat=True).first()
    return _plan_at(link.from_case, agreed)


def order(case: Case | None, about: Mapping[str, object]) -> dict[str, object] | None:
    """{lines, total} of the order as it stands in this case's form, or None."""
    answers = answers_of(case) if case else {}
    if not answers.get("order_lines"):
        return None
    return {"lines": answers["order_lines"], "total": str(answers.get("order_total") or 0)}


def _plan_at(case: Case, total: object) -> dict[str, object] | None:
    try:
        agreed = Decimal(str(total))
    except InvalidOperation:
        return None
    plan = next((one for one in reversed(plans_of(case)) if one.total == agreed), None)
    if plan is None:
        return None
    return {"version": plan.version, "lines": list(plan.lines), "total": f"{plan.total:.2f}", "days": plan.days, "deposit": f"{plan.deposit:.2f}"}
