"""One act on many cases: each in a transaction of its own with an entry of its own, and for each what became of it.

Taken back it is the same way: an undo in each case, with an entry of its own. What came after in one of them stays, and is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, cases_for
from luyue.apps.casework.perform import ONCE_LENGTH, perform
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import StoreBusy
from luyue.apps.ui.paths import reverse
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts.undo import UNDOABLE
from luyue.core.procedure.state import Invalid, Refused

UNDO = "undo"
MOST = 100
ACTS = ("take", "assign", "note", "do-task", "link")  # what means the same in every case; letters to customers are written one by one


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: done, or the words of why not."""

    number: str
    subject: str
    is_done: bool
    why: str = ""
    refused: Refused | None = None


def perform_each(reader: Staff, numbers: Iterable[str], action: str, data: Mapping[str, str], once: str, busy: str, absent: str) -> list[Outcome]:
    """In the order given; a refusal stops nothing. The same `once` again does nothing twice."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    found = {case.number: case for case in cases_for(reader).filter(number__in=wanted).only("id", "number", "subject")}
    return [_one(reader, found.get(number), number, action, data, once, busy, absent) for number in wanted]


def undo_path(action: str, once: str, numbers: Iterable[str]) -> str:
    """Where a form must be sent to take the batch back; "" when nothing of it can be."""
    done = list(numbers)
    return f"{reverse('workspace:many-undo')}?{urlencode([('batch', once), *(('case', one) for one in done)])}" if done and action in UNDOABLE else ""


def undo_each(reader: Staff, numbers: Iterable[str], batch: str, busy: str, absent: str) -> list[Outcome]:
    """Take back what he did in these cases under this `once`, by an undo in each that is judged on its own."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    made = Entry.objects.filter(once__in=[_once(batch, number) for number in wanted], actor=reader.id).values_list("once", "stream", "seq")
    done = {stream.partition(":")[2]: seq for once, stream, seq in made if once == _once(batch, stream.partition(":")[2])}
    found = {case.number: case for case in cases_for(reader).filter(number__in=list(done)).only("id", "number", "subject")}
    return [_one(reader, found.get(number), number, UNDO, {"entry": str(done.get(number, ""))}, f"{batch}:{UNDO}", busy, absent) for number in wanted]


def _once(batch: str, number: str) -> str:
    return f"{batch}:{number}"[:ONCE_LENGTH]


def _one(reader: Staff, case: Case | None, number: str, action: str, data: Mapping[str, str], once: str, busy: str, absent: str) -> Outcome:
    if case is None:
        return Outcome(number, "", is_done=False, why=absent)
    try:
        perform(case.pk, action, by=reader, data=dict(data), once=_once(once, number))
    except Refused as refused:
        return Outcome(number, case.subject, is_done=False, refused=refused)
    except Invalid as invalid:
        return Outcome(number, case.subject, is_done=False, why="；".join(invalid.say(language()).values()))
    except NotFound:
        return Outcome(number, "", is_done=False, why=absent)
    except StoreBusy:
        return Outcome(number, case.subject, is_done=False, why=busy)
    return Outcome(number, case.subject, is_done=True)
