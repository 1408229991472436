"""Who somebody is: teams, posts, skills, and the words a regulation calls him by."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from luyue.apps.people.models import Membership, SkillEarned, User
from luyue.apps.people.posts import LEAD, MANAGEMENT_TEAMS, PLATFORM, PLATFORM_POSTS

EVERYONE = "everyone"


def works_here(user: object) -> bool:
    """Whether this is an account of staff that may be used now. Customers and nobody in particular are not."""
    return isinstance(user, User) and user.is_active and not user.is_customer


def memberships_of(user: User) -> frozenset[tuple[str, str]]:
    """(team, post) pairs, post "" for a plain member. Asked once a request: kept on the user object that the request carries."""
    kept = getattr(user, "_memberships", None)
    if kept is None:
        kept = frozenset(Membership.objects.filter(user=user).values_list("team", "post"))
        user._memberships = kept  # type: ignore[attr-defined]
    return kept


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
    A post in a team makes him a member of it. Somebody who no longer works here answers to nothing.
    """
    if not works_here(user):
        return frozenset()
    own_posts = posts_of(user) - PLATFORM_POSTS.keys()
    return teams_of(user) | own_posts | {EVERYONE}


def earned_skills(user: User, at: datetime) -> frozenset[str]:
    """Skills by course, exam or certificate that he holds at `at` (an aware instant). `until` itself is no longer covered."""
    held = SkillEarned.objects.filter(Q(until=None) | Q(until__gt=at), user=user, earned_at__lte=at)
    return frozenset(held.values_list("skill", flat=True))


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
