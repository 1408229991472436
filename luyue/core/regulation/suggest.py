"""Did you mean: the declared name nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def distance(one: str, other: str, limit: int = 3) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two names, at most `limit`.

    Optimal string alignment, cut off as soon as `limit` is certain.
    """
    if abs(len(one) - len(other)) >= limit:
        return limit
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        fresh = [i] + [0] * len(other)
        for j, b in enumerate(other, start=1):
            fresh[j] = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                fresh[j] = min(fresh[j], before[j - 2] + 1)
        if min(fresh) >= limit:
            return limit
        before, row = row, fresh
    return min(row[-1], limit)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name within two edits (one for names up to four characters), or ''.

    Falls back to the single known name that ends or begins with the whole of `name`.
    """
    names = sorted(set(known))
    limit = 2 if len(name) <= 4 else 3
    scored = sorted((distance(name, other, limit), other) for other in names)
    if scored and scored[0][0] < limit:
        return scored[0][1]
    partial = [other for other in names if len(name) > 3 and name in other]
    return partial[0] if len(partial) == 1 else ""


def meant(name: str, known: Iterable[str], language: str = "en") -> str:
    """A remedy: the nearest name if there is one, else a short list of what is declared."""
    names = list(dict.fromkeys(known))
    near = nearest(name, names)
    chinese = language.startswith("zh")
    if near:
        return f"是否想写“{near}”？" if chinese else f'Did you mean "{near}"?'
    if not names:
        return "本制度尚未声明任何此类名称，请先写规则" if chinese else "None is declared yet; write the rule first"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"可用：{shown}" if chinese else f"Write one of: {shown}"


def hints(name: str, known: Iterable[str]) -> dict[str, Any]:
    """The `hint` words of a message in both languages."""
    names = list(known)
    return {"hint": meant(name, names), "hint_zh": meant(name, names, "zh")}
