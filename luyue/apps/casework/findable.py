"""The words a case is found by: its number, who the customer is, and everything that was written in it in free words.

Written inside the transaction of the entry that says them, gone with the bodies when these are erased, and told again by the journal
(`expected`). Phone numbers and mail addresses are no part of it: they are found through the customer's blind index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from luyue.apps.cases import search
from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import stream_of
from luyue.apps.contacts.models import Contact
from luyue.apps.customers.models import Customer
from luyue.apps.journal.models import EntryBody
from luyue.apps.journal.statements import select
from luyue.apps.regulation.selectors import rulebook_by_id
from luyue.core.procedure.acts import FORMS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Field

_KINDS = frozenset({"text", "long-text", "order", "account", "serial", "model"})
_WORDS = frozenset({"text", "long-text"})  # of the platform's own forms: their numbers name checklists and colleagues
_TEXT = "_text"  # the customer's words beside the form of an opening
_AT_ONCE = 500  # cases in one transaction
_LONGEST = 4000  # characters of one passage: a mail with a thousand quoted lines is found by its first page
_PLATFORM: Mapping[str, Field] = {field.name: field for form in FORMS.values() for field in form.fields}


def begin(case: Case, book: Rulebook, body: Mapping[str, Any]) -> None:
    """The words of a case that was inserted a moment ago."""
    search.put_all([(case.pk, _joined([case.number, *_customer_words(case), *passages(body, book)]))])


def add(case: Case, said: Iterable[str]) -> None:
    """More words of a locked case."""
    new = [one for one in (_line(text) for text in said) if one]
    if new:
        old = search.words_of(case.pk)
        _put(case, [*(old.split("\n") if old else _heading(case)), *new])


def renew(case: Case, book: Rulebook) -> None:
    """All words again, by the fields that another rulebook knows."""
    search.put(case.pk, expected(case, book))


def forget(case: Case) -> None:
    """Its words were erased: the number alone is left."""
    search.put(case.pk, case.number)


def again(case: Case) -> None:
    """Some of its words were erased: what is left is what it is found by."""
    search.put(case.pk, expected(case, rulebook_by_id(case.rulebook_id)))


def passages(body: Mapping[str, Any], book: Rulebook) -> list[str]:
    """What an entry's body says in free words, numbers of orders, accounts and devices included."""
    return list(_passages(body, book))


def expected(case: Case, book: Rulebook) -> str:
    """The words as the journal, the customer and what was carried over tell them."""
    return _words(case, book, _bodies_of([case])[case.pk], _carried_to([case])[case.pk])


def write_missing() -> int:
    """Words of every case that has none yet, as after an upgrade; how many."""
    from luyue.apps.journal.transaction import write

    missing, written, last = Case.objects.filter(words=None).order_by("pk"), 0, 0
    while ids := list(missing.filter(pk__gt=last).values_list("pk", flat=True)[:_AT_ONCE]):
        written += write(partial(_write_missing_of, ids))  # one by one a year's cases would cost an hour of commits
        last = ids[-1]
    return written


def _write_missing_of(ids: list[int]) -> int:
    cases = list(Case.objects.filter(pk__in=ids, words=None).select_related("customer").defer("memo"))
    bodies, carried = _bodies_of(cases), _carried_to(cases)
    search.put_all([(case.pk, _words(case, rulebook_by_id(case.rulebook_id), bodies[case.pk], carried[case.pk])) for case in cases])
    return len(cases)


def _words(case: Case, book: Rulebook, bodies: list[str | None], carried: list[str]) -> str:
    """bodies: of its entries in their order, None for one that was erased."""
    said = [passage for body in bodies if body for passage in passages(json.loads(body), book)]
    return _joined([case.number, *said] if None in bodies else [*_heading(case), *said, *carried])


def _bodies_of(cases: Sequence[Case]) -> dict[int, list[str | None]]:
    streams = {stream_of(case): case.pk for case in cases}
    found: dict[int, list[str | None]] = {case.pk: [] for case in cases}
    rows = EntryBody.objects.filter(entry__stream__in=list(streams)).order_by("entry__stream", "entry__seq")
    for stream, body, erased_at in rows.values_list("entry__stream", "body", "erased_at"):
        found[streams[stream]].append(None if erased_at else body or "")
    return found


def _carried_to(cases: Sequence[Case]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {case.pk: [] for case in cases}
    # By whom a contact was is not asked of the store: SQLite would read all that are of nobody, in whatever case.
    rows = Contact.objects.filter(case__in=list(found), direction="note", is_suspicious=False).exclude(text="").order_by("pk")
    for case_id, by_id, text in rows.values_list("case_id", "by_id", "text"):
        if by_id is None and case_id is not None:
            found[case_id].append(text)
    return found


def _heading(case: Case) -> list[str]:
    return [case.number, *_customer_words(case)]


def _customer_words(case: Case) -> list[str]:
    if case.customer_id is None:
        return []
    known = case._state.fields_cache.get("customer")
    if known is not None:
        return [known.name, known.contact_person]
    return [str(one) for one in select(Customer, ("name", "contact_person"), id=case.customer_id)[0]]


def _put(case: Case, said: Iterable[str]) -> None:
    search.put(case.pk, _joined(said))


def _joined(said: Iterable[str]) -> str:
    """A passage a line, none twice: what is said again is found already."""
    return "\n".join(dict.fromkeys(line for one in said if (line := _line(one))))


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _passages(body: Mapping[str, Any], book: Rulebook) -> Iterator[str]:
    for name, value in body.items():
        own, field = _PLATFORM.get(name), book.fields.get(name)
        kind = field.kind if field else own.kind if own and own.kind in _WORDS else ""
        if isinstance(value, str) and (kind in _KINDS or name == _TEXT or name.endswith("_other")):
            yield value
        elif kind == "lines" and isinstance(value, list | tuple):
            for line in value:
                yield from _passages(line, book)
