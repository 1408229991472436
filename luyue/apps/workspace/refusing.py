"""A refusal as people see it: what is not possible, what is missing, which clause says so, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from luyue.apps.ui.promises import clause_ref_of
from luyue.apps.workspace.shell import language
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.sentence import sentence


def block(refused: Refused, book: Rulebook, *, title: str = "", ways: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """What `parts/refused.html` reads. `title` says what cannot be done; then the reason stands below it."""
    words = said(refused)
    way, stop = refused.way_out(language()), "." if language() == "en" else "。"
    missing = f"{words}{stop}{' ' if stop == '.' else ''}{way}" if title and way else words if title else way
    return {
        "title": title or words,
        "missing": missing if not missing or missing.endswith(("。", ".", "）")) else f"{missing}{stop}",
        "clause": clause_of(refused, book),
        "ways": list(ways),
        "code": refused.code,
    }


def said(refused: Refused) -> str:
    return refused.say(language())


def clause_of(refused: Refused, book: Rulebook) -> dict[str, Any] | None:
    """The clause behind a refusal, with the sentence of its rule; None for what the program itself does not allow."""
    rule = next((one for one in book.rules() if one.id == refused.rule and one.clause == refused.clause), None) if refused.rule else None
    for regulation in book.regulations:
        if rule is not None and rule.regulation != regulation.id:
            continue
        for clause in regulation.clauses:
            if clause.id == refused.clause:
                return clause_ref_of(regulation, clause, rule_words=sentence(rule, book, language()) if rule else "", language=language())
    return None
