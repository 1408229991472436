"""How often is too often, for each door that strangers reach (A10, A11, A25, A38)."""

import threading
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory

from luyue.site import limits, permissions
from luyue.site.limits import ANYBODY, NAME, PATH, Limit, exceeded

from .conftest import House

pytestmark = pytest.mark.django_db


def statuses(client, times, address, data=None):
    return [client.post(address, data or {}).status_code for _ in range(times)]


def test_forms_of_strangers_are_limited_by_address_and_another_address_is_not(house: House):
    flood, other = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    got = statuses(flood, 63, "/portal/new/request")
    assert 429 not in got[:60]
    assert got[60:] == [429] * 3
    assert other.post("/portal/new/request", {}).status_code != 429
    assert flood.get("/portal/new/request").status_code == 200, "reading the form is never limited"


def test_the_answer_says_in_chinese_when_to_come_back(house):
    client = Client()
    statuses(client, 60, "/portal/new/request")
    answer = client.post("/portal/new/request", {})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert "后可再试" in answer.content.decode()
    assert Client().post("/portal/new/request", {}, headers={"Accept": "application/json"}).json()["code"] == "too_many"


def test_nudging_is_limited_for_the_link_from_wherever_it_comes(house):
    got = [Client(REMOTE_ADDR=f"203.0.113.{number}").post(f"/portal/m/{house.mine.token}/nudge").status_code for number in range(14)]
    assert 429 not in got[:12]
    assert got[12:] == [429, 429]
    assert Client().post(f"/portal/m/{house.theirs.token}/nudge").status_code != 429


def test_a_program_that_runs_wild_is_held_back(house, monkeypatch):
    row = permissions.ROWS["api-1:case"]
    (limit,) = row.limits
    monkeypatch.setattr(permissions, "ROWS", {**permissions.ROWS, "api-1:case": replace(row, limits=(replace(limit, rate="5/h"),))})
    got = [Client().get("/api/v1/cases/x", headers={"Authorization": "Bearer x"}).status_code for _ in range(7)]
    assert got == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    "name", ["account_login", "portal:new", "portal:reply", "portal:nudge", "portal:case", "api-1:intake", "evidence:upload", "evidence:link-upload"]
)
def test_every_door_that_strangers_reach_has_a_limit(name):
    assert permissions.ROWS[name].limits


@pytest.mark.django_db(transaction=True)
def test_a_limit_is_exact_when_everybody_comes_at_once():
    """Forty at once against a limit of ten: ten get through, whatever the order (a count that is read and then written lets more in)."""
    cache.clear()
    limit = Limit("exact", "10/h", ANYBODY)
    barrier, through = threading.Barrier(40), []

    def come():
        request = RequestFactory().post("/")
        barrier.wait()
        try:
            if exceeded(request, [limit]) is None:
                through.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=come) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 10


def test_nothing_that_is_counted_stands_in_the_cache_as_it_was_written(house):
    request = RequestFactory().post(f"/portal/m/{house.mine.token}/nudge", {"login": "li.lei@private.example"})
    for per in (NAME, PATH):
        exceeded(request, [Limit("secret", "10/h", per)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM luyue_cache")
        kept = str(cursor.fetchall())
    assert "secret" not in kept or house.mine.token not in kept
    assert house.mine.token not in kept
    assert "private.example" not in kept


def test_every_limit_has_a_name_of_its_own_and_a_rate_that_can_be_read():
    named: dict[str, Limit] = {}
    for value in vars(limits).values():
        for limit in value if isinstance(value, tuple) else ():
            if isinstance(limit, Limit):
                assert named.setdefault(limit.name, limit) == limit
                count, _, period = limit.rate.partition("/")
                assert int(count) > 0
                assert period[-1] in "smhd"
    assert len(named) > 8
