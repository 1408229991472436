"""Companies to begin a story with, made once: in the test database, and as an installation to be copied and served."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from luyue.site.demo.desk import House
from luyue.site.demo.fill import open_house
from tests.acceptance.wall_clock import Time
from tests.fresh import Fresh
from tests.installation import ROOT, Installation


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration company before its first case; what a test changes is rolled back after it."""
    with override_settings(DATA=tmp_path_factory.mktemp("company")):
        with django_db_blocker.unblock():
            house = open_house(timezone.now())
        yield house
        with django_db_blocker.unblock():
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def house(company: House, db: None) -> House:
    """Regulations in force, staff, customers and orders, in a data folder of the module's own."""
    return company


@pytest.fixture(scope="session")
def story_company(fresh_store: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The company of `workspace_house` with its matters: stories in browsers begin with a copy, `installation(like=story_company)`."""
    made = fresh_store.copy(tmp_path_factory.mktemp("story-company"))
    subprocess.run([sys.executable, "-m", "tests.acceptance.workspace_house"], env=made.variables(), cwd=ROOT, check=True, timeout=300)
    return made


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Stands at the moment the test began, until it is set."""
    it = Time(timezone.now())
    monkeypatch.setattr(timezone, "now", lambda: it.now)
    return it
