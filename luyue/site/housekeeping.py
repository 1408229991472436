"""What has to be swept away now and then and belongs to no room: sessions that have run out."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from luyue.apps.journal.transaction import StoreBusy, write

log = logging.getLogger(__name__)

EVERY_S = 3600.0
AT_ONCE = 500


def sweep(now: datetime | None = None) -> int:
    """Clear expired sessions, few at a time so that nobody waits for the store; how many."""
    cleared = 0
    while gone := write(lambda: _clear(now or timezone.now())):
        cleared += gone
    return cleared


def _clear(now: datetime) -> int:
    expired = list(Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:AT_ONCE])
    return Session.objects.filter(pk__in=expired).delete()[0] if expired else 0


def run_forever(stop: threading.Event) -> None:
    """Sweep every hour until asked to stop; a store that is away is tried again an hour later."""
    while not stop.is_set():
        try:
            sweep()
        except (OperationalError, StoreBusy) as error:
            log.warning("housekeeping.store-away", extra={"error": str(error)})
        close_old_connections()
        stop.wait(EVERY_S)
