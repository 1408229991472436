"""What stands around these pages: the same as around every page of staff, as far as there is a regulation to tell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from luyue.apps.cases.requests import staff_reader
from luyue.apps.regulation.selectors import CannotCompile, NothingInForce
from luyue.apps.workspace import shell


def around(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """The context of a page that must also work before the first regulation is adopted, and when one does not compile."""
    now = timezone.now()
    try:
        return shell.page(staff_reader(request), now, "", **context)
    except (NothingInForce, CannotCompile):
        return {"now": now, "here": "", **context}
