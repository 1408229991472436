"""Finding Chinese words by the first letters of their pinyin: `tsxz` finds 投诉新增.

The letters come from a table made once by tools/pinyin.py: a character that is read in several ways answers to each of them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

Marks = list[tuple[int, int]]
TABLE = Path(__file__).with_name("pinyin_initials.txt")
_FIRST = 0x4E00


@lru_cache(maxsize=4096)
def initials(words: str) -> tuple[tuple[str, int], ...]:
    """(letters, place) of every character that can be typed; punctuation and spaces are left out."""
    usual, others = _table()
    found = []
    for place, char in enumerate(words):
        at = ord(char) - _FIRST
        letters = usual[at] + others.get(char, "") if 0 <= at < len(usual) else char.casefold()[:1]
        if letters.isalnum():
            found.append((letters, place))
    return tuple(found)


@cache
def _table() -> tuple[str, dict[str, str]]:
    """The usual letter of every character, and the other letters of some."""
    usual, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    others: dict[str, str] = {}
    for letter, chars in (line.split(" ", 1) for line in lines):
        for char in chars:
            others[char] = others.get(char, "") + letter
    return usual, others


def found(query: str, words: str) -> Marks | None:
    """Where `query` stands in `words`, as ranges to mark: as written, else as initials in a row; None when it does not."""
    wanted = query.casefold().strip()
    if not wanted:
        return []
    at = words.casefold().find(wanted)
    if at >= 0:
        return [(at, at + len(wanted))]
    typed = "".join(char for char in wanted if char.isalnum())
    letters = initials(words)
    for start in range(len(letters) - len(typed) + 1) if typed else ():
        row = letters[start : start + len(typed)]
        if all(letter in readings for letter, (readings, _place) in zip(typed, row, strict=True)):
            return _runs([place for _readings, place in row])
    return None


def _runs(places: list[int]) -> Marks:
    """Neighbouring places as ranges."""
    runs: Marks = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
