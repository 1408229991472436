import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_earlier_tries(db) -> None:
    """What other tests tried must not count here."""
    cache.clear()
