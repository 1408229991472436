"""What is being written, kept by person, case and form; and who else writes on a case at this moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Staff
from luyue.apps.workspace.models import Draft
from luyue.core.procedure.state import Invalid

AT_THE_MOMENT = timedelta(seconds=20)  # not a promise: a browser saves every few seconds while somebody types
_LONGEST = 60_000
_NO_WORDS = frozenset({"mode", "once", "at", "at_shown", "csrfmiddlewaretoken"})


def keep(reader: Staff, case: Case, form: str, values: Sequence[Sequence[str]], now: datetime) -> None:
    """Keep what stands in the form; nothing written means nothing to keep. raises Invalid for what no form sends."""
    if not all(len(one) == 2 and all(isinstance(part, str) for part in one) for one in values) or not 0 < len(form) <= 80:
        raise Invalid({"values": "[[name, value], …]"})
    text = json.dumps(list(values), ensure_ascii=False)
    if len(text) > _LONGEST:
        raise Invalid({"values": f"> {_LONGEST}"})
    if not any(value.strip() for name, value in values if name not in _NO_WORDS):
        drop(reader, case.pk, form)
        return
    Draft.objects.update_or_create(user=reader.user, case=case, form=form, defaults={"values": text, "updated_at": now})


def drop(reader: Staff, case_id: int, form: str) -> None:
    Draft.objects.filter(user=reader.user, case=case_id, form=form).delete()


def drafts_of(reader: Staff, case: Case) -> list[Draft]:
    return list(Draft.objects.filter(user=reader.user, case=case).order_by("-updated_at"))


def values_of(draft: Draft) -> list[list[str]]:
    found: list[list[str]] = json.loads(draft.values)
    return found


def words_of(draft: Draft) -> str:
    """What was written, without what only the form knows."""
    return "\n".join(value for name, value in values_of(draft) if name not in _NO_WORDS and len(value.strip()) > 1)


def writing_now(reader: Staff, number: str, now: datetime) -> list[str]:
    """Colleagues who write on this case at this moment, by name. The caller has made sure that the reader sees the case."""
    others = Draft.objects.filter(case__number=number, updated_at__gt=now - AT_THE_MOMENT).exclude(user=reader.user)
    return sorted({name or username for name, username in others.values_list("user__name", "user__username")})


def forget(case: Any) -> None:
    """The case's words were erased: so is what was being written in it."""
    Draft.objects.filter(case=case).delete()
