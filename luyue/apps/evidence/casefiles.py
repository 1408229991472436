"""Case files: wanted in an act's own transaction, made by a worker, frozen among the evidence, and handed out only with an entry."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader
from luyue.apps.evidence import store
from luyue.apps.evidence.kinds import FILE
from luyue.apps.evidence.models import Attachment, CaseFile, CaseFilePart
from luyue.apps.evidence.typesetting import Made
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write

SYSTEM = "system"
LEASE = timedelta(minutes=5)  # not a promise: how long a worker may take to make one
FIRST_RETRY = timedelta(minutes=1)  # not a promise: doubles with each attempt
MEDIA_TYPES = {CaseFilePart.PDF: "application/pdf", CaseFilePart.PAGE: "text/html; charset=utf-8"}
INSIDE, OUTWARD, PDF = CaseFilePart.INSIDE, CaseFilePart.OUTWARD, CaseFilePart.PDF
AUDIENCES = (INSIDE, OUTWARD)


def want(case: Case, *, by: str, now: datetime, reason: str = "") -> CaseFile:
    """Ask for the next version, inside the caller's transaction."""
    last = CaseFile.objects.filter(case=case).aggregate(last=Max("version"))["last"] or 0
    return CaseFile.objects.create(case=case, version=last + 1, reason=reason[:300], asked_by=by, asked_at=now, due_at=now)


def due(now: datetime) -> list[int]:
    """Files somebody should make now, the one that waits longest first."""
    waiting = CaseFile.objects.filter(made_at=None, due_at__lte=now).filter(_free(now))
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:20])


def claim_to_make(file_id: int, now: datetime) -> CaseFile | None:
    """The file for this worker alone, for a while; None when another has it, or made it."""

    def work() -> bool:
        free = CaseFile.objects.filter(pk=file_id, made_at=None, due_at__lte=now).filter(_free(now))
        return free.update(lease_until=now + LEASE, attempts=F("attempts") + 1) == 1

    return CaseFile.objects.select_related("case").get(pk=file_id) if write(work) else None


def put_off(file: CaseFile, error: str, now: datetime) -> None:
    """It could not be made: tried again later, ever more seldom; people see why."""
    later = now + min(FIRST_RETRY * 2 ** min(file.attempts, 9), timedelta(hours=6))  # not a promise: how seldom a worker tries again
    write(lambda: CaseFile.objects.filter(pk=file.pk, made_at=None).update(due_at=later, lease_until=None, error=error[:300]))


def _free(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=now)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Bytes laid into the store whose row is not yet there."""

    audience: str
    form: str
    attachment: Attachment


def lay_down(number: str, version: int, audience: str, made: Made, now: datetime) -> list[Frozen]:
    """Write both forms into the store; `bind` makes them known. What is never bound is swept away like every file without a row."""
    found = []
    for form, data in ((CaseFilePart.PDF, made.pdf), (CaseFilePart.PAGE, made.page)):
        attachment = Attachment(
            id=uuid.uuid4(), kind=FILE, field="case-file", name=f"{number}-{audience}-v{version}.{form}", media_type=MEDIA_TYPES[form], size=len(data),
            sha256=hashlib.sha256(data).hexdigest(), uploaded_by=SYSTEM, uploaded_at=now, internal=audience == CaseFilePart.INSIDE,
        )  # fmt: skip
        with store.incoming(attachment.pk, len(data)) as out:
            out.write(data)
        found.append(Frozen(audience, form, attachment))
    return found


def bind(file: CaseFile, parts: Iterable[Frozen], now: datetime) -> bool:
    """Make the parts known as this version, inside the caller's transaction; False when it was made meanwhile."""
    if CaseFile.objects.filter(pk=file.pk, made_at=None).update(made_at=now, lease_until=None, error="") != 1:
        return False
    for one in parts:
        one.attachment.save(force_insert=True)
        CaseFilePart.objects.create(file=file, audience=one.audience, form=one.form, attachment=one.attachment)
    return True


def versions_of(case: Case) -> QuerySet[CaseFile]:
    """Every version of a case the reader is known to see, newest first, with its parts."""
    return CaseFile.objects.filter(case=case).prefetch_related("parts__attachment").order_by("-version")


def outward_parts(case: Case) -> list[CaseFilePart]:
    """The newest version the customer may have: PDF first."""
    parts = CaseFilePart.objects.filter(file__case=case, audience=CaseFilePart.OUTWARD).select_related("file", "attachment")
    newest = max((part.file.version for part in parts), default=0)
    return sorted((part for part in parts if part.file.version == newest), key=lambda part: part.form != CaseFilePart.PDF)


def note_handing_out(attachment: Attachment, reader: Reader, now: datetime) -> Entry | None:
    """The company's journal says who took which frozen file away; None for every other file."""
    part = CaseFilePart.objects.select_related("file__case").filter(attachment=attachment).first()
    if part is None:
        return None
    return note_taking(Taken(part.file.case.number, part.audience, part.form, str(part.file.version), attachment.sha256), reader, now)


@dataclass(frozen=True, slots=True)
class Taken:
    """What left the house: `version` is a number, or `draft`."""

    number: str
    audience: str
    form: str
    version: str
    sha256: str

    @classmethod
    def of(cls, number: str, audience: str, form: str, version: str, data: bytes) -> Taken:
        return cls(number, audience, form, version, hashlib.sha256(data).hexdigest())


def note_taking(taken: Taken, reader: Reader, now: datetime) -> Entry:
    effects = [{"case": taken.number, "audience": taken.audience, "form": taken.form, "version": taken.version, "sha256": taken.sha256}]
    return write(lambda: append(ORG, name="case-file.handed-out", action="hand-out", actor=reader.id, at=now, entered_at=now, effects=effects))
