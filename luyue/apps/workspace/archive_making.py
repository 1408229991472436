"""Making case files: a worker builds each wanted version once, for the company and for the customer, and the case gets an entry that names them."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import OperationalError, close_old_connections
from django.utils import timezone, translation

from luyue.apps.cases.readers import System
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import CasePage, case_page
from luyue.apps.evidence import casefiles
from luyue.apps.evidence.casefiles import Frozen
from luyue.apps.evidence.models import CaseFile, CaseFilePart
from luyue.apps.evidence.typesetting import set_in_type
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.transaction import StoreBusy, write
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.archive_document import Edition, case_file

log = logging.getLogger(__name__)

POLL_S = 2.0
LANGUAGE = "zh-hans"  # a frozen file speaks the language of the regulation
_ADD = "add-evidence"


def make_due(now: datetime | None = None) -> int:
    """Make every version that is wanted; how many. One that fails is put off and does not stop the others."""
    made = 0
    for file_id in casefiles.due(now or timezone.now()):
        started = now or timezone.now()
        file = casefiles.claim_to_make(file_id, started)
        if file is None:
            continue
        try:
            made += _make(file, started)
        except (OperationalError, StoreBusy):
            raise
        except Exception as error:
            log.exception("case-file.failed", extra={"file": file.pk})
            casefiles.put_off(file, f"{type(error).__name__}: {error}", started)
    return made


def run_forever(stop: threading.Event) -> None:
    """Make files until asked to stop; a store that is away for a moment is waited for."""
    while not stop.is_set():
        try:
            worked = make_due()
        except (OperationalError, StoreBusy) as error:
            log.warning("case-file.store-away", extra={"error": str(error)})
            worked = 0
        close_old_connections()
        if not worked:
            stop.wait(POLL_S)


def _make(file: CaseFile, now: datetime) -> bool:
    with translation.override(LANGUAGE):
        page = case_page(System(), file.case.number, now)
        parts = [one for audience in casefiles.AUDIENCES for one in _laid_down(page, file, audience, now)]
        failpoint("case-file.laid-down")
        words = _("案卷第 %(n)s 版已封存。") % {"n": file.version} + "".join(f"\n{one.attachment.name} SHA-256 {one.attachment.sha256}" for one in parts)
    data = {"evidence": [str(one.attachment.pk) for one in parts], "evidence_kind": "file", "text": words}

    def work() -> bool:
        if not casefiles.bind(file, parts, now):
            return False
        perform(file.case_id, _ADD, by=System(), data=data, now=now, once=f"case-file:{file.pk}")
        return True

    return write(work)


def _laid_down(page: CasePage, file: CaseFile, audience: str, now: datetime) -> list[Frozen]:
    edition = Edition(audience, file.version, file.reason, clear=audience == CaseFilePart.INSIDE)
    document, photos = case_file(page, edition, now)
    return casefiles.lay_down(file.case.number, file.version, audience, set_in_type(document, photos), now)
