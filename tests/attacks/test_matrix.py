"""Every address with every role: who gets in, who does not, and that nobody can tell forbidden from absent (A15, A21, A22, A26).

The verdicts expected here are written down by role and kind of page, not computed by the code under test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from luyue.apps.cases.readers import Link
from luyue.apps.casework.perform import perform
from luyue.apps.evidence.actions import hold
from luyue.site import permissions
from luyue.site.middleware import PAGE_OF
from luyue.site.permissions import ROWS, UnlistedRoute, row_of

from .conftest import ROLES, House, Matter, photo
from .routes import Route, all_routes

pytestmark = pytest.mark.django_db

STAFF = frozenset(role for role, posts in ROLES.items() if posts is not None)
# Kind of page -> roles that are admitted to it.
ADMITTED: dict[str, frozenset[str]] = {
    "public": frozenset(ROLES),
    "link": frozenset(ROLES),
    "token": frozenset(ROLES),  # as far as the question for the token
    "monitor": frozenset(ROLES),  # the question comes from this machine
    "closed": frozenset(),
    "signed-in": frozenset(ROLES) - {"nobody"},
    "customer": frozenset({"customer", "stranger"}),
    "staff": STAFF,
    "staff:lead": frozenset({"lead", "manager"}),
    "staff:lead|quality": frozenset({"lead", "manager"}),
    "staff:management": frozenset({"manager"}),
    "staff:platform/audit|management": frozenset({"audit", "manager"}),
    "staff:platform/audit|platform/system|management": frozenset({"audit", "system", "manager"}),
    "staff:platform/system": frozenset({"system"}),
    "staff:platform/security": frozenset({"security"}),
    "staff:platform/audit": frozenset({"audit"}),
}
SEE_MINE = frozenset({"desk", "lead"})  # of staff; the customer by his own pages
SECRETS = {"token"}  # parts of an address that open it by themselves
OBJECTS = {"number", "attachment_id"}  # parts that name something of a case


@dataclass(frozen=True)
class Target:
    """Values for the parts of an address: of the case `mine`, of `theirs`, or of nothing that exists."""

    number: str
    token: str
    attachment_id: str


@pytest.fixture
def targets(house: House) -> dict[str, Target]:
    return {"mine": target(house.mine), "theirs": target(house.theirs), "absent": Target("LJ-2026-999999", "x" * 22, str(uuid4()))}


def target(matter: Matter) -> Target:
    held = hold(photo(), by=Link(matter.case).id, from_customer=True)
    perform(matter.case.pk, "customer-reply", by=Link(matter.case), data={"text": "照片"}, attachments=[held.pk])
    return Target(matter.case.number, matter.token, str(held.pk))


# What else stands in addresses, with a value that fits; what is asked for is always the case.
FILLINGS: dict[str, str] = {
    "procedure": "request", "action": "note", "regulation": "desk", "letter_id": "00000000-0000-4000-8000-000000000000", "key": "Mw:1a", "uidb36": "1",
    "clause": "teams", "edition": "2026-01-01", "rule": "first-response", "task": "1", "team": "service-desk", "page": "parts", "what": "phrases",
    "audience": "inside", "draft_id": "1", "absence": "1", "decision": "drop", "field": "topic", "form": "request-form", "hold": "1", "improvement": "1",
    "mail_id": "00000000-0000-4000-8000-000000000000", "period": "2026-10", "position": "1",
}  # fmt: skip
# Addresses that have no page behind them with these fillings, although they are open to the role.
NOTHING_THERE = {"evidence:discard", "evidence:link-discard", "portal:answer"}
# What an address wants to know besides its path, or there is nothing there for anybody.
QUERY = {"workspace:explain": "clock=first-response%231"}
BODY = {"workspace:say": b"mode=note&text=a", "workspace:many": b"do=take"}
SENDS_BACK = {"mfa_authenticate"}  # there is nothing to do on it before the password


def address(route: Route, target: Target) -> str:
    parts = {name: getattr(target, name, None) or FILLINGS[name] for name in route.parts}
    query = QUERY.get(route.name)
    return reverse(route.name, kwargs=parts) + (f"?{query}" if query else "")


ROUTES = all_routes()


def admitted(row: permissions.Row) -> frozenset[str]:
    kind = str(row.who)
    assert kind in ADMITTED, f"Say in ADMITTED which roles may see pages of the kind '{kind}'."
    return ADMITTED[kind]


def requests(route: Route, url: str, role: str, house: House) -> Iterator[tuple[str, object]]:
    """(method, answer) for every method of the row; what an act changes is undone."""
    for method in row_of(route.name).methods.split():
        browser = house.browser(role) if url.startswith("/accounts/") else house.same_browser(role)
        with transaction.atomic():
            yield method, browser.generic(method, url, BODY.get(route.name, b""), content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)


def is_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


# ------------------------------------------------------------------------------------------ the table itself


def test_every_address_has_a_row_and_every_row_an_address():
    names = {route.name for route in ROUTES}
    assert names - set(ROWS) == set(), "Add a row for each to luyue/site/permissions.py"
    assert set(ROWS) - names == set(), "These rows belong to no address"


def test_every_part_of_an_address_is_known_to_this_test():
    parts = {part for route in ROUTES for part in route.parts}
    assert parts - OBJECTS - SECRETS - set(FILLINGS) == set(), "Say in FILLINGS what stands there"


def test_an_address_without_a_row_is_refused(client, settings):
    settings.ROOT_URLCONF = "tests.attacks.unlisted"
    with pytest.raises(UnlistedRoute, match="unlisted-page"):
        client.get("/unlisted")
    client.raise_request_exception = False
    answer = client.get("/unlisted")
    assert answer.status_code == 500
    assert b"secret" not in answer.content


def test_every_page_of_a_case_is_for_staff_or_asks_for_a_secret():
    """Nobody gets near a case by an open page, and pages for one's own case are no one else's."""
    for route in ROUTES:
        if set(route.parts) & OBJECTS and not set(route.parts) & SECRETS:
            assert str(row_of(route.name).who) not in ("public", "link"), route


# ------------------------------------------------------------------------------------------ role by address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_admitted_where_its_row_says_and_nowhere_else(role, house, targets):
    wrong = []
    for route in ROUTES:
        row = row_of(route.name)
        url = address(route, targets["mine"])
        sees_it = role in SEE_MINE | {"customer"} or bool(set(route.parts) & SECRETS) or not set(route.parts) & OBJECTS
        for method, answer in requests(route, url, role, house):
            status = answer.status_code
            if role not in admitted(row):
                hidden = status == 404 if row.who.kind == "closed" or role != "nobody" else is_sign_in(answer)
                if not hidden:
                    wrong.append(f"{method} {url}: {status}, should be hidden")
            elif status >= 500:
                wrong.append(f"{method} {url}: {status}")
            elif row.who.kind == "token":
                if status != 401:
                    wrong.append(f"{method} {url}: {status}, should ask for the token")
            elif not sees_it or route.name in NOTHING_THERE:
                if status not in (404, 401):
                    wrong.append(f"{method} {url}: {status}, should be 404")
            elif (is_sign_in(answer) and route.name not in SENDS_BACK) or status in (403, 405) or (status == 404 and may_be_absent(route)):
                wrong.append(f"{method} {url}: {status}, should be open")
    assert not wrong, "\n".join(wrong)


def may_be_absent(route: Route) -> bool:
    """Whether a 404 here is a refusal: the address names nothing but what exists."""
    return not set(route.parts) & set(FILLINGS)


@pytest.mark.parametrize("role", [*sorted(STAFF - SEE_MINE), "stranger"])
def test_another_s_case_and_no_case_at_all_give_the_same_answer(role, house, targets):
    """Byte for byte but for the request's number: status, headers and page."""
    for route in ROUTES:
        row = row_of(route.name)
        if not set(route.parts) & OBJECTS or set(route.parts) & SECRETS or row.who.kind == "token":
            continue
        forbidden = [seen(answer) for _, answer in requests(route, address(route, targets["mine"]), role, house)]
        absent = [seen(answer) for _, answer in requests(route, address(route, targets["absent"]), role, house)]
        assert forbidden == absent, route.name
        assert {status for status, *_ in forbidden} == {404}, route.name


