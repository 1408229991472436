"""PL401, PL402, PL404: gates that wait for each other, clocks whose end lies behind them, work nobody may do, ladders that run in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.flow import comes_by_itself, from_stages, reach, steps
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import SAME, ActionRule, ClockRule, Ladder, Procedure, TaskRule


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(ActionRule, Procedure):
        return
    for procedure in book.all(Procedure).values():
        if book.is_sound(procedure) and all(book.is_sound(action) for action in book.actions_by_procedure.get(procedure.id, ())):
            yield from _locked(book, procedure)
        yield from _nobody(book, procedure)
    if not book.is_broken(ClockRule):
        yield from _ends_behind(book)
    yield from _circles(book)


def _locked(book: Book, procedure: Procedure) -> Iterator[Problem]:
    """Stages every way to which demands a fact that can only come later, found by letting happen whatever can."""
    actions = book.actions_by_procedure.get(procedure.id, [])
    recorded = {one.records for one in actions}
    stages, facts, moving = {procedure.entry_stage}, set[str](), True
    while moving:
        moving = False
        for action in actions:
            open_now = stages.intersection(from_stages(action, procedure)) and not _lacking(action, facts, recorded)
            to = stages if action.to == SAME else {action.to}
            if open_now and not (action.records in facts and to <= stages):
                facts.add(action.records)
                stages |= to & set(procedure.stages)
                moving = True
    for stage in procedure.stages:
        if stage in reach([procedure.entry_stage], steps(book, procedure)) - stages:
            action = next(one for one in actions if one.to == stage and stages.intersection(from_stages(one, procedure)))
            fact = next(iter(_lacking(action, facts, recorded)))
            shown_by = Witness(procedure.id, stage=next(one for one in from_stages(action, procedure) if one in stages))
            words: Words = {"stage": stage, "procedure": procedure.id, "procedure_zh": procedure.label.zh, "action": action.id, "fact": fact}
            yield book.report("stage-locked", action, "after", word=fact, shown_by=shown_by, **words)
            return  # the stages behind it are locked by the same fault


def _lacking(action: ActionRule, facts: set[str], recorded: set[str]) -> list[str]:
    """Facts the action demands that have not happened yet and do not come by themselves. Unknown ones are said elsewhere."""
    wanted = [*action.after]
    if action.count is not None and action.count.at_least:
        wanted.append(action.count.of)
    return [fact for fact in wanted if fact not in facts and fact in recorded and not comes_by_itself(fact)]


def _nobody(book: Book, procedure: Procedure) -> Iterator[Problem]:
    """Actions only routed teams may do, where nothing routes."""
    actions = book.actions_by_procedure.get(procedure.id, [])
    routed = any(action.route or action.hands_to for action in actions)
    for action in actions:
        shown_by = Witness(procedure.id, stage=next(iter(from_stages(action, procedure)), ""))
        if action.by == ("routed-teams",) and not routed and not action.each:
            yield book.report("nobody-is-routed", action, "by", action=action.id, shown_by=shown_by)


def _ends_behind(book: Book) -> Iterator[Problem]:
    """Clocks that start where none of the facts that stop them can happen any more."""
    world = world_of(book)
    for clock in book.all(ClockRule).values():
        if not book.is_sound(clock) or any(comes_by_itself(fact) for fact in clock.stops_at):
            continue
        for name in world.procedures_of(clock.applies_to):
            procedure = book.all(Procedure)[name]
            actions = book.actions_by_procedure.get(name, ())
            starts = [one for one in actions if one.records == clock.starts_at]
            stops = [one for one in actions if one.records in clock.stops_at]
            landed = [stage for one in starts for stage in (from_stages(one, procedure) if one.to == SAME else [one.to])]
            landed += list(procedure.final) if clock.starts_at == "case.closed" else []
            after = reach(landed, steps(book, procedure))
            if landed and stops and not any(after.intersection(from_stages(one, procedure)) for one in stops):
                words: Words = {"clock": clock.id, "clock_zh": clock.label.zh, "start": clock.starts_at, "stop": " / ".join(clock.stops_at)}
                yield book.report("stop-lies-behind", clock, "stops_at", shown_by=Witness(name, (), clock.starts_at), **words)
                break


def _circles(book: Book) -> Iterator[Problem]:
    """A ladder that opens a task whose own lateness climbs the same ladder again: nobody above ever hears the last of it."""
    ladders, tasks = book.all(Ladder), book.all(TaskRule)
    for ladder in ladders.values():
        path, waiting = set[str](), [ladder.id]
        while waiting:
            here = ladders.get(waiting.pop())
            opened = [tasks[step.open] for step in here.steps if step.open in tasks] if here is not None else []
            for task in opened:
                if task.on_miss == ladder.id:
                    where = [str(number) for number, step in enumerate(ladder.steps) if step.open]
                    words: Words = {"ladder": ladder.id, "ladder_zh": ladder.label.zh, "task": task.id, "task_zh": task.label.zh}
                    yield book.report("ladder-in-a-circle", ladder, "steps", *where[:1], "open", second=task, **words)
                    return
                if task.on_miss and task.on_miss not in path:
                    path.add(task.on_miss)
                    waiting.append(task.on_miss)
