"""The eighteen rule kinds, by their key in a block: one table of keys a kind."""

from luyue.core.regulation.kinds.base import Key, Kind
from luyue.core.regulation.kinds.cases import ACTION, CHECKLIST, FORM, PROCEDURE
from luyue.core.regulation.kinds.choices import APPROVAL, CATEGORY, ROUTE
from luyue.core.regulation.kinds.organisation import SKILL, TEAM, TIMETABLE
from luyue.core.regulation.kinds.promises import CLOCK, FLOOR, LADDER, TASK
from luyue.core.regulation.kinds.words import DATA_CLASS, NOTICE, PHRASEBOOK, REPORT

KINDS: dict[str, Kind] = {
    kind.rule.kind: kind
    for kind in (
        TIMETABLE, TEAM, SKILL, PROCEDURE, ACTION, FORM, CHECKLIST, CATEGORY, ROUTE,
        CLOCK, LADDER, TASK, NOTICE, APPROVAL, REPORT, DATA_CLASS, PHRASEBOOK, FLOOR,
    )
}  # fmt: skip

# Read, checked and shown; nothing acts on them yet.
NOT_RUN: frozenset[str] = frozenset()

__all__ = ["KINDS", "NOT_RUN", "Key", "Kind"]
