"""Fixtures for every test, in tests/ and in the rooms.

store          'sqlite' or 'postgres': what this run tests on (LUYUE_TEST_STORE)
installation   makes a fresh data folder and store with its tables, for tests that run `luyue` commands or its server
chromium       a browser for the whole run; page: a new window in it
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.flushing import let_flush_past_the_guards
from tests.fresh import Fresh, fresh
from tests.installation import Installation

ROOT = Path(__file__).parent
STORE = os.environ.get("LUYUE_TEST_STORE") or "sqlite"
FRESH = pytest.StashKey[Fresh]()
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


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """In the process that hands out tests to workers: what they all begin with is made here, before the first of them starts."""
    if FRESH not in node.config.stash:
        made = contextlib.ExitStack()
        node.config.add_cleanup(made.close)
        node.config.stash[FRESH] = made.enter_context(fresh(STORE))
    node.workerinput["fresh"] = node.config.stash[FRESH].to_words()


@pytest.fixture(scope="session")
def fresh_store(pytestconfig: pytest.Config) -> Iterator[Fresh]:
    """Tables and nothing in them, made once; every installation and the test database begin as a copy of it."""
    handed_over = getattr(pytestconfig, "workerinput", {}).get("fresh")
    if handed_over:
        yield Fresh.of_words(handed_over)
        return
    with fresh(STORE) as made:
        yield made


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database begins as a copy, and goes with the folder or the server it lies in."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(fresh_store: Fresh, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before the test database is made: a copy to begin with, and tests that commit can be cleaned up after."""
    from django.db import connection

    let_flush_past_the_guards()
    test_database = connection.settings_dict["TEST"]
    if fresh_store.server:
        connection.settings_dict.update(HOST=fresh_store.server.host, USER=fresh_store.server.user)
        test_database["TEMPLATE"] = fresh_store.database
    else:
        shutil.copy(fresh_store.installation.data / "db.sqlite3", test_database["NAME"])


@pytest.fixture
def installation(fresh_store: Fresh, tmp_path: Path) -> Callable[..., Installation]:
    """Call it for a new installation with tables, or one `like` another; keyword arguments become environment variables."""
    made = 0

    def make(like: Installation | None = None, **environment: Any) -> Installation:
        nonlocal made
        made += 1
        return fresh_store.copy(tmp_path / f"installation-{made}", like, **{name: str(value) for name, value in environment.items()})

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django takes any loop for a reason to refuse the store.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # The shell is the same engine without the windows of a desktop's browser, and Playwright's own choice: a page costs it half as much.
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
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
