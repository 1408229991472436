"""Sets of half-open stretches [from, to) of seconds: sorted, disjoint, never empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]


def union(stretches: Iterable[Interval]) -> list[Interval]:
    """Sorted and merged; touching stretches become one, empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def clip(stretches: Iterable[Interval], start: int, end: int) -> list[Interval]:
    """What of each stretch lies in [start, end)."""
    cut = ((max(a, start), min(b, end)) for a, b in stretches)
    return [(a, b) for a, b in cut if a < b]


def subtract(stretches: Iterable[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """What of each stretch no stretch of `taken` (sorted, disjoint) covers."""
    left: list[Interval] = []
    for start, end in stretches:
        for a, b in taken:
            if b <= start or a >= end:
                continue
            if start < a:
                left.append((start, a))
            start = max(start, b)
            if start >= end:
                break
        if start < end:
            left.append((start, end))
    return left


def length(stretches: Iterable[Interval]) -> int:
    return sum(end - start for start, end in stretches)
