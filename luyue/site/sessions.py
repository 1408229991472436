"""Sessions where Django keeps them, read by one plain statement: every click asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from luyue.apps.journal.statements import select


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key any more, when it is unknown or has run out."""
        rows = select(self.model, ("session_data", "expire_date"), order="session_key", session_key=self.session_key)
        if rows and rows[0][1] > timezone.now():
            return self.decode(rows[0][0])
        self._session_key = None
        return {}
