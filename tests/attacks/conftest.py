"""A small company with two matters, and everybody who might come to its door."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.tests.conftest import found_company
from luyue.apps.customers.models import Customer
from luyue.apps.evidence.tests import samples
from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.acknowledgement import acknowledge, pending_editions

# role -> its posts; None for a customer, () for staff without a post
ROLES: dict[str, tuple[str, ...] | None] = {
    "nobody": None,
    "desk": ("service-desk",),
    "lead": ("service-desk", "service-desk/lead"),
    "elsewhere": ("technical",),
    "manager": ("management",),
    "system": ("platform/system",),
    "security": ("platform/security",),
    "audit": ("platform/audit",),
    "postless": (),
    "customer": None,
    "stranger": None,
}
STAFF_ROLES = tuple(role for role, posts in ROLES.items() if posts is not None)


@dataclass
class Matter:
    """A case with its private link."""

    case: Case
    token: str


class Users(dict[str, User]):
    """Role -> account, made when it is first asked for."""

    def __missing__(self, role: str) -> User:
        self[role] = somebody(role, ROLES[role])
        return self[role]


@dataclass
class House:
    """`mine` is the case of `customer`, `theirs` that of `stranger`. The desk works on both, technical on neither."""

    mine: Matter
    theirs: Matter
    users: dict[str, User] = field(default_factory=Users)
    browsers: dict[str, Client] = field(default_factory=dict)

    def same_browser(self, role: str) -> Client:
        """One browser a role for the whole test; for many addresses that leave the sign-in alone."""
        if role not in self.browsers:
            self.browsers[role] = self.browser(role)
        return self.browsers[role]

    def browser(self, role: str, **options: object) -> Client:
        """A new browser in which this role is signed in."""
        client = Client(**options)  # type: ignore[arg-type]
        if role != "nobody":
            client.force_login(self.users[role])
        return client


@pytest.fixture(autouse=True)
def no_earlier_tries(db, monkeypatch) -> None:
    """What other tests tried must not count here, and no window of counting ends while a hundred tries are made."""
    cache.clear()
    now = time.time()
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def house(db, settings, tmp_path) -> House:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    found_company(timezone.now())
    made = House(matter(1, "13800000001", "林婉清"), matter(2, "13900000002", "沈嘉禾"))
    for role, one in (("customer", made.mine), ("stranger", made.theirs)):
        Customer.objects.filter(pk=one.case.customer_id).update(user=made.users[role])
    return made


def matter(number: int, phone: str, name: str, **changes: object) -> Matter:
    parts = {
        "channel": "web",
        "external_id": f"form-{number}",
        "procedure": "request",
        "customer": CustomerData("individual", name, phone, f"{number}@customer.example"),
        "data": {"topic": "fault", "words": f"第 {number} 件：设备开机后花屏。"},
        "now": timezone.now(),
    }
    opened = open_case(Intake(**(parts | changes)))  # type: ignore[arg-type]
    assert opened.link_token
    return Matter(opened.case, opened.link_token)


def somebody(role: str, posts: tuple[str, ...] | None) -> User:
    user = User.objects.create_user(f"u-{role}", password="Zk3vQ9x2Lm5n", name=role, is_customer=posts is None)
    for one in posts or ():
        team, _, post = one.partition("/")
        Membership.objects.create(user=user, team=team, post=post)
    for edition in pending_editions(user):
        acknowledge(user, edition)
    return user


def photo(name: str = "照片.jpg", data: bytes = samples.JPEG, media_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=media_type)