def test_a_link_opens_its_own_case_only(house, targets):
    for route in ROUTES:
        if not {"token", "attachment_id"} <= set(route.parts):
            continue
        crossed = Target(targets["mine"].number, targets["theirs"].token, targets["mine"].attachment_id)
        for method, answer in requests(route, address(route, crossed), "nobody", house):
            assert answer.status_code == 404, f"{method} {route.name}"


def test_a_wrong_link_looks_like_a_page_that_never_was(house, targets):
    never = seen(Client().get("/never/was"))
    for route in ROUTES:
        if set(route.parts) & SECRETS:
            for method, answer in requests(route, address(route, targets["absent"]), "nobody", house):
                assert seen(answer)[0] == 404, f"{method} {route.name}"
                assert seen(answer)[2] == never[2], f"{method} {route.name}"


def seen(answer) -> tuple[int, frozenset[str], str]:
    """What a visitor can compare: status, which headers, and the page without its numbers and tokens."""
    body = "" if answer.streaming else answer.content.decode()
    return answer.status_code, frozenset(answer.headers), re.sub(r"\b[0-9a-f]{10}\b|\b[A-Za-z0-9]{64}\b", "", body)


# ------------------------------------------------------------------------------------------ methods and forged forms (A34)


def test_an_address_answers_only_to_its_methods(house, targets):
    for route in ROUTES:
        row = row_of(route.name)
        if row.who.kind == "closed":
            continue
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "LINK"):
            if method not in row.methods.split():
                answer = house.same_browser("desk").generic(method, address(route, targets["mine"]))
                # A page that was posted to leads back to where it stands when a browser asks for it again.
                wanted = 302 if method == "GET" and route.name in PAGE_OF else 405
                assert answer.status_code == wanted, f"{method} {route.name}: {answer.status_code}"


