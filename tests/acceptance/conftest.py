"""The demonstration company before its first case, made once a module; what a test changes is rolled back after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from luyue.site.demo.desk import House
from luyue.site.demo.fill import open_house


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
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
