"""Finding Chinese words by the first letters of their pinyin: `tsxz` finds 投诉新增."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

Marks = list[tuple[int, int]]


@lru_cache(maxsize=4096)
def initials(words: str) -> tuple[tuple[str, int], ...]:
    """(letter, place) of every character that can be typed; punctuation and spaces are left out."""
    letters = lazy_pinyin(words, style=Style.FIRST_LETTER, errors=list)
    pairs = zip((one[:1].casefold() for one in letters), range(len(words)), strict=True)
    return tuple((letter, place) for letter, place in pairs if letter.isalnum())


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
    start = "".join(letter for letter, _place in letters).find(typed) if typed else -1
    if start < 0:
        return None
    return _runs([place for _letter, place in letters[start : start + len(typed)]])


def _runs(places: list[int]) -> Marks:
    """Neighbouring places as ranges."""
    runs: Marks = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
