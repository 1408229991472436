"""Worked examples: they name what exists (PL101, PL104), and their dates come out as written (PL005).

Only the arithmetic of one promise is done here; what an action refuses is tried out by the procedures themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from luyue.core.calendar import CalendarError, Span, Within
from luyue.core.calendar.day_table import zone_info
from luyue.core.calendar.periods import period_of
from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.names import NAMES_ZH, forgiven
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.locate import place_at
from luyue.core.regulation.problems import Place, Problem, problem
from luyue.core.regulation.rules import ActionRule, AfterRepeats, ClockRule, DueFrom, Every, InPeriod, OnFact, Rule, TaskRule
from luyue.core.regulation.scalars import Context, money, number
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.text import Clause, Example, Regulation
from luyue.core.regulation.vocabulary import GUARDS, REFUSALS
from luyue.core.regulation.yamlsubset import Node, Text

_KINDS: dict[str, type[Rule]] = {"clock": ClockRule, "task": TaskRule, "action": ActionRule}


def check(book: Book) -> Iterator[Problem]:
    world = world_of(book)
    for regulation in book.regulations:
        for clause in regulation.clauses:
            for example in clause.examples:
                at = _At(regulation, clause, example)
                rule = book.all(_KINDS[example.of]).get(example.rule)
                yield from _names(book, at, rule)
                if rule is not None and book.is_sound(rule):
                    yield from _given(book, world, at, rule)
                    yield from _times(book, at, rule)
    yield from _without(book)


def _without(book: Book) -> Iterator[Problem]:
    """PL601: a promise nobody has worked out once."""
    worked = {(example.of, example.rule) for one in book.regulations for clause in one.clauses for example in clause.examples}
    for kind in (ClockRule, TaskRule):
        for rule in book.all(kind).values():
            if (kind.kind, rule.id) not in worked:
                yield book.report("without-example", rule, kind.kind, kind=kind.kind, rule=rule.id, rule_zh=rule.label.zh)


class _At:
    """An example and the way to its values in the text."""

    def __init__(self, regulation: Regulation, clause: Clause, example: Example) -> None:
        self.regulation, self.clause, self.example = regulation, clause, example

    def place(self, *path: str, word: str = "") -> Place:
        return place_at(self.regulation, self.example.mark, self.clause, self.example.label, *path, word=word)

    def unknown(self, path: str, name: str, wanted: str, known: list[str]) -> Problem:
        words = {"kind": wanted, "kind_zh": NAMES_ZH.get(wanted, wanted), "name": name, **hints(name, known)}
        return problem("unknown-name", self.place(path, word=name), **words)


def _names(book: Book, at: _At, rule: Rule | None) -> Iterator[Problem]:
    example = at.example
    known = list(book.all(_KINDS[example.of]))
    if rule is None and example.rule and not forgiven(book, example.of, example.rule):
        yield at.unknown(example.of, example.rule, example.of, known)
    for fact in example.facts:
        if fact not in book.facts and not forgiven(book, "fact", fact):
            yield problem("unknown-name", at.place(word=fact), kind="fact", kind_zh="事实", name=fact, **hints(fact, sorted(book.facts)))
    for task in example.open_tasks:
        if task not in book.all(TaskRule) and not forgiven(book, "task", task):
            yield at.unknown("open_tasks", task, "task", list(book.all(TaskRule)))
    if example.same_person_as and example.same_person_as not in book.all(ActionRule):
        if not forgiven(book, "action", example.same_person_as):
            yield at.unknown("same_person_as", example.same_person_as, "action", list(book.all(ActionRule)))
    refusals = [*REFUSALS, *(f"guard:{guard}" for guard in GUARDS)]
    if example.refused and example.refused not in refusals:
        yield problem("not-one-of", at.place("refused"), found=f'"{example.refused}"', **hints(example.refused, refusals))


def _given(book: Book, world: FieldWorld, at: _At, rule: Rule) -> Iterator[Problem]:
    if isinstance(rule, ActionRule):
        procedures: tuple[str, ...] = (rule.procedure,)
    else:
        procedures = world.procedures_of(rule.applies_to) if isinstance(rule, ClockRule | TaskRule) else ()
    for name, value in at.example.given.items():
        asked = world.find(name, procedures)
        if asked is None:
            if not forgiven(book, "field", name):
                yield at.unknown("given", name, "field", world.names(procedures))
            continue
        if asked.kind in ("money", "number") and isinstance(value, str):
            yield from _amount(at, name, value, asked.kind)
        if asked.values is None or ("category", asked.field.of if asked.field else "") in book.broken:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if one not in asked.values:
                place = at.place("given", name, word=one)
                yield problem("condition-value", place, value=one, field=name, **hints(one, asked.values))


def _amount(at: _At, name: str, value: str, kind: str) -> Iterator[Problem]:
    """Money of an example is written as in a rule, `150 CNY`."""
    regulation, place = at.regulation, at.place("given", name)

    def report(message: str, node: Node, **words: Any) -> None:
        found.append(problem(message, place, **words))

    found: list[Problem] = []
    context = Context(report, regulation.path, regulation.id, at.clause.id, regulation.currency)
    (money if kind == "money" else number)(Text(place.line, place.column, place.length, value), context)
    yield from found


# Time ------------------------------------------------------------------------------------------------


def _times(book: Book, at: _At, rule: Rule) -> Iterator[Problem]:
    example = at.example
    if not isinstance(rule, ClockRule | TaskRule) or not (example.due or example.verdict):
        return
    start_fact = _start_fact(rule)
    if not start_fact:
        return
    if start_fact not in example.facts:
        yield problem("example-without-start", at.place(), fact=start_fact)
        return
    if book.agenda is None or book.days is None or not (isinstance(rule.target, DueFrom | InPeriod) or book.can_count(rule.target)):
        return
    if isinstance(rule, ClockRule) and rule.pauses is not None and not book.can_count(rule.pauses.cap):
        return
    zone = zone_info(book.days.zone)
    try:
        due = _due(book, example, rule, start_fact)
    except CalendarError as error:
        yield problem("example-fails", at.place("due"), expected=example.due, computed=str(error))
        return
    computed = "none" if due is None else _local(due.astimezone(zone))
    if example.due and not _same(example.due, due, zone):
        yield problem("example-fails", at.place("due"), expected=example.due, computed=computed)
    elif example.verdict and due is not None:
        stops = [instant(example.facts[fact], zone) for fact in _stop_facts(rule) if fact in example.facts]
        verdict = "kept" if stops and min(stops) <= due else "missed"
        if stops and verdict != example.verdict:
            yield problem("example-fails", at.place("verdict"), expected=example.verdict, computed=f"{verdict} (due {computed})")


def _start_fact(rule: ClockRule | TaskRule) -> str:
    if isinstance(rule, ClockRule):
        return rule.starts_at
    if isinstance(rule.trigger, OnFact):
        return rule.trigger.fact
    if isinstance(rule.trigger, Every):
        return "period.began"
    return rule.trigger.of if isinstance(rule.trigger, AfterRepeats) else ""


def _stop_facts(rule: ClockRule | TaskRule) -> tuple[str, ...]:
    return rule.stops_at if isinstance(rule, ClockRule) else ("task.done",)


def _due(book: Book, example: Example, rule: ClockRule | TaskRule, start_fact: str) -> datetime | None:
    """The deadline by the rule; None while a pause is open, or without a promised date."""
    assert book.agenda is not None
    assert book.days is not None
    zone = zone_info(book.days.zone)
    if isinstance(rule.target, DueFrom):
        return instant(example.promised, zone) if example.promised else None
    if isinstance(rule, TaskRule) and isinstance(rule.trigger, Every) and isinstance(rule.target, InPeriod):
        over_at = period_of(rule.trigger.period, instant(example.facts[start_fact], zone).date()).ends_at(zone)
        days = rule.target.working_days_after
        # The count starts on the period's last day, which does not count itself.
        return over_at if days is None else book.agenda.due(over_at - timedelta(seconds=1), Within(days, "working day", None, "workdays_end")).at
    if not isinstance(rule.target, Within):
        return None
    start = instant(example.facts[start_fact], zone)
    pauses: list[Span] = []
    if isinstance(rule, ClockRule) and rule.pauses is not None and rule.pauses.starts_at in example.facts:
        from_at = instant(example.facts[rule.pauses.starts_at], zone)
        ended = example.facts.get(rule.pauses.stops_at)
        cap = book.agenda.due(from_at, rule.pauses.cap).at
        ends = [one for one in (instant(ended, zone) if ended else None, cap) if one is not None]
        pauses = [Span(from_at, min(ends) if ends else None)]
    return book.agenda.due(start, rule.target, pauses).at


def instant(text: str, zone: object) -> datetime:
    """`YYYY-MM-DD HH:MM` in the zone of the calendar; 24:00 is the midnight that ends the day."""
    day, _, clock = text.partition(" ")
    midnight = datetime.fromisoformat(day).replace(tzinfo=zone)  # type: ignore[arg-type]
    if clock == "24:00":
        return midnight + timedelta(days=1)
    return midnight.replace(hour=int(clock[:2]), minute=int(clock[3:]))


def _local(at: datetime) -> str:
    if at.hour == 0 and at.minute == 0:
        return f"{at - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{at:%Y-%m-%d %H:%M}" if at.second == 0 else f"{at:%Y-%m-%d %H:%M:%S}"


def _same(expected: str, due: datetime | None, zone: object) -> bool:
    if expected == "none" or due is None:
        return expected == "none" and due is None
    return instant(expected, zone) == due
