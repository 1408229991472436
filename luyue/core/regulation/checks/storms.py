"""PL405: how many messages one case can send one person in a day when everything about it is late, and what that makes of all open cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from luyue.core.calendar import CalendarError, Within, zone_info
from luyue.core.regulation.book import Book
from luyue.core.regulation.cells import Region, region, shown, witness
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.rules import Category, ClockRule, Form, Ladder, OnFact, Procedure, TaskRule, Team
from luyue.core.regulation.vocabulary import ACTORS

MOST = 12  # messages a day to one person about one case: more than one in two hours is read by nobody
_A_DAY = timedelta(days=1)
_SUPPOSED = 100  # open cases, where nobody has counted them
Promise = ClockRule | TaskRule


def check(book: Book) -> Iterator[Problem]:
    if book.agenda is None or book.is_broken(ClockRule, TaskRule, Ladder) or book.is_doubtful(Form, Category, Procedure):
        return
    world = world_of(book)
    owed: list[Promise] = [*book.all(ClockRule).values(), *book.all(TaskRule).values()]
    promises = [one for one in owed if _begins(one) and _climbs(book, one)]
    said: set[str] = set()
    for _, group in groupby(sorted(promises, key=_begins), key=_begins):
        together = list(group)
        if max(_at_most(book, together).values(), default=0) > MOST:
            yield from _storms(book, world, together, said)


def _begins(rule: Promise) -> str:
    if isinstance(rule, ClockRule):
        return rule.starts_at
    return rule.trigger.fact if isinstance(rule.trigger, OnFact) else ""


def _climbs(book: Book, rule: Promise) -> bool:
    return rule.on_miss in book.all(Ladder) and isinstance(rule.target, Within) and book.can_count(rule.target) and book.is_sound(rule)


def _warnings(rule: Promise) -> tuple[int, ...]:
    return rule.warn_at if isinstance(rule, ClockRule) else ()


def _at_most(book: Book, promises: Sequence[Promise]) -> Counter[str]:
    """Messages to each if all of these ran in one case and all in one day: never fewer than there are."""
    found: Counter[str] = Counter()
    for rule in promises:
        for step in book.all(Ladder)[rule.on_miss].steps:
            for actor in step.notify:
                found[actor] += len(_warnings(rule)) if step.at == "warned" else 1
    return found


def _storms(book: Book, world: FieldWorld, promises: Sequence[Promise], said: set[str]) -> Iterator[Problem]:
    """For each procedure the promises that one and the same case can hold, and the person who hears most of them; each promise is said once."""
    for procedure in book.all(Procedure):
        parts = [(one, region(world, one.applies_to, procedure)) for one in promises if procedure in world.procedures_of(one.applies_to)]
        for first, part in parts:
            if first.id in said or part.impossible:
                continue
            held, case = _with(first, part, parts)
            told = {actor: _most_a_day(book, held, actor) for actor, number in _at_most(book, held).items() if number > MOST}
            if told and max(told.values()) > MOST:
                said.update(one.id for one in held)
                yield _storm(book, world, held, case, max(told, key=lambda actor: (told[actor], actor)), max(told.values()))


def _with(first: Promise, part: Region, parts: Sequence[tuple[Promise, Region]]) -> tuple[list[Promise], Region]:
    """The promise and, one after the other, those that a case can hold beside it; and such a case."""
    held, case = [first], part
    for other, its in parts:
        both = case.also(its)
        if other is not first and not both.impossible:
            held, case = [*held, other], both
    return held, case


def _storm(book: Book, world: FieldWorld, held: Sequence[Promise], case: Region, actor: str, number: int) -> Problem:
    counted = book.lived.n_open.get(case.procedure)
    n_open = counted or _SUPPOSED
    words: Words = {"actor": actor, "actor_zh": _named(book, actor), "n": number, "most": MOST, "n_open": n_open, "all": f"{number * n_open:,}"}
    words |= {"witness": witness(world, case, case.procedure), "witness_zh": witness(world, case, case.procedure, "zh")}
    words |= {"promises": ", ".join(one.id for one in held), "promises_zh": "、".join(one.label.zh for one in held)}
    words |= {"counted": "now open" if counted else "open", "counted_zh": "现有" if counted else "若有"}
    by = shown(case, case.procedure, _begins(held[0]))
    ladder = book.all(Ladder)[held[0].on_miss]
    return book.report("messages-in-a-storm", held[0], "on_miss", second=ladder, shown_by=by, **words)


def _named(book: Book, actor: str) -> str:
    """A post as people call it."""
    team, _, post = actor.partition("/")
    known = book.all(Team).get(team)
    if known is None:
        return ACTORS[actor].zh if actor in ACTORS else actor
    return known.posts[post].zh if post in known.posts else known.label.zh


def _most_a_day(book: Book, held: Sequence[Promise], actor: str) -> int:
    """The most messages in any 24 hours after a case that comes in on a plain morning and is left lying."""
    instants = sorted(at for rule in held for at in _instants(book, rule, actor))
    return max((sum(at <= other < at + _A_DAY for other in instants) for at in instants), default=0)


def _instants(book: Book, rule: Promise, actor: str) -> Iterator[datetime]:
    assert book.agenda is not None
    assert book.days is not None
    assert isinstance(rule.target, Within)
    last = min(book.days.known_until, book.days.ends_on)
    start = datetime(last.year, 3, 10, 10, tzinfo=zone_info(book.days.zone))
    for step in book.all(Ladder)[rule.on_miss].steps:
        if actor not in step.notify:
            continue
        try:
            missed = book.agenda.due(start, rule.target).at
            if step.at == "warned":
                shares = (book.agenda.at_share(start, rule.target, percent) for percent in _warnings(rule))
                yield from (at for at in shares if at is not None)
            elif missed is not None:
                at = missed if step.after is None else book.agenda.due(missed, step.after).at
                if at is not None:
                    yield at
        except CalendarError:
            return
