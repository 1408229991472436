"""What a case file asks of the journal: the digests it can be checked by."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import stream_of
from luyue.apps.journal.models import Anchor, Entry
from luyue.apps.workspace.archive_telling import when


class Digest(NamedTuple):
    seq: int
    name: str
    entered_at: datetime
    hash: str


def digests_of(case: Case) -> list[Digest]:
    """Every entry of a case the reader is known to see, first to last."""
    rows = Entry.objects.filter(stream=stream_of(case)).order_by("seq").values_list(*Digest._fields)
    return [Digest(*row) for row in rows]


def anchor_words() -> str:
    """When the last anchor was written, and its root; empty before the first."""
    last = Anchor.objects.order_by("-id").first()
    return f"{when(last.at)} {last.root}" if last else ""
