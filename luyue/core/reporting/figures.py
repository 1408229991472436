"""A figure: never a number alone, but how many of how many, and which cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SMALL = 30  # a share of fewer says little, and is marked

SHARE, COUNT, MEAN, SECONDS = "share", "count", "mean", "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report.

    field, value  what it is counted by and for: ("team", "finance"), ("objection_type", "fee/deposit"); value "" is the whole.
    n, of         how many, of how many; `of` 0 when there was nothing to count.
    total         what `n` things add up to, for means: satisfaction points, seconds.
    counted       numbers of the cases that make up `n`; of a share of promises those where none was missed.
    others        the rest of the cases behind `of`.
    """

    measure: str
    unit: str
    n: int
    of: int
    field: str = ""
    value: str = ""
    total: Decimal | None = None
    target: str = ""
    counted: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        return self.measure, self.field, self.value

    @property
    def percent(self) -> Decimal | None:
        """n of `of` in percent, to one place, rounded down: 99.96 % is not all. None when there was nothing."""
        return Decimal(1000 * self.n // self.of) / 10 if self.of else None

    @property
    def mean(self) -> Decimal | None:
        return (self.total / self.of).quantize(Decimal("0.01")) if self.total is not None and self.of else None

    @property
    def is_small(self) -> bool:
        return self.unit in (SHARE, MEAN, SECONDS) and 0 < self.of < SMALL

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met, on the exact share; None without a target or anything to judge."""
        if not self.target or not self.of:
            return None
        least = self.target.startswith("at least ")
        wanted = Decimal(self.target.removeprefix("at least ").removeprefix("at most ").removesuffix("%"))
        found = Decimal(100 * self.n) / self.of
        return found >= wanted if least else found <= wanted


def numbers(cases: Iterable[str]) -> tuple[str, ...]:
    """Case numbers once each, in order."""
    return tuple(sorted(set(cases)))
