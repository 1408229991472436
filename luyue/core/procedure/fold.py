"""Effects onto state: the one place that knows what each effect changes.

Deciding and rebuilding share it: `Workings` applies every effect the moment it is emitted, so what `decide` saw is what
`fold` gives again from the journal (design §1.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from luyue.core.clockwork import ClockState, TimerState
from luyue.core.procedure.state import (
    Absorbed,
    ApprovalSet,
    CaseOpened,
    CaseState,
    ClockSet,
    Effect,
    EntryUndone,
    FactRecord,
    FactRecorded,
    FieldsSet,
    HolderSet,
    MergedInto,
    NoticeDue,
    OwnerSet,
    RoomEffect,
    Routed,
    StageEntered,
    TaskSet,
    TeamAnswered,
    Ticked,
    TimersSet,
    Unticked,
    ValuesErased,
    WaitingSet,
)  # fmt: skip

SYSTEM = "system"


def fold(state: CaseState, effects: Iterable[Effect], *, seq: int, action: str, actor: str, entered_at: datetime) -> CaseState:
    """The state after one journal entry; `entered_at` is when it was written, the effects say when things happened."""
    workings = Workings(state, seq=seq, action=action, actor=actor, entered_at=entered_at)
    for effect in effects:
        workings.emit(effect)
    return workings.frozen()


class Workings:
    """A case while one entry is being made: a shallow, mutable copy of its state and the effects emitted so far."""

    __slots__ = (
        "action", "actor", "answered_teams", "approvals", "channel", "clocks", "closed_at", "customer_kind", "effects", "entered_at",
        "facts", "fields", "holder", "kind", "merged_into", "owner", "received_at", "routed_teams", "seq", "stage", "tasks", "teams", "ticks",
        "timers", "waiting_since",
    )  # fmt: skip

    def __init__(self, state: CaseState, *, seq: int, action: str, actor: str, entered_at: datetime) -> None:
        self.seq = seq
        self.action = action
        self.actor = actor
        self.entered_at = entered_at
        self.effects: list[Effect] = []
        self.kind = state.kind
        self.stage = state.stage
        self.channel = state.channel
        self.customer_kind = state.customer_kind
        self.holder = state.holder
        self.owner = state.owner
        self.teams = state.teams
        self.routed_teams = state.routed_teams
        self.answered_teams = state.answered_teams
        self.received_at = state.received_at
        self.closed_at = state.closed_at
        self.waiting_since = state.waiting_since
        self.merged_into = state.merged_into
        self.fields = dict(state.fields)
        self.facts = list(state.facts)
        self.clocks: dict[str, ClockState] = dict(state.clocks)
        self.tasks = dict(state.tasks)
        self.timers: list[TimerState] = list(state.timers)
        self.approvals = dict(state.approvals)
        self.ticks = dict(state.ticks)

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)
        _APPLY[type(effect)](self, effect)

    def frozen(self) -> CaseState:
        return self.frozen_at(self.seq)

    def frozen_at(self, head_seq: int) -> CaseState:
        """A state of its own: further effects do not reach into it."""
        return CaseState(
            kind=self.kind, stage=self.stage, channel=self.channel, customer_kind=self.customer_kind, holder=self.holder,
            owner=self.owner, teams=self.teams, routed_teams=self.routed_teams, answered_teams=self.answered_teams,
            received_at=self.received_at, closed_at=self.closed_at, waiting_since=self.waiting_since, merged_into=self.merged_into, head_seq=head_seq,
            fields=dict(self.fields), facts=tuple(self.facts), clocks=dict(self.clocks), tasks=dict(self.tasks),
            timers=tuple(self.timers), approvals=dict(self.approvals), ticks=dict(self.ticks),
        )  # fmt: skip

    def view(self) -> dict[str, object]:
        """As `CaseState.view`."""
        return {**self.fields, "kind": self.kind, "channel": self.channel, "customer_kind": self.customer_kind, "stage": self.stage}

    def happened(self, fact: str) -> bool:
        return any(record.name == fact for record in self.facts)

    def timers_of(self, clock: str) -> tuple[TimerState, ...]:
        return tuple(timer for timer in self.timers if timer.clock == clock)


def _fact(case: Workings, effect: FactRecorded) -> None:
    case.facts.append(FactRecord(effect.name, effect.at, case.entered_at, case.seq, case.action, effect.by or case.actor, effect.team, effect.payload))
    if effect.name == "case.closed":
        case.closed_at = effect.at
    elif effect.name == "case.reopened":
        case.closed_at = None


def _opened(case: Workings, effect: CaseOpened) -> None:
    case.kind = effect.kind
    case.channel = effect.channel
    case.customer_kind = effect.customer_kind
    case.received_at = effect.received_at
    case.teams = tuple(effect.teams)
    case.owner = effect.owner


def _stage(case: Workings, effect: StageEntered) -> None:
    case.stage = effect.stage
    case.answered_teams = ()


def _fields(case: Workings, effect: FieldsSet) -> None:
    for name, value in effect.values.items():
        if value is None:
            case.fields.pop(name, None)
        else:
            case.fields[name] = value


def _holder(case: Workings, effect: HolderSet) -> None:
    case.holder = effect.holder


def _owner(case: Workings, effect: OwnerSet) -> None:
    case.owner = effect.owner


def _routed(case: Workings, effect: Routed) -> None:
    case.routed_teams = tuple(effect.routed_teams)
    case.teams = tuple(effect.teams)
    case.answered_teams = tuple(team for team in case.answered_teams if team in effect.routed_teams)


def _answered(case: Workings, effect: TeamAnswered) -> None:
    case.answered_teams = (*case.answered_teams, effect.team)


def _waiting(case: Workings, effect: WaitingSet) -> None:
    case.waiting_since = effect.since


def _clock(case: Workings, effect: ClockSet) -> None:
    case.clocks[effect.clock.key] = effect.clock


def _timers(case: Workings, effect: TimersSet) -> None:
    case.timers = [timer for timer in case.timers if timer.clock != effect.clock]
    case.timers.extend(effect.timers)


def _task(case: Workings, effect: TaskSet) -> None:
    case.tasks[effect.task.key] = effect.task


def _approval(case: Workings, effect: ApprovalSet) -> None:
    case.approvals[effect.approval.rule] = effect.approval


def _tick(case: Workings, effect: Ticked) -> None:
    case.ticks[(effect.tick.checklist, effect.tick.item)] = effect.tick


def _untick(case: Workings, effect: Unticked) -> None:
    case.ticks.pop((effect.checklist, effect.item), None)


def _undone(case: Workings, effect: EntryUndone) -> None:
    case.facts = [fact for fact in case.facts if fact.seq != effect.seq]


def _merged(case: Workings, effect: MergedInto) -> None:
    case.merged_into = effect.number
    case.closed_at = effect.at
    case.waiting_since = None


def _absorbed(case: Workings, effect: Absorbed) -> None:
    case.received_at = min(case.received_at or effect.received_at, effect.received_at)


def _erased(case: Workings, effect: ValuesErased) -> None:
    gone = frozenset(effect.fields)
    for name in gone:
        case.fields.pop(name, None)
    case.facts = [replace(fact, payload={name: value for name, value in fact.payload.items() if name not in gone}) for fact in case.facts]
    for approval in effect.approvals:
        if approval in case.approvals:
            case.approvals[approval] = replace(case.approvals[approval], amount="")


def _outside(case: Workings, effect: NoticeDue | RoomEffect) -> None:
    """Messages and other rooms' rows are no part of the case's own state."""


_APPLY: dict[type, Callable[[Workings, Any], None]] = {
    FactRecorded: _fact,
    CaseOpened: _opened,
    StageEntered: _stage,
    FieldsSet: _fields,
    HolderSet: _holder,
    OwnerSet: _owner,
    Routed: _routed,
    TeamAnswered: _answered,
    WaitingSet: _waiting,
    ClockSet: _clock,
    TimersSet: _timers,
    TaskSet: _task,
    ApprovalSet: _approval,
    Ticked: _tick,
    Unticked: _untick,
    EntryUndone: _undone,
    MergedInto: _merged,
    Absorbed: _absorbed,
    ValuesErased: _erased,
    NoticeDue: _outside,
    RoomEffect: _outside,
}
