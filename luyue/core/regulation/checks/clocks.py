"""PL301, PL302, PL304, PL305, PL306: the promises of one metric neither clash nor leave a gap unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from luyue.core.calendar import Within
from luyue.core.regulation.book import Book
from luyue.core.regulation.cells import Cell, Region, cells, holds_in, region, shown, witness
from luyue.core.regulation.checks.conditions import conditions
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.quantities import of_within
from luyue.core.regulation.rules import Blank, Category, ClockRule, DueFrom, Form, Procedure

Metric = tuple[str, frozenset[str]]


def metric(clock: ClockRule) -> Metric:
    return clock.starts_at, frozenset(clock.stops_at)


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(ClockRule) or book.is_doubtful(Form, Category, Procedure):
        return
    world = world_of(book)
    yield from _impossible(book, world)
    yield from _exceptions(book, world)
    groups: dict[Metric, list[ClockRule]] = defaultdict(list)
    for clock in book.all(ClockRule).values():
        if clock.starts_at and clock.stops_at:
            groups[metric(clock)].append(clock)
    for (starts_at, stops_at), clocks in groups.items():
        sound = [clock for clock in clocks if book.is_sound(clock)]
        yield from _overlaps(book, world, sound)
        if len(sound) < len(clocks):
            continue
        yield from _gaps(book, world, clocks, starts_at == "case.received" and "case.responded" in stops_at)


# PL302 -----------------------------------------------------------------------------------------------


def _impossible(book: Book, world: FieldWorld) -> Iterator[Problem]:
    """A condition no case of any of its procedures can meet."""
    for rule, path, condition, procedures, _ in conditions(book, world):
        if not book.is_sound(rule):
            continue
        regions = [region(world, condition, procedure) for procedure in procedures]
        if regions and all(one.impossible for one in regions):
            name = regions[0].impossible
            asked = world.find(name, procedures)
            if asked is None or (asked.values is not None and not asked.values):
                continue
            words: Words = {"kind": rule.kind, "id": rule.id, "why": f"{name} is never asked with that value here"}
            yield book.report("condition-impossible", rule, *path, why_zh=f"{name} 在此不会有这个取值", **words)


# PL306 -----------------------------------------------------------------------------------------------


def _exceptions(book: Book, world: FieldWorld) -> Iterator[Problem]:
    for rules in book.by_kind.values():
        for rule in rules.values():
            circle = _circle(rule.id, {one.id: one.exception_to for one in rules.values()})
            if circle and rule.id == min(circle):
                yield book.report("exception-cycle", rule, "exception_to", circle=" → ".join([*circle, circle[0]]))
    clocks = book.all(ClockRule)
    for clock in clocks.values():
        base = clocks.get(clock.exception_to)
        if base is None or not book.is_sound(clock) or clock.id in _circle(clock.id, {one.id: one.exception_to for one in clocks.values()}):
            continue
        if metric(clock) != metric(base):
            yield book.report("exception-other-metric", clock, "exception_to", second=base, one=clock.id, two=base.id)
        else:
            yield from _narrower(book, world, clock, base)


def _circle(start: str, above: dict[str, str]) -> list[str]:
    """The ids of the circle `start` is part of, or []."""
    path = [start]
    while (after := above.get(path[-1], "")) and after not in path:
        path.append(after)
    return path if above.get(path[-1], "") == start else []


def _narrower(book: Book, world: FieldWorld, clock: ClockRule, base: ClockRule) -> Iterator[Problem]:
    for procedure in world.procedures_of(clock.applies_to):
        narrow = region(world, clock.applies_to, procedure)
        wide = region(world, base.applies_to, procedure)
        if not narrow.impossible and not _within(narrow, wide):
            words: Words = {"one": clock.id, "two": base.id, "witness": witness(world, narrow, procedure)}
            zh = witness(world, narrow, procedure, "zh")
            by = shown(narrow, procedure, clock.starts_at)
            yield book.report("exception-not-narrower", clock, "applies_to", second=base, shown_by=by, witness_zh=zh, **words)
            return


def _within(narrow: Region, wide: Region) -> bool:
    """Whether every case of `narrow` is one of `wide`."""
    if wide.impossible:
        return False
    if any(name not in narrow.one or not narrow.one[name] <= values for name, values in wide.one.items()):
        return False
    for name, bound in wide.bounds.items():
        own = narrow.bounds.get(name)
        if own is None or (bound.over is not None and (own.over is None or own.over < bound.over)):
            return False
        if bound.up_to is not None and (own.up_to is None or own.up_to > bound.up_to):
            return False
    return all(any(own <= wanted for own in narrow.any_of.get(name, ())) for name, sets in wide.any_of.items() for wanted in sets)


# PL301, PL305 ----------------------------------------------------------------------------------------


def _overlaps(book: Book, world: FieldWorld, clocks: Sequence[ClockRule]) -> Iterator[Problem]:
    above = {clock.id: clock.exception_to for clock in clocks}
    for one, two in combinations(clocks, 2):
        if _yields(one.id, two.id, above) or _yields(two.id, one.id, above):
            continue
        for procedure in world.procedures_of(one.applies_to):
            both = region(world, one.applies_to, procedure).also(region(world, two.applies_to, procedure))
            if not both.impossible:
                yield _clash(book, world, one, two, both, above)
                break


def _yields(narrow: str, wide: str, above: dict[str, str]) -> bool:
    seen: set[str] = set()
    while narrow and narrow not in seen:
        seen.add(narrow)
        narrow = above.get(narrow, "")
        if narrow == wide:
            return True
    return False


def _clash(book: Book, world: FieldWorld, one: ClockRule, two: ClockRule, both: Region, above: Words) -> Problem:
    words: Words = {"one": one.id, "two": two.id, "witness": witness(world, both, both.procedure)}
    words["witness_zh"] = witness(world, both, both.procedure, "zh")
    words["shown_by"] = shown(both, both.procedure, one.starts_at)
    if one.exception_to and one.exception_to == two.exception_to:
        return book.report("exceptions-cross", two, "applies_to", second=one, three=one.exception_to, **words)
    if one.target == two.target and one.owed_by == two.owed_by:
        return book.report("clocks-equal", two, "clock", second=one, **words)
    wide = min((one, two), key=lambda clock: len(clock.applies_to.of)).id
    targets: Words = {"target_one": said(one), "target_two": said(two), "target_one_zh": said(one, "zh"), "target_two_zh": said(two, "zh")}
    return book.report("clocks-contradict", two, "clock", second=one, wide=wide, **targets, **words)


def said(clock: ClockRule, language: str = "en") -> str:
    """The promise of a clock in a few words."""
    target = clock.target
    if isinstance(target, Within):
        return of_within(target).say(language)
    if isinstance(target, DueFrom):
        return f"{target.field}"
    return ("空白" if language == "zh" else "blank") if isinstance(target, Blank) else ""


# PL304 -----------------------------------------------------------------------------------------------


def _gaps(book: Book, world: FieldWorld, clocks: Sequence[ClockRule], first_response: bool) -> Iterator[Problem]:
    for procedure in book.all(Procedure):
        own = [clock for clock in clocks if procedure in world.procedures_of(clock.applies_to)]
        regions = [region(world, clock.applies_to, procedure) for clock in own]
        if not own or (len(own) < 2 and not first_response):
            continue
        gap = _first_gap(world, procedure, regions, first_response)
        if gap is None:
            continue
        words: Words = {"witness": witness(world, gap, procedure), "witness_zh": witness(world, gap, procedure, "zh")}
        words["shown_by"] = shown(gap, procedure, own[0].starts_at)
        if first_response:
            label = book.all(Procedure)[procedure].label.zh
            yield book.report("channel-without-response", own[0], "applies_to", procedure=procedure, procedure_zh=label, **words)
        else:
            names = " / ".join(clock.id for clock in own)
            yield book.report("clock-gap", own[0], "applies_to", clocks=names, **words)


def _first_gap(world: FieldWorld, procedure: str, regions: Sequence[Region], first_response: bool) -> Cell | None:
    """A case none of the regions holds. What all of them demand alike is no gap but their common ground."""
    domain = Region(procedure)
    if not first_response:
        first = regions[0]
        domain.one = {name: wanted for name, wanted in first.one.items() if all(one.one.get(name) == wanted for one in regions)}
        domain.any_of = {name: sets for name, sets in first.any_of.items() if all(one.any_of.get(name) == sets for one in regions)}
        domain.bounds = {name: wanted for name, wanted in first.bounds.items() if all(one.bounds.get(name) == wanted for one in regions)}
    common = domain.fields
    names = sorted({name for one in regions for name in one.fields} - {"kind"} - common)
    if any(name in one.bounds for one in regions for name in names):
        return None  # bands of amounts are the business of approvals
    if not names:
        return None
    for cell in cells(world, procedure, names, domain):
        if not any(holds_in(one, cell) for one in regions):
            return cell
    return None
