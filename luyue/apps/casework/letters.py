"""What an entry says aloud: announcements to colleagues, and letters to customers, as rows of the entry's own transaction."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone

from luyue.apps.cases.links import page_of
from luyue.apps.cases.models import Case
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import insert
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.state import CaseState, NoticeDue
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Category, ClockRule, Ladder, Notice, Team

CUSTOMER = "customer"
# How a letter leaves, by the channel the regulation names. What is not here waits for the customer on his page.
_KINDS = {"email": "mail", "sms": "sms", "phone": "sms"}
_NAMESPACE = UUID("6f0a7c0e-2f0e-4d5c-9a62-5d0f4d4b7a11")  # message ids are made from what they are about, so a repeat has the same id
_MOST_MAILED, _LOOP_WITHIN = 3, timedelta(hours=1)  # not a promise: where letters and automatic answers begin to go round in circles
MERGED = "merged.number"  # stands in the entry that takes a duplicate in
_NUMBERS = ("account", "serial", "model", "order")
_BRACES = re.compile(r"\{([^{}\n]{1,60})\}")
_VARIABLE = re.compile(r"\{([a-z0-9_.\-/]+)\}")


def say(case: Case, state: CaseState, book: Rulebook, entry: Entry, notices: Iterable[NoticeDue], body: Mapping[str, object], now: datetime) -> None:
    """Write what the notices of one entry mean: rows that colleagues see, rows that the outbox sends."""
    announcements: list[dict[str, Any]] = []
    letters: list[dict[str, Any]] = []
    for number, notice in enumerate(notices):
        staff = [one for one in notice.recipients if one != CUSTOMER]
        kind, about = _kind_and_about(notice, state, book, entry, number)
        shared = {"case_id": case.pk, "entry_id": entry.pk, "kind": kind, "about": about[:160], "at": notice.at or now}
        announcements += [{**shared, "recipient": one[:80]} for one in staff]
        if CUSTOMER in notice.recipients:
            letters += _letters(case, state, book, entry, notice, body, now)
    insert(Announcement, announcements)
    insert(Outbox, letters)


def _kind_and_about(notice: NoticeDue, state: CaseState, book: Rulebook, entry: Entry, number: int) -> tuple[str, str]:
    """Unique in the case for everything said once, so that the store itself refuses to say it twice."""
    source, _, rest = notice.notice.partition("/")
    if source == "ladder":
        ladder, _, step = rest.partition("/")
        at = book.get(Ladder, ladder).steps[int(step)].at or "rung"
        clock = state.clocks.get(notice.about)
        share = f":{clock.warned[-1]}%" if at == "warned" and clock and clock.warned else ""
        return at, f"{notice.about}:{step}{share}"
    if source == "platform":
        return rest, f"{entry.seq}:{number}"
    return "notice", f"{notice.notice}:{entry.seq}:{number}"


def _letters(case: Case, state: CaseState, book: Rulebook, entry: Entry, notice: NoticeDue, body: Mapping[str, object], now: datetime) -> Iterator[Outbox]:
    rule = book.all(Notice).get(notice.notice)
    if rule is None or case.customer_id is None or said_often_enough(case, rule, now):
        return
    text = written(rule.text.zh, case, state, book, body)
    for kind in dict.fromkeys(_KINDS.get(channel, "portal") for channel in notice.channels):
        if kind == "mail" and entry.seq > 1 and _is_loop(case, rule, now):
            kind = "portal"  # a machine answers our machine; the words still stand on the customer's page
        yield letter(case, kind=kind, notice=rule.id, text=text, subject=rule.label.zh, entry=entry, now=now)


def letter(case: Case, *, kind: str, notice: str, text: str, subject: str, entry: Entry, now: datetime) -> dict[str, Any]:
    """The columns of one message to the customer of a case. Its id follows from the entry: a transaction tried again makes the same one."""
    is_here = kind == "portal"  # on the customer's own page it is delivered by being there
    payload = {"customer": case.customer_id, "subject": subject, "text": text, "entry": entry.seq}
    return {
        "id": uuid5(_NAMESPACE, f"{entry.hash}:{notice}:{kind}"),
        "kind": kind,
        "case_id": case.pk,
        "notice": notice,
        "recipient": "客户页面" if is_here else "",
        "payload": json.dumps(payload, ensure_ascii=False),
        "created_at": now,
        "due_at": now,
        "done_at": now if is_here else None,
    }


def said_often_enough(case: Case, rule: Notice, now: datetime) -> bool:
    """`at_most` counts per customer, over all his cases."""
    if rule.at_most is None:
        return False
    since = now - timedelta(days=rule.at_most.days)
    said = Outbox.objects.filter(case__customer=case.customer_id, notice=rule.id, created_at__gt=since)
    return said.count() >= rule.at_most.times


def _is_loop(case: Case, rule: Notice, now: datetime) -> bool:
    """Whether the same notice was mailed about this case so often within the hour that nobody but a machine can be asking for it."""
    lately = Outbox.objects.filter(case=case, notice=rule.id, kind="mail", created_at__gt=now - _LOOP_WITHIN)
    return lately[:_MOST_MAILED].count() >= _MOST_MAILED


def is_in_sample(number: str, rule: str, share: int) -> bool:
    """Whether a case falls into a sample of `share` percent: decided by its number, so nobody can choose."""
    return _lot(number, rule) % 100 < share


def drawn(numbers: Iterable[str], rule: str, n: int) -> list[str]:
    """So many of the cases, or all when there are fewer; by lot, in order."""
    return sorted(sorted(numbers, key=lambda number: (_lot(number, rule), number))[:n])


def _lot(number: str, rule: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{rule}:{number}".encode()).digest()[:4], "big")


def written(text: str, case: Case, state: CaseState, book: Rulebook, body: Mapping[str, object]) -> str:
    """The text of a notice with its variables filled in; what the case does not know is left out."""
    return _VARIABLE.sub(lambda match: _value(match[1], case, state, book, body), text)


VARIABLES = (
    "customer.name", "case.number", "case.kind", "case.opened", "promise.date", "order.number", "waybill", "plan.total", "team", "clause", "link",
    "company",
)  # fmt: skip


def filled(text: str, case: Case, state: CaseState, book: Rulebook) -> tuple[str, tuple[str, ...]]:
    """(text, variables without a value): as `written`, but what the case does not know stays in braces and is named."""
    missing: list[str] = []

    def put(match: re.Match[str]) -> str:
        value = _value(match[1], case, state, book, {})
        if not value:
            missing.append(match[1])
        return value or match[0]

    return _BRACES.sub(put, text), tuple(dict.fromkeys(missing))


def unknown_variables(text: str, book: Rulebook) -> list[str]:
    """Names in braces that no case of this rulebook could ever fill."""
    return [name for name in dict.fromkeys(_BRACES.findall(text)) if not _is_known(name.strip(), book)]


def _is_known(name: str, book: Rulebook) -> bool:
    if name.startswith("clock.") and name.endswith(".due"):
        return name.removeprefix("clock.").removesuffix(".due") in book.all(ClockRule)
    return name in _OF_CASE or name in book.fields


def _value(name: str, case: Case, state: CaseState, book: Rulebook, body: Mapping[str, object]) -> str:
    known = _OF_CASE[name](case, state, book) if name in _OF_CASE else ""
    if known or (name in _OF_CASE and name not in book.fields):
        return known  # what a form calls by the same name, such as the waybill, is looked for in the forms
    if name == MERGED:
        return str(body.get("number") or "")
    if name.startswith("clock.") and name.endswith(".due"):
        return _due(name.removeprefix("clock.").removesuffix(".due"), state)
    return _field(name, state, book, body)


def _due(rule: str, state: CaseState) -> str:
    dues = [clock.told_at or clock.promised_at for clock in state.clocks.values() if clock.rule == rule]
    known = [due for due in dues if due is not None]
    return said_instant(known[-1]) if known else ""


def _field(name: str, state: CaseState, book: Rulebook, body: Mapping[str, object]) -> str:
    """A closed value of the case, or a number just written down (waybill, serial). Never free words: they could be anybody's."""
    field = book.fields.get(name)
    value = state.fields.get(name)
    if value is None and field is not None and field.kind in _NUMBERS:
        value = body.get(name)
    if value is None or field is None:
        return ""
    values = value if isinstance(value, tuple | list) else (value,)
    if field.kind in ("choice", "choices") and field.of:
        labels = book.get(Category, field.of).values
        return "、".join(labels[str(one)].say() if str(one) in labels else str(one) for one in values)
    if field.kind == "instant":
        return said_instant(from_iso(str(value)))
    return "、".join(str(one) for one in values)


