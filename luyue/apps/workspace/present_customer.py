"""The customer beside a case: how to reach him, what he rents, what he came with before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from luyue.apps.casework.selectors import CasePage
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import day_short, money
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.selectors import RentedOrder, orders_of
from luyue.apps.workspace.shell import language
from luyue.core.regulation.rules import Procedure

_SHOWN = 3


def card(page: CasePage, now: datetime) -> dict[str, Any]:
    """`customer`: the card, or None for a case of nobody we know."""
    shown, row = page.customer, page.case.customer
    if shown is None or row is None:
        return {"customer": None}
    today = timezone.localtime(now).date()
    orders = orders_of([row]).get(row.pk, [])
    return {
        "customer": {
            "name": shown.name,
            "kind": _("企业") if shown.kind == "company" else _("个人"),
            "contact": shown.contact_person,
            "phone": shown.phone,
            "email": shown.email,
            "account": shown.account_number,
            "reveal": reverse("workspace:reveal", args=[page.case.number]),
            "orders": [_order(order, today) for order in orders[:_SHOWN]],
            "held": _held(orders),
            "cases_words": _("%(all)s 件，%(open)s 件未结") % {"all": shown.n_cases, "open": shown.n_open},
            "cases_href": f"{reverse('workspace:cases')}?state=all&q={shown.name}",
            "earlier": [_case(page, one) for one in shown.others[:_SHOWN]],
        }
    }


def order_choices(page: CasePage) -> list[tuple[str, str]]:
    """The orders of the case's customer, to pick one from."""
    if page.case.customer is None:
        return []
    today = timezone.localtime().date()
    return [(one.number, _order(one, today)["words"]) for one in orders_of([page.case.customer]).get(page.case.customer.pk, [])]


def _order(order: RentedOrder, today: date) -> dict[str, str]:
    count = sum(quantity for _model, quantity in order.lines)
    first = order.lines[0][0] if order.lines else ""
    what = _("%(first)s 等 %(n)s 件") % {"first": first, "n": count} if count > 1 else first
    until = _("至 %(day)s") % {"day": day_short(order.ends_on, today)}
    return {"number": order.number, "words": _("，").join((what, until)), "state": _("在租") if order.state == "out" else _("已还")}


def _held(orders: list[RentedOrder]) -> str:
    """What is left of the deposits of orders that went out, wherever the units are now."""
    total = sum(order.deposit for order in orders if order.state in ("out", "returned"))
    return _("%(sum)s 在押") % {"sum": money(total, trim=True)} if total else ""


def _case(page: CasePage, case: Any) -> dict[str, Any]:
    rule = page.book.all(Procedure).get(case.kind)
    return {
        "number": case.number,
        "href": reverse("workspace:case", args=[case.number]),
        "words": " · ".join(part for part in (rule.label.say(language()) if rule else "", case.subject[:20]) if part),
        "is_open": case.is_open,
    }
