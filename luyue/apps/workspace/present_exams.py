"""Exams and certificates in words: who holds what until when, who lacks what his department must hold, and the form that records one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from luyue.apps.people.models import User
from luyue.apps.regulation.examination import Holding, holdings, to_be_earned
from luyue.apps.ui.wording import day_short
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling
from luyue.apps.workspace.selectors import colleagues
from luyue.core.regulation.rulebook import Rulebook

_SOON = timedelta(days=30)  # not a promise: from when on the page points at what runs out


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, as `record_passed` takes it, or what is wrong with it."""

    user: User | None = None
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def asked(posted: Mapping[str, str], now: datetime) -> Asked:
    errors = {}
    person = posted.get("user", "").removeprefix("staff:")
    user = User.objects.filter(pk=person, is_active=True, is_customer=False).first() if person.isdecimal() and len(person) < 15 else None
    if user is None:
        errors["user"] = _("请从员工名单中选择")
    values: dict[str, Any] = {"skill": posted.get("skill", ""), "proof": posted.get("proof", "")}
    try:
        passed_on = datetime.fromisoformat(posted.get("passed_on", "")).date()
        # Passed today counts from now on: the hour of an exam is not written down.
        values["at"] = now if passed_on == timezone.localdate(now) else timezone.make_aware(datetime.combine(passed_on, time()))
    except ValueError:
        errors["passed_on"] = _("请填写日期，例如 2026-03-10")
    return Asked(user, values, errors)


def page(
    book: Rulebook, now: datetime, language: str, *, errors: Mapping[str, str] | None = None, posted: Mapping[str, str] | None = None
) -> dict[str, Any]:
    names = {"user": _("员工"), "skill": _("考试或证书"), "passed_on": _("合格日期"), "proof": _("凭据"), "at": _("合格日期")}
    return {
        "rows": [_row(one, now, language) for one in holdings(book, now)],
        "fields": _fields(book, now, language, posted or {}, errors or {}, names),
        "errors": filling.summary(errors or {}, names),
    }


def _fields(
    book: Rulebook, now: datetime, language: str, posted: Mapping[str, str], errors: Mapping[str, str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    skills = [(one.id, one.label.say(language)) for one in to_be_earned(book)]
    built: list[dict[str, Any]] = [
        {"name": "user", "kind": "person", "label": names["user"], "choices": colleagues()},
        {"name": "skill", "kind": "choice", "label": names["skill"], "choices": skills},
        {"name": "passed_on", "kind": "date", "label": names["passed_on"], "value": f"{timezone.localdate(now):%Y-%m-%d}"},
        {"name": "proof", "kind": "text", "label": names["proof"], "hint": _("成绩单的名称，或者证书编号")},
    ]
    for spec in built:
        spec["value"] = posted.get(spec["name"], spec.get("value", ""))
        spec["errors"] = filling.listed(errors.get(spec["name"]) or (errors.get("at") if spec["name"] == "passed_on" else None))
    return built


def _row(one: Holding, now: datetime, language: str) -> dict[str, Any]:
    """state: held, about to run out, or lacking."""
    held = one.until is not None or one.for_good
    state = "missed" if not held else "due" if one.until is not None and one.until - now < _SOON else "kept"
    words = {"missed": _("没有合格，不得办理"), "due": _("即将到期"), "kept": _("合格")}[state]
    before = one.until - timedelta(seconds=1) if one.until else None  # not a promise: the last day is the one before the midnight it ends at
    last = day_short(timezone.localdate(before), timezone.localdate(now)) if before else ""
    return {"who": str(one.user), "skill": one.skill.label.say(language), "state": state, "words": words, "until": last, "proof": one.proof}
