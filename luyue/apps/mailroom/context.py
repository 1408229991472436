"""What the installation knows of itself as a correspondent, and which procedure a new mail opens."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings

from luyue.apps.contacts.mime import sender
from luyue.apps.customers.sealed import normal_email
from luyue.core.procedure import open_case as decide_opening
from luyue.core.procedure.state import Actor, CaseOpened, Invalid, Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Procedure

CHANNEL = "email"


def own_words() -> dict[str, Any]:
    """What `reading.read` must know to tell our own mail, and whose word on senders to believe."""
    own = normal_email(sender()[1])
    reply_to = normal_email(parseaddr(settings.LUYUE_MAIL_REPLY_TO.replace("+{token}", "").replace("{token}", ""))[1])
    return {
        "own_addresses": frozenset(filter(None, (own, reply_to))),
        "own_hosts": frozenset(filter(None, (own.rpartition("@")[2],))),
        "authserv": settings.LUYUE_MAIL_AUTHSERV,
    }


def procedure_for(recipients: tuple[str, ...], book: Rulebook) -> Procedure | None:
    """By the address it was sent to, else the one set for all, else the first that mail may open; None when mail opens none."""
    rules = {name: rule for name, rule in book.all(Procedure).items() if CHANNEL in rule.channels}
    by_address = dict(one.rpartition("=")[::2] for one in settings.LUYUE_MAIL_OPENS)
    wanted = [by_address[one] for one in map(_without_tag, recipients) if one in by_address]
    wanted += [by_address[""]] if "" in by_address else []
    wanted += sorted(rules, key=lambda name: not rules[name].starts_procedures)
    return next((rules[name] for name in wanted if name in rules), None)


def _without_tag(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name.partition('+')[0]}@{host}"


def desk_teams(book: Rulebook, now: Any) -> frozenset[str]:
    """The teams a new mail would go to: who decides on mails that are no case yet."""
    rule = procedure_for((), book)
    if rule is None:
        return frozenset()
    try:
        step = decide_opening(book, rule.id, Actor("system", frozenset({"system"})), channel=CHANNEL, customer_kind=rule.customers[0], data={}, at=now, now=now)
    except (Invalid, Refused):
        return frozenset()
    return frozenset(team for effect in step.effects if isinstance(effect, CaseOpened) for team in effect.teams)
