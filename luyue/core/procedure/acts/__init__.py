"""The platform's own acts, available in every procedure by id."""

from __future__ import annotations

from luyue.core.procedure.acts import contact, letters, papers, people, tasks, undo
from luyue.core.procedure.acts.act import Act, Doing
from luyue.core.procedure.acts.forms import CATEGORIES, FORMS

__all__ = ["ACTS", "CATEGORIES", "FORMS", "Act", "Doing"]

ACTS: dict[str, Act] = {act.id: act for act in (*contact.ACTS, *people.ACTS, *tasks.ACTS, *papers.ACTS, *letters.ACTS, *undo.ACTS)}
