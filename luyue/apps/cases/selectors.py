"""The only door for reads: which cases a reader may see. Absent and forbidden look the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from luyue.apps.cases.links import hash_of
from luyue.apps.cases.models import Case, CaseTeam
from luyue.apps.cases.readers import Customer, Link, Reader, Staff, System
from luyue.apps.journal.models import Entry
from luyue.apps.journal.statements import load, select

STREAM = "case:"
_OVERLAP = 200  # entries looked at again: on PostgreSQL a lower id may be committed after a higher one
_AT_MOST = 500
_JOINED = ("rulebook", "customer", "holder", "owner")


class NotFound(Exception):
    """There is no such case, or it is none of the reader's business; nobody can tell which (404)."""


@dataclass(frozen=True, slots=True)
class Live:
    """What changed: `cursor` goes into the next question; `numbers` are cases the reader sees. A hint, not a record."""

    cursor: str
    numbers: tuple[str, ...]


def cases_for(reader: Reader) -> QuerySet[Case]:
    """Every case this reader may see, in no order."""
    if isinstance(reader, System):
        return Case.objects.all()
    if isinstance(reader, Staff):
        if not reader.teams:
            return Case.objects.none()
        return Case.objects.filter(_of_teams(reader, "pk"))
    if isinstance(reader, Customer):
        return Case.objects.filter(customer=reader.customer)
    if isinstance(reader, Link):
        return Case.objects.filter(pk=reader.case.pk)
    raise TypeError(f"{reader!r} is no reader.")


def of_cases_for(reader: Reader, case: str = "case") -> Q:
    """The same for rows that belong to a case, as a condition: `case` is their foreign key. Rows of no case are left out."""
    if isinstance(reader, System):
        return Q(**{f"{case}__isnull": False})
    if isinstance(reader, Staff):
        return _of_teams(reader, f"{case}_id") if reader.teams else Q(pk__in=())
    if isinstance(reader, Customer):
        return Q(**{f"{case}__customer": reader.customer})
    if isinstance(reader, Link):
        return Q(**{case: reader.case.pk})
    raise TypeError(f"{reader!r} is no reader.")


def _of_teams(reader: Staff, case_id: str) -> Q:
    """Asked case by case along the unique (case, team): whatever else narrows the question does so first."""
    return Q(Exists(CaseTeam.objects.filter(case=OuterRef(case_id), team__in=sorted(reader.teams))))


def case_for(reader: Reader, number: str) -> Case:
    """The case with what every page of it needs joined: rulebook, customer, holder, owner.

    raises  NotFound for absent and forbidden alike.
    """
    if isinstance(reader, Staff):
        found = load(Case, related=_JOINED, also=_seen_by(reader), number=number) if reader.teams else []
    else:
        found = [case for case in load(Case, related=_JOINED, number=number) if sees(reader, case)]
    if not found:
        raise NotFound(number)
    return found[0]


def case_by_link(token: str) -> Case:
    """The case a private link opens. raises NotFound."""
    found = load(Case, related=_JOINED, link_hash=hash_of(token))
    if not found:
        raise NotFound("link")
    return found[0]


def _seen_by(reader: Staff) -> tuple[str, list[str]]:
    """For plain statements over cases as `t`: the condition that a team of his may see the case, and its values."""
    teams = sorted(reader.teams)
    return f"EXISTS (SELECT 1 FROM cases_caseteam s WHERE s.case_id = t.id AND s.team IN ({', '.join(['%s'] * len(teams))}))", teams


def sees(reader: Reader, case: Case) -> bool:
    """Whether he may see this case; asks the store only for staff."""
    if isinstance(reader, Staff):
        return bool(reader.teams) and any(team in reader.teams for (team,) in select(CaseTeam, ("team",), case_id=case.pk))
    if isinstance(reader, Customer):
        return case.customer_id == reader.customer.pk
    return isinstance(reader, System) or reader.case.pk == case.pk


