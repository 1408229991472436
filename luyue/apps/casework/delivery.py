"""What became of a letter is a fact of its case."""

from __future__ import annotations

import logging
from datetime import datetime

from luyue.apps.cases.readers import System
from luyue.apps.casework.perform import Invalid, NotFound, Refused, perform
from luyue.apps.contacts.models import Outbox

log = logging.getLogger(__name__)

_CHANNELS = {"mail": "email", "sms": "phone"}


def tell_case(letter: Outbox, was_sent: bool, now: datetime) -> None:
    """Record `notice.sent` or `notice.failed` in the letter's case, once. A letter on the customer's own page is no news."""
    if letter.case_id is None or (was_sent and letter.kind == "portal"):
        return
    words = "" if was_sent else "已停止重试，没有送出。"
    _report(letter, "notice.sent" if was_sent else "notice.failed", words, f"letter:{letter.id}:{'sent' if was_sent else letter.attempts}", now)


def tell_bounced(letter: Outbox, words: str, now: datetime) -> None:
    """Record `notice.failed` for a letter that left and came back, once for each time it left."""
    if letter.case_id is not None:
        _report(letter, "notice.failed", words, bounce_id(letter, now), now)


def bounce_id(letter: Outbox, now: datetime) -> str:
    return f"bounce:{letter.id}:{letter.attempts}"


def _report(letter: Outbox, fact: str, words: str, once: str, now: datetime) -> None:
    data = {"fact": fact, "notice": letter.notice, "letter": str(letter.pk)}
    if letter.kind in _CHANNELS:
        data["channel"] = _CHANNELS[letter.kind]
    if words:
        data["text"] = words
    try:
        perform(letter.case_id, "report-fact", by=System(), data=data, now=now, once=once)
    except (Invalid, NotFound, Refused) as error:
        # The letter has left all the same; the outbox still shows what became of it.
        log.warning("letter.not-recorded", extra={"letter": str(letter.id), "error": str(error)})
