"""Checks of a regulation, one file each. Text checks need one regulation, book checks all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from luyue.core.regulation.checks import (
    bands,
    clocks,
    conditions,
    deadlocks,
    effort,
    examples,
    filled_in,
    floors,
    flow,
    keeping,
    names,
    notices,
    permitted,
    prose,
    reach,
    staffing,
    storms,
    unused,
)
from luyue.core.regulation.problems import Problem

if TYPE_CHECKING:
    from luyue.core.regulation.book import Book
    from luyue.core.regulation.read import Draft

TEXT_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (prose.check,)
BOOK_CHECKS: tuple[Callable[[Book], Iterator[Problem]], ...] = (
    names.check,
    conditions.check,
    bands.check,
    clocks.check,
    permitted.check,
    flow.check,
    deadlocks.check,
    notices.check,
    storms.check,
    filled_in.check,
    examples.check,
    floors.check,
    keeping.check,
    staffing.check,
    effort.check,
    reach.check,
    unused.check,
)


def check_text(draft: Draft) -> Iterator[Problem]:
    """Everything that can be judged of one text alone."""
    for check in TEXT_CHECKS:
        yield from check(draft)


def check_book(book: Book) -> Iterator[Problem]:
    """Everything that needs the regulations together."""
    for check in BOOK_CHECKS:
        yield from check(book)
