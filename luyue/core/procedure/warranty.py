"""What the law lets a customer choose for a household appliance with a fault (部分商品修理更换退货责任规定, "three guarantees").

Numbers stand here with their articles, not in regulations: a company may offer more, never less. Days are natural days and the day of
delivery is not counted. Goods outside the catalogue of the rule are treated alike by the regulations that ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

REPAIR, REPLACE, RETURN, PAID_REPAIR = "repair", "replace", "return", "paid-repair"
COVERED = "covered"

_RETURN_DAYS = 7  # 第九条
_REPLACE_DAYS = 15  # 第十条
_REPAIRS = 2  # 第十一条
_REPAIR_DAYS = 30  # 第十二条, where the repairer is to blame for the delay
_HAN = {8: "八", 9: "九", 10: "十", 11: "十一", 12: "十二", 17: "十七"}
_LEAST_YEARS = 1  # 实施三包的部分商品目录: whole unit


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one appliance, as far as the law asks."""

    bought_on: date
    delivered_on: date  # or the day its installation was done
    warranty_until: date  # as the maker's card says
    reported_on: date
    repairs_before: int = 0
    longest_repair_days: int = 0
    excluded: str = COVERED  # misuse, opened by others, no proof, force majeure


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Remedies to choose from, and the articles that give them."""

    remedies: frozenset[str]
    article: str
    article_en: str


def entitlement(fault: Fault) -> Entitlement:
    """What the customer may choose: every ground that holds adds its remedies.

    The period begins when he has the thing, at the latest of purchase and delivery (Order 778, art. 18).
    """
    if fault.excluded != COVERED:
        return _under({PAID_REPAIR: 17})
    began_on = max(fault.bought_on, fault.delivered_on)
    days = (fault.reported_on - began_on).days
    if fault.reported_on > max(fault.warranty_until, _years_later(began_on, _LEAST_YEARS)):
        return _under({PAID_REPAIR: 8})
    grounds: dict[str, int] = {REPAIR: 8}
    for holds, remedies, article in (
        (days <= _RETURN_DAYS, (RETURN, REPLACE), 9),
        (days <= _REPLACE_DAYS, (REPLACE,), 10),
        (fault.repairs_before >= _REPAIRS, (REPLACE, RETURN), 11),
        (fault.longest_repair_days > _REPAIR_DAYS, (REPLACE,), 12),
    ):
        for remedy in remedies if holds else ():
            grounds.setdefault(remedy, article)
    return _under(grounds)


def _under(grounds: Mapping[str, int]) -> Entitlement:
    articles = sorted(set(grounds.values()))
    zh = "、".join(f"第{_HAN[article]}条" for article in articles)
    return Entitlement(frozenset(grounds), f"三包规定{zh}", f"articles {', '.join(map(str, articles))}")


def withheld(offered: Iterable[str], lawful: Entitlement) -> list[str]:
    """Remedies the law gives that were not offered, in a steady order."""
    return sorted(lawful.remedies - set(offered))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)