def _promise_date(case: Case, state: CaseState, book: Rulebook) -> str:
    """The earliest date told to the customer that still runs, else the earliest running deadline."""
    running = [clock for clock in state.clocks.values() if clock.state in ("running", "paused")]
    told = [clock.told_at or clock.promised_at for clock in running if clock.promised_at] or [clock.due_at for clock in running if clock.due_at]
    return said_instant(min(told)) if told else ""


def _team(case: Case, state: CaseState, book: Rulebook) -> str:
    teams = [actor.partition("/")[0] for actor in state.routed_teams] or list(state.teams[:1])
    known = book.all(Team)
    return "、".join(known[team].label.zh for team in dict.fromkeys(teams) if team in known)


def _clause(case: Case, state: CaseState, book: Rulebook) -> str:
    """The clause of the promise due next."""
    running = [clock for clock in state.clocks.values() if clock.state == "running" and clock.due_at]
    if not running:
        return ""
    rule = book.all(ClockRule).get(min(running, key=lambda clock: clock.due_at).rule)
    return book.clause_of(rule).title if rule else ""


def said_instant(at: datetime) -> str:
    """3月4日 9:05, in the installation's own zone."""
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02}"


def plain_name(name: str) -> str:
    """A name fit for a letter: anybody may write anything into a form, and letters go to addresses nobody has checked."""
    kept = "".join(char for char in name if char.isalpha() or char in " ·")[:20].strip()
    return kept or "客户"


_OF_CASE = {
    "case.number": lambda case, state, book: case.number,
    "case.kind": lambda case, state, book: book.procedure(state.kind).label.zh,
    "case.opened": lambda case, state, book: said_instant(state.received_at),
    "customer.name": lambda case, state, book: plain_name(case.customer.name) if case.customer else "客户",
    "company": lambda case, state, book: str(getattr(settings, "LUYUE_COMPANY", "") or "本公司"),
    "promise.date": _promise_date,
    "team": _team,
    "clause": _clause,
    "link": lambda case, state, book: page_of(case.number),
    "order.number": lambda case, state, book: str(state.fields.get("order", "") or state.fields.get("order_number", "")),
    "waybill": lambda case, state, book: str(state.fields.get("waybill", "")),
    "plan.total": lambda case, state, book: str(state.fields.get("plan_total", "")),
}
