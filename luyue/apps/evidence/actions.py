"""Keeping files: held for whoever sent them, then claimed by the entry that uses them."""

from __future__ import annotations

import secrets
import shutil
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.apps.cases.models import Case
from luyue.apps.evidence import store
from luyue.apps.evidence.intake import copy_checked, kind_of
from luyue.apps.evidence.kinds import MB
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.names import shown_name
from luyue.apps.evidence.refusals import TOO_MANY, UNKNOWN, FileRefused
from luyue.apps.journal.models import Entry

MAX_PER_ACT = 20
MAX_HELD = 40
MAX_HELD_BYTES = 600 * MB
ERASED = "-"  # the name of a file that is no more
KEPT_UNCLAIMED = timedelta(hours=24)  # not a promise: a file that was sent and never used


def hold(upload: UploadedFile, *, by: str, field: str = "", from_customer: bool, internal: bool | None = None, now: datetime | None = None) -> Attachment:
    """Keep one uploaded file until an entry claims it, or 24 hours have passed.

    by          who sent it, as `staff:7`, `customer:3`, `link:12` or a word of `uploaders`; only he may see and use it until then.
    field       form field or checklist item it is meant for.
    internal    hidden from the customer; by default whatever staff upload is, until an act shows it.
    raises      FileRefused (422) with words for people; StoreFull (507). Nothing is left behind either way.
    """
    now = now or timezone.now()
    _refuse_hoarding(by, upload.size or 0)
    discard_expired(now)
    kind = kind_of(upload)
    attachment_id = uuid.uuid4()
    with store.incoming(attachment_id, upload.size or 0) as file:
        kind = copy_checked(upload, kind, file)
        digest = store.digest(file)
        size = file.seek(0, 2)
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                id=attachment_id,
                kind=kind.kind,
                field=field[:80],
                name=shown_name(upload.name or "", kind),
                media_type=kind.media_type,
                size=size,
                sha256=digest,
                uploaded_by=by,
                uploaded_at=now,
                from_customer=from_customer,
                internal=not from_customer if internal is None else internal,
            )
    except BaseException:
        store.remove(attachment_id)
        raise


def hold_all(uploads: Sequence[UploadedFile], *, by: str, from_customer: bool, field: str = "") -> list[Attachment]:
    """Keep all files of a form or none of them. raises as `hold`."""
    if len(uploads) > MAX_PER_ACT:
        raise FileRefused(TOO_MANY, _("一次最多 %(limit)d 个文件，这次选了 %(count)d 个。") % {"limit": MAX_PER_ACT, "count": len(uploads)})
    kept: list[Attachment] = []
    try:
        for upload in uploads:
            kept.append(hold(upload, by=by, from_customer=from_customer, field=field))
    except BaseException:
        for attachment in kept:
            discard(attachment)
        raise
    return kept


def hold_each(uploads: Sequence[UploadedFile], *, by: str, from_customer: bool, field: str = "") -> tuple[list[Attachment], str]:
    """Keep every file that can be taken; with the words about those that cannot. raises StoreFull (507)."""
    if len(uploads) > MAX_PER_ACT:
        return [], _("一次最多 %(limit)d 个文件，这次选了 %(count)d 个。") % {"limit": MAX_PER_ACT, "count": len(uploads)}
    kept: list[Attachment] = []
    refused: list[str] = []
    for upload in uploads:
        try:
            kept.append(hold(upload, by=by, from_customer=from_customer, field=field))
        except FileRefused as why:
            refused.append(why.words)
    return kept, " ".join(refused)


def _refuse_hoarding(by: str, size: int) -> None:
    held = Attachment.objects.filter(case=None, uploaded_by=by)
    total = held.aggregate(total=Sum("size"))["total"] or 0
    if held.count() >= MAX_HELD or total + size > MAX_HELD_BYTES:
        raise FileRefused(TOO_MANY, _("已有 %(count)d 个文件等待提交。请先提交或删除，再上传新的。") % {"count": held.count()})


