"""PL309: erasing what no program may erase. Entries follow one another by their hashes; they lose their words, never themselves."""

from __future__ import annotations

from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import DataClass, Procedure

_JOURNAL, _ERASE = "journal", "erase"


def check(book: Book) -> Iterator[Problem]:
    for data in book.all(DataClass).values():
        if data.then != _ERASE or _JOURNAL not in data.covers:
            continue
        words: Words = {"data": data.id, "data_zh": data.label.zh}
        if case := _kept(book, data):
            words["shown_by"] = Witness(case, fact=data.kept_from)
        yield book.report("journal-erased", data, "then", **words)


def _kept(book: Book, data: DataClass) -> str:
    """A kind of case whose record it is: of its own regulation, else any."""
    procedures = book.all(Procedure).values()
    own = (one.id for one in procedures if one.regulation == data.regulation)
    return next(own, next((one.id for one in procedures), ""))
