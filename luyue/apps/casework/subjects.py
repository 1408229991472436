"""The few words by which a list names a matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luyue.core.regulation.rulebook import Rulebook

LENGTH = 80
_WORDS = {"long-text": 0, "text": 1}


def subject_of(text: str, body: Mapping[str, Any], book: Rulebook) -> str:
    """The first characters of what the customer wrote, on one line."""
    return " ".join(words_of(text, body, book).split())[:LENGTH]


def words_of(text: str, body: Mapping[str, Any], book: Rulebook) -> str:
    """What the customer wrote beside the form, else the longest answer in free words; never a choice, a name of a field or a number."""
    if text:
        return text
    answers = []
    for name, value in body.items():
        kind = book.fields[name].kind if name in book.fields else ""
        if isinstance(value, str) and kind in _WORDS:
            answers.append((_WORDS[kind], -len(value), value))
    return min(answers)[2] if answers else ""
