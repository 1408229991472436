"""What casework itself can answer guards, effects and counting rules: about this case's number, its clocks, and cases like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luyue.apps.cases.models import Answer, Case
from luyue.apps.cases.selectors import STREAM
from luyue.apps.journal.chain import parse
from luyue.apps.journal.models import Entry
from luyue.apps.tasks.models import Task

_ENTRY_COLUMNS = {"case.closed": "closed_at", "case.received": "received_at"}  # facts the case row itself remembers


def case_number(case: Case | None, about: Mapping[str, object]) -> str | None:
    return case.number if case else None


def task_is_open(case: Case | None, about: Mapping[str, Any]) -> bool:
    """Whether another case with the same answers already has this task open: `after_repeats` opens once until it is done."""
    alike = _alike(about).exclude(pk=case.pk if case else None)
    return Task.objects.filter(rule=about["task"], state="open", case__in=alike).exists()


def other_cases(case: Case | None, about: Mapping[str, Any]) -> int:
    """How many other cases with the same answers had this fact in (since, until]."""
    fact, since, until = about["of"], about["since"], about["until"]
    alike = _alike(about).exclude(pk=case.pk if case else None)
    column = _ENTRY_COLUMNS.get(fact)
    if column:
        return alike.filter(**{f"{column}__gt": since, f"{column}__lte": until}).count()
    return sum(_has_fact(number, fact, since, until) for number in alike.values_list("number", flat=True))


def holders_of_clock(case: Case | None, about: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who held the case that a clock of any linked case belongs to while it ran, as `{"holder": "staff:7"}`."""
    if case is None:
        return []
    number, _, key = str(about["clock"]).rpartition("/") if "/" in str(about["clock"]) else ("", "", str(about["clock"]))
    linked = {case.number, *case.links_out.values_list("to_case__number", flat=True), *case.links_in.values_list("from_case__number", flat=True)}
    holders: dict[str, None] = {}
    for stream in sorted(STREAM + one for one in linked if not number or one == number):
        entries = Entry.objects.filter(stream=stream).order_by("seq").values_list("effects", flat=True)
        _collect(entries, key, holders)
    return [{"holder": holder} for holder in holders]


def _collect(entries: QuerySet, key: str, holders: dict[str, None]) -> None:
    """Everybody who held the case between the clock's first and last effect."""
    holder, runs = "", False
    for text in entries:
        for effect in parse(text):
            if effect["effect"] == "holder":
                holder = str(effect["holder"])
            elif effect["effect"] == "clock":
                clock = effect["clock"]
                if isinstance(clock, Mapping) and clock["key"] == key:
                    runs = clock["state"] in ("running", "paused")
                    if holder:
                        holders[holder] = None
            if runs and holder:
                holders[holder] = None


def _alike(about: Mapping[str, Any]) -> QuerySet[Case]:
    """Cases of the kind with all these answers."""
    found = Case.objects.filter(kind=about["kind"])
    for name, value in about["same"].items():
        for one in value if isinstance(value, list | tuple) else (value,):
            found = found.filter(pk__in=Answer.objects.filter(field=name, text=str(one)).values("case_id"))
    return found


def _has_fact(number: str, fact: str, since: datetime, until: datetime) -> bool:
    for text in Entry.objects.filter(stream=STREAM + number, entered_at__gt=since).values_list("effects", flat=True):
        for effect in parse(text) if f'"{fact}"' in text else ():
            if effect["effect"] == "fact" and effect["name"] == fact and since < datetime.fromisoformat(str(effect["at"])) <= until:
                return True
    return False
