"""Everything that owes something by a time, seen as a clock rule: tasks, approvals and floors run on the same machine."""

from __future__ import annotations

from luyue.core.calendar import Within
from luyue.core.regulation.rules import ALWAYS, Approval, ClockRule, Floor, TaskRule


def clock_of_task(task: TaskRule) -> ClockRule | None:
    """The promise to do the task, id `task/<id>`; None for a task without a deadline."""
    if task.target is None:
        return None
    return ClockRule(
        id=f"task/{task.id}", label=task.label, regulation=task.regulation, clause=task.clause, mark=task.mark, origin=task.origin,
        law=task.law, applies_to=task.applies_to, starts_at="task.opened", stops_at=("task.done",), target=task.target,
        owed_by=task.by, runs="each", until=("task.cancelled",), on_miss=task.on_miss,
    )  # fmt: skip


def clock_of_approval(approval: Approval) -> ClockRule | None:
    """The promise to decide an approval, id `approval/<id>`; None when the regulation sets no limit.

    `owed_by` is the first band's approver; each clock started is owed by the approver of its own amount (`ApprovalState.approver`).
    """
    if approval.target is None:
        return None
    return ClockRule(
        id=f"approval/{approval.id}", label=approval.label, regulation=approval.regulation, clause=approval.clause, mark=approval.mark,
        origin=approval.origin, law=approval.law, applies_to=ALWAYS, starts_at="approval.asked",
        stops_at=("approval.given", "approval.refused"), target=approval.target, owed_by=approval.bands[0].approver, runs="each",
        on_miss=approval.on_miss,
    )  # fmt: skip


def clock_of_floor(floor: Floor) -> ClockRule | None:
    """A limit of the law that runs as a clock, id `floor/<id>`; None unless `runs: yes` with a longest time."""
    if not floor.runs or floor.of != "clock" or not isinstance(floor.at_most, Within):
        return None
    return ClockRule(
        id=f"floor/{floor.id}", label=floor.label, regulation=floor.regulation, clause=floor.clause, mark=floor.mark, origin=floor.origin,
        law=floor.law, applies_to=floor.applies_to, starts_at=floor.starts_at, stops_at=floor.stops_at, target=floor.at_most, owed_by="owner",
        runs="each", stop_ends="all",
    )  # fmt: skip
