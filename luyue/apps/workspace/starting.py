"""Registering what came in by phone, in the shop, by mail or in chat: who it is, by which channel, and the intake form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.intake import CustomerData, Intake, Opened, open_case
from luyue.apps.customers.sealed import phone_fault
from luyue.apps.customers.selectors import addresses_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling
from luyue.apps.workspace.selectors import Known, customers_known_by, is_number_to_call, kinds_in_use
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Field, Form, Procedure

PHONE = "phone"
DESK_CHANNELS = (PHONE, "shop", "email", "chat", "social")  # what people take down; web, portal and API come in by themselves
RANG, ANSWERED, CHANNEL, CUSTOMER, KIND = "rang_at", "answered_at", "channel", "customer", "customer_kind"
FIND, LOOK, PICK, OTHER = "find", "look", "pick", "other"  # the search field; the buttons that look up, take over and let go
NAME, NUMBER = "_customer_name", "_customer_phone"  # asked only when the intake form itself does not


def procedures_to_open(book: Rulebook, reader: Staff | None = None) -> list[Procedure]:
    """What staff can register: with a reader, the kind his counter has most of first; then what may lead to something further, as an enquiry
    may to a complaint; else in the order of the text."""
    open_to_desk = [one for one in book.all(Procedure).values() if set(one.channels) & set(DESK_CHANNELS)]
    used = kinds_in_use(reader) if reader else []
    return sorted(open_to_desk, key=lambda one: (used.index(one.id) if one.id in used else len(used), not one.starts_procedures))


def channels_of(procedure: Procedure) -> list[str]:
    return [channel for channel in DESK_CHANNELS if channel in procedure.channels]


@dataclass(frozen=True, slots=True)
class WhoFields:
    """Which fields of an intake form say who the customer is; names are "" when the form does not ask."""

    name: str
    phone: str
    account: str
    order: str


def who_fields(form: Form) -> WhoFields:
    def first(test: Any) -> str:
        return next((one.name for one in form.fields if test(one)), "")

    def is_name(one: Field) -> bool:
        return one.kind == "text" and one.name.endswith("_name")

    return WhoFields(first(is_name), first(lambda one: one.kind == "phone"), first(lambda one: one.kind == "account"), first(lambda one: one.kind == "order"))


def known_customers(posted: Mapping[str, str]) -> list[Known]:
    """Who has the number that was typed into the search field."""
    words = posted.get(FIND, "").strip()
    return customers_known_by(words) if words else []


def chosen_customer(posted: Mapping[str, str]) -> Known | None:
    """The customer picked from what was found. He is found again by the same words, so nobody can leaf through customers by number."""
    if posted.get(LOOK) == OTHER:
        return None
    wanted = posted.get(PICK) or posted.get(CUSTOMER) or ""
    return next((one for one in known_customers(posted) if str(one.customer.pk) == wanted), None)


def number_of_a_stranger(posted: Mapping[str, str]) -> str:
    """The phone number that was looked up and is nobody's yet: whoever calls from it is asked for his name, not for his number again."""
    typed = posted.get(FIND, "").strip()
    return typed if LOOK in posted and is_number_to_call(typed) and not known_customers(posted) else ""


def prefilled(form: Form, known: Known, typed: str) -> dict[str, Any]:
    """What is on file of a customer, for the fields of the form; his number only if it is the one that was typed."""
    who, customer = who_fields(form), known.customer
    by_number = typed.strip() if known.by == PHONE else ""
    order = known.order or (known.orders[0].number if known.orders else "")
    values = {who.name: customer.name, who.phone: by_number, who.account: customer.account_number, who.order: order}
    return {name: value for name, value in values.items() if name and value}


def begin(request: HttpRequest, reader: Staff, procedure: Procedure, book: Rulebook, filled: filling.Filling, now: datetime) -> Opened:
    """Open the case. raises Invalid (422), Refused (409), FileRefused (422)."""
    posted, form = request.POST, book.form(procedure.intake)
    channel = posted.get(CHANNEL, "")
    if channel not in channels_of(procedure):
        raise Invalid({CHANNEL: _("请选择客户从哪里来")})
    wrong: dict[str, str] = {}
    rang_at, answered_at = _call(posted, channel, wrong)
    known = chosen_customer(posted)
    data = dict(filled.data)
    who = who_fields(form)
    if known and who.phone and not data.get(who.phone):
        data[who.phone] = addresses_of(known.customer).phone
    return open_case(
        Intake(
            channel=channel,
            external_id=filled.once,
            procedure=procedure.id,
            customer=known.customer.pk if known else _new_customer(posted, procedure, who, data, wrong),
            data={name: value for name, value in data.items() if value},
            at=rang_at or filled.at,
            now=now,
            by=reader,
            rang_at=rang_at,
            answered_at=answered_at,
        ),
        wrong,
    )


def _call(posted: QueryDict, channel: str, wrong: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """First ring and answer of a phone call; (None, None) on every other channel."""
    if channel != PHONE:
        return None, None
    times = {name: filling.local_instant(typed, name) for name in (RANG, ANSWERED) if (typed := posted.get(name, "").strip())}
    rang_at, answered_at = times.get(RANG), times.get(ANSWERED)
    if rang_at and answered_at and answered_at < rang_at:
        wrong[ANSWERED] = _("接听时间不能早于响铃时间")
    return rang_at, answered_at


def _new_customer(posted: QueryDict, procedure: Procedure, who: WhoFields, data: Mapping[str, Any], wrong: dict[str, str]) -> CustomerData:
    """Who it is, from what was typed; what is wrong with it goes into `wrong`, to be said together with the rest of the form."""
    kinds = procedure.customers
    kind = posted.get(KIND, "") if len(kinds) > 1 else kinds[0]
    if kind not in kinds:
        wrong[KIND], kind = _("请选择个人或企业"), kinds[0]
    name = data.get(who.name) if who.name else posted.get(NAME, "").strip()
    if not name:
        wrong[who.name or NAME] = _("请填写姓名或单位名称")
    phone = data.get(who.phone) if who.phone else posted.get(NUMBER, "").strip()
    if fault := phone_fault(str(phone)) if phone else "":
        wrong[who.phone or NUMBER] = fault
    return CustomerData(kind=kind, name=str(name or ""), phone=str(phone or ""), account_number=str(data.get(who.account) or ""))
