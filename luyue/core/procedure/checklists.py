"""Which items of a checklist are still owed, per case or per object checked."""

from __future__ import annotations

from collections.abc import Mapping

from luyue.core.procedure.fold import Workings
from luyue.core.procedure.state import CaseState, Tick
from luyue.core.regulation.rules import Checklist, Item

# A checklist `per: unit` is ticked once for every unit: the object stands behind the item, "appearance@SN-1".
SUBJECT_MARK = "@"
# A fact that carries this serial says the unit was taken out.
SET_ASIDE_FIELD = "failed_serial"


def tick_item(item: str, subject: str) -> str:
    return f"{item}{SUBJECT_MARK}{subject}" if subject else item


def missing_items(checklist: Checklist, case: CaseState | Workings) -> list[Item]:
    """Required items not ticked, or not passed where all must pass; for each of the objects that are still in question."""
    view = case.view()
    asked = [item for item in checklist.items if item.required and item.when.holds(view)]
    owed: list[Item] = []
    for subject in subjects(checklist, case):
        for item in asked:
            tick = case.ticks.get((checklist.id, tick_item(item.id, subject)))
            if (tick is None or (checklist.complete_when == "all-pass" and tick.result == "fail")) and item not in owed:
                owed.append(item)
    return owed


def subjects(checklist: Checklist, case: CaseState | Workings) -> list[str]:
    """The objects ticked so far that are not set aside; [""] for a checklist of the case itself, or when none is left to look at."""
    return [one for one in objects_ticked(checklist, case.ticks) if one not in set_aside(case)] or [""]


def objects_ticked(checklist: Checklist, ticks: Mapping[tuple[str, str], Tick]) -> list[str]:
    return sorted({item.partition(SUBJECT_MARK)[2] for name, item in ticks if name == checklist.id})


def set_aside(case: CaseState | Workings) -> set[str]:
    """Objects a recorded failure took out of the case (`outbound.failed` with its serial): another one stands in for each."""
    return {str(serial) for fact in case.facts if (serial := fact.payload.get(SET_ASIDE_FIELD))}


def earlier_owed(checklist: Checklist, item_id: str, subject: str, case: CaseState | Workings) -> Item | None:
    """With `in_order`: the first required item above `item_id` that is not ticked yet."""
    if not checklist.in_order:
        return None
    for item in checklist.items:
        if item.id == item_id:
            return None
        if item.required and item.when.holds(case.view()) and (checklist.id, tick_item(item.id, subject)) not in case.ticks:
            return item
    return None
