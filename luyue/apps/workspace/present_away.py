"""Absences in words: who is away until when, who does his work, and the form that arranges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.absences import may_arrange
from luyue.apps.people.models import Absence
from luyue.apps.reports import supervision
from luyue.apps.ui.wording import day_short
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, refusing
from luyue.apps.workspace.selectors import colleagues
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of an absence says, as `absences.arrange` takes it, or what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def asked(posted: Mapping[str, str]) -> Asked:
    values: dict[str, Any] = {"reason": posted.get("reason", "")}
    errors = {}
    for name, key in (("user", "user_id"), ("stand_in", "stand_in_id")):
        person = posted.get(name, "").removeprefix("staff:")
        if person.isdecimal() and len(person) < 15:
            values[key] = int(person)
        else:
            errors[name] = _("请从员工名单中选择")
    for name in ("from_on", "to_on"):
        try:
            values[name] = date.fromisoformat(posted.get(name, ""))
        except ValueError:
            errors[name] = _("请填写日期，例如 2026-03-10")
    return Asked(values, errors)


def page(
    reader: Staff, book: Rulebook, now: datetime, *, errors: Mapping[str, str] | None = None, posted: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:  # fmt: skip
    today = timezone.localdate(now)
    names = {"user": _("请假的人"), "stand_in": _("代班的人"), "from_on": _("开始日期"), "to_on": _("结束日期")}
    return {
        "rows": [_absence(one, reader, today) for one in supervision.absences(today)],
        "fields": _fields(posted or {}, errors or {}, names, today),
        "errors": filling.summary(errors or {}, names),
        "refusal": refusing.block(refused, book, title=_("不能登记这次请假")) if refused else None,
    }


def _fields(posted: Mapping[str, str], errors: Mapping[str, str], names: Mapping[str, str], today: date) -> list[dict[str, Any]]:
    staff = colleagues()
    built: list[dict[str, Any]] = []
    for name in ("user", "stand_in"):
        built.append({"name": name, "kind": "person", "label": names[name], "choices": staff})
    for name in ("from_on", "to_on"):
        built.append({"name": name, "kind": "date", "label": names[name], "value": f"{today:%Y-%m-%d}"})
    built.append({"name": "reason", "kind": "text", "label": _("说明"), "required": False, "hint": _("只给同事看，不进流水")})
    for spec in built:
        spec["value"] = posted.get(spec["name"], spec.get("value", ""))
        spec["errors"] = filling.listed(errors.get(spec["name"]))
    return built


def _absence(one: Absence, reader: Staff, today: date) -> dict[str, Any]:
    over = one.to_on < today or (one.ended_on is not None and one.ended_on <= today)
    last = one.to_on if one.ended_on is None or one.ended_on > one.to_on else date.fromordinal(one.ended_on.toordinal() - 1)
    return {
        "id": one.pk, "user": str(one.user), "stand_in": str(one.stand_in), "from": day_short(one.from_on, today),
        "to": day_short(max(last, one.from_on), today),
        "reason": one.reason, "made_by": str(one.made_by or ""), "now": not over and one.from_on <= today, "over": over,
        "may_end": not over and may_arrange(reader, one.user),
    }  # fmt: skip