def claim(ids: Iterable[uuid.UUID | str], *, case: Case | None, entry: Entry, by: Iterable[str], internal: bool | None = None) -> list[Attachment]:
    """Bind held files to the entry that uses them, inside the caller's transaction; in the order of `ids`.

    case        None for an entry of the company's own stream.
    by          the words he may have uploaded under, e.g. `{"staff:7"}`, or `{form_word(channel, external_id), "customer:3"}` at intake.
    internal    whether the customer sees them from now on; None leaves what `hold` said.
    raises      FileRefused when one is unknown, somebody else's or used already: all three look the same.
    """
    wanted = _as_ids(ids)
    if len(wanted) > MAX_PER_ACT:
        raise FileRefused(TOO_MANY, _("一次最多 %(limit)d 个文件，这次选了 %(count)d 个。") % {"limit": MAX_PER_ACT, "count": len(wanted)})
    free = Attachment.objects.filter(pk__in=wanted, case=None, entry=None, uploaded_by__in=list(by))
    shown = {} if internal is None else {"internal": internal}
    # One statement takes them: of two acts that name the same file at once, one changes fewer rows than it asked for.
    if free.update(case=case, entry=entry, **shown) != len(wanted):
        raise FileRefused(UNKNOWN, _("有文件已过期、已被使用或不存在。请重新上传。"))
    found = Attachment.objects.in_bulk(wanted)
    return [found[one] for one in wanted]


def copy_all(old: Case, new: Case, entry: Entry) -> int:
    """Give `new` a copy of every file of `old`, under `entry`; how many. Each case then keeps or erases its own.

    raises  StoreFull (507). Copies of a transaction that is rolled back are swept away like everything no row mentions.
    """
    copied = list(Attachment.objects.filter(case=old).order_by("uploaded_at", "pk"))
    for attachment in copied:
        original, attachment.pk = attachment.pk, uuid.uuid4()
        with store.incoming(attachment.pk, attachment.size) as file, store.path_of(original).open("rb") as source:
            shutil.copyfileobj(source, file, store.CHUNK_BYTES)
        attachment.case, attachment.entry = new, entry
        attachment.save(force_insert=True)
    return len(copied)


def show(ids: Iterable[uuid.UUID | str], *, case: Case) -> int:
    """Let the customer see files of this case that were internal, inside the caller's transaction; how many.

    raises  FileRefused when one is not of this case, or seen by the customer already.
    """
    wanted = _as_ids(ids)
    changed = Attachment.objects.filter(pk__in=wanted, case=case, internal=True, from_customer=False).update(internal=False)
    if changed != len(wanted):
        raise FileRefused(UNKNOWN, _("有凭证不在本工单，或客户已经能看到。请刷新页面后重新选择。"), field="shown")
    return changed


def _as_ids(ids: Iterable[uuid.UUID | str]) -> list[uuid.UUID]:
    try:
        return list(dict.fromkeys(one if isinstance(one, uuid.UUID) else uuid.UUID(str(one)) for one in ids))
    except ValueError as error:
        raise FileRefused(UNKNOWN, _("有文件已过期、已被使用或不存在。请重新上传。")) from error


def discard(attachment: Attachment) -> None:
    """Take a held file away. A claimed one stays: it is evidence."""
    deleted, _per_model = Attachment.objects.filter(pk=attachment.pk, case=None, entry=None).delete()
    if deleted:
        transaction.on_commit(lambda: store.remove(attachment.pk))


def erase_files(case: Case, at: datetime) -> int:
    """Take the bytes of every file of a case away for good when its time is over, inside the caller's transaction; how many.

    The rows stay, without names: that there was a file, of which kind and digest, is part of what was done.
    """
    held = list(Attachment.objects.filter(case=case).exclude(name=ERASED))
    Attachment.objects.filter(pk__in=[one.pk for one in held]).update(name=ERASED)
    for attachment in held:
        transaction.on_commit(partial(store.remove, attachment.pk))
    return len(held)


def discard_expired(now: datetime, limit: int = 20) -> int:
    """Take away files nobody claimed in time and, in one folder of 256, what a crash left; the number of files gone.

    Called by every upload, so an installation cleans up as fast as it fills; no job has to be set up for it.
    """
    before = now - KEPT_UNCLAIMED
    expired = list(Attachment.objects.filter(case=None, entry=None, uploaded_at__lt=before)[:limit])
    for attachment in expired:
        discard(attachment)
    return len(expired) + _sweep(before)


def _sweep(before: datetime) -> int:
    old = list(store.files_older_than(before, f"{secrets.randbelow(256):02x}"))
    rows = Attachment.objects.filter(pk__in=[name for name, _path in old if _is_id(name)])
    known = {one.hex for one in rows.values_list("pk", flat=True)}
    orphans = [path for name, path in old if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _is_id(name: str) -> bool:
    return len(name) == 32 and all(char in "0123456789abcdef" for char in name)
