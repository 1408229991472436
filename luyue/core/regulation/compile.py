"""Regulations → the rulebook cases run under, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from luyue.core.calendar import DayTable
from luyue.core.records import dataclass
from luyue.core.regulation.book import Book, lay_together
from luyue.core.regulation.checks import check_book
from luyue.core.regulation.lived import NOTHING_LIVED, Lived
from luyue.core.regulation.problems import ERROR, Problem, has_errors, ordered
from luyue.core.regulation.read import Draft
from luyue.core.regulation.rulebook import LANGUAGE_VERSION, Rulebook
from luyue.core.regulation.text import Regulation

_FIRST_OF_LOGIC = "PL2"  # errors before it are of the text and its names
# Wrong examples, teams that are never there, notices with a word nobody knows: every rule is there all the same, and resolves.
_STILL_RUNS = ("PL005", "PL103", "PL108")


def _breaks(code: str) -> bool:
    """Whether an error leaves nothing that could be acted out: something lacks, or there is no time zone to count in."""
    return code == "PL206" or (code < _FIRST_OF_LOGIC and code not in _STILL_RUNS)


@dataclass(frozen=True, slots=True)
class CompileResult:
    """rulebook is None when any problem is an error.

    trial: a rulebook all the same where every name resolves and only the logic is at fault, for acting the faults out. Never for cases.
    book: everything laid together, for showing faults where not even that can be made (`faults.shown`).
    """

    rulebook: Rulebook | None
    problems: tuple[Problem, ...]
    trial: Rulebook | None = None
    book: Book | None = None


def compile_rulebook(regulations: Sequence[Regulation], calendars: Mapping[str, DayTable]) -> CompileResult:
    """Merge regulations with their floors and what they build on, graft categories, resolve every name, and check.

    The order given does not matter. Never raises for what a text says; calendars must hold the one they name.
    """
    return compile_drafts([Draft(regulation) for regulation in regulations], calendars)


def compile_drafts(drafts: Sequence[Draft], calendars: Mapping[str, DayTable], lived: Lived = NOTHING_LIVED) -> CompileResult:
    """The same for texts that may have faults of their own: reports what can be said beyond them.

    Without calendars nothing is checked that needs one, and no rulebook comes out. `lived` adds warnings, never errors.
    """
    book = lay_together(drafts, calendars, lived)
    problems = ordered([*book.problems, *check_book(book)])
    lost = any(draft.broken for draft in book.drafts) or any(one.severity == ERROR and _breaks(one.code) for one in problems)
    if lost or book.days is None or book.agenda is None:
        return CompileResult(None, problems, None, book)
    rulebook = Rulebook(
        digest=digest_of(book.regulations, book.days.digest),
        regulations=book.regulations,
        calendar_digest=book.days.digest,
        agenda=book.agenda,
        by_kind=book.by_kind,
    )
    return CompileResult(None if has_errors(problems) else rulebook, problems, rulebook, book)


def digest_of(regulations: Sequence[Regulation], calendar_digest: str) -> str:
    """sha256 over the texts by id, the calendar and the version of the language. Equal digests behave equally."""
    lines = sorted(f"{one.id} {one.edition.isoformat()} {one.sha256}" for one in regulations)
    lines += [f"calendar {calendar_digest}", f"language {LANGUAGE_VERSION}"]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
