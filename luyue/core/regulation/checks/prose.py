"""PL004 to PL007: text and rules answer for each other, number by number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from luyue.core.regulation.locate import place_of, prose_place
from luyue.core.regulation.problems import Problem, Words, problem
from luyue.core.regulation.quantities import MONEY, NUMBER, TIME, Path, Quantity, Said, of_rule, quantities
from luyue.core.regulation.read import Draft
from luyue.core.regulation.rules import Form, Rule
from luyue.core.regulation.text import Clause, Regulation

_ORDERS = re.compile(r"必须|应当|不得|禁止|须(?!知)|\b(?:must|shall|may not)\b")


def check(draft: Draft) -> Iterator[Problem]:
    for clause in draft.regulation.clauses:
        # A clause that lost rules to other faults cannot be weighed against its text.
        whole = not any((rule.kind, rule.id) in draft.broken for rule in clause.rules) and ("", "") not in draft.broken
        yield from _text_over_rules(draft.regulation, clause)
        yield from _readings(draft.regulation, clause)
        if whole:
            numbers = list(_numbers(draft.regulation, clause))
            yield from numbers or _orders(draft.regulation, clause)


def _text_over_rules(regulation: Regulation, clause: Clause) -> Iterator[Problem]:
    """PL006: no rule without the sentence it enforces."""
    if clause.rules and not clause.prose:
        place = place_of(regulation, clause.rules[0])
        yield problem("rule-without-text", place, id=clause.id)


def _readings(regulation: Regulation, clause: Clause) -> Iterator[Problem]:
    """PL007: what is ours is said to be ours, by somebody, since a date."""
    for rule in clause.rules:
        if rule.origin == "ours" and not clause.readings:
            place = place_of(regulation, rule, "origin")
            yield problem("ours-without-reading", place, kind=rule.kind, id=rule.id)


def _numbers(regulation: Regulation, clause: Clause) -> Iterator[Problem]:
    """PL005: each number of a rule stands in its clause (ours or of the law: or in a reading), and the other way round."""
    prose = list(quantities(clause.prose))
    readings = [said for reading in clause.readings for said in quantities(f"{reading.fills}\n{reading.says}")]
    plain = frozenset(field.name for rule in regulation.rules if isinstance(rule, Form) for field in rule.fields if field.kind == "number")
    held = [(rule, path, quantity) for rule in clause.rules for path, quantity in of_rule(rule, plain)]
    in_prose, in_readings = {said.quantity for said in prose}, {said.quantity for said in readings}
    reported: set[tuple[str, str, Quantity]] = set()
    at_odds: set[str] = set()  # families the rules already disagree about: said once, from their side
    for rule, path, quantity in held:
        known = in_prose if rule.origin == "text" else in_prose | in_readings
        if quantity.family == NUMBER and _says(quantity, rule, clause):
            continue
        if quantity not in known and (rule.kind, rule.id, quantity) not in reported and clause.prose:
            reported.add((rule.kind, rule.id, quantity))
            at_odds.add(quantity.family)
            yield _missing_in_text(regulation, rule, path, quantity, prose)
    in_rules = {quantity for _, _, quantity in held}
    families = {quantity.family for quantity in in_rules}
    for said in prose:
        family = said.quantity.family
        if said.quantity in in_rules | in_readings or family in at_odds:
            continue
        if family in families:
            place = prose_place(regulation, clause, said.words)
            others = sorted({one.say() for one in in_rules if one.family == family})
            yield problem("number-not-in-rule", place, found=said.words, said=", ".join(others))
        elif family == TIME and not any(one.watched_by for one in clause.prose_only):
            place = prose_place(regulation, clause, said.words)
            yield problem("promise-without-clock", place, found=said.words)


def _says(number: Quantity, rule: Rule, clause: Clause) -> bool:
    """A bare number has no unit to be found by: its digits stand in the text (ours or of the law: or in a reading)."""
    texts = [clause.prose, *(f"{one.fills}\n{one.says}" for one in clause.readings if rule.origin != "text")]
    return any(re.search(rf"(?<![\d.]){re.escape(number.say())}(?![\d.]*\d)", text) for text in texts)


def _missing_in_text(regulation: Regulation, rule: Rule, path: Path, quantity: Quantity, prose: Sequence[Said]) -> Problem:
    near = [said.words for said in prose if said.quantity.family == quantity.family]
    place = place_of(regulation, rule, *path)
    words: Words = {"kind": rule.kind, "number": quantity.say(), "number_zh": quantity.say("zh")}
    nothing = not near
    said = "no amount" if quantity.family == MONEY else "no such number"
    return problem(
        "number-not-in-text",
        place,
        **words,
        said=said if nothing else ", ".join(dict.fromkeys(near)),
        said_zh="没有这类数字" if nothing else "、".join(dict.fromkeys(near)),
    )


def _orders(regulation: Regulation, clause: Clause) -> Iterator[Problem]:
    """PL004: a clause that commands without a rule is at least watched by something."""
    if clause.rules or clause.readings or not clause.prose_only:
        return
    match = _ORDERS.search(clause.prose)
    if match is not None and not any(block.watched_by for block in clause.prose_only):
        yield problem("order-without-rule", prose_place(regulation, clause, match[0]), found=match[0])
