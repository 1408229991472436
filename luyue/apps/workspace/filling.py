"""A form between the page and the case: what was posted with it, and how it is drawn again with everything kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.forms import data_of
from luyue.apps.evidence.actions import hold
from luyue.apps.evidence.refusals import FileRefused
from luyue.apps.evidence.selectors import files_for
from luyue.apps.ui.wording import said as _
from luyue.core.procedure.shape import LATE_REASON
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Form

AT, AT_SHOWN, ONCE = "at", "at_shown", "once"
NO_FORM_FIELDS = frozenset({AT, AT_SHOWN, ONCE, LATE_REASON, "csrfmiddlewaretoken"})
KEPT = ".kept"


@dataclass(frozen=True, slots=True)
class Filling:
    """One sending of a form. `held` are ids of files already kept, by field; `at` is None for now."""

    data: dict[str, object]
    at: datetime | None = None
    once: str = ""
    held: Mapping[str, list[str]] = field(default_factory=dict)


def new_once() -> str:
    """The id of one showing of a form: however often it is sent, it is done once."""
    return f"web:{uuid.uuid4().hex}"


def hold_files(request: HttpRequest, reader: Staff, *, internal: bool = True) -> dict[str, list[str]]:
    """Keep the files that came with a form: ids by field. `internal` files are not shown to the customer.

    raises FileRefused, naming the field. What was kept before it is thrown away by itself after a day.
    """
    held: dict[str, list[str]] = {}
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            try:
                kept = hold(upload, by=reader.id, from_customer=False, field=name, internal=internal)
            except FileRefused as refused:
                raise FileRefused(refused.code, refused.words, field=name) from refused
            held.setdefault(name, []).append(str(kept.pk))
    return held


def read(request: HttpRequest, reader: Staff, form: Form | None, book: Rulebook) -> Filling:
    """What was posted for `form`, files kept. raises FileRefused, Invalid for an event time that is none."""
    held = hold_files(request, reader)
    data = data_of(form, book, request.POST, held) if form else {}
    if reason := request.POST.get(LATE_REASON, "").strip():
        data[LATE_REASON] = reason
    return Filling(data, event_time(request), request.POST.get(ONCE, "")[:120], held)


def event_time(request: HttpRequest) -> datetime | None:
    """When it happened, as typed; None while it still says what the page proposed, which meant now."""
    typed = request.POST.get(AT, "").strip()
    return None if not typed or typed == request.POST.get(AT_SHOWN, "") else local_instant(typed, AT)


def local_instant(typed: str, name: str) -> datetime:
    """`2026-02-24T10:42` in the zone of the installation. raises Invalid under `name`."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        raise Invalid({name: _("请填写日期和时间，例如 2026-03-10 16:00")}) from None
    return found if found.tzinfo else timezone.make_aware(found)


def wall_time(at: datetime, *, seconds: bool = False) -> str:
    """An instant as a field of kind `instant` holds it."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}" if seconds else f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def time_fields(now: datetime, posted: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The event time, now unless said otherwise, and the reason for telling it late; `open` when there is something to look at."""
    posted, errors = posted or {}, errors or {}
    shown = wall_time(now)
    at = posted.get(AT) or shown
    if at == posted.get(AT_SHOWN):
        at = shown
    fields = [
        {"name": AT, "kind": "instant", "label": _("发生时间"), "value": at, "errors": listed(errors.get(AT)), "required": False},
        {
            "name": LATE_REASON, "kind": "text", "label": _("补记原因"), "value": posted.get(LATE_REASON, ""), "required": False,
            "errors": listed(errors.get(LATE_REASON)), "hint": _("15 分钟以前发生的事，写明为什么现在才记。"),
        },
    ]  # fmt: skip
    return {"fields": fields, "shown": shown, "open": at != shown or any(one["errors"] for one in fields)}


def kept_files(reader: Staff, held: Mapping[str, list[str]], posted: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Files of a form that was not accepted, under the keys the specs read: they need not be sent again."""
    ids: dict[str, list[str]] = {name: list(these) for name, these in held.items()}
    for key in posted:
        if key.endswith(KEPT):
            ids.setdefault(key.removesuffix(KEPT), []).extend(posted.getlist(key))  # type: ignore[attr-defined]
    wanted = [one for these in ids.values() for one in these if _is_uuid(one)]
    found = {str(one.pk): one for one in files_for(reader).filter(pk__in=wanted)} if wanted else {}
    return {f"{name}.files": [_shown(found[one]) for one in these if one in found] for name, these in ids.items()}


def _shown(attachment: Any) -> dict[str, Any]:
    return {"id": str(attachment.pk), "name": attachment.name, "href": reverse("evidence:file", args=[attachment.pk])}


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def listed(words: str | None) -> list[str]:
    return [words] if words else []


def summary(errors: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The list over a form that was not accepted; a field of a line is found under the line's own name."""
    named = {AT: _("发生时间"), LATE_REASON: _("补记原因"), "files": _("附件")}
    return [
        {"label": labels.get(name) or labels.get(name.split(".")[0]) or named.get(name, ""), "message": words, "field": control_id(name)}
        for name, words in errors.items()
    ]


def control_id(name: str) -> str:
    """The id of a field's control on the page."""
    return f"f-{name}".replace(".", "-").replace("_", "-")
