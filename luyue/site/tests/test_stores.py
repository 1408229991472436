"""The same program on both stores: fresh tables, a page, and the worker beside it."""

import urllib.request
from collections.abc import Callable

import pytest

from tests.installation import Installation


@pytest.mark.stores
def test_a_fresh_installation_serves_pages_on_this_store(installation: Callable[..., Installation], store: str) -> None:
    place = installation()
    with place.served("--with-worker") as address, urllib.request.urlopen(f"{address}/accounts/login/", timeout=60) as answer:
        assert answer.status == 200
    assert (place.data / "db.sqlite3").exists() == (store == "sqlite")


@pytest.mark.stores
def test_migrating_again_changes_nothing(installation: Callable[..., Installation]) -> None:
    place = installation()
    assert place.luyue("migrate").stdout == ""
    assert place.luyue("manage", "migrate", "--check").returncode == 0
