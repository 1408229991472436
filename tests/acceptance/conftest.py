"""The demonstration company before its first case."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from luyue.site.demo.desk import House
from luyue.site.demo.fill import open_house


@pytest.fixture
def house(transactional_db: None, settings: object, tmp_path: Path) -> House:
    """Regulations in force, staff, customers and orders, in a data folder of the test's own."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    return open_house(timezone.now())
