import uuid
from datetime import UTC, datetime

import pytest

from luyue.apps.cases.models import Case
from luyue.apps.journal.models import Entry
from luyue.apps.regulation.models import Rulebook

NOW = datetime(2026, 2, 24, 2, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """A store of the test's own; gives its folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "evidence"


@pytest.fixture
def case_and_entry(db):
    """A bare case with one entry, as rows: what an entry means is not this room's affair."""
    book = Rulebook.objects.create(digest=uuid.uuid4().hex, sources=[], calendar_digest="", language="1", made_at=NOW)
    case = Case.objects.create(
        number=f"YY-{uuid.uuid4().hex[:8]}", kind="objection", stage="taken", channel="web", customer_kind="individual", rulebook=book,
        received_at=NOW, memo="{}", head_seq=1, head_hash="",
    )  # fmt: skip
    entry = Entry.objects.create(
        stream=f"case:{case.pk}", seq=1, name="case.received", action="", actor="staff:7", at=NOW, entered_at=NOW, effects="[]",
        body_digest="", prev="", hash="",
    )  # fmt: skip
    return case, entry
