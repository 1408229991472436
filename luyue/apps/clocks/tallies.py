"""Kept and missed by day, clause and team, counted as it happens (see `models.Tally`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from luyue.apps.clocks.models import Clock, Tally
from luyue.apps.journal.statements import insert
from luyue.apps.journal.transaction import lock_name, write

Key = tuple[date, str, str, str]  # day, regulation, clause, team
_JUDGED = ("kept", "missed")
_CHUNK = 5000


def add(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> None:
    """What changed between the clock rows of a case, by clock key; inside the transaction that changes them."""
    found: Counter[tuple[Key, str]] = Counter()
    for key, row in new.items():
        before = old.get(key)
        if before == row or (row["state"] not in _JUDGED and (before is None or before["state"] not in _JUDGED)):
            continue
        found[_place(row)] += 1
        if before is not None:
            found[_place(before)] -= 1
    for key, row in old.items():
        if key not in new:
            found[_place(row)] -= 1
    rows = [_row(key, state, n) for (key, state), n in found.items() if n and state in _JUDGED]
    if rows:
        insert(Tally, rows)


def owing(owed_by: str, team: str) -> str:
    """The department a promise is counted for: the team that has it, else the team of whoever owes it; "" for a holder or owner."""
    found = team or owed_by
    return "" if found in ("holder", "owner") or found.startswith("staff:") else found.partition("/")[0]


def _place(row: Mapping[str, Any]) -> tuple[Key, str]:
    at: datetime | None = row["settled_at"]
    day = timezone.localdate(at) if at else date.min
    return (day, row["regulation"], row["clause"], owing(row["owed_by"], row["team"])), row["state"]


def _row(key: Key, state: str, n: int) -> dict[str, Any]:
    day, regulation, clause, team = key
    return {"day": day, "regulation": regulation, "clause": clause, "team": team, "kept": n * (state == "kept"), "missed": n * (state == "missed")}


def lay_together(today: date, days: int = 40) -> int:
    """Make one row of each key of the last `days`; how many rows are gone. Whoever adds meanwhile adds a new row, and is not waited for."""
    since = today - timedelta(days=days)
    if not Tally.objects.filter(day__gte=since).values("day", "regulation", "clause", "team").annotate(n=Count("pk")).filter(n__gt=3).exists():
        return 0

    def work() -> int:
        lock_name("clocks.tally")
        sums: Counter[tuple[Key, str]] = Counter()
        ids = []
        for pk, *key, kept, missed in Tally.objects.filter(day__gte=since).values_list("pk", "day", "regulation", "clause", "team", "kept", "missed"):
            ids.append(pk)
            sums[(tuple(key), "kept")] += kept  # type: ignore[index]
            sums[(tuple(key), "missed")] += missed  # type: ignore[index]
        rows = _whole(sums)
        for start in range(0, len(ids), _CHUNK):
            Tally.objects.filter(pk__in=ids[start : start + _CHUNK]).delete()
        Tally.objects.bulk_create(rows, batch_size=1000)
        return len(ids) - len(rows)

    return write(work)


def recount() -> None:
    """Every tally anew out of the clocks: for a store that came to be without them."""

    def work() -> None:
        lock_name("clocks.tally")
        Tally.objects.all().delete()
        Tally.objects.bulk_create(_whole(counted()), batch_size=1000)

    write(work)


def counted() -> Counter[tuple[Key, str]]:
    """What the tallies should add up to, by the clocks themselves."""
    found: Counter[tuple[Key, str]] = Counter()
    columns = ("settled_at", "regulation", "clause", "owed_by", "team", "state")
    for values in Clock.objects.filter(state__in=_JUDGED).values_list(*columns).iterator(chunk_size=_CHUNK):
        found[_place(dict(zip(columns, values, strict=True)))] += 1
    return found


def summed(since: date | None = None) -> Counter[tuple[Key, str]]:
    """What the tallies add up to."""
    found: Counter[tuple[Key, str]] = Counter()
    rows = Tally.objects.filter(day__gte=since) if since else Tally.objects.all()
    for row in rows.values("day", "regulation", "clause", "team").annotate(kept=Sum("kept"), missed=Sum("missed")):
        key = (row["day"], row["regulation"], row["clause"], row["team"])
        for state in _JUDGED:
            if row[state]:
                found[(key, state)] = row[state]
    return found


def _whole(sums: Mapping[tuple[Key, str], int]) -> list[Tally]:
    names = ("day", "regulation", "clause", "team")
    keys = dict.fromkeys(key for (key, _), n in sums.items() if n)
    counts = ((key, sums.get((key, "kept"), 0), sums.get((key, "missed"), 0)) for key in keys)
    return [Tally(**dict(zip(names, key, strict=True)), kept=kept, missed=missed) for key, kept, missed in counts]
