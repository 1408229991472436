"""A worker dies between the mail server and the store, and between the store and the mail that leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.serial, pytest.mark.stores]


def test_no_mail_is_lost_or_doubled_by_kills_and_every_wrong_order_is_found(store):
    command = [sys.executable, "-m", "tests.faults.mail_kill", "--store", store]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count(": fine") == 6
