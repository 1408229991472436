"""The cases of a window as the core counts them, in a few questions to the store however many there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from luyue.apps.cases.models import Answer, Case, CaseLink
from luyue.apps.clocks.models import Clock
from luyue.apps.clocks.tallies import owing
from luyue.apps.contacts.models import Outbox
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.apps.tasks.models import Task
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.index import index_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AfterRepeats, Every, Notice, Procedure, ReportRule, TaskRule
from luyue.core.reporting import MORE_CONTACTS, Duty, Matter, Promise, Window

_CHUNK = 500
_CASE = ("id", "number", "kind", "received_at", "closed_at", "hand_overs", "rulebook_id", "channel")
_NEEDS_FACTS = frozenset({"first-response-mean", "first-contact-resolution", "response-distribution"})  # measures that look at single facts of every case


def matters(rule: ReportRule, window: Window, book: Rulebook) -> Iterator[Matter]:
    """Every case the rule's figures may be about: those of the regulation that were alive in the window or lately before, and complaints."""
    since = window.begins_at - timedelta(days=_look_back_days(rule, book))
    kinds = _kinds(rule, book)
    alive = Q(is_open__in=[True]) | Q(is_open__in=[False], closed_at__gte=since)
    found = dict.fromkeys(Case.objects.filter(alive, kind__in=kinds, received_at__lt=window.ends_at).order_by("pk").values_list("pk", flat=True))
    settled = Clock.objects.filter(state__in=("kept", "missed"), settled_at__gte=window.begins_at, settled_at__lt=window.ends_at)
    found |= dict.fromkeys(settled.filter(regulation=rule.regulation).values_list("case_id", flat=True).distinct())
    asking = surveys(book) if any(shown.measure == "survey" for shown in rule.shows) else {}
    if asking:
        found |= dict.fromkeys(_letters(asking, window).values_list("case_id", flat=True).distinct())
    all_facts = any(shown.measure in _NEEDS_FACTS for shown in rule.shows)
    ids = sorted(found)
    for start in range(0, len(ids), _CHUNK):
        yield from _matters(ids[start : start + _CHUNK], kinds, window, all_facts=all_facts, asking=asking)


def _kinds(rule: ReportRule, book: Rulebook) -> list[str]:
    """The regulation's own procedures and what they turn into; a regulation without procedures speaks of all."""
    own = {name: one for name, one in book.all(Procedure).items() if one.regulation == rule.regulation}
    beside = {name for one in own.values() for name in one.starts_procedures} | ({"complaint"} & book.all(Procedure).keys())
    return sorted({*own, *beside} if own else book.all(Procedure))


def surveys(book: Rulebook) -> dict[str, str]:
    """Notices that go out every period and ask for a form, by their ids."""
    return {one.id: one.asks for one in book.all(Notice).values() if one.asks and isinstance(one.trigger, Every)}


def _letters(asking: Mapping[str, str], window: Window) -> QuerySet[Outbox]:
    return Outbox.objects.filter(notice__in=asking, case__isnull=False, created_at__gte=window.begins_at, created_at__lt=window.ends_at)


def duties(rule: ReportRule, window: Window) -> list[Duty]:
    """The tasks without a case that fell due in the window."""
    if not any(shown.measure == "duties-done" for shown in rule.shows):
        return []
    due = Task.objects.filter(case=None, due_at__gt=window.begins_at, due_at__lte=window.ends_at).exclude(state="cancelled")
    return [Duty(*row) for row in due.order_by("pk").values_list("rule", "due_at", "done_at")]


def _look_back_days(rule: ReportRule, book: Rulebook) -> int:
    triggers = [one.trigger for one in book.all(TaskRule).values() if one.regulation == rule.regulation]
    return max((one.days for one in triggers if isinstance(one, AfterRepeats)), default=0)


def _matters(wanted: list[int], kinds: list[str], window: Window, *, all_facts: bool, asking: Mapping[str, str]) -> Iterator[Matter]:
    rows = [dict(zip(_CASE, values, strict=True)) for values in Case.objects.filter(pk__in=wanted, kind__in=kinds).order_by("pk").values_list(*_CASE)]
    answers, amounts = _values(wanted)
    promises = _promises(wanted, window)
    opened: dict[int, list[str]] = defaultdict(list)
    for case, kind in CaseLink.objects.filter(from_case__in=wanted).order_by("pk").values_list("from_case_id", "to_case__kind"):
        opened[case].append(kind)
    asked: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    if asking:
        for case, notice, sent_at in _letters(asking, window).filter(case__in=wanted).values_list("case_id", "notice", "created_at"):
            asked[case].append((asking[notice], sent_at))
    facts = _facts([row for row in rows if row["hand_overs"] or all_facts])
    for row in rows:
        pk = row["id"]
        handed, responded_at, came_back = facts.get(pk, ((), None, ()))
        yield Matter(
            row["number"], row["kind"], row["received_at"], row["closed_at"], responded_at,
            answers.get(pk, {}) | {"channel": (row["channel"],)}, amounts.get(pk, {}),
            handed, tuple(opened.get(pk, ())), tuple(promises.get(pk, ())), tuple(asked.get(pk, ())), came_back,
        )  # fmt: skip


def _values(ids: list[int]) -> tuple[dict[int, dict[str, tuple[str, ...]]], dict[int, dict[str, Decimal]]]:
    answers: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    amounts: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for case, field, text, amount in Answer.objects.filter(case__in=ids).order_by("pk").values_list("case_id", "field", "text", "amount"):
        if amount is not None:
            amounts[case][field] = amount
        elif text is not None:
            answers[case][field] = (*answers[case].get(field, ()), text)
    return answers, amounts


def _promises(ids: list[int], window: Window) -> dict[int, list[Promise]]:
    found: dict[int, list[Promise]] = defaultdict(list)
    columns = ("case_id", "regulation", "clause", "rule", "owed_by", "team", "state", "settled_at", "corrected_by")
    rows = Clock.objects.filter(case__in=ids, state__in=("kept", "missed"), settled_at__gte=window.begins_at, settled_at__lt=window.ends_at)
    for case, regulation, clause, rule, owed_by, team, state, settled_at, corrected_by in rows.values_list(*columns):
        found[case].append(Promise(regulation, clause, rule, owing(owed_by, team), state == "kept", settled_at, bool(corrected_by)))
    return found


def _facts(rows: list[dict[str, Any]]) -> dict[int, tuple[tuple[datetime, ...], datetime | None, tuple[datetime, ...]]]:
    """(hand-overs, first response, more contacts) of each case, out of the facts it remembers."""
    handing = {(row["rulebook_id"], row["kind"]): frozenset[str]() for row in rows}
    for rulebook_id, kind in handing:
        handing[rulebook_id, kind] = index_of(rulebook_by_id(rulebook_id)).handing_facts(kind)
    found = {}
    named = {row["id"]: handing[row["rulebook_id"], row["kind"]] for row in rows}
    for pk, memo in Case.objects.filter(pk__in=list(named)).values_list("pk", "memo"):
        told = [(fact[0], from_iso(fact[1])) for fact in json.loads(memo)["facts"]]
        responded = next((at for name, at in told if name == "case.responded"), None)
        found[pk] = (tuple(at for name, at in told if name in named[pk]), responded, tuple(at for name, at in told if name in MORE_CONTACTS))
    return found
