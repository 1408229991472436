"""A company that adopts only some of the shipped regulations, each after what it builds on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.acknowledgement import acknowledge
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.examination import record_passed
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import load_shipped
from luyue.core.regulation.rules import Skill


def found(
    regulations: Sequence[str], staff: Mapping[str, Sequence[str]], since: datetime, called: Mapping[str, str] = MappingProxyType({})
) -> dict[str, User]:
    """Accounts by username. Everybody has acknowledged what is in force and passed the exams of his teams.

    regulations  in the order they are adopted in
    staff        username: ("service-desk", "service-desk/lead")
    called       username: what people call him, if not that
    """
    assert load_shipped(since).problems == ()
    users = {}
    for username, posts in staff.items():
        users[username] = User.objects.create_user(username, name=called.get(username, username))
        for post in posts:
            team, _, named = post.partition("/")
            Membership.objects.create(user=users[username], team=team, post=named)
    two = list(users.values())[:2]
    for name in regulations:
        adopt(name, Edition.objects.get(regulation=name).edition, *two, since)
    skills = [one for one in current_rulebook(since)[1].all(Skill).values() if one.earned_by != "acknowledgement"]
    for username, posts in staff.items():
        for edition in Edition.objects.exclude(adopted_at=None):
            acknowledge(users[username], edition, since)
        for skill in skills:
            if {post.partition("/")[0] for post in posts} & set(skill.teams):
                record_passed(users[username], skill.id, by="shell", proof=f"{skill.label.zh}成绩单", at=since, now=since)
    return users
