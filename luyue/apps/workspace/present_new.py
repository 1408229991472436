"""The registering page: channel, who it is, the intake form, and the promises that begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.forms import specs
from luyue.apps.customers.selectors import masked_addresses_of
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import day_short, moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, starting
from luyue.apps.workspace.selectors import Known, RentedOrder
from luyue.apps.workspace.shell import language
from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ClockRule, Procedure
from luyue.core.regulation.vocabulary import CHANNELS
from luyue.core.regulation.words import CUSTOMER_KINDS, actor_words, listed

_ICONS = {"phone": "phone", "shop": "building-store", "email": "mail", "chat": "message-circle", "social": "world"}


def page(
    procedure: Procedure, book: Rulebook, now: datetime, reader: Staff, *, posted: QueryDict, values: Mapping[str, Any], errors: Mapping[str, str], once: str
) -> dict[str, Any]:
    """The context of the page; `values` are those of the intake form, files included."""
    form = book.form(procedure.intake)
    chosen = starting.chosen_customer(posted)
    who = starting.who_fields(form)
    fields = specs(form, book, language=language(), values=values, errors=errors)
    for spec in fields:
        if chosen and spec["name"] == who.phone and not spec["value"]:
            spec |= {"required": False, "hint": _("留空，用存档的 %(phone)s") % {"phone": masked_addresses_of(chosen.customer).phone}}
        if chosen and spec["kind"] == "order":
            spec["suggestions"] = order_choices(chosen.orders, now)
    people = {name for name in (who.name, who.phone, who.account) if name}
    labels = {spec["name"]: spec["label"] for spec in fields} | {starting.CHANNEL: _("从哪里来"), starting.KIND: _("个人还是企业")}
    return {
        "procedure": {"id": procedure.id, "label": procedure.label.say(language())},
        "kinds": _kinds(book, procedure, reader),
        "channel": _channel(procedure, posted, errors),
        "call": _call(now, posted, errors),
        "time": filling.time_fields(now, posted, errors),
        "find": posted.get(starting.FIND, ""),
        "found": [] if chosen else [_known(one, now) for one in starting.known_customers(posted)],
        "chosen": _known(chosen, now) if chosen else None,
        "customer_kind": _customer_kind(procedure, posted, errors) if not chosen else None,
        "who_fields": [spec for spec in fields if spec["name"] in people] + ([] if chosen else _own_fields(who, posted, errors)),
        "fields": [spec for spec in fields if spec["name"] not in people],
        "errors": filling.summary(errors, labels),
        "begins": begins(procedure, book, posted.get(starting.CHANNEL) or starting.channels_of(procedure)[0], now),
        "once": once,
    }


def _kinds(book: Rulebook, procedure: Procedure, reader: Staff) -> list[dict[str, Any]]:
    return [
        {"label": one.label.say(language()), "href": reverse("workspace:new", args=[one.id]), "current": one.id == procedure.id}
        for one in starting.procedures_to_open(book, reader)
    ]


def _channel(procedure: Procedure, posted: QueryDict, errors: Mapping[str, str]) -> dict[str, Any]:
    channels = starting.channels_of(procedure)
    value = posted.get(starting.CHANNEL) or channels[0]
    tiles = [{"value": one, "label": CHANNELS[one].say(language()), "icon": _ICONS.get(one, "message"), "chosen": one == value} for one in channels]
    return {"tiles": tiles, "value": value, "errors": filling.listed(errors.get(starting.CHANNEL))}


def _call(now: datetime, posted: QueryDict, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    shown = filling.wall_time(now, seconds=True)
    return [
        {"name": name, "id": filling.control_id(name), "label": label, "button": button, "value": posted.get(name, shown), "error": errors.get(name, "")}
        for name, label, button in ((starting.RANG, _("响铃时间"), _("响铃")), (starting.ANSWERED, _("接听时间"), _("接听")))
    ]


def order_choices(orders: Iterable[RentedOrder], now: datetime) -> list[tuple[str, str]]:
    """A customer's orders to pick from: number, what was rented, until when."""
    words = _("%(what)s，至 %(until)s")
    found = []
    for one in orders:
        what = listed((model for model, _quantity in one.lines), language())
        found.append((one.number, words % {"what": what, "until": day_short(one.ends_on, now.date())}))
    return found


def _known(known: Known, now: datetime) -> dict[str, Any]:
    customer = known.customer
    orders = [
        {
            "number": order.number,
            "words": listed((model for model, _quantity in order.lines), language()),
            "until": day_short(order.ends_on, now.date()),
        }
        for order in known.orders[:3]
    ]
    return {
        "id": customer.pk,
        "name": customer.name,
        "kind": CUSTOMER_KINDS[customer.kind].say(language()),
        "phone": masked_addresses_of(customer).phone,
        "account": customer.account_number,
        "orders": orders,
    }


def _customer_kind(procedure: Procedure, posted: QueryDict, errors: Mapping[str, str]) -> dict[str, Any] | None:
    if len(procedure.customers) < 2:
        return None
    choices = [(kind, CUSTOMER_KINDS[kind].say(language())) for kind in procedure.customers]
    value = posted.get(starting.KIND) or procedure.customers[0]
    return {
        "name": starting.KIND,
        "kind": "choice",
        "label": _("个人还是企业"),
        "choices": choices,
        "value": value,
        "errors": filling.listed(errors.get(starting.KIND)),
    }


def _own_fields(who: starting.WhoFields, posted: QueryDict, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Name and number, where the intake form does not ask for them itself."""
    known = {starting.NAME: "", starting.NUMBER: starting.number_of_a_stranger(posted)}
    asked = [] if who.name else [(starting.NAME, "text", _("客户姓名或单位"), True)]
    asked += [] if who.phone else [(starting.NUMBER, "phone", _("客户电话"), False)]
    return [
        {"name": name, "kind": kind, "label": label, "required": required, "value": posted.get(name) or known[name], "errors": filling.listed(errors.get(name))}
        for name, kind, label, required in asked
    ]


def begins(procedure: Procedure, book: Rulebook, channel: str, now: datetime) -> list[dict[str, Any]]:
    """The promises that start with the registration, and when each is due if it is sent now."""
    view = {"kind": procedure.id, "channel": channel, "stage": procedure.entry_stage}
    started = [rule for rule in book.all(ClockRule).values() if rule.starts_at == "case.received" and rule.applies_to.holds(view)]
    built = []
    for rule in started:
        due = book.agenda.due(now, rule.target).at if isinstance(rule.target, Within) else None
        built.append(
            {
                "label": rule.label.say(language()),
                "due": moment(due, now, ends=True) if due else "",
                "team": actor_words(rule.owed_by, book, language()),
                "clause": clause_ref(book, rule.regulation, rule.clause, language=language()),
            }
        )
    return built
