"""Who somebody is: teams, posts, skills, and the words a regulation calls him by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils import timezone

from luyue.apps.people.models import Absence, Membership, User
from luyue.apps.people.posts import LEAD, MANAGEMENT_TEAMS, PLATFORM, PLATFORM_POSTS

EVERYONE = "everyone"


def works_here(user: object) -> bool:
    """Whether this is an account of staff that may be used now. Customers and nobody in particular are not."""
    return isinstance(user, User) and user.is_active and not user.is_customer


def account(user_id: int) -> User | None:
    """The account with what `_known` knows of it, in one question: every click asks for it. Its instants stay in the store until asked for."""
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_account_statement(), [PLATFORM, today, today, today, user_id])
        rows = cursor.fetchall()
    if not rows:
        return None
    user = User.from_db(connection.alias, _ACCOUNT, rows[0][: len(_ACCOUNT)])
    _keep(user, [row[len(_ACCOUNT) :] for row in rows if row[-1] is not None])
    return user


_ACCOUNT = [field.attname for field in User._meta.concrete_fields if not isinstance(field, models.DateTimeField)]


@cache
def _account_statement() -> str:
    """A person, his memberships, and those of whom he stands in for today (see `away_on`)."""
    away = (
        "SELECT a.user_id FROM people_absence a WHERE a.stand_in_id = u.id"
        " AND a.from_on <= %s AND a.to_on >= %s AND (a.ended_on IS NULL OR a.ended_on > %s)"
    )
    names = ", ".join(f"u.{connection.ops.quote_name(name)}" for name in _ACCOUNT)
    return (
        f"SELECT {names}, m.user_id, m.team, m.post FROM people_user u LEFT JOIN people_membership m"
        f" ON m.user_id = u.id OR (m.team <> %s AND m.user_id IN ({away})) WHERE u.id = %s"
    )


def memberships_of(user: User) -> frozenset[tuple[str, str]]:
    """(team, post) pairs, post "" for a plain member, those included that he stands in for today.

    Asked once a request: kept on the user object that the request carries.
    """
    return _known(user)[0]


def covered_by(user: User) -> frozenset[int]:
    """Whom he stands in for today. Posts of the installation are never covered: nobody is lent the keys of the machine."""
    return _known(user)[1]


def own_memberships_of(user: User) -> frozenset[tuple[str, str]]:
    """What he is himself, whoever he stands in for."""
    return frozenset(Membership.objects.filter(user=user).values_list("team", "post"))


def _known(user: User) -> tuple[frozenset[tuple[str, str]], frozenset[int]]:
    kept = getattr(user, "_memberships", None)
    if kept is None:
        away = away_on(timezone.localdate()).filter(stand_in=user).values("user")
        rows = list(Membership.objects.filter(Q(user=user) | Q(user__in=away) & ~Q(team=PLATFORM)).values_list("user_id", "team", "post"))
        kept = _keep(user, rows)
    return kept


def _keep(user: User, rows: Sequence[tuple[int, str, str]]) -> tuple[frozenset[tuple[str, str]], frozenset[int]]:
    kept = frozenset((team, post) for _, team, post in rows), frozenset(one for one, _, _ in rows if one != user.pk)
    user._memberships = kept  # type: ignore[attr-defined]
    return kept


def away_on(day: date) -> QuerySet[Absence]:
    """Absences that hold on this day."""
    return Absence.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), from_on__lte=day, to_on__gte=day)


def teams_of(user: User) -> frozenset[str]:
    """Ids of the regulation's teams he works in. Posts of the installation give no team, so they open no case."""
    return frozenset(team for team, _ in memberships_of(user) if team != PLATFORM)


def posts_of(user: User) -> frozenset[str]:
    """His posts as `team/post`, those of the installation included."""
    return frozenset(f"{team}/{post}" for team, post in memberships_of(user) if post)


def platform_posts_of(user: User) -> frozenset[str]:
    return posts_of(user) & PLATFORM_POSTS.keys()


def led_teams_of(user: User) -> frozenset[str]:
    """Teams he answers for."""
    return frozenset(team for team, post in memberships_of(user) if post == LEAD and team != PLATFORM)


def is_management(user: User) -> bool:
    return bool(teams_of(user) & set(MANAGEMENT_TEAMS))


def is_lead(user: User) -> bool:
    """Whether he answers for a team, or for the company."""
    return bool(led_teams_of(user)) or is_management(user)


def actor_words(user: User) -> frozenset[str]:
    """What a rule may call him: his teams, his posts in them, and `everyone` (language §2.3).

    `holder`, `owner` and `routed-teams` depend on the case and are added where the case is known.
    Whom he stands in for he answers to as well, by `staff:<id>`. A post in a team makes him a member of it.
    Somebody who no longer works here answers to nothing.
    """
    if not works_here(user):
        return frozenset()
    own_posts = posts_of(user) - PLATFORM_POSTS.keys()
    return teams_of(user) | own_posts | {EVERYONE} | {f"staff:{one}" for one in covered_by(user)}


def earned_skills(user: User, at: datetime) -> frozenset[str]:
    """Skills by course, exam or certificate that he holds at `at` (an aware instant). `until` itself is no longer covered."""
    then = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:  # asked at every click
        cursor.execute(
            "SELECT skill FROM people_skillearned WHERE user_id = %s AND earned_at <= %s AND (until IS NULL OR until > %s)", [user.pk, then, then]
        )
        return frozenset(skill for (skill,) in cursor.fetchall())


def members_of(actor: str) -> list[User]:
    """The active people behind `team`, `team/post` or `staff:<id>`; none for words that need a case."""
    kind, _, rest = actor.partition(":")
    if rest:
        return list(User.objects.filter(pk=rest, is_active=True)) if kind == "staff" and rest.isdecimal() else []
    team, _, post = actor.partition("/")
    found = User.objects.filter(memberships__team=team, is_active=True, is_customer=False)
    if post:
        found = found.filter(memberships__team=team, memberships__post=post)
    return list(found.distinct().order_by("pk"))
