"""The smallest thing that shows a fault: a case to act out, instants that contradict each other, or the first case in which it is felt.

Looked for only when there is a fault to show: checking a clean text never comes here.
"""

from __future__ import annotations

from dataclasses import replace

from luyue.core.regulation.book import Book
from luyue.core.regulation.faults.bites import any_case, bite, in_words, rule_at
from luyue.core.regulation.faults.instants import begins, clock_at, longest_of, sights
from luyue.core.regulation.problems import INFO, Problem, Witness

# Codes without a witness, and why: a case would tell their author nothing that the marked place does not.
NO_WITNESS = {
    "PL001": "what cannot be read has no meaning a case could show",
    "PL002": "an id is a name in the text; the other place is shown beside it",
    "PL003": "a clause nothing answers for applies to no case",
    "PL004": "the words that promise or command are marked, and no rule acts on them in any case",
    "PL006": "the sentence is missing, not the rule: cases run as they should",
    "PL007": "who says so is missing, not the rule: cases run as they should",
    "PL009": "what cannot be read has no meaning a case could show",
    "PL106": "information: both ways of counting are in the sentence, and both are lawful",
    "PL107": "what is never used acts in no case",
    "PL601": "information: the case that is missing is the witness",
}


# Faults that do not stand in the block of the rule they are about.
_ELSEWHERE = {"number-not-in-rule": clock_at, "calendar-ends": longest_of, "calendar-short": longest_of}
# Faults with which cases still run: the case that is acted out begins when the instants that are shown begin.
_SAME_START = ("number-not-in-text", "number-not-in-rule")


_UNUSED = Witness("", where="no case meets this rule yet", where_zh="目前没有工单用到这条规则")
_ASIDE = Witness("", where="no case meets it: it stands beside the rules", where_zh="写在规则之外，不影响任何工单")


def shown(book: Book, problem: Problem) -> Problem:
    """The problem with what shows it, as far as it can be found; its own witness first."""
    if problem.severity == INFO or problem.code in NO_WITNESS:
        return problem
    rule = _ELSEWHERE.get(problem.message, rule_at)(book, problem)
    own = in_words(book, problem.witness) if problem.witness is not None else bite(book, rule) or any_case(book, problem)
    seen = sights(book, problem, rule)
    own = replace(own or (_UNUSED if rule is not None else _ASIDE), seen=seen)
    if seen and own.start_at is None and problem.message in _SAME_START:
        own = replace(own, start_at=begins(book, seen))
    return replace(problem, witness=own)


def told(problem: Problem, language: str = "en") -> list[str]:
    """What is seen, as lines for people; the steps of a case that was acted out are told by the procedures."""
    witness = problem.witness
    if witness is None:
        return []
    chinese = language.startswith("zh")
    where = witness.where_zh if chinese else witness.where
    stop = "：" if chinese else ": "
    lines = [f"   {'例' if chinese else 'for example'}{stop}{where}"] if where and not witness.steps else []
    seen = [f"     {one.what_zh if chinese else one.what}{stop}{one.value}" for one in witness.seen]
    if seen and not lines:
        lines = [f"   {'可见' if chinese else 'it shows'}{stop}"]
    return [*lines, *seen]
