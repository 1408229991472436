from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.guards.guard import Denial, record_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label

_GRACE, _HOUR = timedelta(hours=2), timedelta(hours=1)
_NOTHING = Decimal("0.00")
_INSPECTED = ("return.inspected", "return.inspected-on-record")


class OvertimeBeyondTwoHours:
    """What a late return costs: nothing within two hours, then by the hour begun, at the price the customer accepted and never over its cap.

    Reader `overtime-terms`: {order, ends_at, per_hour, cap} of the order that comes back; None when there is none, or its customer accepted no
    such price. A unit is back when the customer gave it away: at the beginning of the window it was to be fetched in, when the carrier took
    it, else when it came in or was inspected before his eyes. Whoever comes late to fetch it does not make the customer late.
    """

    name = "overtime-beyond-two-hours"
    sentence = Label("2 小时以内不收超时费，超过的按客户认可的标准和封顶", "No overtime within 2 hours, then at the price the customer accepted, capped")
    reads = ("overtime_fee", "posted_at")
    selectors = ("overtime-terms",)
    needs_form = True
    remedy = "请按客户认可的超时收费标准填写"

    def denies(self, moment: Moment) -> Denial | None:
        written = Decimal(str(moment.data.get("overtime_fee") or 0))
        terms = record_of(moment.read("overtime-terms"))
        if not terms:
            return Denial("客户没有认可超时收费标准，不得收超时费", "The customer accepted no price for overtime", "请不填超时费") if written else None
        back_at = returned_at(moment)
        fee = owed(terms, back_at) if back_at else _NOTHING
        if written == fee:
            return None
        return Denial(f"按客户认可的标准，超时费应为 {fee} 元，填写的是 {written:.2f} 元", f"By what the customer accepted it is CNY {fee}, not {written:.2f}")


def owed(terms: object, back_at: datetime) -> Decimal:
    """Of {ends_at, per_hour, cap}: the hours begun after the two free ones, at the price of each, never over the cap."""
    said = record_of(terms)
    late = back_at - from_iso(str(said["ends_at"])) - _GRACE
    hours = max(0, -(-late // _HOUR))
    return min(Decimal(str(said["per_hour"])) * hours, Decimal(str(said["cap"]))).quantize(_NOTHING)


def returned_at(moment: Moment) -> datetime | None:
    """When the customer gave it away; None before anybody knows."""
    state, way = moment.state, moment.value("return_way")
    if way == "pickup" and state.happened("pickup.arrived") and moment.value("window_starts_at"):
        return from_iso(str(moment.value("window_starts_at")))
    if way == "courier" and moment.data.get("posted_at"):
        return from_iso(str(moment.data["posted_at"]))
    seen = [fact.at for fact in state.facts if fact.name in ("unit.received", *_INSPECTED)]
    return min(seen) if seen else None
