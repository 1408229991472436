"""Asking for a corrected version of a frozen case file. The frozen one stays as it is; the new one says what was corrected."""

from __future__ import annotations

from datetime import datetime

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import case_for
from luyue.apps.evidence import casefiles
from luyue.apps.evidence.models import CaseFile
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.core.procedure.state import Refused


def may_ask(case: Case) -> bool:
    """Whether there is a version to correct, and none on its way."""
    versions = list(CaseFile.objects.filter(case=case).values_list("made_at", flat=True))
    return bool(versions) and None not in versions


def ask_again(reader: Staff, number: str, reason: str, now: datetime) -> CaseFile:
    """The next version, wanted. raises NotFound; Refused when nothing is frozen yet or one is being made."""

    def work() -> CaseFile:
        case = case_for(reader, number)
        if not may_ask(case):
            raise Refused("case-file", "还没有封存的案卷，或新版正在制作。", words_en="No file is frozen yet, or a version is being made.")
        file = casefiles.want(case, by=reader.id, now=now, reason=reason)
        effects = [{"case": number, "version": file.version, "reason": file.reason}]
        append(ORG, name="case-file.asked", action="ask-case-file", actor=reader.id, at=now, entered_at=now, effects=effects)
        return file

    return write(work)
