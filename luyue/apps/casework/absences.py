"""Being away, and who does one's work meanwhile: arranged by the person himself or whoever answers for him, journalled without reasons."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import Absence, User
from luyue.apps.people.posts import LEAD, MANAGEMENT_TEAMS, PLATFORM
from luyue.apps.people.selectors import is_management, led_teams_of, own_memberships_of, works_here
from luyue.core.clockwork import utc
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid, Refused

LONGEST_DAYS = 400


def arrange(
    *, by: Staff, user_id: int, stand_in_id: int, from_on: date, to_on: date, reason: str = "", now: datetime | None = None
) -> Absence:  # fmt: skip
    """`user` is away on these days, both included, and `stand_in` sees and does what he owes; effective with the stand-in's next request.

    raises  Invalid for days and names that cannot be; Refused `by` when it is none of the arranger's business.
    """
    at = utc(now or timezone.now())
    people = {one.pk: one for one in User.objects.filter(pk__in=[user_id, stand_in_id])}
    user, stand_in = people.get(user_id), people.get(stand_in_id)
    _check_names(user, stand_in)
    assert user is not None
    assert stand_in is not None
    _check_days(from_on, to_on, timezone.localdate(at))
    if not may_arrange(by, user):
        raise Refused("by", "请假由本人或其主管登记", words_en="An absence is entered by the person or the lead", remedy="请联系其主管登记")

    def work() -> Absence:
        _check_clash(user, stand_in, from_on, to_on)
        absence = Absence(user=user, stand_in=stand_in, from_on=from_on, to_on=to_on, reason=reason.strip()[:200], made_by=by.user, made_at=at)
        absence.save(force_insert=True)
        effect = {
            "effect": "absence", "id": absence.pk, "user": f"staff:{user.pk}", "stand_in": f"staff:{stand_in.pk}", "from_on": str(from_on),
            "to_on": str(to_on),
        }  # fmt: skip
        append(ORG, name="absence.arranged", action="arrange-absence", actor=by.id, at=at, entered_at=at, effects=[effect])
        return absence

    return write(work)


def end(absence_id: int, *, by: Staff, now: datetime | None = None) -> Absence:
    """Back earlier: from today on nobody stands in. raises NotFound for absent and forbidden alike, Refused when it is over already."""
    at = utc(now or timezone.now())
    today = timezone.localdate(at)

    def work() -> Absence:
        absence = Absence.objects.select_for_update(of=("self",)).select_related("user").filter(pk=absence_id).first()
        if absence is None or not may_arrange(by, absence.user):
            raise NotFound(str(absence_id))
        if absence.ended_on is not None or absence.to_on < today:
            raise Refused("absence", "这次请假已经结束", words_en="This absence is over already")
        absence.ended_on = max(today, absence.from_on)
        absence.save(update_fields=["ended_on"])
        effect = {"effect": "absence-ended", "id": absence.pk, "ended_on": str(absence.ended_on)}
        append(ORG, name="absence.ended", action="end-absence", actor=by.id, at=at, entered_at=at, effects=[effect])
        return absence

    return write(work)


def may_arrange(by: Staff, user: User) -> bool:
    """Himself; the lead of all his teams unless he is a lead too; management for everybody outside it.

    So nobody is handed, through somebody else's absence, more than he could do anyway or answers for.
    """
    if by.user.pk == user.pk:
        return works_here(user)
    own = {(team, post) for team, post in own_memberships_of(user) if team != PLATFORM}
    if not own or not works_here(by.user):
        return False
    if is_management(by.user) and not any(team in MANAGEMENT_TEAMS for team, _ in own):
        return True
    return all(team in led_teams_of(by.user) and post != LEAD for team, post in own)


def _check_names(user: User | None, stand_in: User | None) -> None:
    errors = {}
    if user is None or not works_here(user):
        errors["user"] = Said("请从员工名单中选择", "Choose a member of staff")
    if stand_in is None or not works_here(stand_in):
        errors["stand_in"] = Said("请从员工名单中选择", "Choose a member of staff")
    elif user is not None and stand_in.pk == user.pk:
        errors["stand_in"] = "不能由本人代班，请另选一人"
    if errors:
        raise Invalid(errors)


def _check_days(from_on: date, to_on: date, today: date) -> None:
    if to_on < from_on:
        raise Invalid({"to_on": Said("结束日期不能早于开始日期", "It cannot end before it begins")})
    if to_on < today:
        raise Invalid({"to_on": Said("这些日子已经过去，不能补登请假", "These days are over")})
    if (to_on - from_on).days > LONGEST_DAYS:
        raise Invalid({"to_on": Said(f"一次请假不超过 {LONGEST_DAYS} 天，请核对日期", f"An absence is at most {LONGEST_DAYS} days; check the dates")})


def _check_clash(user: User, stand_in: User, from_on: date, to_on: date) -> None:
    """Nobody is away twice, and whoever stands in is here himself: work handed on twice is lost sight of."""
    meets = Absence.objects.filter(from_on__lte=to_on, to_on__gte=from_on).filter(Q(ended_on=None) | Q(ended_on__gt=from_on))
    if meets.filter(user=user).exists():
        raise Invalid({"from_on": Said("这段时间已登记请假，请先结束原来的登记", "An absence is entered for this time already; end that one first")})
    if meets.filter(user=stand_in).exists():
        raise Invalid({"stand_in": Said("此人这段时间也请假，请另选一人", "That person is away at the same time; choose another")})
    if meets.filter(stand_in=user).exists():
        raise Invalid({"user": Said("此人这段时间正为别人代班，请先改由他人代班", "That person stands in for somebody then; find another stand-in first")})
