"""Finding cases by their words, a customer's phone or mail address, among those the reader may see.

The grams of a case's words stand in an index of the store's own (`candidates`): it names cases, the newest first. What the reader may see
decides next, and where grams alone cannot tell, the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import QuerySet

from luyue.apps.cases.candidates import candidates
from luyue.apps.cases.grams import Asked, asked, grams_of, normal
from luyue.apps.cases.models import Case, CaseWords
from luyue.apps.cases.readers import Reader
from luyue.apps.cases.selectors import among, cases_for, seen_among
from luyue.apps.customers.selectors import customers_by_email, customers_by_phone
from luyue.apps.journal.statements import ask

MOST = 300  # cases a question finds; whoever finds more narrows it
_PHONE = re.compile(r"[+\d][\d\s()-]*")
_PHONE_DIGITS = 7  # fewer digits are no number to look a person up by
_AROUND = 18  # characters of an excerpt on either side


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of the cases, the newest first. `is_cut`: there are more than were asked for."""

    ids: tuple[int, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a case's words, and where in it the words asked for stand."""

    text: str
    marks: tuple[tuple[int, int], ...]


def find(reader: Reader, words: str, *, within: QuerySet[Case] | None = None, most: int = MOST) -> Found:
    """Cases of the reader with all these words, or of the customer with this phone number or mail address.

    within  narrows further; it must itself begin with `cases_for(reader)`.
    """
    found = set(_of_address(reader, words, within))
    question = asked(words)
    for chunk in candidates(question) if question else ():
        seen = seen_among(reader, chunk)
        if within is not None:
            seen = set(within.order_by().filter(pk__in=seen).values_list("pk", flat=True))
        found.update(seen if question.is_exact else _looked_at(question, seen))
        if len(found) > most:
            break
    ids = sorted(found, reverse=True)
    return Found(tuple(ids[:most]), len(ids) > most)


def excerpts(ids: Iterable[int], words: str) -> dict[int, Excerpt]:
    """case id -> the passage that says most of these words. The caller has found the ids through `find`."""
    terms = asked(words).terms
    rows = _words(ids) if terms else ()
    return {case_id: excerpt for case_id, text in rows if (excerpt := _excerpt(text, terms)) is not None}


def put(case_id: int, words: str) -> None:
    """These are the words of the case from now on; inside the caller's transaction."""
    old = words_of(case_id)
    if old == words:
        return
    if old is None or connection.vendor != "sqlite":
        put_all([(case_id, words)])
        return
    with connection.cursor() as cursor:
        # The index keeps no text: to take a case's grams out it must be told them.
        _take_out(cursor, case_id, old)
        cursor.execute("UPDATE cases_casewords SET words = %s WHERE case_id = %s", [words, case_id])
        cursor.execute("INSERT INTO cases_grams (rowid, grams) VALUES (%s, %s)", [case_id, _grams(words)])


def put_all(told: Sequence[tuple[int, str]]) -> None:
    """(case id, words) of cases that have none yet; inside the caller's transaction."""
    if connection.vendor == "sqlite":
        for case_id, words in told:
            ask("INSERT INTO cases_casewords (case_id, words) VALUES (%s, %s)", [case_id, words])
            ask("INSERT INTO cases_grams (rowid, grams) VALUES (%s, %s)", [case_id, _grams(words)])
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO cases_casewords (case_id, words, grams) VALUES (%s, %s, array_to_tsvector(string_to_array(%s, ' ')))"
            " ON CONFLICT (case_id) DO UPDATE SET words = excluded.words, grams = excluded.grams",
            [(case_id, words, _grams(words)) for case_id, words in told],
        )


def words_of(case_id: int) -> str | None:
    """The words a case is found by now; None when it was never written."""
    rows = ask("SELECT words FROM cases_casewords WHERE case_id = %s", [case_id])
    return str(rows[0][0]) if rows else None


def index_again() -> None:
    """Make the index anew from the words as they are stored; inside the caller's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO cases_grams (cases_grams) VALUES ('delete-all')")
        rows = CaseWords.objects.order_by("case_id").values_list("case_id", "words").iterator(chunk_size=1000)
        while some := [(case_id, _grams(words)) for case_id, words in islice(rows, 1000)]:
            if connection.vendor == "sqlite":
                cursor.executemany("INSERT INTO cases_grams (rowid, grams) VALUES (%s, %s)", some)
            else:
                cursor.execute(
                    "UPDATE cases_casewords w SET grams = array_to_tsvector(string_to_array(d.grams, ' '))"
                    " FROM unnest(%s::bigint[], %s::text[]) AS d (id, grams) WHERE w.case_id = d.id",
                    [list(column) for column in zip(*some, strict=True)],
                )


def _take_out(cursor: object, case_id: int, words: str) -> None:
    statement = "INSERT INTO cases_grams (cases_grams, rowid, grams) VALUES ('delete', %s, %s)"
    cursor.execute(statement, [case_id, _grams(words)])  # type: ignore[attr-defined]


def _grams(words: str) -> str:
    return " ".join(sorted(grams_of(words)))


def _of_address(reader: Reader, words: str, within: QuerySet[Case] | None) -> list[int]:
    """Cases of the customer with this whole phone number or mail address, however it is written."""
    words = words.strip()
    if _PHONE.fullmatch(words) and sum(char.isdigit() for char in words) >= _PHONE_DIGITS:
        customers = customers_by_phone(words)
    elif "@" in words:
        customers = customers_by_email(words)
    else:
        return []
    allowed = (cases_for(reader) if within is None else within).order_by()
    return list(allowed.filter(customer__in=[one.pk for one in customers]).values_list("pk", flat=True)) if customers else []


def _looked_at(question: Asked, ids: Iterable[int]) -> list[int]:
    return [case_id for case_id, words in _words(ids) if question.stands_in(words)]


def _words(ids: Iterable[int]) -> list[tuple[int, str]]:
    """(case id, words) of these cases."""
    these, values = among(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT case_id, words FROM cases_casewords WHERE {these}", values)
        return list(cursor.fetchall())


def _excerpt(text: str, terms: tuple[str, ...]) -> Excerpt | None:
    """Around the first term in the line that has most of them; None when no line has any."""
    fold = str.casefold if any(term in text.casefold() for term in terms) else normal
    best, most = "", 0
    for line in text.splitlines():
        plain = fold(line)
        n = sum(term in plain for term in terms)
        if n > most:
            best, most = line, n
        if most == len(terms):
            break
    plain = fold(best)
    # Where case and width changed the length, places no longer agree: then the words as they were compared are shown.
    shown = best if len(plain) == len(best) else plain
    first = min((at for term in terms if (at := plain.find(term)) >= 0), default=-1)
    if first < 0:
        return None
    start = max(0, first - _AROUND)
    end = min(len(shown), first + 2 * _AROUND)
    head, tail = "…" if start else "", "…" if end < len(shown) else ""
    marks = sorted((at.start() - start + len(head), at.end() - start + len(head)) for at in _places(plain, terms) if at.start() >= start and at.end() <= end)
    return Excerpt(f"{head}{shown[start:end]}{tail}", tuple(_apart(marks)))


def _places(plain: str, terms: tuple[str, ...]) -> Iterator[re.Match[str]]:
    return re.finditer("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)), plain)


def _apart(marks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last = -1
    for start, end in marks:
        if start >= last:
            yield start, end
            last = end
