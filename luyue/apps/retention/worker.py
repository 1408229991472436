"""The part of the worker that erases what is due."""

from __future__ import annotations

import logging
import threading

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from luyue.apps.journal.transaction import StoreBusy
from luyue.apps.regulation.selectors import CannotCompile, NothingInForce
from luyue.apps.retention import actions

log = logging.getLogger(__name__)

EVERY_S = 600.0


def run_forever(stop: threading.Event) -> None:
    """Every ten minutes a batch, at once another as long as there is more, until asked to stop."""
    while not stop.is_set():
        done = 0
        try:
            done = actions.run(timezone.now())
        except (NothingInForce, CannotCompile) as error:
            log.warning("retention.nothing-in-force", extra={"error": str(error)})
        except (OperationalError, StoreBusy) as error:
            log.warning("retention.store-away", extra={"error": str(error)})
        close_old_connections()
        stop.wait(1.0 if done >= actions.BATCH else EVERY_S)
