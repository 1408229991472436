"""PL303, PL307: promises that never come to bear, and promises of what nobody may do in just those cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from luyue.core.regulation.book import Book
from luyue.core.regulation.cells import Cell, Region, cells, holds_in, region, shown, witness
from luyue.core.regulation.checks.flow import comes_by_itself
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.rules import ActionRule, Category, ClockRule, Condition, Form, Procedure


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(ClockRule, ActionRule) or book.is_doubtful(Form, Category, Procedure):
        return
    world = world_of(book)
    exceptions: dict[str, list[ClockRule]] = {}
    for clock in book.all(ClockRule).values():
        if clock.exception_to:
            exceptions.setdefault(clock.exception_to, []).append(clock)
    for clock in book.all(ClockRule).values():
        if book.is_sound(clock):
            yield from _always_excepted(book, world, clock, exceptions.get(clock.id, []))
            yield from _forbidden(book, world, clock)


def _always_excepted(book: Book, world: FieldWorld, clock: ClockRule, narrower: Sequence[ClockRule]) -> Iterator[Problem]:
    if not narrower:
        return
    for procedure in world.procedures_of(clock.applies_to):
        regions = [region(world, one.applies_to, procedure) for one in narrower]
        regions = [one for one in regions if not one.impossible]
        names = sorted({name for one in regions for name in one.fields} - {"kind"})
        every = list(cells(world, procedure, names, region(world, clock.applies_to, procedure))) if names else []
        if not every or not all(any(holds_in(one, cell) for one in regions) for cell in every):
            return
    ids = ", ".join(one.id for one in narrower)
    yield book.report("always-excepted", clock, "clock", second=narrower[0], clock=clock.id, clock_zh=clock.label.zh, others=ids)


def _forbidden(book: Book, world: FieldWorld, clock: ClockRule) -> Iterator[Problem]:
    """A case the clock runs in, where each action that would stop it is for other cases only."""
    if any(comes_by_itself(fact) for fact in clock.stops_at):
        return
    for procedure in world.procedures_of(clock.applies_to):
        stops = [one for one in book.actions_by_procedure.get(procedure, ()) if one.records in clock.stops_at]
        if not stops or any(not one.when for one in stops):
            continue
        domain = region(world, clock.applies_to, procedure)
        case = _first_without(world, procedure, domain, [one.when for one in stops])
        if case is None or domain.impossible:
            continue
        words: Words = {"clock": clock.id, "clock_zh": clock.label.zh, "actions": ", ".join(one.id for one in stops)}
        words |= {"witness": witness(world, case, procedure), "witness_zh": witness(world, case, procedure, "zh")}
        yield book.report("owed-but-forbidden", clock, "stops_at", second=stops[0], shown_by=shown(case, procedure, clock.starts_at), **words)
        return


def _first_without(world: FieldWorld, procedure: str, domain: Region, whens: Sequence[Condition]) -> Cell | None:
    """A case of the domain in which none of the conditions can hold, as far as the fields the domain speaks of tell."""
    names = sorted(domain.fields - {"kind"})
    if not names:
        return None
    for cell in cells(world, procedure, names, domain):
        if not any(Condition({name: wanted for name, wanted in when.of.items() if name in cell}).holds(cell) for when in whens):
            return cell
    return None
