"""Taking back what was done a moment ago, where nothing has left the house: an act that reverses, with an entry of its own.

Undone is only the last entry of a case, by whoever made it, within a fixed time, and only when it decided no promise, opened no work and
told no customer anything. The entry stays in the journal; its facts no longer count.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from luyue.core.procedure.acts.act import Act, Doing, no, staff_only
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import CaseState, EntryUndone, HolderSet, OwnerSet, Refused, RoomEffect, Ticked, Unticked
from luyue.core.regulation.rules import Label

UNDOABLE = frozenset({"take", "assign", "tick", "link"})
UNDO_WITHIN = timedelta(seconds=90)  # the page offers it for a minute; the rest is the way there
# What an entry may not have touched if it is to be taken back.
_DECIDED = (
    "stage", "teams", "routed_teams", "answered_teams", "closed_at", "waiting_since", "fields", "clocks", "tasks", "timers", "approvals",
)  # fmt: skip


def _may_undo(attempt: Attempt) -> Refused | None:
    refused = staff_only(attempt)
    if refused is not None:
        return refused
    state = attempt.state
    last = state.facts[-1] if state.facts else None
    if last is None or last.seq != state.head_seq or last.action not in UNDOABLE:
        return no("undo", "上一步不能撤销，或之后已有新的记录", "The last step cannot be undone, or something came after it", "请另行办理来更正")
    if last.actor != attempt.actor.id:
        return no("undo", "上一步是别人办的，不能代为撤销", "Somebody else did the last step", "请对方撤销，或另行办理来更正")
    if attempt.at - last.entered_at > UNDO_WITHIN:
        return no("undo", "已过可以撤销的时间", "It is too late to undo this", "请另行办理来更正")
    return None


def _undo(doing: Doing, filled: Filled) -> None:
    seq = doing.attempt.state.head_seq
    if str(filled.values["entry"]) != str(seq):
        raise no("undo", "之后已有新的记录，不能再撤销", "Something came after it", "请另行办理来更正")
    known: Any = doing.attempt.world.read("entry", {"seq": seq})
    before, after, effects = known
    if any(getattr(before, name) != getattr(after, name) for name in _DECIDED):
        raise no("undo", "这一步已影响时限或待办，不能撤销", "It has decided a promise or opened work", "请另行办理来更正")
    case = doing.flow.case
    case.emit(EntryUndone(seq))
    if before.holder != after.holder:
        case.emit(HolderSet(before.holder))
    if before.owner != after.owner:
        case.emit(OwnerSet(before.owner))
    _untick(doing, before, after)
    for effect in effects:
        if isinstance(effect, RoomEffect) and effect.name == "link-case":
            case.emit(RoomEffect("unlink-case", effect.data))


def _untick(doing: Doing, before: CaseState, after: CaseState) -> None:
    for key in after.ticks:
        if before.ticks.get(key) != after.ticks[key]:
            earlier = before.ticks.get(key)
            doing.flow.case.emit(Ticked(earlier) if earlier is not None else Unticked(*key))


ACTS = (Act("undo", Label("撤销上一步", "Undo the last step"), _may_undo, _undo),)