def seen_among(reader: Reader, ids: Sequence[int]) -> set[int]:
    """Which of these cases he may see, asked by one plain statement: for lists of hundreds that something else has named."""
    if not isinstance(reader, Staff):
        return set(cases_for(reader).filter(pk__in=ids).values_list("pk", flat=True))
    if not ids or not reader.teams:
        return set()
    teams = sorted(reader.teams)
    these, values = among(ids)
    with connection.cursor() as cursor:
        marks = ",".join(["%s"] * len(teams))
        cursor.execute(f"SELECT case_id FROM cases_caseteam WHERE {these} AND team IN ({marks})", [*values, *teams])
        return {row[0] for row in cursor.fetchall()}


def among(ids: Iterable[int]) -> tuple[str, list[str]]:
    """`case_id` is one of these: (condition, its values). Hundreds of marks would cost more than the answer does."""
    numbers = ",".join(str(int(one)) for one in ids)  # numbers alone: no text of anybody's gets into the statement
    return ("case_id = ANY(%s::bigint[])", [f"{{{numbers}}}"]) if connection.vendor == "postgresql" else (f"case_id IN ({numbers})", [])


@dataclass(frozen=True, slots=True)
class Brief:
    """A case in a few words, for lists beside something else."""

    id: int
    number: str
    kind: str
    subject: str
    is_open: bool


def cases_of_customer(reader: Staff | System, customer_id: int) -> list[Brief]:
    """The cases of one customer that the reader may see, newest first."""
    if isinstance(reader, Staff) and not reader.teams:
        return []
    seen, teams = _seen_by(reader) if isinstance(reader, Staff) else ("TRUE", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id, t.number, t.kind, t.subject, t.is_open FROM cases_case t WHERE t.customer_id = %s AND {seen} ORDER BY t.received_at DESC",
            [customer_id, *teams],
        )
        return [Brief(*row) for row in cursor.fetchall()]


def stream_of(case: Case) -> str:
    """The journal's stream of a case."""
    return STREAM + case.number


def row_heads() -> dict[str, tuple[int, str]]:
    """Where every case says its journal ends: stream -> (seq, hash)."""
    rows = Case.objects.values_list("number", "head_seq", "head_hash")
    return {STREAM + number: (seq, digest) for number, seq, digest in rows.iterator(chunk_size=5000)}


def live_since(reader: Reader, since: str) -> Live:
    """Cases of this reader with entries after the cursor `since`; an empty or strange cursor only gets a new one.

    On PostgreSQL a lower id may be committed after a higher one. So the last entries are looked at again, as far as their transactions
    may have been under way when the cursor was given out: a case may be named twice, none is left out.
    """
    last, running = _frontier()
    parts = since.split(".")
    if not all(part.isdecimal() for part in parts) or len(parts) != 2 or int(parts[0]) > last:
        return Live(f"{last}.{running}", ())
    known, then_running = int(parts[0]), int(parts[1])
    if known == last and then_running == running:
        return Live(since, ())
    entries = Entry.objects.filter(stream__startswith=STREAM)
    if connection.vendor == "postgresql":
        entries = entries.filter(id__gt=max(0, known - _OVERLAP)).extra(where=["xmin::text::bigint >= %s"], params=[then_running])
    else:
        entries = entries.filter(id__gt=known)
    numbers = {stream.removeprefix(STREAM) for stream in entries.order_by("-id").values_list("stream", flat=True)[:_AT_MOST]}
    mine = cases_for(reader).filter(number__in=numbers).values_list("number", flat=True) if numbers else ()
    return Live(f"{last}.{running}", tuple(sorted(mine)))


def _frontier() -> tuple[int, int]:
    """(last entry id, oldest transaction that may still write one); the second is 0 where ids commit in order."""
    running = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (SELECT max(id) FROM journal_entry), {running}")
        last, oldest = cursor.fetchone()
    return last or 0, int(oldest)
