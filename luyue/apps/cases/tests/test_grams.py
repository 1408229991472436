"""Grams against the plain search for a piece of text, which is slow and right."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from luyue.apps.cases.grams import asked, grams_of, normal

LETTERS = "押金未退没到账相机坏了FX3fx３ab019-/，。 \n"


def is_found(words: str, text: str) -> bool:
    """As the index finds: every gram there, every start begun by one, and a look at the text where grams cannot tell."""
    question, grams = asked(words), grams_of(text)
    if not question:
        return False
    there = set(question.grams) <= grams and all(any(gram.startswith(start) for gram in grams) for start in question.starts)
    return there and (question.is_exact or question.stands_in(text))


@settings(max_examples=150, deadline=None)
@given(st.text(LETTERS, max_size=40), st.text(LETTERS, min_size=1, max_size=6))
def test_what_stands_in_the_text_is_found_and_nothing_else(text: str, words: str) -> None:
    terms = [term for term in normal(words).split() if any(char.isalnum() for char in term)]
    assert is_found(words, text) == (bool(terms) and all(term in normal(text) for term in terms))


def test_a_word_of_two_characters_is_one_gram_and_needs_no_second_look() -> None:
    assert asked("押金") == asked("押金 ")
    assert asked("押金").grams == ("押金",)
    assert asked("押金").is_exact
    assert asked("押").starts == ("押",)
    assert not asked("押金未退").is_exact
    assert asked("ZL-0316").grams == ("031", "316")
    assert asked("ZL-0316").starts == ()
    assert not asked("ZL-0316").is_exact
    assert not asked("，。")
