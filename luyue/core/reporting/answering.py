"""How soon and how completely customers are answered: the distribution of first answers, and what was settled at the first contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from luyue.core.reporting.figures import SHARE, Figure, numbers
from luyue.core.reporting.matter import Matter

# Upper edges in seconds, each with its name in a figure.
WITHIN = (("20s", 20), ("1min", 60), ("5min", 300), ("15min", 900), ("1h", 3600), ("4h", 14400), ("24h", 86400))
BEFORE = "answered_within"  # what a distribution is divided by where the report names no field


def resolved_at_once(ended: Sequence[Matter]) -> list[Figure]:
    """Of the cases that ended answered, those whose customer never had to come back and which no department handed to another."""
    answered = [one for one in ended if one.responded_at is not None]
    once, rest = _parted(answered, lambda one: not one.hand_overs and not any(at > one.responded_at for at in one.came_back if one.responded_at))
    return [Figure("first-contact-resolution", SHARE, len(once), len(answered), counted=numbers(once), others=numbers(rest))]


def distribution(received: Sequence[Matter], field: str) -> list[Figure]:
    """How many of the cases received had their first answer within 20 seconds, a minute and so on, on the clock on the wall; by a closed field."""
    values = sorted({value for one in received for value in one.answers.get(field, ("",))}) if field else [""]
    found: list[Figure] = []
    for value in values:
        of = [one for one in received if not field or value in one.answers.get(field, ("",))]
        for name, edge_s in WITHIN:
            soon, late = _parted(of, partial(_answered_within, edge_s))
            under = f"{value}/{name}" if field else name
            found.append(Figure("response-distribution", SHARE, len(soon), len(of), field or BEFORE, under, counted=numbers(soon), others=numbers(late)))
    return found


def _answered_within(edge_s: int, one: Matter) -> bool:
    return one.responded_at is not None and (one.responded_at - one.received_at).total_seconds() <= edge_s


def _parted(matters: Sequence[Matter], is_one: Callable[[Matter], bool]) -> tuple[list[str], list[str]]:
    """The numbers of those that are, and of the others."""
    parts: tuple[list[str], list[str]] = ([], [])
    for matter in matters:
        parts[not is_one(matter)].append(matter.number)
    return parts
