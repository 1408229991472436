"""The demonstration keeps its hands off a company's own store."""

from collections.abc import Callable

import pytest

from tests.installation import Installation, free_port

pytestmark = pytest.mark.sqlite


def test_a_store_that_is_no_demonstration_is_left_alone(installation: Callable[..., Installation]) -> None:
    company = installation()
    before = (company.data / "db.sqlite3").read_bytes()
    refused = company.luyue("demo", "--data", str(company.data), "--port", str(free_port()), check=False)
    assert refused.returncode == 1
    assert "no demonstration" in refused.stderr
    assert (company.data / "db.sqlite3").read_bytes() == before
