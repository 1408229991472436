"""PL401, PL403, PL404: every stage can be reached and left, every awaited fact can happen, and in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from luyue.core.regulation.book import Book
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import (
    ANY_OPEN,
    SAME,
    ActionRule,
    AfterRepeats,
    ClockRule,
    Condition,
    DataClass,
    DueFrom,
    Form,
    Ladder,
    Notice,
    OnFact,
    Procedure,
    ReportRule,
    Rule,
    TaskRule,
)
from luyue.core.regulation.vocabulary import FACTS

Wait = tuple[tuple[str, ...], str]  # the keys that lead to a fact, and the fact


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(ActionRule, Procedure):
        return
    for procedure in book.all(Procedure).values():
        yield from _stages(book, procedure)
        yield from _order(book, procedure)
    yield from _awaited(book)
    if not book.is_broken(Form):
        yield from _due_fields(book)
    yield from _watch_dogs(book)


# PL401 -----------------------------------------------------------------------------------------------


def from_stages(action: ActionRule, procedure: Procedure) -> list[str]:
    """The stages an action may start from; `any-open` is every stage that is not final."""
    if ANY_OPEN in action.from_:
        return [stage for stage in procedure.stages if stage not in procedure.final]
    return [stage for stage in action.from_ if stage in procedure.stages]


def steps(book: Book, procedure: Procedure) -> dict[str, set[str]]:
    """Stage → stages one action leads to."""
    after: dict[str, set[str]] = {stage: set() for stage in procedure.stages}
    for action in book.actions_by_procedure.get(procedure.id, ()):
        for stage in from_stages(action, procedure):
            if action.to != SAME and action.to in after:
                after[stage].add(action.to)
    return after


def reach(start: Iterable[str], after: dict[str, set[str]]) -> set[str]:
    """Everything that can follow, the start included."""
    found, waiting = set(start), list(start)
    while waiting:
        for stage in after.get(waiting.pop(), ()):
            if stage not in found:
                found.add(stage)
                waiting.append(stage)
    return found


def _stages(book: Book, procedure: Procedure) -> Iterator[Problem]:
    after = steps(book, procedure)
    reached = reach([procedure.entry_stage], after)
    for stage in procedure.stages:
        words: Words = {"stage": stage, "procedure": procedure.id, "procedure_zh": procedure.label.zh}
        if stage not in reached:
            words["shown_by"] = Witness(procedure.id, stage=next((one for one in procedure.final if one in reached), ""))
            yield book.report("stage-unreachable", procedure, "stages", word=stage, **words)
        elif not reach([stage], after) & set(procedure.final):
            yield book.report("stage-dead-end", procedure, "stages", word=stage, shown_by=Witness(procedure.id, stage=stage), **words)
    for action in book.actions_by_procedure.get(procedure.id, ()):
        for stage in action.from_:
            if stage in procedure.final and action.records != "case.reopened":
                yield book.report("final-left", action, "from", word=stage, action=action.id, stage=stage, shown_by=Witness(procedure.id, stage=stage))


# PL404 -----------------------------------------------------------------------------------------------


def _order(book: Book, procedure: Procedure) -> Iterator[Problem]:
    """What an action demands must be able to happen before it."""
    after = steps(book, procedure)
    actions = book.actions_by_procedure.get(procedure.id, [])
    routed = any(action.route or action.hands_to for action in actions)
    for action in actions:
        if action.each and not routed:
            yield book.report("each-without-route", action, "each", action=action.id, shown_by=Witness(procedure.id, stage=next(iter(action.from_), "")))
        own = from_stages(action, procedure)
        demanded: list[Wait] = [(("after",), fact) for fact in action.after]
        if action.count is not None and action.count.at_least:
            demanded.append((("count", "of"), action.count.of))
        for path, fact in demanded:
            makers = [one for one in actions if one.records == fact]
            if comes_by_itself(fact) or not makers:
                continue
            if not any(_before(one, set(own), procedure, after) for one in makers if one is not action):
                shown_by = Witness(procedure.id, stage=next(iter(own), ""))
                yield book.report("fact-never-before", action, *path, word=fact, action=action.id, fact=fact, shown_by=shown_by)


def _before(maker: ActionRule, own: set[str], procedure: Procedure, after: dict[str, set[str]]) -> bool:
    landed = from_stages(maker, procedure) if maker.to == SAME else [maker.to]
    return bool(reach(landed, after) & own)


def comes_by_itself(fact: str) -> bool:
    """Whether the platform, the carrier, the bank … record it without an action of the edition."""
    return fact in FACTS and FACTS[fact].by != "action"


def _awaited(book: Book) -> Iterator[Problem]:
    world = world_of(book)
    for clock in book.all(ClockRule).values():
        waits: list[Wait] = [(("starts_at",), clock.starts_at), *((("until",), fact) for fact in clock.until)]
        if clock.pauses is not None:
            waits += [(("pauses", "starts_at"), clock.pauses.starts_at), (("pauses", "stops_at"), clock.pauses.stops_at)]
        yield from _can_happen(book, world, clock, clock.applies_to, waits)
        yield from _can_happen(book, world, clock, clock.applies_to, [(("stops_at",), fact) for fact in clock.stops_at])
        yield from _can_stop(book, world, clock)
    for task in book.all(TaskRule).values():
        waits = [*((("stops_at",), fact) for fact in task.stops_at), *((("until",), fact) for fact in task.until)]
        if isinstance(task.trigger, OnFact):
            waits.append((("opens_at",), task.trigger.fact))
        elif isinstance(task.trigger, AfterRepeats):
            waits.append((("after_repeats", "of"), task.trigger.of))
        yield from _can_happen(book, world, task, task.applies_to, waits)
    for notice in book.all(Notice).values():
        if isinstance(notice.trigger, OnFact):
            yield from _can_happen(book, world, notice, notice.applies_to, [(("at",), notice.trigger.fact)])
    for action in book.all(ActionRule).values():
        waits = [(("after",), fact) for fact in action.after]
        if action.count is not None:
            waits.append((("count", "of"), action.count.of))
        yield from _can_happen(book, world, action, Condition({"kind": (action.procedure,)}), waits)
    for data in book.all(DataClass).values():
        yield from _can_happen(book, world, data, Condition(), [(("kept_from",), data.kept_from)])
    for report in book.all(ReportRule).values():
        if isinstance(report.trigger, OnFact):
            yield from _can_happen(book, world, report, Condition(), [(("at",), report.trigger.fact)])


def _can_happen(book: Book, world: FieldWorld, rule: Rule, condition: Condition, waits: Sequence[Wait]) -> Iterator[Problem]:
    """Some procedure the rule speaks of records the fact. Unknown facts are PL101 already."""
    procedures = world.procedures_of(condition)
    for path, fact in waits:
        if fact in book.facts and not comes_by_itself(fact) and not _recorded(book, fact, procedures):
            yield _never(book, rule, path, fact, procedures)


def _can_stop(book: Book, world: FieldWorld, clock: ClockRule) -> Iterator[Problem]:
    """In each procedure it applies to, one of the facts that stop a clock can happen."""
    for procedure in world.procedures_of(clock.applies_to):
        known = [fact for fact in clock.stops_at if fact in book.facts]
        if known and len(known) > 1 and not any(comes_by_itself(one) or _recorded(book, one, (procedure,)) for one in known):
            starts = comes_by_itself(clock.starts_at) or _recorded(book, clock.starts_at, (procedure,))
            if starts:
                yield _never(book, clock, ("stops_at",), " / ".join(known), (procedure,))


def _recorded(book: Book, fact: str, procedures: tuple[str, ...]) -> bool:
    return any(action.procedure in procedures for action in book.actions_by_fact.get(fact, ()))


def _never(book: Book, rule: Rule, path: tuple[str, ...], fact: str, procedures: tuple[str, ...]) -> Problem:
    known = book.all(Procedure)
    english = " or ".join(procedures) if 0 < len(procedures) <= 3 else "any procedure"
    chinese = "、".join(known[one].label.zh for one in procedures) if 0 < len(procedures) <= 3 else "任何流程"
    words: Words = {"who": f'{rule.kind} "{rule.id}"', "who_zh": f"{rule.label.zh}", "fact": fact}
    begins = getattr(rule, "starts_at", "")
    shown_by = Witness(procedures[0], (), begins if begins != fact else "") if procedures else None
    return book.report("fact-never-recorded", rule, *path, word=fact, procedure=english, procedure_zh=chinese, shown_by=shown_by, **words)


def _due_fields(book: Book) -> Iterator[Problem]:
    """`due_from` names an instant of the very form that goes with the start fact."""
    world, forms = world_of(book), book.all(Form)
    for clock in book.all(ClockRule).values():
        if not isinstance(clock.target, DueFrom) or clock.starts_at not in book.facts:
            continue
        procedures = world.procedures_of(clock.applies_to)
        makers = [one for one in book.actions_by_fact.get(clock.starts_at, ()) if one.procedure in procedures]
        carriers = [(one.id, one.form) for one in makers]
        if clock.starts_at == "case.received":
            carriers += [(one, book.all(Procedure)[one].intake) for one in procedures]
        for name, form_id in carriers or [("", "")]:
            field = next((one for one in forms[form_id].fields if one.name == clock.target.field), None) if form_id in forms else None
            if field is None:
                words: Words = {"fact": clock.starts_at, "field": clock.target.field, "actions": name or "such an action"}
                words["shown_by"] = Witness(procedures[0], (), clock.starts_at) if procedures else None
                yield book.report("due-field-elsewhere", clock, "due_from", actions_zh=name or "这样的操作", **words)
            elif field.kind != "instant":
                words = {"field": field.name, "kind": field.kind, "wanted": "instant"}
                yield book.report("field-wrong-kind", clock, "due_from", **words)


# PL403 -----------------------------------------------------------------------------------------------


def _watch_dogs(book: Book) -> Iterator[Problem]:
    """An escalation that ends with the one being escalated, and four eyes of one pair."""
    ladders, seen = book.all(Ladder), set()
    owed: list[tuple[ClockRule | TaskRule, str, str]] = [(clock, clock.owed_by, clock.on_miss) for clock in book.all(ClockRule).values()]
    for rule, actor, ladder_id in [*owed, *((task, task.by, task.on_miss) for task in book.all(TaskRule).values())]:
        ladder = ladders.get(ladder_id)
        if ladder is None or not ladder.steps or not actor:
            continue
        last = ladder.steps[-1]
        told = {*last.notify, last.hand_to} - {""}
        if told == {actor} and (ladder_id, actor) not in seen:
            seen.add((ladder_id, actor))
            words: Words = {"ladder": ladder.id, "ladder_zh": ladder.label.zh, "actor": actor, "rule": rule.id, "rule_zh": rule.label.zh}
            begins = rule.starts_at if isinstance(rule, ClockRule) else getattr(rule.trigger, "fact", "")
            words["shown_by"] = next((Witness(one, (), begins) for one in world_of(book).procedures_of(rule.applies_to)), None)
            yield book.report("escalates-to-owner", rule, "on_miss", second=ladder, **words)
    actions = book.all(ActionRule)
    for action in actions.values():
        for name in action.four_eyes:
            other = actions.get(name)
            if other is not None and len(action.by) == 1 and action.by == other.by and "/" in action.by[0]:
                words = {"actor": action.by[0], "action": action.id, "other": other.id}
                words["shown_by"] = Witness(action.procedure, (), other.records)
                yield book.report("own-approver", action, "four_eyes", word=name, second=other, **words)