def test_no_form_of_another_site_changes_anything(house, targets):
    """Every address that takes POST, with every content type a foreign form can send."""
    for route in ROUTES:
        row = row_of(route.name)
        if "POST" not in row.methods or row.who.kind in ("token", "closed"):
            continue
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"):
            role = next(iter(sorted(admitted(row) - {"nobody"})))
            browser = house.browser(role, enforce_csrf_checks=True)
            answer = browser.generic("POST", address(route, targets["mine"]), b"a=b", content_type=content_type, headers={"Origin": "https://evil.example"})
            refused = answer.status_code == 403 or (answer.status_code == 302 and "/accounts/reauthenticate/" in answer.headers["Location"])
            assert refused, f"{route.name} {content_type}: {answer.status_code}"


def test_no_page_changes_anything_by_being_read(house, targets, monkeypatch):
    """Every address is read once by somebody who may; the journal and every table stay as they were."""
    for role in sorted(set(ROLES) - {"nobody"}):
        house.same_browser(role)
    before = counts()
    for route in ROUTES:
        row = row_of(route.name)
        if "GET" in row.methods.split() and row.who.kind != "closed":
            role = "desk" if "desk" in admitted(row) else next(iter(sorted(admitted(row))))
            house.same_browser(role).get(address(route, targets["mine"]))
    assert counts() == before


def counts() -> dict[str, int]:
    changing = {"Session", "AccessAttempt"}  # a visit itself
    return {model.__name__: model._default_manager.count() for model in apps.get_models() if model.__name__ not in changing}


def test_no_answer_invites_other_sites(house, targets):
    for route in ROUTES:
        if "GET" in row_of(route.name).methods.split():
            answer = house.same_browser("desk").get(address(route, targets["mine"]), headers={"Origin": "https://evil.example"})
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")], route.name


# ------------------------------------------------------------------------------------------ the test tests itself


@pytest.mark.parametrize(
    ("fault", "caught_by"),
    [
        (lambda rows: rows | {"system:health": permissions.Row(permissions.STAFF)}, "desk"),
        (lambda rows: rows | {"acknowledge": permissions.Row(permissions.PUBLIC, "GET POST")}, "nobody"),
        (lambda rows: rows | {"evidence:file": permissions.Row(permissions.SYSTEM_ADMIN)}, "customer"),
    ],
)
def test_a_row_that_admits_the_wrong_people_would_be_seen(fault: Callable, caught_by: str, house, targets, monkeypatch):
    """Planted faults: the table is changed behind the expectations of this file, and the role named meets it."""
    wanted = {route.name: admitted(row_of(route.name)) for route in ROUTES}
    faulty = fault(dict(ROWS))
    changed = next(name for name in faulty if faulty[name] != ROWS[name])
    monkeypatch.setattr(permissions, "ROWS", faulty)
    url = reverse(changed, kwargs={name: getattr(targets["mine"], name) for name in next(r for r in ROUTES if r.name == changed).parts})
    browser = house.browser(caught_by)
    browser.raise_request_exception = False  # a page that meets somebody it never expected may fall over
    status = browser.get(url).status_code
    admitted_now = status not in (302, 404)
    assert admitted_now != (caught_by in wanted[changed])
