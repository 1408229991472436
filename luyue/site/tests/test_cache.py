"""The shared cache counts every request and remembers how long."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


def test_requests_at_the_same_time_are_all_counted() -> None:
    cache.set("tries", 0, timeout=3600)
    together = threading.Barrier(4)

    def try_often() -> None:
        together.wait()
        for _ in range(25):
            cache.incr("tries")
        connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("tries") == 100


def test_counting_does_not_change_when_the_entry_ends() -> None:
    cache.set("tries", 1, timeout=3600)
    before = _end_of("tries")
    assert cache.incr("tries") == 2
    assert _end_of("tries") == before


def test_an_entry_that_has_ended_is_not_counted_on() -> None:
    cache.set("tries", 7, timeout=3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE luyue_cache SET expires = %s", ["2020-01-01 00:00:00"])
    with pytest.raises(ValueError, match="tries"):
        cache.incr("tries")


def _end_of(key: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM luyue_cache WHERE cache_key LIKE %s", [f"%{key}"])
        return cursor.fetchone()[0]
