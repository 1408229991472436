"""What a person can do with a case now, and why not: the permitted actions of a page, without any data yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luyue.core.clockwork import utc
from luyue.core.procedure import entry, gates
from luyue.core.procedure.actors import is_staff, is_system
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.decide import guard_refusal
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.index import index_of
from luyue.core.procedure.settle import settle_flow
from luyue.core.procedure.state import Actor, CaseState, Refused
from luyue.core.procedure.world import EMPTY_WORLD, Moment, World
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Label


@dataclass(frozen=True, slots=True)
class Offer:
    """`refusals` holds everything that stands in the way, in the order of the gates; `about` is a task key for the task acts."""

    action: str
    label: Label
    permitted: bool
    refusals: tuple[Refused, ...]
    form: str
    kind: str  # action | platform
    about: str = ""


def offered(book: Rulebook, state: CaseState, actor: Actor, now: datetime, world: World = EMPTY_WORLD) -> tuple[Offer, ...]:
    """The regulation's actions of this stage, in the order of the text, then the platform acts.

    Actions of other stages, and those whose `when` says they are for other cases, are left out. Guards that look at the form are not asked:
    they speak when it is sent.
    """
    now = utc(now)
    if state.merged_into:
        return ()
    index = index_of(book)
    flow = entry.begin(book, state, "offered", actor.id, now, world)
    settle_flow(flow, now)
    attempt = Attempt(book, index, flow.case.frozen_at(state.head_seq) if flow.case.effects else state, actor, now, world)
    offers = []
    for rule in index.actions(state.kind):
        if not gates.is_for_this_case(attempt, rule):
            continue
        refusals = list(gates.refusals(attempt, rule))
        denied = guard_refusal(Moment(book, attempt.state, rule, actor, {}, now, now, world), attempt, forms_too=False)
        if denied is not None:
            refusals.append(denied)
        offers.append(Offer(rule.id, rule.label, not refusals, tuple(refusals), rule.form, "action"))
    return (*offers, *_platform(attempt))


def _platform(attempt: Attempt) -> list[Offer]:
    offers = []
    at_work = is_staff(attempt.actor) or is_system(attempt.actor)
    own = {rule.id for rule in attempt.index.actions(attempt.state.kind)}
    for act in ACTS.values():
        if act.id in own or not (act.for_customers or at_work):
            continue
        refused = gates.skill_refusal(attempt, act.id, (), None) or act.may(attempt)
        refusals = (refused,) if refused is not None else ()
        tasks = [task for task in attempt.state.tasks.values() if task.state == "open"] if act.id.endswith("-task") else []
        if act.id == "do-task" and tasks:
            for task in tasks:
                rule = attempt.book.task(task.rule)
                offers.append(Offer(act.id, rule.label, not refusals, refusals, rule.form or act.form_id, "platform", task.key))
            continue
        offers.append(Offer(act.id, act.label, not refusals, refusals, act.form_id, "platform"))
    return offers
