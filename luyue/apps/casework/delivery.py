"""What became of a letter is a fact of its case."""

from __future__ import annotations

import logging
from datetime import datetime

from luyue.apps.cases.readers import System
from luyue.apps.casework.perform import Invalid, NotFound, Refused, perform
from luyue.apps.contacts.models import Outbox

log = logging.getLogger(__name__)


def tell_case(letter: Outbox, was_sent: bool, now: datetime) -> None:
    """Record `notice.sent` or `notice.failed` in the letter's case, once. A letter on the customer's own page is no news."""
    if letter.case_id is None or (was_sent and letter.kind == "portal"):
        return
    data = {"fact": "notice.sent" if was_sent else "notice.failed", "notice": letter.notice}
    if letter.kind == "mail":
        data["channel"] = "email"
    try:
        perform(letter.case_id, "report-fact", by=System(), data=data, now=now, once=f"letter:{letter.id}:{'sent' if was_sent else letter.attempts}")
    except (Invalid, NotFound, Refused) as error:
        # The letter has left all the same; the outbox still shows what became of it.
        log.warning("letter.not-recorded", extra={"letter": str(letter.id), "error": str(error)})
