"""The reports' part of the worker: making what is owed, looking again once a day, keeping the tallies small."""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from luyue.apps.clocks import tallies
from luyue.apps.journal.transaction import StoreBusy
from luyue.apps.regulation.selectors import CannotCompile, NothingInForce
from luyue.apps.reports import improvements, runs

log = logging.getLogger(__name__)

EVERY_S = 60.0
QUIET_HOUR = 3  # the reports of the last months are counted once more when nobody waits for the machine


def run_once(now: datetime) -> int:
    """Everything that is owed by now but the daily look; how many reports and measures came of it."""
    made = runs.run(now)
    tallies.lay_together(timezone.localdate(now))
    return made + improvements.take_over(now)


def run_forever(stop: threading.Event) -> None:
    """Once a minute until asked to stop; a store that is away for a moment is waited for."""
    looked_on: date | None = None
    while not stop.is_set():
        now = timezone.now()
        try:
            run_once(now)
            local = timezone.localtime(now)
            if local.hour >= QUIET_HOUR and looked_on != local.date():
                runs.look_again(now)
                looked_on = local.date()
        except (NothingInForce, CannotCompile) as error:
            log.warning("reports.nothing-in-force", extra={"error": str(error)})
        except (OperationalError, StoreBusy) as error:
            log.warning("reports.store-away", extra={"error": str(error)})
        close_old_connections()
        stop.wait(EVERY_S)
