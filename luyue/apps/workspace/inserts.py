"""What the composer offers to put into the text: phrases the regulation gives, colleagues, clauses."""

from __future__ import annotations

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.selectors import CasePage
from luyue.apps.ui.promises import clause_number, clause_ref, heading_of, number_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import canned
from luyue.apps.workspace.selectors import colleagues_on
from luyue.apps.workspace.shell import language
from luyue.core.procedure.phrases import offered
from luyue.core.regulation.rulebook import Rulebook

Choice = tuple[str, str, str]  # words to put in, what to call them, a remark


def choices(page: CasePage, reader: Staff, what: str) -> list[Choice] | None:
    """The choices of a kind; None for a kind there is not."""
    if what == "phrases":
        return [*_canned(page, reader), *_phrases(page)]
    if what == "people":
        return [(f"@{name} ", name, "") for _actor, name in colleagues_on(page.case)]
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


def _canned(page: CasePage, reader: Staff) -> list[Choice]:
    """Texts filled from this case. One with a variable the case cannot fill names it, and goes in with the braces to be filled by hand."""
    found = canned.filled_for(reader, page)
    return [(one.text, one.name, _("此工单没有 %(names)s") % {"names": "、".join(one.missing)} if one.missing else one.text[:40]) for one in found]


def _clauses(book: Rulebook) -> list[Choice]:
    found: list[Choice] = []
    for regulation in book.regulations:
        name = regulation.short.say(language()) or regulation.label.say(language())
        for clause in regulation.clauses:
            number = clause_number(clause.title)
            if number:
                found.append((f"《{regulation.label.zh}》{number}", f"{name} {number_of(clause, language())}", heading_of(clause, language())))
    return found
