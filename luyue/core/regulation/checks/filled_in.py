"""PL108: what a rule asks or a notice says is filled in by then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.conditions import conditions
from luyue.core.regulation.field_world import FieldWorld, world_of
from luyue.core.regulation.filled import Filled, Forms
from luyue.core.regulation.problems import Problem, Words
from luyue.core.regulation.rules import (
    ActionRule,
    ClockRule,
    Condition,
    Field,
    Form,
    Notice,
    OnFact,
    Procedure,
    TaskRule,
)
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.vocabulary import VARIABLES

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# What people write freely never leaves in a letter: it could be about anybody.
_FREE_WORDS = ("text", "long-text")
_CLOCK_DUE = re.compile(r"clock\.([a-z0-9-]+)\.due\Z")


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(ActionRule, Procedure, Form):
        return
    world = world_of(book)
    filled = {procedure.id: Filled(book, procedure) for procedure in book.all(Procedure).values()}
    yield from _conditions(book, world, filled)
    yield from _notices(book, world, filled)


def _conditions(book: Book, world: FieldWorld, filled: dict[str, Filled]) -> Iterator[Problem]:
    for rule, path, condition, procedures, fact in conditions(book, world):
        if not isinstance(rule, ClockRule | TaskRule | Notice):
            continue  # an action that is not offered yet, a field that is not asked yet: nothing is lost
        for procedure in procedures:
            if procedure not in filled:
                continue
            known = _known(book, condition, fact, filled[procedure])
            late = next((name for name in condition.of if _may_be_empty(book, world, name, procedure, known)), "")
            if late:
                words: Words = {"field": late, "fact": fact or f"{rule.kind} {rule.id}"}
                yield book.report("field-empty", rule, *path, word=late, **words)
                break


def _known(book: Book, condition: Condition, fact: str, filled: Filled) -> Forms:
    """Forms certainly filled when the rule is judged."""
    stages = condition.of.get("stage")
    if fact == "stage.entered" and isinstance(stages, tuple):
        return frozenset.intersection(*(filled.in_stage(stage) for stage in stages))
    if fact == "case.closed":
        return frozenset.intersection(*(filled.in_stage(stage) for stage in filled.procedure.final)) | filled.at_fact(fact)
    if fact == "task.done" and isinstance(tasks := condition.of.get("task"), tuple):
        forms = {book.all(TaskRule)[one].form for one in tasks if one in book.all(TaskRule)}
        return filled.intake | forms if len(forms) == 1 else filled.intake
    return filled.at_fact(fact) if fact else filled.intake


def _may_be_empty(book: Book, world: FieldWorld, name: str, procedure: str, known: Forms) -> bool:
    """Whether no certain form holds the field as one that must be filled. Fields of the platform are always there."""
    if world.platform(name, (procedure,)) is not None or name not in world.of(procedure):
        return False
    return not any(field.required for _, field in _holders(book, name, known))


def _holders(book: Book, name: str, forms: Forms) -> list[tuple[str, Field]]:
    known = book.all(Form)
    return [(form, field) for form in forms if form in known for field in known[form].fields if field.name == name]


# Notices ---------------------------------------------------------------------------------------------


def _notices(book: Book, world: FieldWorld, filled: dict[str, Filled]) -> Iterator[Problem]:
    for notice in book.all(Notice).values():
        procedures = tuple(one for one in world.procedures_of(notice.applies_to) if one in filled)
        for name in dict.fromkeys(_VARIABLE.findall(f"{notice.text.zh} {notice.text.en}")):
            yield from _variable(book, world, filled, notice, name, procedures)
        if notice.tells:
            yield from _told(book, notice, procedures)


def _told(book: Book, notice: Notice, procedures: tuple[str, ...]) -> Iterator[Problem]:
    """What the customer is to read has to be written by whatever sets the notice off."""
    fact = notice.trigger.fact if isinstance(notice.trigger, OnFact) else ""
    written = any(one.records == fact and one.form == notice.tells and one.procedure in procedures for one in book.all(ActionRule).values())
    if notice.tells in book.all(Form) and not (written and "customer" in notice.recipients):
        yield book.report("tells-nothing", notice, "tells", notice=notice.id, notice_zh=notice.label.zh, form=notice.tells, fact=fact or "—")


def _variable(book: Book, world: FieldWorld, filled: dict[str, Filled], notice: Notice, name: str, procedures: tuple[str, ...]) -> Iterator[Problem]:
    fact = notice.trigger.fact if isinstance(notice.trigger, OnFact) else ""
    if match := _CLOCK_DUE.match(name):
        if match[1] not in book.all(ClockRule):
            yield _unknown(book, notice, name, [f"clock.{clock}.due" for clock in book.all(ClockRule)])
        return
    if name == "promise.date":
        if fact != "promise.made" and fact != "promise.moved":
            yield _empty(book, notice, name, f"{fact or 'the notice'} carries no promise", "此时未必已有承诺")
        return
    if name == "merged.number":
        if fact != "case.merged":
            yield _empty(book, notice, name, f"{fact or 'the notice'} merges no cases", "此时没有并入工单")
        return
    fields = {field for procedure in procedures for field in world.of(procedure)}
    if name in VARIABLES and name not in fields:
        return
    if name not in fields:
        yield _unknown(book, notice, name, [*VARIABLES, *sorted(fields)])
        return
    for procedure in procedures:
        known = _known(book, notice.applies_to, fact, filled[procedure])
        holders = _holders(book, name, known)
        if not any(field.required and not _conditional(field, notice.applies_to) for _, field in holders):
            why = "no form filled before must hold it" if not holders else "it is not asked in every case"
            yield _empty(book, notice, name, why, "此前没有表单必填它" if not holders else "并非每单都填")
            return
    if all(world.of(one)[name].kind in _FREE_WORDS for one in procedures if name in world.of(one)):
        why = "a letter carries no free words; `tells` shows a form beside it"
        yield _empty(book, notice, name, why, "通知不带自由填写的文字，请用 tells 在查询页面给出表单")


def _conditional(field: Field, condition: Condition) -> bool:
    """Whether the field is asked in some cases only, beyond what the notice itself demands."""
    return any(condition.of.get(name) != wanted for name, wanted in field.when.of.items())


def _unknown(book: Book, notice: Notice, name: str, known: list[str]) -> Problem:
    return book.report("variable-unknown", notice, "text", name=name, **hints(name, known))


def _empty(book: Book, notice: Notice, name: str, why: str, why_zh: str) -> Problem:
    return book.report("variable-empty", notice, "text", name=name, why=why, why_zh=why_zh)
