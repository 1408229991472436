"""Everything that is hung into casework, in one table: which room answers which reader, which room writes which named effect.

A guard or effect that asks for a reader nobody registered here is refused with words that say so. Names stand in regulations and in
journals: they are added, never renamed.
"""

from __future__ import annotations

from luyue.apps.casework import delivery, readings, writings
from luyue.apps.casework.doors import register_reader, register_writer
from luyue.apps.contacts import outbox

READERS = {
    "case-number": readings.case_number,
    "holders-of-clock": readings.holders_of_clock,
    "other-cases": readings.other_cases,
    "task-is-open": readings.task_is_open,
}

WRITERS = {
    "link-case": writings.link_case,
    "open-complaint": writings.open_complaint,
    "open-order": writings.open_order,
}


def connect() -> None:
    """Hang everything in; called once a process, when Django has loaded the rooms."""
    for name, read in READERS.items():
        register_reader(name, read)
    for name, write in WRITERS.items():
        register_writer(name, write)
    outbox.when_settled(delivery.tell_case)
