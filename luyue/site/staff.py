"""Giving out accounts, and taking them back. Every change is an entry of the organisation's journal, without names."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from luyue.apps.customers.sealed import normal_email
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import Membership, User
from luyue.apps.people.posts import PLATFORM, PLATFORM_POSTS
from luyue.core.procedure.state import Invalid

# Letters and digits that nobody confuses when reading them out; 12 of them are 59 bits, for a password that is changed at once.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
SHELL = "shell"  # the actor of entries made at the machine's own prompt


@dataclass(frozen=True, slots=True)
class Given:
    user: User
    password: str  # to be told once; "" when none was made


def create(
    username: str, name: str, posts: Iterable[str], *, password: str = "", email: str = "", by: str = SHELL, now: datetime | None = None
) -> Given:  # fmt: skip
    """A new account in these teams and posts (`team` or `team/post`).

    email       where he is told of new editions; the account itself never depends on it.
    password    his own choice, if he is there to type it; left out, one is made that he must change when he first signs in.
    raises      Invalid naming what is wrong; nothing is stored then.
    """
    username = username.strip().lower()
    _refuse_name(username)
    wanted = _memberships(posts)
    user = User(username=username, name=name.strip()[:60], email=_email(email), must_change_password=not password)
    made = "" if password else "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    if password:
        _refuse_weak(password, user)
    user.set_password(password or made)

    def work() -> Given:
        user.save(force_insert=True)
        Membership.objects.bulk_create(Membership(user=user, team=team, post=post) for team, post in sorted(wanted))
        _note("staff.created", by, user, {"posts": sorted(_word(one) for one in wanted)}, now)
        return Given(user, made)

    return write(work)


def change_posts(user: User, posts: Iterable[str], *, by: str = SHELL, now: datetime | None = None) -> None:
    """Exactly these teams and posts from now on; effective with his next request."""
    wanted = _memberships(posts)

    def work() -> None:
        Membership.objects.filter(user=user).delete()
        Membership.objects.bulk_create(Membership(user=user, team=team, post=post) for team, post in sorted(wanted))
        _note("staff.posts-changed", by, user, {"posts": sorted(_word(one) for one in wanted)}, now)

    write(work)


def change_email(user: User, email: str, *, by: str = SHELL, now: datetime | None = None) -> None:
    """Where he is told of new editions; "" for nowhere. raises Invalid."""
    user.email = _email(email)
    _saved("staff.email-changed", user, by, now, "email")


def _email(email: str) -> str:
    if email.strip() and not normal_email(email):
        raise Invalid({"email": "邮箱的写法有误，例如 lin.yue@example.cn"})
    return normal_email(email)


def reset_password(user: User, *, by: str = SHELL, now: datetime | None = None) -> Given:
    """A new password that he must change; every session of his ends, and a lock on his name is lifted."""
    made = "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    user.set_password(made)
    user.must_change_password = True
    _saved("staff.password-reset", user, by, now, "password", "must_change_password")
    unlock(user.username)
    return Given(user, made)


def deactivate(user: User, *, by: str = SHELL, now: datetime | None = None) -> None:
    """He is out with his next request. The account stays: it stands in the journal."""
    user.is_active = False
    _saved("staff.deactivated", user, by, now, "is_active")


def activate(user: User, *, by: str = SHELL, now: datetime | None = None) -> None:
    user.is_active = True
    _saved("staff.activated", user, by, now, "is_active")


def drop_second_factor(user: User, *, by: str = SHELL, now: datetime | None = None) -> None:
    """For a lost phone; where one is required he sets up a new one when he next signs in."""

    def work() -> None:
        Authenticator.objects.filter(user=user).delete()
        _note("staff.second-factor-dropped", by, user, {}, now)

    write(work)


def unlock(username: str) -> None:
    """Lift the lock that wrong passwords put on this name, from every address."""
    AxesProxyHandler.reset_attempts(username=username.casefold())
    cache.clear()  # the tries are counted under digests; what else lies there is only counted anew


def _refuse_name(username: str) -> None:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise Invalid({"username": "登录名只能用字母、数字和 @ . + - _，例如 lin.yue"}) from None
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid({"username": f"登录名 {username} 已经有人用了"})


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": " ".join(error.messages)}) from None


def _memberships(posts: Iterable[str]) -> set[tuple[str, str]]:
    wanted: set[tuple[str, str]] = set()
    for one in posts:
        team, _, post = one.strip().partition("/")
        if not team:
            raise Invalid({"posts": f"“{one}”不是岗位。写部门或部门/岗位，例如 service-desk/lead"})
        if team == PLATFORM and one not in PLATFORM_POSTS:
            raise Invalid({"posts": f"没有 {one} 这个岗位。可用：{'、'.join(PLATFORM_POSTS)}"})
        wanted.add((team, post))
    if sum(team == PLATFORM for team, _ in wanted) > 1:
        raise Invalid({"posts": "系统管理、安全管理、审计三个岗位不能由同一人兼任"})
    return wanted


def _word(membership: tuple[str, str]) -> str:
    return "/".join(part for part in membership if part)


def _saved(name: str, user: User, by: str, now: datetime | None, *fields: str) -> None:
    def work() -> None:
        user.save(update_fields=list(fields))
        _note(name, by, user, {}, now)

    write(work)


def _note(name: str, by: str, user: User, more: Mapping[str, object], now: datetime | None) -> None:
    now = now or timezone.now()
    append(ORG, name=name, action=name, actor=by, at=now, entered_at=now, effects=[{"staff": f"staff:{user.pk}", **more}])


CHANGES: Mapping[str, Callable[..., object]] = {
    "reset-password": reset_password,
    "deactivate": deactivate,
    "activate": activate,
    "drop-second-factor": drop_second_factor,
}
