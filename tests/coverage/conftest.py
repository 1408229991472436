"""The shipped rulebook for stories. The proof calls the same stories with rulebooks that have lost a rule."""

import pytest

from luyue.core.regulation import Rulebook
from tests.coverage.amputation import whole


@pytest.fixture
def book() -> Rulebook:
    return whole()
