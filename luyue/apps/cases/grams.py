"""Words cut into grams, so that an index of whole words finds any piece of Chinese or of a number. Pure; the same for both stores.

Letters and digits are cut three by three, everything else two by two, from every place: 押金未退 gives 押金 金未 未退 退. So a piece as long as
a gram is one gram exactly, a shorter one begins a gram, and a longer one is several grams and must be looked at again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"[0-9a-z]+|[^\W_0-9a-z]+")
_LATIN, _OTHER = 3, 2  # characters a gram
_WIDE = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in "，！？：；（）")  # all that most Chinese sentences have to be made normal
MOST_TERMS = 8


def normal(text: str) -> str:
    """Full-width and half-width, great and small letters alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def grams_of(text: str) -> set[str]:
    """Every gram of a text."""
    return {run[at : at + size] for run, size in _runs(normal(text)) for at in range(len(run))}


def _runs(text: str) -> Iterator[tuple[str, int]]:
    for run in _RUN.findall(text):
        yield run, _LATIN if run[0] < "\x80" else _OTHER


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants: `grams` all of them, else `starts` that some gram begins with; `terms` as they must stand in the text.

    is_exact: the grams alone decide, nobody need look at the text.
    """

    terms: tuple[str, ...]
    grams: tuple[str, ...]
    starts: tuple[str, ...]
    is_exact: bool

    def __bool__(self) -> bool:
        return bool(self.grams or self.starts)

    def stands_in(self, text: str) -> bool:
        plain = text.casefold()  # what most texts need; the rest of the way costs ten times as much
        if all(term in plain for term in self.terms):
            return True
        for wide, narrow in _WIDE:
            text = text.replace(wide, narrow)
        plain = text.casefold() if unicodedata.is_normalized("NFKC", text) else normal(text)
        return all(term in plain for term in self.terms)


def asked(words: str) -> Asked:
    """The question in somebody's words: terms parted by spaces, all wanted. Terms of punctuation alone are no question."""
    terms, grams, starts, is_exact = [], set(), set(), True
    for term in normal(words).split()[:MOST_TERMS]:
        runs = list(_runs(term))
        if not runs:
            continue
        terms.append(term)
        is_exact = is_exact and len(runs) == 1 and runs[0][0] == term and len(term) <= runs[0][1]
        for run, size in runs:
            if len(run) < size:
                starts.add(run)
            grams |= {run[at : at + size] for at in range(len(run) - size + 1)}
    if grams and starts:
        # Half the index may begin with a letter: where the grams narrow enough, the text is looked at instead.
        starts, is_exact = set(), False
    return Asked(tuple(terms), tuple(sorted(grams)), tuple(sorted(starts)), is_exact)
