"""Words for whoever filled in a form, in both languages."""

from __future__ import annotations


class Said(str):
    """Chinese words that have the same in English beside them. To whoever only wants a text they are the Chinese."""

    en: str

    def __new__(cls, zh: str, en: str) -> Said:
        made = super().__new__(cls, zh)
        made.en = en
        return made


def say(words: str, language: str) -> str:
    """The words in this language; words nobody has put into English stay as they are."""
    return words.en if language == "en" and isinstance(words, Said) else words
