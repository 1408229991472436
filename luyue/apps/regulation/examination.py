"""Who has passed what: courses, exams and certificates a regulation asks for, recorded by people and held as long as the text says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import SkillEarned, User
from luyue.apps.regulation.selectors import current_rulebook
from luyue.core.procedure.retention import kept_until
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Skill

ACKNOWLEDGEMENT = "acknowledgement"


def to_be_earned(book: Rulebook) -> tuple[Skill, ...]:
    """The skills somebody has to pass something for; reading a text gives the others."""
    return tuple(one for one in book.all(Skill).values() if one.earned_by != ACKNOWLEDGEMENT)


@dataclass(frozen=True, slots=True)
class Holding:
    """A skill somebody's department must hold, and until when he does; without `until` and `for_good` he does not."""

    user: User
    skill: Skill
    until: datetime | None
    for_good: bool
    proof: str


def holdings(book: Rulebook, now: datetime) -> list[Holding]:
    """For every exam of the regulation those whose departments must have passed it: first who has not, then what runs out soonest."""
    found: list[Holding] = []
    for skill in to_be_earned(book):
        earned: dict[int, SkillEarned] = {}
        for row in SkillEarned.objects.filter(skill=skill.id, earned_at__lte=now).exclude(until__lte=now).order_by("earned_at"):
            earned[row.user_id] = _longer(earned.get(row.user_id), row)
        people = User.objects.filter(is_active=True, is_customer=False, memberships__team__in=skill.teams).distinct().order_by("name", "username")
        for user in people:
            own = earned.get(user.pk)
            found.append(Holding(user, skill, own.until if own else None, own is not None and own.until is None, own.proof if own else ""))
    return sorted(found, key=lambda one: (one.until is not None or one.for_good, one.for_good, one.until or now))


def _longer(one: SkillEarned | None, other: SkillEarned) -> SkillEarned:
    if one is None or one.until is None:
        return one or other
    return other if other.until is None or other.until > one.until else one


def record_passed(user: User, skill: str, *, by: str, proof: str, at: datetime | None = None, now: datetime | None = None) -> SkillEarned:
    """He passed it at `at`; it holds for as long as the regulation in force says, to the end of its last day.

    by      who records it: "staff:<id>", or "shell". Nobody records his own.
    proof   where it is written: the list of results, the number of the certificate.
    raises  Invalid naming what is wrong; nothing is stored then.
    """
    now = now or timezone.now()
    at = at or now
    book = current_rulebook(now)[1]
    rule = next((one for one in to_be_earned(book) if one.id == skill), None)
    errors: dict[str, Any] = {}
    if rule is None:
        errors["skill"] = "现行制度没有这项考试，请从列出的考试中选择"
    if at > now:
        errors["at"] = "考试合格的时间不能晚于现在"
    if not proof.strip():
        errors["proof"] = "请写明凭据，例如成绩单的名称或者证书编号"
    if by == f"staff:{user.pk}":
        errors["user"] = "不能登记自己的考试，请由别人登记"
    if errors or rule is None:
        raise Invalid(errors)
    until = kept_until(rule.valid_for, at, book.agenda.zone) if rule.valid_for not in ("", "edition") else None

    def work() -> SkillEarned:
        row = SkillEarned.objects.create(user=user, skill=skill, earned_at=at, until=until, proof=proof.strip()[:200])
        effects = [{"staff": f"staff:{user.pk}", "skill": skill, "until": until.isoformat() if until else None}]
        append(ORG, name="skill.earned", action="record-passed", actor=by, at=at, entered_at=now, effects=effects)
        return row

    return write(work)
