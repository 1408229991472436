"""From the mail server into the store: a mail is moved on the server only after it was committed here.

Killed in between, it is fetched again and known by its key. Several workers may run; one at a time looks into the mailbox.
"""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from luyue.apps.customers.sealed import index_of
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.transaction import StoreBusy, lock_name, write
from luyue.apps.mailroom import handling, raw, reading
from luyue.apps.mailroom.context import own_words
from luyue.apps.mailroom.models import ASIDE, DEAD, WAITING, InboundMail, Watch
from luyue.apps.mailroom.server import Away, Folder, Waiting, signed_in

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)  # not a promise: taken anew with every mail; when a worker dies another one looks after so long
_SWEPT_AFTER = timedelta(days=1)  # not a promise: a file whose row was never committed


def poll(now: datetime | None = None) -> int:
    """Take in what waits on the server; the number of mails that are new. None of it when no mailbox is set, or another worker is at it.

    raises  Away, noted in the watch first.
    """
    mailbox = settings.LUYUE_MAILBOX
    if mailbox is None or not _claimed(name_of(mailbox), now or timezone.now()):
        return 0
    error = ""
    try:
        with signed_in(mailbox) as folder:
            return sum([_take_in(folder, one, mailbox, now or timezone.now()) for one in folder.waiting()])
    except Away as away:
        error = str(away)
        raise
    finally:
        _note(name_of(mailbox), now or timezone.now(), error)


def name_of(mailbox: Any) -> str:
    return f"{mailbox.server.host}:{mailbox.server.port}/{mailbox.folder}"[:200]


def _take_in(folder: Folder, one: Waiting, mailbox: Any, now: datetime) -> bool:
    is_whole = one.size <= settings.LUYUE_MAIL_MAX_BYTES
    data = folder.raw(one, only_head=not is_whole)
    if data is None:
        return False
    is_new = receive(data, now, arrived_at=min(one.arrived_at, now), size=one.size, is_whole=is_whole)
    failpoint("mail.stored")
    folder.move(one, mailbox.done if is_whole else mailbox.refused)
    failpoint("mail.moved")
    Watch.objects.filter(name=name_of(mailbox)).update(lease_until=now + LEASE)
    return is_new


def receive(data: bytes, now: datetime, *, arrived_at: datetime | None = None, size: int | None = None, is_whole: bool = True) -> bool:
    """Keep a mail until its turn; False when it came before. Nothing is decided here, and what cannot be read is kept as well."""
    mail_id = uuid.uuid4()
    try:
        mail = reading.read(data, **own_words())
        key, message_id, sender, error = mail.key, mail.message_id, mail.sender, ""
    except reading.Unreadable as unreadable:
        key, message_id, sender, error = reading.key_of_bytes(data), "", "", str(unreadable)
    if _is_known(key):
        return False
    raw.keep(mail_id, data)

    def work() -> bool:
        lock_name(f"mail:{key}")
        if _is_known(key):
            return False
        InboundMail.objects.create(
            id=mail_id, key=key, message_id=message_id, sender_index=index_of("email", sender), received_at=arrived_at or now,
            size=size if size is not None else len(data), is_whole=is_whole, state=DEAD if error else WAITING,
            outcome="unreadable" if error else "", error=error, due_at=now,
        )  # fmt: skip
        return True

    is_new = write(work)
    if not is_new:
        raw.remove(mail_id)
    return is_new


def _is_known(key: str) -> bool:
    return InboundMail.objects.filter(key=key).exists()


def _claimed(name: str, now: datetime) -> bool:
    """Whether this worker looks now; a worker that died gives way when its lease has run out."""

    def work() -> bool:
        Watch.objects.get_or_create(name=name)
        free = Watch.objects.filter(name=name).filter(Q(lease_until=None) | Q(lease_until__lt=now))
        return free.update(lease_until=now + LEASE, looked_at=now) == 1

    return write(work)


def _note(name: str, now: datetime, error: str) -> None:
    changes = {"lease_until": None, "error": error[:200]} | ({} if error else {"ok_at": now})
    write(lambda: Watch.objects.filter(name=name).update(**changes))


def run_forever(stop: threading.Event) -> None:
    """Look, take in, handle, until asked to stop; nothing to do for ever where no mailbox is set."""
    if settings.LUYUE_MAILBOX is None:
        stop.wait()
        return
    while not stop.is_set():
        try:
            poll()
            while handling.handle_due() and not stop.is_set():
                pass
            sweep(timezone.now())
        except Away as error:
            log.warning("mail.server-away", extra={"error": str(error)})
        except (OperationalError, StoreBusy) as error:
            log.warning("mail.store-away", extra={"error": str(error)})
        close_old_connections()
        stop.wait(settings.LUYUE_MAIL_POLL_S)


def sweep(now: datetime) -> int:
    """Take away files that no row mentions: a crash left them between file and commit, or after a commit that settled the mail."""
    old = raw.older_than(now - _SWEPT_AFTER)
    kept = {str(one) for one in InboundMail.objects.filter(state__in=(WAITING, ASIDE, DEAD)).values_list("id", flat=True)} if old else set()
    orphans = [path for name, path in old if name not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
