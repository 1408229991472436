"""Who hears of a late promise, step by step, and what the step hands over or opens (language §3.11)."""

from __future__ import annotations

from datetime import datetime

from luyue.core.clockwork import ClockState
from luyue.core.procedure import work
from luyue.core.procedure.actors import answerable
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.state import NoticeDue

# A task or an approval is often owed by somebody who neither holds nor owns the case: he hears of it as well.
_OWED_BESIDE = ("approval/", "task/")


def escalate(flow: Flow, clock: ClockState, reached: str | int, at: datetime) -> None:
    """Climb to `reached`: "warned", "missed", or the number of an `after` step. Tells, hands over, opens tasks; never moves the stage."""
    rule = flow.index.terms.get(clock.rule)
    ladder = flow.index.ladder(rule) if rule is not None else None
    if ladder is None:
        return
    for number, step in enumerate(ladder.steps):
        if number != reached and step.at != reached:
            continue
        if step.notify:
            words = (*step.notify, clock.owed_by) if step.at and clock.rule.startswith(_OWED_BESIDE) else step.notify
            people = [one for word in words for one in answerable(word, flow.case, flow.index, clock.owed_by)]
            flow.speak(clock.key, NoticeDue(f"ladder/{ladder.id}/{number}", tuple(dict.fromkeys(people)), (), clock.key, at))
        if step.hand_to:
            work.hand_over(flow, step.hand_to, instead_of=clock.team)
        if step.open and not any(task.rule == step.open and task.state == "open" for task in flow.case.tasks.values()):
            work.open_task(flow, flow.book.task(step.open), at)
