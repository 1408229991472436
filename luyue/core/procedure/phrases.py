"""Phrasebooks at work: what is offered to say, what is not sent, and what is sent but seen by somebody who answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luyue.core.procedure.state import CaseState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Phrasebook, Say

_VOICE = "phone"  # what was said cannot be taken back: it is only ever flagged (language §3.17)
_SPOKEN = frozenset({"contact.answered", "contact.logged", "contact.progress-told"})


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that is never said, in words about to leave; `blocks`: they do not leave."""

    phrase: str
    book: Phrasebook
    blocks: bool


def found_in(text: str, channel: str, book: Rulebook, view: Mapping[str, object]) -> Iterator[Found]:
    """Every forbidden phrase of the phrasebooks that hold for this case and channel, in the order of the texts."""
    for one in book.all(Phrasebook).values():
        if channel not in one.channels or not one.applies_to.holds(view):
            continue
        for phrase in one.never:
            if phrase in text or (_folded(phrase) and _folded(phrase) in _folded(text)):
                yield Found(phrase, one, one.if_said == "block" and channel != _VOICE)


def offered(book: Rulebook, state: CaseState) -> tuple[tuple[Say, Phrasebook], ...]:
    """Sentences to say now: those whose fact happened and that nobody had the chance to say since, the latest first; then the rest that happened."""
    view = state.view()
    last = {fact.name: number for number, fact in enumerate(state.facts)}
    spoken = max((last[name] for name in _SPOKEN if name in last), default=-1)
    books = [one for one in book.all(Phrasebook).values() if state.channel in one.channels and one.applies_to.holds(view)]
    found = [(last[say.at], say, one) for one in books for say in one.say if say.at in last]
    return tuple((say, one) for _, say, one in sorted(found, key=lambda row: (row[0] < spoken, -row[0])))


def _folded(text: str) -> str:
    """Words without what only looks different: spaces, dots between the characters, capital letters."""
    return "".join(char for char in text.casefold() if char.isalnum())
