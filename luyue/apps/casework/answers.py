"""What people answered in the forms of a case, words included, as far as they have not been erased."""

from __future__ import annotations

import json
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.cases.selectors import stream_of
from luyue.apps.journal.models import EntryBody


def forms_of(case: Case) -> list[dict[str, Any]]:
    """The answers of each entry, oldest first; what the program notes beside them is left out."""
    bodies = EntryBody.objects.filter(entry__stream=stream_of(case)).order_by("entry__seq").values_list("body", flat=True)
    return [{name: value for name, value in json.loads(body).items() if not name.startswith("_")} for body in bodies if body]


def answers_of(case: Case) -> dict[str, Any]:
    """Every answer, later ones over earlier ones."""
    found: dict[str, Any] = {}
    for form in forms_of(case):
        found.update(form)
    return found
