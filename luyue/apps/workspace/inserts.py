"""What the composer offers to put into the text: phrases the regulation gives, colleagues, clauses."""

from __future__ import annotations

from luyue.apps.casework.selectors import CasePage
from luyue.apps.ui.promises import clause_heading, clause_number, clause_ref
from luyue.apps.workspace.selectors import colleagues
from luyue.apps.workspace.shell import language
from luyue.core.procedure.phrases import offered
from luyue.core.regulation.rulebook import Rulebook

Choice = tuple[str, str, str]  # words to put in, what to call them, a remark


def choices(page: CasePage, what: str) -> list[Choice] | None:
    """The choices of a kind; None for a kind there is not."""
    if what == "phrases":
        return _phrases(page)
    if what == "people":
        return [(f"@{name} ", name, "") for _actor, name in colleagues()]
    if what == "clauses":
        return _clauses(page.book)
    return None


def _phrases(page: CasePage) -> list[Choice]:
    """Sentences of the phrasebooks, those first that somebody should say now; the remark is the clause they stand in."""
    found: list[Choice] = []
    for say, rule in offered(page.book, page.state):
        ref = clause_ref(page.book, rule.regulation, rule.clause, language=language())
        found.append((say.text, say.text, f"{ref['name']} {ref['number']}" if ref else ""))
    return found


def _clauses(book: Rulebook) -> list[Choice]:
    found: list[Choice] = []
    for regulation in book.regulations:
        name = regulation.short.say(language()) or regulation.label.say(language())
        for clause in regulation.clauses:
            number = clause_number(clause.title)
            if number:
                found.append((f"《{regulation.label.zh}》{number}", f"{name} {number}", clause_heading(clause.title)))
    return found
