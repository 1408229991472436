"""Fixtures for every test, in tests/ and in the rooms.

store          'sqlite' or 'postgres': what this run tests on (LUYUE_TEST_STORE)
installation   makes a fresh data folder and store with its tables, for tests that run `luyue` commands or its server
chromium       a browser for the whole run; page: a new window in it
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.flushing import let_flush_past_the_guards
from tests.installation import Installation
from tests.postgres import PostgresServer, postgres_server

ROOT = Path(__file__).parent
STORE = os.environ.get("LUYUE_TEST_STORE") or "sqlite"
# On PostgreSQL only what touches the store runs again.
STORE_FOLDERS = (ROOT / "luyue/apps", ROOT / "tests/acceptance")
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    # nothing is asked of anybody but the server under test
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


# How long an example takes says something of the machine's neighbours, nothing of the program.
settings.register_profile("luyue", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("luyue")


def pytest_configure(config: pytest.Config) -> None:
    if STORE not in ("sqlite", "postgres"):
        raise pytest.UsageError(f"LUYUE_TEST_STORE is '{STORE}'. Write sqlite or postgres.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def belongs(item: pytest.Item) -> bool:
        if STORE == "sqlite":
            return True
        touches_store = any(item.path.is_relative_to(folder) for folder in STORE_FOLDERS) or item.get_closest_marker("stores")
        return bool(touches_store) and not item.get_closest_marker("sqlite")

    left_out = [item for item in items if not belongs(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if belongs(item)]


@pytest.fixture(scope="session")
def store() -> str:
    return STORE


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before the test database is made: point Django at the server of this run, and let tests that commit be cleaned up after."""
    let_flush_past_the_guards()
    if STORE == "postgres":
        from django.db import connection

        server: PostgresServer = request.getfixturevalue("postgres")
        connection.settings_dict.update(HOST=server.host, USER=server.user)


@pytest.fixture(scope="session")
def fresh_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Tables and nothing in them, made once; every installation begins as a copy of it."""
    url = request.getfixturevalue("postgres").new_database() if STORE == "postgres" else ""
    fresh = Installation(tmp_path_factory.mktemp("fresh"), url)
    fresh.luyue("migrate")
    return fresh


@pytest.fixture
def installation(request: pytest.FixtureRequest, fresh_store: Installation, tmp_path: Path) -> Callable[..., Installation]:
    """Call it for a new installation with tables; keyword arguments become environment variables."""
    made = 0

    def make(**environment: Any) -> Installation:
        nonlocal made
        made += 1
        folder = tmp_path / f"installation-{made}"
        folder.mkdir()
        url = ""
        if STORE == "postgres":
            url = request.getfixturevalue("postgres").new_database(like=fresh_store.database_url)
        else:
            for name in ("db.sqlite3", "schema_stamp"):
                shutil.copy(fresh_store.data / name, folder)
        return Installation(folder, url, {name: str(value) for name, value in environment.items()})

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django takes any loop for a reason to refuse the store.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = shutil.which("chromium")
    assert program, "There is no chromium on this machine. `make browser` gets it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A window of 1440 × 900 in Chinese, with nothing remembered from another test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()
